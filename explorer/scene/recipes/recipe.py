"""Recipes: a TOML file that says where each variable comes from, and how it is brought in.

title = "My region, 2010"
root = "${NEP_EXPLORER_REAL_DATA}/folder"   # default: the recipe's own folder
year = 2010                                 # default: an ordinary year
notes = ["EVI stands in for NDVI"]          # shown wherever the scene is
crs = "EPSG:4326"                           # only for files that do not say

[grid]                                      # optional: bring all onto one grid
crs = "+proj=aea +lat_1=25 +lat_2=47 +lat_0=0 +lon_0=105"
resolution = 10000

[variables.temperature]
file = "t_{month:02d}.tif"                  # or one file with twelve months
name = "tmp"                                # the variable within a NetCDF or Zarr
unit = "0.1 degC"                           # default: what the file says
scale = 1.0                                 # applied to the file's numbers before the unit
offset = 0.0
missing = -9999                             # besides what the file declares
shift = [0.25, 0.25]                        # added to the labels of y and x
resampling = "bilinear"                     # only with [grid]
month_dim = "band"                          # when it is not found by its length of 12
select = {year = 2010}                      # further dimensions, by value

[classes]                                   # optional: IGBP codes of each class
[region_names]
1 = "South"
"""

import json
import os
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import xarray as xr
from pyproj import CRS
from pyproj.exceptions import CRSError

from explorer.errors import RecipeError, SourceError
from explorer.scene.metadata import HIGHEST_CODE
from explorer.scene.recipes.align import RESAMPLINGS, TargetGrid, on_one_grid
from explorer.scene.recipes.keys import (
    CODES,
    GRID_KEYS,
    SOURCE_KEYS,
    TOP_KEYS,
    checked,
    unknown,
)
from explorer.scene.recipes.sources import Source, read_source
from explorer.scene.validate import validate
from explorer.tables.classes import IGBP
from explorer.tables.variable import Inputs

MOST_BYTES = 1_000_000
LONGEST_NAME = 80  # of a region


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """A recipe as read and checked; ``sources`` are keyed by the package's variable names."""

    title: str
    folder: Path
    sources: dict[str, Source]
    inputs: Inputs
    year: int | None = None
    notes: tuple[str, ...] = ()
    citation: str = ""
    licence: str = ""
    synthetic: bool = False
    crs: str | None = None
    grid: TargetGrid | None = None
    classes: dict[str, list[int]] = field(default_factory=IGBP.mapping)
    region_names: dict[int, str] = field(default_factory=dict)


def read_recipe(path: str | os.PathLike, inputs: Inputs) -> Recipe:
    """Read a recipe and check it against the table of inputs; every fault is reported together.

    Raises
    ------
    SourceError
        When the file does not exist or is no TOML.
    RecipeError
        When keys, names, units or classes are wrong, or files are missing.
    """
    path = Path(path)
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise SourceError(f"{path}: {size} bytes; a recipe has at most {MOST_BYTES}")
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise SourceError(f"{path}: no such recipe") from error
    # ValueError: also of a whole number of thousands of digits; OSError: a folder, or no right.
    except (ValueError, RecursionError, OSError) as error:
        if isinstance(error, SourceError):
            raise
        raise SourceError(f"{path}: not a TOML file: {error}") from error
    problems: list[str] = []
    top = checked(raw, TOP_KEYS, "", problems)
    folder = _folder(top.get("root", "."), path.parent, problems)
    sources = _sources(top.get("variables", {}), inputs, folder, problems)
    if "crs" in top and not _is_crs(top["crs"]):
        problems.append(f"crs: {top['crs']!r} is unknown; expected a name as EPSG:4326")
    grid = _grid(top.get("grid"), problems)
    classes = _classes(top.get("classes"), problems)
    regions = _region_names(top.get("region_names", {}), problems)
    if problems:
        raise RecipeError(problems, str(path))
    return Recipe(
        title=top.get("title", path.stem),
        folder=folder,
        sources=sources,
        inputs=inputs,
        year=top.get("year"),
        notes=tuple(top.get("notes", ())),
        citation=top.get("citation", ""),
        licence=top.get("licence", ""),
        synthetic=top.get("synthetic", False),
        crs=top.get("crs"),
        grid=grid,
        classes=classes,
        region_names=regions,
    )


def build_dataset(
    recipe: Recipe, progress: Callable[[str], None] = lambda step: None
) -> xr.Dataset:
    """Follow a recipe: read, convert, bring onto one grid, validate.

    Raises
    ------
    SourceError, RecipeError, SchemaError
        When a file cannot be read, a recipe not be followed, or the outcome is no valid scene.
    """
    arrays: dict[str, xr.DataArray] = {}
    problems: list[str] = []
    for name, source in recipe.sources.items():
        progress(f"reading {name}")
        try:
            arrays[name] = read_source(
                name, recipe.inputs.rows[name], source, recipe.crs, recipe.year
            )
        except RecipeError as error:
            problems.extend(error.problems)
    if problems:
        raise RecipeError(problems, recipe.title)
    progress("bringing onto one grid")
    methods = {name: source.resampling for name, source in recipe.sources.items()}
    dataset = on_one_grid(arrays, recipe.grid, methods)
    return validate(_described(dataset, recipe), recipe.inputs, recipe.title)


def _described(dataset: xr.Dataset, recipe: Recipe) -> xr.Dataset:
    """Give the dataset its title, notes, classes and region names."""
    dataset.attrs = {
        "Conventions": "CF-1.11",
        "title": recipe.title,
        "synthetic": int(recipe.synthetic),
        "notes": "\n".join(recipe.notes),
        "citation": recipe.citation,
        "licence": recipe.licence,
    }
    if recipe.year is not None:
        dataset.attrs["year"] = recipe.year
    if "land_cover" in dataset:
        dataset["land_cover"].attrs["class_mapping"] = json.dumps(recipe.classes)
    if "region" in dataset and recipe.region_names:
        dataset["region"].attrs |= {
            "flag_values": list(recipe.region_names),
            "flag_meanings": " ".join(
                name.replace(" ", "_") for name in recipe.region_names.values()
            ),
        }
    return dataset


def _folder(root: str, beside: Path, problems: list[str]) -> Path:
    opened = os.path.expandvars(root)
    if "$" in opened:
        problems.append(f"root: {root!r} names an environment variable that is not set; set it")
        return beside
    # A variable of the environment is relative to where the command runs, as shells have it.
    start = Path.cwd() if root.startswith("$") else beside
    try:
        folder = (start / Path(opened).expanduser()).resolve()
        if not folder.is_dir():
            problems.append(f"root: {folder}: no such folder")
    except (OSError, RuntimeError, ValueError) as error:  # a name too long, ~nobody, a loop
        problems.append(f"root: {root!r} is no folder: {error}")
        return beside
    return folder


def _sources(tables: dict, inputs: Inputs, folder: Path, problems: list[str]) -> dict[str, Source]:
    sources = {}
    for name, table in tables.items():
        where = f"variables.{name}"
        if name not in inputs.rows:
            problems.append(f"{where}: unknown variable; {unknown(name, inputs.rows)}")
        elif not isinstance(table, dict):
            problems.append(f"{where}: {table!r}; expected a table")
        elif "file" not in table:
            problems.append(f"{where}.file: missing; every variable names its file")
        else:
            source = _source(table, f"{where}.", folder, problems)
            if source is not None:
                sources[name] = source
    if not tables:
        problems.append("variables: none; add a [variables.NAME] table for each input")
    return sources


def _source(table: dict, where: str, folder: Path, problems: list[str]) -> Source | None:
    given = checked(table, SOURCE_KEYS, where, problems)
    method = given.get("resampling")
    if method not in (None, *RESAMPLINGS):
        problems.append(f"{where}resampling: {method!r}; expected {', '.join(RESAMPLINGS)}")
    if "file" not in given:
        return None
    source = Source(**given | {"folder": folder})
    missing = [path for path in source.paths() if folder.is_dir() and not _exists(path)]
    problems.extend(f"{where}file: {path}: no such file" for path in missing)
    return source


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # as of a name that is too long
        return False


def _is_crs(text: str) -> bool:
    try:
        CRS.from_user_input(text)
    except CRSError:
        return False
    return True


def _grid(table: dict | None, problems: list[str]) -> TargetGrid | None:
    if table is None:
        return None
    given = checked(table, GRID_KEYS, "grid.", problems)
    lacking = [key for key in ("crs", "resolution") if key not in table]
    problems.extend(f"grid.{key}: missing" for key in lacking)
    if not {"crs", "resolution"} <= set(given):
        return None
    bounds = tuple(given["bounds"]) if "bounds" in given else None
    return TargetGrid(given["crs"], float(given["resolution"]), bounds)


def _classes(table: dict | None, problems: list[str]) -> dict[str, list[int]]:
    if table is None:
        return IGBP.mapping()
    classes = checked(table, dict.fromkeys(IGBP.names, CODES), "classes.", problems)
    owner: dict[int, str] = {}
    for name, codes in classes.items():
        for code in codes:
            if code in owner:
                problems.append(f"classes: code {code} is both {owner[code]} and {name}")
            owner[code] = name
    return classes


def _region_names(table: dict, problems: list[str]) -> dict[int, str]:
    named = {}
    for code, name in table.items():
        is_code = code.isascii() and code.isdigit() and 1 <= int(code[:9]) <= HIGHEST_CODE
        sound = isinstance(name, str) and name.strip() and len(name) <= LONGEST_NAME
        if not is_code or len(code) > 9 or not sound:
            problems.append(
                f"region_names.{code}: {name!r}; expected a whole number from 1 to {HIGHEST_CODE} "
                f"and a name of 1 to {LONGEST_NAME} characters in quotes"
            )
            continue
        named[int(code)] = " ".join(name.split())
    return named
