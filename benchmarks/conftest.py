"""Sizes: tiny by default, so that the suite can run in every test; real with --real."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--real", action="store_true", help="measure at 1 km (makes the scene on the first run)"
    )


@pytest.fixture(scope="session")
def real(request: pytest.FixtureRequest) -> bool:
    return request.config.getoption("--real")


@pytest.fixture(scope="session")
def scene_path(real: bool) -> Path:
    """The national demonstration scene: 1 km when real, else the 10 km sample."""
    from scenes import national_scene_path

    from explorer.scene.demo import demo_scene_path

    return national_scene_path() if real else demo_scene_path()


@pytest.fixture(scope="session")
def rounds(real: bool) -> int:
    return 50 if real else 2
