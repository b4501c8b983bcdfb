"""Make the page "Choices that move the numbers": candidates beside published figures and towers.

``NEP_EXPLORER_REAL_DATA=... python docs/choices.py`` writes docs/choices.md.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import xarray as xr
from real_climate import PUBLISHED, RECIPE

from explorer import pipeline
from explorer.observations.tower_files import load_towers
from explorer.observations.towers import Towers
from explorer.scene.blocks import from_blocks
from explorer.scene.fields import Field
from explorer.scene.kept import written
from explorer.scene.percentiles import class_percentiles
from explorer.scene.recipes.recipe import build_dataset
from explorer.scene.scene import Scene
from explorer.systems import SYSTEMS, preset
from explorer.systems.layers import Layers
from explorer.systems.nep.classes import CLASSES
from explorer.systems.nep.published import NPP_BY_CLASS
from explorer.systems.nep.statistics import ClassStatistics, IndexExtremes
from explorer.systems.scenario import Scenario
from explorer.tables.periods import YEAR

SYSTEM = SYSTEMS["nep"]
ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "choices.md"
BARE = CLASSES.index("other")
SWEEP = np.round(np.arange(-5, 5.05, 0.1), 1)
SOMETHING = 1.0  # g C m-2 yr-1: what grows less is left out where changes are shares


@dataclass(frozen=True)
class Candidate:
    """A rule for the limits: settings of the model, on a scene that may keep other extremes."""

    label: str
    scene: Scene
    changes: dict[str, float | str] = field(default_factory=dict)

    @property
    def scenario(self) -> Scenario:
        """Preset ``epsilon``: the real scene has no clumping index."""
        return preset("epsilon").with_values(self.changes)

    def run(self) -> Layers:
        """Run it."""
        return pipeline.run(self.scene, self.scenario)


def bare_ground(ndvi: float) -> dict[str, float]:
    """Return the settings of one bare ground for all classes."""
    ratio = (1 + ndvi) / (1 - ndvi)
    return {f"ndvi_min.{name}": ndvi for name in CLASSES} | {
        f"sr_min.{name}": ratio for name in CLASSES
    }


def candidates(scene: Scene) -> Iterator[Candidate]:
    """Yield every rule that was weighed."""
    forcing = SYSTEM.forcing(scene)
    found, ndvi = forcing.extremes, forcing.forcing.ndvi
    whole = np.zeros_like(forcing.forcing.vegetation), 1
    low = float(class_percentiles(ndvi, *whole, 5.0, (-1, 1))[0])
    high = float(class_percentiles(ndvi.max(axis=1, keepdims=True), *whole, 95.0, (-1, 1))[0])

    def keeping(highest: np.ndarray) -> Scene:
        extremes = IndexExtremes(found.low, highest.astype(np.float32))
        kept = ClassStatistics(scene.cells, extremes, forcing.mean_clumping)
        return replace(scene, statistics={"nep": kept})

    mean = found.high.copy()
    mean[BARE] = found.high[:BARE].mean()
    own, lowest = {"bare_cover": "own"}, bare_ground(low)
    yield Candidate("**`scene` (default)**", scene)
    yield Candidate("`scene`, `bare_cover=own`", scene, own)
    yield Candidate(f"`scene`, bare ground the scene's p5 ({low:.3f})", scene, lowest)
    yield Candidate("the same, `bare_cover=own`", scene, own | lowest)
    yield Candidate(
        "`scene`, bare land's maximum the mean of the others'", keeping(mean), own | lowest
    )
    yield Candidate(
        f"one maximum for all ({high:.3f}), bare ground the p5",
        keeping(np.full(len(CLASSES), high)), own | lowest,
    )  # fmt: skip
    yield Candidate("`data` (default until now)", scene, {"fpar_limits": "data"})
    yield Candidate("`table` (Zhu et al. 2007)", scene, {"fpar_limits": "table"})


def page(dataset: xr.Dataset) -> str:
    """Return the whole page."""
    scene = pipeline.prepare(dataset)
    made = list(candidates(scene))
    towers = load_towers(
        sorted(Path(os.environ["NEP_EXPLORER_REAL_DATA"]).glob("fluxnet2015_monthly/FLX_CN-*_MM_*"))
    )
    results = [each.run() for each in made]
    return TEXT.format(
        regions=_regions(made, results),
        classes=_classes(made, results),
        towers=_towers(made, towers),
        bare=_bare(scene),
        greening=_greening(scene),
        crop=_crop(dataset),
        frost=_frost(scene, towers),
    )


def _regions(made: list[Candidate], results: list[Layers]) -> str:
    lines = [
        f"| limits | {' | '.join(PUBLISHED)} | distance | NPP, Pg | NEP, Pg |",
        "|---|---|---|---|---|---|---|---|",
    ]
    paper = np.array([row["npp"] for row in PUBLISHED.values()])
    for each, result in zip(made, results, strict=True):
        totals = result.totals
        npp = np.array([totals.yearly("npp", region) for region in PUBLISHED])
        distance = np.sqrt(np.mean((npp / paper - 1) ** 2))
        numbers = " | ".join(f"{value:.0f}" for value in npp)
        pg = [totals.yearly_total(name) / 1000 for name in ("npp", "nep")]
        lines.append(f"| {each.label} | {numbers} | {distance:.0%} | {pg[0]:.2f} | {pg[1]:.2f} |")
    numbers = " | ".join(f"{value:.0f}" for value in paper)
    return "\n".join([*lines, f"| Liang et al. (2023) | {numbers} | | | 0.235 |"])


def _classes(made: list[Candidate], results: list[Layers]) -> str:
    lines = [
        f"| limits | {' | '.join(CLASSES)} | distance to ε | to MOD17A3H |",
        f"|---|{'---|' * (len(CLASSES) + 2)}",
    ]
    ours = np.array([row.epsilon for row in NPP_BY_CLASS.values()])
    modis = np.array([row.mod17a3h for row in NPP_BY_CLASS.values()])
    for each, result in zip(made, results, strict=True):
        npp = np.array([result.totals.yearly("npp", vegetation=name) for name in CLASSES])
        numbers = " | ".join(f"{value:.0f}" for value in npp)
        known = npp[: len(ours)]
        distances = [f"{np.sqrt(np.mean((known / other - 1) ** 2)):.0%}" for other in (ours, modis)]
        lines.append(f"| {each.label} | {numbers} | {' | '.join(distances)} |")
    for label, values in (("Table I, ε", ours), ("Table I, MOD17A3H", modis)):
        lines.append(f"| {label} | {' | '.join(f'{value:.0f}' for value in values)} | | | |")
    return "\n".join(lines)


def _towers(made: list[Candidate], towers: Towers) -> str:
    lines = [
        "| limits | RMSE, map's class | bias | RMSE, tower's class | bias |",
        "|---|---|---|---|---|",
    ]
    for each in made:
        cells = []
        for own in (False, True):
            check = SYSTEM.towers.check(each.scene, towers, own_class=own)
            found = check.scores(each.scenario)
            cells.append(f"{found.rmse:.1f} | {found.bias:+.1f}")
        lines.append(f"| {each.label} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _bare(scene: Scene) -> str:
    """NPP of bare land and its share of the Northwest's, by rule."""
    lines = ["| limits | NPP of `other` | share of the Northwest's NPP |", "|---|---|---|"]
    for label, changes in (
        ("`scene` (default)", {}),
        ("`scene`, `bare_cover=own`", {"bare_cover": "own"}),
        ("`data`", {"fpar_limits": "data"}),
    ):
        totals = pipeline.run(scene, preset("epsilon").with_values(changes)).totals
        share = totals.yearly_total("npp", "Northwest", "other")
        share /= totals.yearly_total("npp", "Northwest")
        lines.append(f"| {label} | {totals.yearly('npp', vegetation='other'):.0f} | {share:.0%} |")
    return "\n".join(lines)


def _greening(scene: Scene) -> str:
    """National NPP with an NDVI that is 5 % higher, limits held and found anew."""
    kept = replace(scene, statistics={"nep": SYSTEM.forcing(scene).statistics})
    cells = []
    for limits in ("scene", "data"):
        scenario = preset("epsilon").with_values({"fpar_limits": limits})
        before = pipeline.run(scene, scenario).totals.yearly_total("npp")
        for base in (kept, scene):
            ndvi = Field(base.fields["ndvi"].quantities() * np.float32(1.05))
            greener = replace(base, fields={**base.fields, "ndvi": ndvi})
            after = pipeline.run(greener, scenario).totals.yearly_total("npp")
            cells.append(f"{after / before - 1:+.1%}")
    return (
        f"with limits held (as `years` and a kept scene do) NPP rises by {cells[0]}, found anew by "
        f"{cells[1]}; under `data` held by {cells[2]}, found anew by {cells[3]}"
    )


def _crop(dataset: xr.Dataset) -> str:
    """How NPP of the cells south of 30 N changes when only they are a scene."""
    southern = {"lat": dataset["lat"].values <= 30}
    marked = dataset.assign_attrs(written(pipeline.statistics_of(pipeline.prepare(dataset))))
    parts = {"kept with the scene": marked, "found anew": dataset}
    words = []
    for label, whole in parts.items():
        for limits in ("scene", "data"):
            scenario = preset("epsilon").with_values({"fpar_limits": limits})
            before, after = (_year(each, scenario) for each in (whole, whole.isel(southern)))
            change = after / before.isel(southern) - 1
            low, high = np.nanpercentile(change, [1, 99])
            words.append(f"{label}, `{limits}`: {low:+.0%} to {high:+.0%}")
    return "; ".join(words)


def _year(dataset: xr.Dataset, scenario: Scenario) -> xr.DataArray:
    """NPP of the year on the grid, missing where there is next to none."""
    layers = pipeline.run(pipeline.prepare(dataset), scenario)
    values = layers.scene.on_grid(_cells(layers, "npp"))
    grid = xr.DataArray(values, dataset["region"].coords, dataset["region"].dims)
    return grid.where(grid > SOMETHING)


def _cells(layers: Layers, name: str) -> np.ndarray:
    """Return a flux of the year, (cells,)."""
    return from_blocks(layers.output(name, YEAR), layers.scene.cells)


def _frost(scene: Scene, towers: Towers) -> str:
    lines = [
        "| rule | T\\_ε2 | cells with a step > 5 % | > 10 % | NPP, Pg | RMSE at the towers |",
        "|---|---|---|---|---|---|",
    ]
    check = SYSTEM.towers.check(scene, towers)
    for rule in ("carried", "blended"):
        for distance in ("zhu", "raw"):
            changes = {"w_scalar_rule": rule, "t_scalar_2_rule": distance}
            scenario = preset("epsilon").with_values(changes)
            steps = _largest_steps(scene, scenario)
            npp = pipeline.run(scene, scenario).totals.yearly_total("npp") / 1000
            shares = " | ".join(f"{(steps > limit).mean():.1%}" for limit in (0.05, 0.10))
            rmse = f"{check.scores(scenario).rmse:.1f}"
            lines.append(f"| `{rule}` | `{distance}` | {shares} | {npp:.2f} | {rmse} |")
    return "\n".join(lines)


def _largest_steps(scene: Scene, scenario: Scenario) -> np.ndarray:
    """Largest change of a cell's yearly NPP from one tenth of a degree to the next, (cells,)."""
    largest, before = np.zeros(scene.cells), None
    for shift in SWEEP:
        shifted = scenario.with_values({"delta_t": float(shift)})
        npp = _cells(pipeline.run(scene, shifted), "npp").astype(float)
        if before is not None:
            smaller = np.minimum(npp, before)
            step = np.abs(npp - before) / np.maximum(smaller, SOMETHING)
            largest = np.maximum(largest, step)
        before = npp
    return largest


TEXT = """<!-- Made by docs/choices.py; do not edit. -->

# Choices that move the numbers

The paper leaves some rules open, and some published rules jump. What we weighed, on the real 0.5°
climatology of [real-climate.md](real-climate.md), preset `epsilon` (that scene has no clumping
index; EVI stands in for NDVI, land cover is derived by rule): the figures rank the rules, no more.

## Between which indices FPAR grows (`fpar_limits`)

Liang et al. (2023), Eqs. 4 and 6, name extremes of each class but not how they are found. NPP,
g C m⁻² yr⁻¹; *distance* is the root of the mean squared relative difference from the paper:

{regions}

By class, beside Table I (its `other` is missing):

{classes}

At the Chinese FLUXNET2015 towers on the grid, monthly NEP, g C m⁻² month⁻¹:

{towers}

**One bare ground for all classes** comes nearer at the towers and in the South: with a minimum of
its own, an evergreen forest falls to FPAR .001 in its leanest month, as if it were bare. By class
it does *not* come nearer: evergreen broadleaf forest, which gains most, then lies half above Table
I (on an EVI that stands in for NDVI, and classes made by rule). The scene's 5th percentile and the
table's .023 do equally well; we take the table's, for it does not depend on how much snow or desert
a scene holds.

**Bare land** is where the rules part. With the 95th percentile of its own maxima as full cover, the
greenest deserts have a full canopy:

{bare}

That comes nearest to the paper's regions, so the paper may well have done so; but it gives half of
the Northwest's NPP to land without plants. We take the grassland's full cover for bare land, as
the table of Zhu et al. (2007) does. `bare_cover=own` is the other choice.

**Greening.** NDVI 5 % higher everywhere: {greening}.
`nep-explorer years` has one set over all years.

**Cropping.** The cells south of 30° N as a scene of their own, NPP against that in the whole (1st
to 99th percentile of cells): {crop}.

## Water stress of frozen months (`w_scalar_rule`)

Zhu et al. (2007) give a month without evaporation the W_ε of the last month that had one. A month
just above 0 °C has W_ε = 1 where there is any rain, so the whole winter hangs on a tenth of a
degree. `blended` gives months the mean of the year's thaw in so far as they are frozen, and a month
its own W_ε in so far as it is thawed (`thawed_at`, 5 °C). Warming from −5 to +5 °C by tenths, the
largest step of each cell's NPP of the year:

{frost}

What is left under `zhu` are the jumps of T_ε2 itself at −13 and +10 °C from the optimum, under both
the end of growth at −10 °C and Thornthwaite's formula, whose potential evapotranspiration is large
where a year has hardly any warmth. `carried` stays the default, for the presets stand for published
versions and the totals and towers hardly differ; take `blended` to study warming. A run tells which
share of NPP hangs on carried months.
"""


def main() -> None:
    """Run the model and write the page."""
    PAGE.write_text(page(build_dataset(pipeline.read_recipe(RECIPE))), encoding="utf-8")
    print(PAGE.relative_to(ROOT))


if __name__ == "__main__":
    main()
