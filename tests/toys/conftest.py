"""Both toys as rows of the table of systems, and the demonstration scene opened once."""

import pytest

from explorer.scene.demo import demo_scene_path
from explorer.session.opened import Opened
from explorer.systems import SYSTEMS
from tests.toys.annual import ANNUAL
from tests.toys.eight_days import EIGHT_DAYS

TOYS = {system.name: system for system in (ANNUAL, EIGHT_DAYS)}


@pytest.fixture(autouse=True)
def known(monkeypatch) -> None:
    """What a new system's row in the table does, and nothing else."""
    for name, system in TOYS.items():
        monkeypatch.setitem(SYSTEMS, name, system)


@pytest.fixture(params=TOYS)
def toy(request):
    return TOYS[request.param]


@pytest.fixture(scope="session")
def opened() -> Opened:
    return Opened(demo_scene_path())
