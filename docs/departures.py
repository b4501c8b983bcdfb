"""Make the page "Where the program departs from the paper" by running the model both ways.

``NEP_EXPLORER_REAL_DATA=... python docs/departures.py`` writes docs/departures.md.
"""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import xarray as xr

from explorer import pipeline
from explorer.equations.stress import temperature_scalar_distance
from explorer.scene.demo import demo_scene_path
from explorer.scene.recipes.recipe import build_dataset
from explorer.scene.scene import Scene
from explorer.scene.store import open_dataset
from explorer.systems import preset
from explorer.systems.layers import Layers
from explorer.systems.nep.published import BY_REGION, CONTRADICTIONS, NEP_TOTAL
from explorer.systems.scenario import Scenario

ROOT = Path(__file__).parents[1]
RECIPE = ROOT / "data_samples" / "recipes" / "china_0p5deg.toml"
PAGE = ROOT / "docs" / "departures.md"

Edit = Callable[[xr.Dataset], xr.Dataset]


class Row(NamedTuple):
    """One departure: where, what the paper has, what is done here and why, and the other way."""

    where: str  # functions, parameters
    paper: str
    here: str
    why: str
    otherwise: dict[str, float | str] | Edit | None = None  # None: there is no other way to run


class Place(NamedTuple):
    """A scene, what it was made of, and the scenario it is run with."""

    dataset: xr.Dataset
    scene: Scene
    result: Layers
    scenario: Scenario


def filled_in_time(dataset: xr.Dataset) -> xr.Dataset:
    """Fill gaps of the clumping index linearly between months, the year as a ring."""
    if "ci" not in dataset:
        return dataset
    ci = dataset["ci"].where(dataset["ci"] > 0)
    ring = xr.concat([ci.assign_coords(month=ci.month + 12 * k) for k in (-1, 0, 1)], "month")
    filled = ring.interpolate_na("month").sel(month=ci.month)
    return dataset.assign(ci=filled.transpose(*dataset["ci"].dims).assign_attrs(ci.attrs))


def without_sunshine(dataset: xr.Dataset) -> xr.Dataset:
    """Leave out what light is estimated from, so that a clear sky and the cloud factor are used."""
    return dataset.drop_vars(["sunshine", "radiation"], errors="ignore")


TABLE = (
    Row(
        "`fpar_limits`, `index_limits`",
        "eqs. 4 and 6: NDVI and SR of bare ground and of full cover by class, without numbers",
        "full cover is the p95 of the class's yearly maxima in the scene, bare ground one value",
        "the paper names no source ([what was weighed](choices.md)). The other way: bare ground is "
        "the p5 of each class, so that evergreen forest is bare in its leanest month",
        {"fpar_limits": "data"},
    ),
    Row(
        "`bare_cover`",
        "the same",
        "full cover of bare land is the grassland's",
        "as in the table of Zhu et al. (2007). With its own, the other way, desert reaches a full "
        "canopy, and the Northwest comes near the paper",
        {"bare_cover": "own"},
    ),
    Row(
        "`fpar_from_index`",
        "eqs. 4 and 6: a straight line",
        "held within 0.001 and 0.950",
        "values beyond the limits would give an FPAR below 0 or above 1",
    ),
    Row("`simple_ratio`", "eq. 5", "NDVI is held at 0.999", "SR has a pole at NDVI = 1"),
    Row(
        "`clumped_fpar`",
        "eq. 7: FPAR times CI/CI_ref",
        "at most 0.950; no lower limit",
        "no canopy absorbs more than all light; cell-months so held are counted",
    ),
    Row(
        "`clumping_ratio`",
        "sec. II-B: gaps of CI are filled linearly in time",
        "the ratio is 1 where CI is missing or not positive",
        "a gap is told and counted instead of invented",
        filled_in_time,
    ),
    Row(
        "`ci_ref`",
        "scheme I: He et al. (2012), by class",
        "stand-ins of the BEPS land-cover table",
        "the table of He et al. is not available to us; what it would change is not known",
    ),
    Row(
        "`radiation_from_sunshine`, `radiation_from_cloud_factor`",
        "SOL from the solar constant and a DEM",
        "radiation of the scene, else sunshine, else clear sky (with the DEM) times 0.7",
        "light under clouds is what plants get. With radiation or sunshine the DEM has no say. The "
        "other way here: clear sky times the factor",
        without_sunshine,
    ),
    Row(
        "`optimum_temperature`",
        '"conventional method"',
        "temperature of the month of highest NDVI, the first of equal ones, not constrained",
        "Potter et al. (1993) and Zhu et al. (2007) have it so; where NDVI peaks in winter T_opt "
        "is a winter's",
    ),
    Row(
        "`temperature_scalar_optimum`",
        '"conventional method"',
        "held within [0, 1]",
        "the parabola is negative where T_opt lies below −24.7 °C",
    ),
    Row(
        "`temperature_scalar_distance_stepped`, `t_scalar_2_rule`",
        '"conventional method"',
        "half of its best value 10 °C above or 13 °C below T_opt",
        "Zhu et al. (2007). There it jumps: {cold} % in the cold, {heat} % in the heat",
        {"t_scalar_2_rule": "raw"},
    ),
    Row(
        "`t_scalar_2_scale`", '"conventional method"', "1.184", "Zhu et al.; Potter et al. have "
        "1.1814", {"t_scalar_2_scale": 1.1814},
    ),
    Row(
        "`water_scalar`, `w_min`",
        '"conventional method"',
        "0.5 + 0.5 E/Ep; the 0.5 is a parameter",
        "Potter et al. (1993): without rain half of NPP is left. The other way: 0.25",
        {"w_min": 0.25},
    ),
    Row(
        "`carried_through_frost`",
        '"conventional method"',
        "months without evaporation carry Wε of the month before, January that of December",
        "Zhu et al. (2007). A tenth of a degree at 0 °C can switch a whole winter",
    ),
    Row(
        "`blended_through_frost`, `w_scalar_rule`",
        '"conventional method"',
        "a choice beside it: frozen months have the mean of the year's thaw",
        "it does not jump ([how much](choices.md))",
        {"w_scalar_rule": "blended"},
    ),
    Row(
        "`heat_index`, `thornthwaite`",
        "Thornthwaite (1948)",
        "a temperature that misses a limit by less than 0.0005 °C lies on it, here and in both "
        "temperature scalars",
        "rounding shall decide nothing: rasters of tenths lie on limits but for it",
    ),
    Row(
        "`net_radiation`",
        '"conventional method"',
        "0.598 · Ep0, without a division",
        "the published factor; public codes carry 0.589, a copied misprint",
    ),
    Row(
        "`socd`",
        "no value for land without vegetation",
        "SOCD of the class *other* is 0",
        "none is given; Rh there is then {other} g C m⁻² a year (real scene). The other way: that "
        "of grassland",
        {"socd.other": 1.82},
    ),
    Row(
        "`soil_constants`",
        "eq. 11: M = .188, β = +.006, no P0",
        "M = .118, β = −.006, P0 = 2.972",
        "Yu et al. (2010), whom the paper cites; as printed they cannot give its own Rh "
        "([more](real-climate.md))",
        {"soil_constants": "as_printed"},
    ),
    Row(
        "`rs_basis`",
        "eq. 11 per month",
        "per day, times the days of the month",
        "Yu et al.; per month Rh is a quarter of the paper's own",
        {"rs_basis": "month"},
    ),
    Row(
        "`rh_rule`, `heterotrophic_respiration_capped`",
        "eq. 12",
        "the same, though Rh exceeds Rs below Rs = 11.94 and falls beyond Rs = 334",
        "faithful by default; the other way holds Rh at Rs, and Rs at the top of the parabola",
        {"rh_rule": "capped"},
    ),
    Row(
        "`sunset_hour_angle`", "not in the paper", "defined in polar day and night", "FAO-56 is not"
    ),
    Row(
        "`data_samples/recipes`",
        "monthly NDVI by maximum-value compositing of SPOT/VGT",
        "absent: a scene brings its monthly NDVI",
        "compositing belongs before the scene; the real scene here has the EVI of 2006",
    ),
    Row(
        "`explorer/tables/classes.py`",
        "classes of MCD12Q1 as grassland, shrub, cropland, other: no codes given",
        "shrub 6–7, grassland 8–11 (savanna, wetland too), cropland 12 and 14, other 13, 15, 16",
        "ours; a recipe can map the codes otherwise",
    ),
    Row(
        "`explorer/tables/periods.py`",
        "2010",
        "days of the real month and year; a climatology has 365",
        "a scene may be of any year",
    ),
    Row(
        "`nep-explorer years`",
        "one year",
        "class limits are one set over all years, mean clumping each year's own",
        "a greener year shall have more NPP; a trend of clumping is lost in its mean",
    ),
    Row(
        "`reference_npp`",
        "MOD17A3H beside the NPP",
        "if the scene has it; else the paper's means of it",
        "no product is shipped",
    ),
    Row(
        "`nep-explorer towers`",
        "eight ChinaFLUX towers of 2010, at 1 km",
        "towers and scenes that one brings",
        "the data of 2010 are not available to us; its validation cannot be repeated here "
        "([what real towers say](towers.md))",
    ),
)  # fmt: skip


def places() -> dict[str, Place]:
    """Return the demonstration scene with `ci2`, and the real one with `epsilon`."""
    with open_dataset(demo_scene_path()) as dataset:
        demo = dataset.load()
    real = build_dataset(pipeline.read_recipe(RECIPE))
    found = {}
    for name, dataset, chosen in (("demo", demo, "ci2"), ("real", real, "epsilon")):
        scene, scenario = pipeline.prepare(pipeline.check(dataset)), preset(chosen)
        found[name] = Place(dataset, scene, pipeline.run(scene, scenario), scenario)
    return found


def effect(place: Place, otherwise: dict[str, float | str] | Edit | None) -> str:
    """Say what the whole gives when it is done the other way."""
    if otherwise is None:
        return "–"
    if callable(otherwise):
        edited = otherwise(place.dataset)
        if edited.identical(place.dataset):
            return "–"
        scene = pipeline.prepare(pipeline.check(edited))
        other = pipeline.run(scene, place.scenario)
    else:
        other = pipeline.run(place.scene, place.scenario.with_values(otherwise))
    before, after = place.result.totals, other.totals
    parts = []
    for name, symbol in (("npp", "NPP"), ("rh", "Rh")):
        change = 100 * (after.yearly_total(name) / before.yearly_total(name) - 1)
        if abs(change) >= 0.005:
            parts.append(f"{symbol} {change:+.{1 if abs(change) >= 0.1 else 2}f} %")
    nep = [totals.yearly_total("nep") for totals in (before, after)]
    parts.append(f"NEP {nep[0]:.0f} → {nep[1]:.0f}")
    return ", ".join(parts).replace("-", "−")


def jump(away: float) -> str:
    """Say by how much Tε2 of Zhu's rule differs from the smooth curve where it begins, per cent."""
    optimum, scale = 20.0, 1.184
    best, there = (
        float(temperature_scalar_distance(optimum + each, optimum, scale)) for each in (0.0, away)
    )
    return f"{100 * (best / 2 / there - 1):+.0f}".replace("-", "−")


def page(found: dict[str, Place]) -> str:
    """Return the whole page."""
    lines = [
        "| where | the paper | here | why | the other way: demonstration scene | real 0.5° scene |",
        "|---|---|---|---|---|---|",
    ]
    numbers = {"other": f"{found['real'].result.totals.yearly('rh', vegetation='other'):.0f}"}
    numbers |= {"cold": jump(-13.0), "heat": jump(10.0)}
    for row in TABLE:
        effects = " | ".join(effect(place, row.otherwise) for place in found.values())
        why = row.why.format(**numbers)
        lines.append(f"| {row.where} | {row.paper} | {row.here} | {why} | {effects} |")
    sums = (
        sum(figures.nep * place.result.totals.area_of(name) for name, figures in BY_REGION.items())
        for place in found.values()
    )
    demo, real = (f"{total / 1e9:.3f}" for total in sums)
    return TEXT.format(
        table="\n".join(lines), contradictions="\n".join(f"- {line}" for line in CONTRADICTIONS),
        printed=f"{NEP_TOTAL / 1000:.3f}", demo=demo, real=real,
    )  # fmt: skip


TEXT = """<!-- Made by docs/departures.py; do not edit. -->

# Where the program departs from the paper

System 1 follows Liang et al. (2023), doi 10.1109/JSTARS.2023.3325774. Where the paper leaves
something open, contradicts itself, or cannot be followed to its own figures, something else had to
be done. This page lists all of it. [How NEP is computed](how-nep-is-computed.md) has the equations.

The last two columns say what the whole gives when it is done *the other way*: as the paper prints
it or another source has it, whichever can be run. NPP and Rh change by per cent; NEP is in Tg C a
year. The demonstration scene (synthetic, `ci2`) shows that a choice matters, not how much; the real
0.5° climatology ([what it is](real-climate.md), `epsilon`) is nearer to the land. A dash: no other
way to run.

{table}

"Conventional method" is the paper's own word for the factors of eq. 10, with a citation of an
earlier paper of its authors.

## Where the paper's figures contradict each other

{contradictions}

NEP by region times area is {demo} Pg C a year with the areas of the demonstration scene and {real}
with those of the real one; printed is {printed}. The figures stand on the Vegetation page, with
this list below them.
"""


def main() -> None:
    """Run the model both ways and write the page."""
    PAGE.write_text(page(places()), encoding="utf-8")
    print(PAGE.relative_to(ROOT))


if __name__ == "__main__":
    main()
