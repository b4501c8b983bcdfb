"""Make the page "What the four versions score at real towers" by running the model there.

``NEP_EXPLORER_REAL_DATA=... python docs/towers.py`` writes docs/towers.md.
"""

import os
from pathlib import Path

import numpy as np

from explorer import pipeline
from explorer.analysis.scores import Scores
from explorer.observations.site_index import load_index
from explorer.observations.tower_files import load_towers
from explorer.scene.recipes.recipe import build_dataset
from explorer.systems import SYSTEMS, preset
from explorer.systems.nep.epsilon_fit import EpsilonFit
from explorer.systems.nep.published import TOWER_SCORES, TOWERS
from explorer.systems.nep.tower_check import TowerCheck

SYSTEM = SYSTEMS["nep"]
ROOT = Path(__file__).parents[1]
RECIPE = ROOT / "data_samples" / "recipes" / "china_0p5deg.toml"
PAGE = ROOT / "docs" / "towers.md"
FOLDER = "fluxnet2015_monthly"
LEAF_AREA = "cardamom_fluxval/monthly_drivers_obs_204sites.csv.gz"
HEADS = "r | R² | NSE | RMSE | bias"
MODIS = "phenofit_gpp_ndvi/MOD13A1_10sites.csv"
SETTINGS = {
    "on the grid": {},
    "at the site, EVI of the 0.5° cell": {"at_site": True},
    "at the site, leaf area": {"at_site": True, "index": LEAF_AREA},
}


def checks() -> dict[tuple[str, bool], TowerCheck]:
    """Place the Chinese towers in the real scene in every way: (setting, own class) -> check."""
    real = Path(os.environ["NEP_EXPLORER_REAL_DATA"])
    scene = pipeline.prepare(build_dataset(pipeline.read_recipe(RECIPE)))
    towers = load_towers(sorted((real / FOLDER).glob("FLX_CN-*_MM_*.csv")))
    indices = {name: load_index(real / name) for name in (LEAF_AREA, MODIS)}
    settings = SETTINGS | {"at the site, MODIS NDVI": {"at_site": True, "index": MODIS}}
    return {
        (label, own): SYSTEM.towers.check(
            scene,
            towers,
            at_site=options.get("at_site", False),
            own_class=own,
            index=indices.get(options.get("index")),
        )
        for label, options in settings.items()
        for own in (False, True)
    }


def page(made: dict[tuple[str, bool], TowerCheck]) -> str:
    """Return the whole page."""
    grid, leaves = made["on the grid", False], made["at the site, leaf area", False]
    observed = grid.towers.nep[grid.compared]
    epsilon = preset("epsilon")
    other = sum(place.other_class for place in grid.places)
    return TEXT.format(
        sites=len(grid.compared_sites),
        months=observed.size,
        first=grid.towers.year.min(),
        last=grid.towers.year.max(),
        spread=f"{np.std(observed):.1f}",
        published_sites=len(TOWERS),
        grid=_versions(grid),
        settings=_settings(made),
        by_site=_by_site(grid, leaves),
        modis=_modis(made),
        fits=_fits(made),
        rmse_grid=f"{grid.scores(epsilon).rmse:.1f}",
        nse_grid=f"{grid.scores(epsilon).nse:.2f}",
        rmse_site=f"{leaves.scores(epsilon).rmse:.1f}",
        r2_grid=f"{grid.scores(epsilon).r2:.2f}",
        r2_site=f"{leaves.scores(epsilon).r2:.2f}",
        rmse_paper=f"{TOWER_SCORES['epsilon'].rmse:.1f}",
        other=other,
        dinghu=f"{_mean(grid, 'CN-Din'):.0f}",
        r2_paper=f"{TOWER_SCORES['epsilon'].r2:.2f}",
        modis_bias=_biases(made),
        dinghu_winter=f"{_mean(grid, 'CN-Din', (11, 12, 1)):.0f}",
        dinghu_leaves=f"{leaves.scores(epsilon, 'CN-Din').r2:.2f}",
        dinghu_bias=f"{leaves.scores(epsilon, 'CN-Din').bias:.0f}",
        inverse=_inverse(grid, leaves),
        notes="\n".join(f"- {line}" for line in grid.remarks),
        more="\n".join(f"- {line}" for line in leaves.remarks if line not in grid.remarks),
    )


def _mean(check: TowerCheck, site: str, months: tuple[int, ...] = tuple(range(1, 13))) -> float:
    towers = check.towers
    rows = (
        check.compared & (towers.site == towers.names.index(site)) & np.isin(towers.month, months)
    )
    return float(towers.nep[rows].mean())


def _inverse(grid: TowerCheck, leaves: TowerCheck) -> str:
    """Name the sites at which ε by class runs against the observations."""
    told = []
    for where, check in (("on the grid", grid), ("with leaf area", leaves)):
        found = [
            f"{site} ({check.scores(preset('epsilon'), site).r:+.2f})"
            for site in check.compared_sites
            if check.scores(preset("epsilon"), site).inverse
        ]
        told.append(f"{where} at {', '.join(found) or 'no tower'}")
    return f"Here r is below 0 {' and '.join(told)}."


def _biases(made: dict[tuple[str, bool], TowerCheck]) -> str:
    labels = [label for label, own in made if not own and label.startswith("at the site")]
    epsilon = preset("epsilon")
    biases = [f"{made[label, False].scores(epsilon, 'CN-Cha').bias:+.1f}" for label in labels]
    return f"{', '.join(biases[:-1])} and {biases[-1]}"


def _versions(check: TowerCheck) -> str:
    lines = [
        f"| version | n | {HEADS} | fit | paper R² | paper RMSE |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, row in SYSTEM.presets.items():
        paper = TOWER_SCORES[name]
        lines.append(
            f"| {row.label} | {_row(check.scores(preset(name)))} | {paper.r2} | {paper.rmse} |"
        )
    return "\n".join(lines)


def _scores(found: Scores) -> str:
    r = f"**{found.r:+.2f}**" if found.inverse else f"{found.r:+.2f}"
    return f"{r} | {found.r2:.2f} | {found.nse:.2f} | {found.rmse:.1f} | {found.bias:+.1f}"


def _row(found: Scores) -> str:
    return f"{found.n} | {_scores(found)} | {found.slope:.2f} x {found.intercept:+.1f}"


def _settings(made: dict[tuple[str, bool], TowerCheck]) -> str:
    lines = [
        f"| run | class | original {HEADS} | ε by class {HEADS} |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for label in SETTINGS:
        for own in (False, True):
            cells = [
                _scores(made[label, own].scores(preset(name))) for name in ("original", "epsilon")
            ]
            lines.append(f"| {label} | {'tower' if own else 'map'}'s | {' | '.join(cells)} |")
    return "\n".join(lines)


def _by_site(grid: TowerCheck, leaves: TowerCheck) -> str:
    lines = [
        f"| site | tower's class | map's class | n | mean NEP | grid {HEADS} | leaf area {HEADS} |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for place in grid.places:
        name = place.site.name
        pair = [check.scores(preset("epsilon"), name) for check in (grid, leaves)]
        cells = " | ".join(map(_scores, pair))
        lines.append(
            f"| {name} | {place.site.vegetation} | {place.map_class} | {pair[0].n} "
            f"| {_mean(grid, name):+.1f} | {cells} |"
        )
    return "\n".join(lines)


def _modis(made: dict[tuple[str, bool], TowerCheck]) -> str:
    lines = [f"| vegetation index | n | {HEADS} | fit |", "|---|---|---|---|---|---|---|---|"]
    for label in (*SETTINGS, "at the site, MODIS NDVI"):
        found = made[label, False].scores(preset("epsilon"), "CN-Cha")
        lines.append(f"| {label} | {_row(found)} |")
    return "\n".join(lines)


def _fits(made: dict[tuple[str, bool], TowerCheck]) -> str:
    three = "before | fitted | left out"
    lines = [
        f"| run | class | ε_max fitted, g C MJ⁻¹ | RMSE {three} | R² {three} | NSE {three} |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for label in SETTINGS:
        for own in (False, True):
            fit = made[label, own].fit(preset("epsilon"))
            values = ", ".join(
                f"{name} {fit.before[name]:g} → {fit.after[name]:.3f} ({_band(fit, name)})"
                for name in fit.towers
            )
            found = (fit.scores_before, fit.scores_fitted, fit.scores_left_out)
            cells = [f"{each.rmse:.1f}" for each in found]
            cells += [f"{each.r2:.2f}" for each in found] + [f"{each.nse:.2f}" for each in found]
            whose = "tower's" if own else "map's"
            lines.append(f"| {label} | {whose} | {values} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _band(fit: EpsilonFit, name: str) -> str:
    if name not in fit.bands:
        return "1 tower, no band"
    low, high = fit.bands[name]
    return f"{fit.towers[name]} towers, {low:.3f} to {high:.3f}"


TEXT = """<!-- Made by docs/towers.py; do not edit. -->

# What the four versions score at real towers

Monthly NEP at {sites} Chinese sites of FLUXNET2015 (Pastorello et al. 2020, CC BY 4.0), {months}
months of {first}-{last}, against the model on the real 0.5° climatology
([what that scene is](real-climate.md)). Unit: g C m⁻² month⁻¹. As found, good or bad.

    nep-explorer scene build data_samples/recipes/china_0p5deg.toml --out scene.zarr
    nep-explorer towers scene.zarr $NEP_EXPLORER_REAL_DATA/fluxnet2015_monthly/FLX_CN-*_MM_*.csv \\
        --preset epsilon --fit

NEP is −NEE (`NEE_VUT_REF`, a mean per day) times the days of the month. Months with less than half
of their half-hours measured or filled well (`NEE_VUT_REF_QC` below 0.5) are left out; `--quality`
moves that limit. R² is the squared Pearson correlation r; the paper does not say which R² it means.
A negative r is bold: there the model falls where the tower rises, and a high R² would be no praise.
NSE is the efficiency of Nash and Sutcliffe (1970): 1 is perfect, 0 is no better than the mean of
the observations, below 0 is worse than that mean.

## On the grid

Each tower against the 0.5° cell that holds it, with the class that the map gives the cell. The
paper's figures are for {published_sites} ChinaFLUX towers in 2010, at 1 km:

{grid}

The last three are the same because this scene has no clumping index.

## At the site

`--at-site` runs the same kernels with each tower's own temperature, rain and light (`TA_F`, `P_F`,
`SW_IN_F`), year by year. What it changes is the error of the grid; what stays is the error of the
model, of its vegetation index, and of the tower. The index is the scene's own, or, with `--index
cardamom_fluxval/monthly_drivers_obs_204sites.csv.gz`, the leaf area of the site as
FPAR = 1 − exp(−k LAI) with k = 0.5 (`--extinction`). `--own-class` takes the class that the tower
reports.

{settings}

## By site, ε by class, the map's class

{by_site}

At CN-Cha there is NDVI of the tower's own 500 m as well (`--index
phenofit_gpp_ndvi/MOD13A1_10sites.csv`), read between the class limits of the parameter table, since
percentiles of another index say nothing of it:

{modis}

## ε_max fitted to the towers

NEP is linear in ε_max, so a bounded least squares per class answers at once (`--fit`). *Left out*
is the honest score: each tower met by a fit that did not see it; a class with one tower then keeps
its value. Classes without a tower stay as they are. In brackets: the number of towers of the class,
and the lowest and highest ε_max that a fit without one of them finds. Where that band is wide, the
value is that of a tower rather than of a class; where there is one tower there is no band.

{fits}

The fit always lowers the RMSE of the towers it has seen. Where the left-out RMSE is not lower than
before, the new table says more about these towers than about their classes.

## For teaching: one model, R² of {r2_paper} and of {r2_grid}

The same equations (ε by class) that meet {published_sites} towers with an RMSE of {rmse_paper} in
the paper miss {sites} towers by {rmse_grid} here. The observations themselves spread by {spread}
(standard deviation), so their mean would do as well (NSE {nse_grid}). Nothing in the table tells by
itself who is right. What differs, and what can be said of it:

- **The year.** The paper compares 2010 with 2010. This scene is a mean of decades, and every year
  of a tower meets the same twelve months. With the tower's own weather and leaf area the RMSE goes
  from {rmse_grid} to {rmse_site} and R² from {r2_grid} to {r2_site}: a part of the error, not the
  whole.
- **The place.** A cell of 0.5° is some 2,500 km²; a tower sees one. {other} of {sites} towers stand
  on another class than the rule-made map gives their cell, and class sets ε_max, soil carbon and
  the limits of FPAR at once. The tower's class is no cure here: with ε by class it raises the RMSE
  in all three runs.
- **The index.** EVI of 2006 at 0.5° stands in for NDVI at 1 km of the year. At CN-Cha the same
  equations with three indices are {modis_bias} off in the mean.
- **The season of evergreen forest.** CN-Din takes up {dinghu} g C m⁻² month⁻¹ in the mean and
  {dinghu_winter} from November to January. The model makes uptake from light and leaves and
  respiration from rain and warmth, both highest in summer; with leaf area R² there is
  {dinghu_leaves} and the bias {dinghu_bias}.
- **Which towers.** Scores of a handful of towers depend on which they are. Changbaishan,
  Dinghushan, Haibei and Dangxiong are among the paper's too, but in another year, with another
  processing of the fluxes, and beside other towers (Xishuangbanna, Qianyanzhou, Yucheng, Inner
  Mongolia).
- **What R² is blind to.** It does not see bias, scale or sign: a model that gives half of every
  flux scores 1, and so does one that runs against the observations. Read it with r, NSE, RMSE, bias
  and the fitted line. {inverse}

What would decide it: NDVI, clumping and weather of 2010 at 1 km, and the eight towers of 2010. The
same command takes them.

## Files that are read

- A table `site,lon,lat,class,year,month,nep`: degrees; class is one of
  [ours](classes.md) or IGBP's letters (GRA, MF, …); NEP in g C m⁻² month⁻¹, positive = sink, empty
  where not observed. For runs at the site it may have `temperature` (°C), `precipitation`
  (mm month⁻¹) and `radiation` (MJ m⁻² month⁻¹) as well.
- FLUXNET2015 as it is downloaded: archives (`FLX_SITE_FLUXNET2015_*.zip`), monthly files under
  their own names (`FLX_SITE_FLUXNET2015_*_MM_*.csv`), or the folder of the download, in which one
  monthly file of each site is read. Where a site stands is told in one of three ways; the first
  that tells it is believed, and a place elsewhere or a class of another name is told:
  1. typed: `--site CN-Cha=42.4025,128.0958,MF`; on the page, fields appear for sites without a
     place;
  2. a table: `--site-table FILE`, or any table of places among the files. It has the columns
     `SITE_ID,LOCATION_LAT,LOCATION_LONG,IGBP` or `site,lat,lon,class`;
  3. the BADM table that comes with the download (`FLX_AA-Flx_BIF_*.csv`, or its archive), found
     beside the files: a line a variable, `SITE_ID,GROUP_ID,VARIABLE_GROUP,VARIABLE,DATAVALUE`. Of
     several places of a site the last dated counts. `FluxNET_sites.csv` beside the files is found
     too. Excel workbooks are not read: save the sheet as CSV.
- A vegetation index for runs at the site: `site,year,month,ndvi` or `site,year,month,lai`; MOD13
  extracts (`site,date,NDVI,SummaryQA`; snow and cloud are left out, several values in a month
  averaged); or `site,month,LAI_m2_m2`. Months without a value have the mean of that month in other
  years. NDVI from a file is read between the class limits of the parameter table.

    nep-explorer towers scene.zarr my_download/
    nep-explorer towers scene.zarr FLX_*.zip --site-table my_sites.csv
    nep-explorer towers scene.zarr FLX_CN-Cha_*_MM_*.csv --site CN-Cha=42.4025,128.0958,MF

Every fault of all files is told at once, with its line, and nothing is taken over. The Towers page
loads the same files.

## What the runs themselves tell

On the grid:

{notes}

At the site with leaf area, besides:

{more}
"""


def main() -> None:
    """Run the model and write the page."""
    PAGE.write_text(page(checks()), encoding="utf-8")
    print(PAGE.relative_to(ROOT))


if __name__ == "__main__":
    main()
