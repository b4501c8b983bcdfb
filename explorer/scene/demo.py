"""Where the synthetic demonstration scene lies, and how scenes are called."""

import os
from pathlib import Path

from explorer.errors import SourceError

DEMO_SCENE = "demo_scene.zarr"
DEMO_NAME = "demo"
"""What the demonstration scene is called where a path is asked for."""


def demo_scene_path() -> Path:
    """Return the demonstration scene of a source checkout, or the one an installed package carries.

    Raises
    ------
    SourceError
        When neither is there.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package.parent / "data_samples", package):
        if (folder / DEMO_SCENE).is_dir():
            return folder / DEMO_SCENE
    raise SourceError(
        f"{DEMO_SCENE}: not found beside the package; name a scene, or make this one with "
        "`python data_samples/make_demo_scene.py`"
    )


def scene_path(name: str | os.PathLike) -> Path:
    """Return the path of a scene that is called by its path, or ``demo``."""
    path = Path(name)
    return demo_scene_path() if os.fspath(name) == DEMO_NAME and not path.exists() else path


def scene_name(path: str | os.PathLike) -> str:
    """Return how a scene is called: ``demo``, else the path as it was given.

    The folder of this package is never written down.
    """
    try:
        is_demo = Path(path).resolve() == demo_scene_path()
    except SourceError:
        is_demo = False
    return DEMO_NAME if is_demo else os.fspath(path)
