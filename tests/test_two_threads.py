"""Sessions share results: what two threads ask at once is what one asks alone."""

from collections.abc import Callable
from threading import Barrier, Thread

import numpy as np
import pytest
import shapely

from explorer import preset
from explorer.pipeline import check, prepare
from explorer.scene import blocks
from explorer.scene.scene import Scene
from explorer.scene.shapes.cover import Cover, cover
from explorer.scene.shapes.shape import shape_of
from explorer.systems.nep.classes import CLASSES
from explorer.systems.nep.explain import NepExplains
from explorer.systems.nep.forcing import opened
from explorer.systems.nep.result import FLUXES, Result, start
from explorer.tables.periods import YEAR, Period

ROUNDS = 6
LONG = 120  # s
# A total that was summed from the map for one share of light is scaled to any other (float64).
ROUNDING = 1e-7

BEST = preset("ci2")
SCENARIOS = {
    **{name: preset(name) for name in ("epsilon", "ci1", "ci2")},
    "one class": BEST.with_values({"epsilon_max.EBF": 1.7}),
    "less light": BEST.with_values({"par_share": 0.37}),
    "references": BEST.with_values({"ci_scheme": "I", "ci_ref.EBF": 1.1}),
    "out of reach": preset("ci1").with_values({f"ci_ref.{name}": 0.3 for name in CLASSES}),
}
BOXES = {"west": (92.0, 28.0, 103.0, 44.0), "east": (101.0, 27.0, 116.0, 41.0)}

Asked = dict[str, Callable[[], object]]


@pytest.fixture(scope="module")
def covers(scene) -> dict[str, Cover]:
    return {
        name: cover(scene, shape_of([shapely.box(*corners)], name, "file"))
        for name, corners in BOXES.items()
    }


def results_of(scene: Scene) -> dict[str, Result]:
    """Results of every scenario on one first pass that nobody has asked anything yet."""
    run = start(opened(scene), BEST)
    return {name: run.layers(scenario) for name, scenario in SCENARIOS.items()}


def questions(results: dict[str, Result], covers: dict[str, Cover]) -> Asked:
    """What the pages ask of results, by name."""
    asked: Asked = {}
    for name, result in results.items():
        asked[f"{name}: totals"] = lambda r=result: np.stack([r.totals.sums[f] for f in FLUXES])
        asked[f"{name}: counts"] = lambda r=result: list(r.counts.items())
        asked[f"{name}: warnings"] = lambda r=result: r.warnings
        asked[f"{name}: year of NPP"] = lambda r=result: r.field("npp", YEAR)
        asked[f"{name}: year of NEP"] = lambda r=result: r.field("nep", YEAR)
        asked[f"{name}: July"] = lambda r=result: r.field("nep", Period(7))
        asked[f"{name}: water"] = lambda r=result: r.field("w_scalar", Period(3))
        asked[f"{name}: soil"] = lambda r=result: r.field("rs", YEAR)
        for place, covered in covers.items():
            asked[f"{name}: {place}"] = lambda r=result, c=covered, p=place: np.stack(
                [r.shape_totals(c, p).sums[f] for f in FLUXES]
            )
    levels, best = NepExplains().levels, results["ci2"]
    asked["levels"] = lambda: levels(best).sums["w_scalar"]
    return asked


def answers_of(asked: Asked, order: list[str], at_once: Barrier | None = None) -> dict[str, object]:
    if at_once is not None:
        at_once.wait(LONG)
    return {name: asked[name]() for name in order}


def assert_same_answers(got: dict[str, object], expected: dict[str, object]) -> None:
    assert got.keys() == expected.keys()
    for name, answer in expected.items():
        if not isinstance(answer, np.ndarray):
            assert got[name] == answer, name
            continue
        size = np.nanmax(np.abs(answer))
        np.testing.assert_allclose(
            got[name], answer, rtol=ROUNDING, atol=ROUNDING * size, err_msg=name
        )


@pytest.mark.parametrize("block", [7, 45], ids=["many blocks", "one block"])
def test_two_threads_get_what_one_gets(tiny_dataset, covers, monkeypatch, block):
    monkeypatch.setattr(blocks, "BLOCK", block)
    scene = prepare(check(tiny_dataset()))
    asked = questions(results_of(scene), covers)
    expected = answers_of(asked, list(asked))
    rng = np.random.default_rng(3)
    for _ in range(ROUNDS):
        asked = questions(results_of(scene), covers)
        orders = [list(rng.permutation(list(asked))) for _ in range(2)]
        # The first of them ask for the same at the same moment.
        orders[1] = [*orders[0][:3], *(name for name in orders[1] if name not in orders[0][:3])]
        at_once, found, failed = Barrier(2), [], []

        def ask(order: list[str], asked=asked, at_once=at_once, found=found, failed=failed) -> None:
            try:
                found.append(answers_of(asked, order, at_once))
            except BaseException as error:
                failed.append(error)

        threads = [Thread(target=ask, args=(order,), daemon=True) for order in orders]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(LONG)
        assert not failed, failed
        assert len(found) == 2, "a thread still waits"
        for answers in found:
            assert_same_answers(answers, expected)


def test_answers_of_the_scenarios_differ(scene, covers):
    """Else a mix-up of scenarios would go unseen."""
    asked = questions(results_of(scene), covers)
    for kind in ("totals", "year of NPP", "west", "east"):
        answers = [np.asarray(asked[f"{name}: {kind}"]()) for name in SCENARIOS]
        assert len({answer.tobytes() for answer in answers}) == len(SCENARIOS), kind
    west, east = (asked[f"ci2: {place}"]() for place in BOXES)
    assert not np.allclose(west, east)
