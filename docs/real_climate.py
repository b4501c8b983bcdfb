"""Make the page "What it gives on a real climatology" by running the model on it.

``NEP_EXPLORER_REAL_DATA=... python docs/real_climate.py`` writes docs/real-climate.md.
"""

from pathlib import Path

from explorer import pipeline
from explorer.scene.recipes.recipe import build_dataset
from explorer.scene.scene import Scene
from explorer.systems import preset
from explorer.systems.layers import Layers
from explorer.systems.nep.published import BY_REGION, NEP_OF_MONTHS, NEP_TOTAL, RH_OF_MONTHS

ROOT = Path(__file__).parents[1]
RECIPE = ROOT / "data_samples" / "recipes" / "china_0p5deg.toml"
PAGE = ROOT / "docs" / "real-climate.md"

SOIL_SETTINGS = {
    "`yu2010` (default)": {},
    "`as_printed`, P0 = 0, rate per day": {"soil_constants": "as_printed"},
    "`as_printed` with P0 = 2.972": {"soil_constants": "as_printed", "rs_p0": 2.972},
    "`as_printed`, rate per month as printed": {
        "soil_constants": "as_printed",
        "rs_basis": "month",
    },
}


def real_scene() -> Scene:
    """Build the scene of the real 0.5 degree climatology, in memory."""
    return pipeline.prepare(build_dataset(pipeline.read_recipe(RECIPE)))


def page(scene: Scene) -> str:
    """Return the whole page."""
    epsilon = pipeline.run(scene, preset("epsilon"))
    original = pipeline.run(scene, preset("original"))
    notes = "\n".join(f"- {line}" for line in epsilon.warnings)
    return TEXT.format(
        cells=scene.cells,
        area=f"{scene.area.sum() / 1e6:.2f}",
        comparison=_comparison(epsilon, original),
        soil=_soil(scene),
        season=_season(epsilon),
        total=f"{epsilon.totals.yearly_total('nep') / 1000:.2f}",
        paper_total=f"{NEP_TOTAL / 1000:.3f}",
        notes=notes,
    )


def _comparison(epsilon: Layers, original: Layers) -> str:
    lines = [
        "| region | NPP ours | NPP paper | Rh ours | Rh paper | NEP ours | NEP paper "
        "| NPP ours, original CASA |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for region, figures in BY_REGION.items():
        cells = [
            f"{epsilon.totals.yearly(name, region):.0f} | {getattr(figures, name):.0f}"
            for name in ("npp", "rh", "nep")
        ]
        basic = original.totals.yearly("npp", region)
        lines.append(f"| {region} | {' | '.join(cells)} | {basic:.0f} |")
    return "\n".join(lines)


def _soil(scene: Scene) -> str:
    lines = [f"| soil constants | {' | '.join(BY_REGION)} |", "|---|---|---|---|---|"]
    for label, changes in SOIL_SETTINGS.items():
        totals = pipeline.run(scene, preset("epsilon").with_values(changes)).totals
        cells = " | ".join(f"{totals.yearly('rh', region):.0f}" for region in BY_REGION)
        lines.append(f"| {label} | {cells} |")
    paper = " | ".join(f"{figures.rh:.0f}" for figures in BY_REGION.values())
    return "\n".join([*lines, f"| paper | {paper} |"])


def _season(result: Layers) -> str:
    nep, rh = (result.totals.series(name) for name in ("nep", "rh"))
    months = result.periods.names
    return (
        f"ours {nep.max():.1f} in {months[nep.argmax()]} and {nep.min():.1f} in "
        f"{months[nep.argmin()]}, Rh in August {rh[7]:.1f}; paper {NEP_OF_MONTHS[7]:.1f} in Jul, "
        f"{NEP_OF_MONTHS[12]:.1f} in Dec, Rh in August {RH_OF_MONTHS[8]:.1f}"
    )


TEXT = """<!-- Made by docs/real_climate.py; do not edit. -->

# What it gives on a real climatology

The whole chain on real climate: the 0.5° climatology of temperature, precipitation and sunshine,
EVI of 2006, elevation, a land cover derived by rule and regions drawn with simple lines
(`data_samples/recipes/china_0p5deg.toml`; {cells} land cells with all inputs, {area} million km²).

    nep-explorer scene build data_samples/recipes/china_0p5deg.toml --out scene.zarr
    nep-explorer run scene.zarr --preset epsilon --json summary.json

Preset `epsilon` (ε_max by class; the scene has no clumping index), beside the figures that Liang et
al. (2023) publish for their best version on 1 km data of 2010. Area-weighted, g C m⁻² yr⁻¹:

{comparison}

National monthly NEP, g C m⁻² month⁻¹: {season}.
National total: ours {total} Pg C yr⁻¹, paper {paper_total}.

## Why the figures differ

- **EVI is not NDVI.** It saturates later and is lower over forest; full cover is found in the
  scene, so that level is EVI's own, but bare ground is NDVI's.
- **Bare land** has the grassland's full cover here; with its own (`bare_cover=own`) the Northwest
  comes near the paper. What else was weighed: [choices.md](choices.md).
- **Land cover is a rule, not a map.** Large parts of the real North and Plateau are croplands and
  meadows that the rule calls otherwise; ε_max and soil carbon follow the class.
- **The climate is a mean of decades**, at 0.5°, where the paper has the year 2010 at 1 km.
- **The paper swaps two figures**: it prints NPP 170.287 for Qinghai-Tibet and 255.780 for the
  Northwest, but its own NEP and Rh only add up the other way round, as in the table above. It
  contradicts itself elsewhere too ([the paper and this program](departures.md)).
- **Soil respiration.** The constants that the paper prints cannot give the paper's own Rh. We use
  those of Yu et al. (2010) and keep the printed ones as an option. Rh, g C m⁻² yr⁻¹:

{soil}

## What the run itself tells

{notes}
"""


def main() -> None:
    """Run the model and write the page."""
    PAGE.write_text(page(real_scene()), encoding="utf-8")
    print(PAGE.relative_to(ROOT))


if __name__ == "__main__":
    main()
