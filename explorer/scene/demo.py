"""Where the synthetic demonstration scene lies."""

from pathlib import Path

from explorer.errors import SourceError

DEMO_SCENE = "demo_scene.zarr"


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
