"""A small scene shown in ways that differ in everything from the defaults."""

from collections.abc import Callable

import pytest

from explorer import Shown, View, preset, run
from explorer.report.picture_of import picture_of
from explorer.scene.scene import Scene
from explorer.scene.store import write_dataset
from explorer.session.opened import Opened

CHANGES = {"epsilon_max.EBF": 1.1, "delta_t": 0.3, "rh_rule": "capped"}


@pytest.fixture(scope="session")
def show(scene) -> Callable[..., Shown]:
    """Show the tiny scene, or another, under a view."""

    def made(version: str = "ci1", changes: dict | None = None, on: Scene = scene, **view) -> Shown:
        return Shown(run(on, preset(version).with_values(changes or {})), View(**view))

    return made


@pytest.fixture(scope="session")
def shown(show) -> Shown:
    return show(changes=CHANGES, variable="npp", step=5, region="Far North", tapped=17)


@pytest.fixture(scope="session")
def opened(tiny_dataset, tmp_path_factory) -> Opened:
    """The tiny scene as the page opens it."""
    path = write_dataset(tiny_dataset(), tmp_path_factory.mktemp("scene") / "tiny.zarr")
    return Opened(path)


@pytest.fixture(scope="session")
def picture(opened):
    return lambda shown: picture_of(opened, shown)
