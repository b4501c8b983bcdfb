"""Texts that people are sent: links, scenario files, GeoJSON, tables of towers and of an index."""

import base64
import gzip
import json
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from tests.fuzz.case import Group, command
from tests.fuzz.nasty import VALUES, as_json, label, pick, spoiled, spoiled_bytes, spoiled_text

MOST_CORNERS = 40
"""Of a shape of a case; what many corners cost is measured elsewhere."""

LINK = {
    "a": {"preset": "ci2", "changes": {"w_min": 0.3, "epsilon_max.EBF": 1.2}, "name": "mine"},
    "b": {"preset": "epsilon", "changes": {"soil_constants": "yu2010"}},
    "v": {
        "page": "compare", "variable": "npp", "yearly": True, "step": 4, "region": "South",
        "tapped": 12, "window": [0, 0, 10, 10], "year": 2010, "tower": "A",
    },
}  # fmt: skip
SCENARIOS = {
    "format": "nep-explorer scenarios",
    "version": 1,
    "scenarios": [LINK["a"], LINK["b"] | {"name": "other"}],
}


def packed(text: str, level: int = 9) -> str:
    """A token of a text."""
    code = base64.urlsafe_b64encode(zlib.compress(text.encode(errors="replace"), level))
    return f"v2.{code.decode().rstrip('=')}"


def nothing(_folder: Path) -> None:
    """Cases that share nothing."""


def link(rng: np.random.Generator, _shared: None, _folder: Path) -> Any:
    """A link that was cut, or holds what no page wrote."""
    from explorer.session.link import from_token

    if rng.random() < 0.25:
        how, token = spoiled_text(rng, packed(json.dumps(LINK)))
    else:
        how, written = spoiled(rng, LINK)
        if rng.random() < 0.3:
            more, written = spoiled(rng, written)
            how = f"{how}, {more}"
        text = as_json(written)
        if rng.random() < 0.15:
            more, text = spoiled_text(rng, text)
            how = f"{how}, {more}"
        token = packed(text)
    return how, lambda: from_token(token)


def scenario_file(rng: np.random.Generator, _shared: None, folder: Path) -> Any:
    """A file of scenarios, read as the page does, or by the command."""
    from explorer.session.files import scenarios_from_json

    how, written = spoiled(rng, SCENARIOS)
    text = as_json(written)
    if rng.random() < 0.2:
        more, text = spoiled_text(rng, text)
        how = f"{how}, {more}"
    content = text.encode(errors="surrogatepass")
    if rng.random() < 0.1:
        more, content = spoiled_bytes(rng, content)
        how = f"{how}, {more}"
    return how, lambda: scenarios_from_json(content)


def geojson(rng: np.random.Generator, _shared: None, _folder: Path) -> Any:
    """Outlines with impossible corners, of no or of odd objects."""
    from explorer.scene.shapes.geojson import parse_shapes

    rings = []
    for _ in range(int(rng.integers(1, 3))):
        corners = rng.uniform((70, 15), (140, 55), (int(rng.integers(3, MOST_CORNERS)), 2)).tolist()
        rings.append([*corners, corners[0]])
    kind = pick(rng, ("Polygon", "MultiPolygon", "Point", "GeometryCollection"))
    inside = {"Polygon": rings, "MultiPolygon": [rings], "Point": rings[0][0]}.get(kind, [])
    feature = {
        "type": "Feature",
        "properties": {"name": "A"},
        "geometry": {"type": kind, "coordinates": inside},
    }
    how, written = spoiled(rng, {"type": "FeatureCollection", "features": [feature] * 2})
    content = as_json(written).encode(errors="surrogatepass")
    if rng.random() < 0.2:
        more, content = spoiled_bytes(rng, content)
        how = f"{how}, {more}"
    return f"{kind}: {how}", lambda: parse_shapes(content, "case.geojson")


HEADS = {
    "own": "site,lon,lat,class,year,month,nep,temperature,precipitation,radiation",
    "fluxnet": "TIMESTAMP,NEE_VUT_REF,NEE_VUT_REF_QC,TA_F,P_F,SW_IN_F",
    "sites": "SITE_ID,LOCATION_LAT,LOCATION_LONG,IGBP",
    "ndvi": "site,year,month,ndvi",
    "mod13": "site,date,NDVI,SummaryQA",
    "fluxval": "site,month,LAI_m2_m2",
}
ROWS = {
    "own": lambda n: f"A,105,35,EBF,2010,{n},{n}.5,12,30,400",
    "fluxnet": lambda n: f"2010{n:02d},-1.{n},0.9,10,2,150",
    "sites": lambda n: f"CN-A{n:02d},35.{n},105,GRA",
    "ndvi": lambda n: f"A,2010,{n},0.{n}",
    "mod13": lambda n: f"A,2010-{n:02d}-01,{n * 100},0",
    "fluxval": lambda n: f"A,2010-{n:02d},{n}.1",
}


def spoiled_table(rng: np.random.Generator, kind: str) -> tuple[str, bytes]:
    """A table with some values, columns or bytes that nobody means."""
    columns = HEADS[kind].split(",")
    rows = [ROWS[kind](number).split(",") for number in range(1, 13)]
    how = []
    for _ in range(int(rng.integers(1, 4))):
        row, column = int(rng.integers(12)), int(rng.integers(len(columns)))
        value = pick(rng, (*VALUES, "0000000019", "0000019001111", "9" * 5000, "1e400", "0x10"))
        text = label(value) if isinstance(value, int) and value > 10**30 else str(value)
        rows[row][column] = text
        how.append(f"{columns[column]} = {label(value)}")
    if rng.random() < 0.15:
        rows += rows * int(rng.integers(1, 60))
        how.append("lines again")
    if rng.random() < 0.15:
        column = int(rng.integers(len(columns)))
        columns[column] = str(pick(rng, ("", "x" * 1000, columns[0], "NEP")))
        how.append("a column renamed")
    text = "\n".join(",".join(row) for row in [columns, *rows]) + "\n"
    if rng.random() < 0.2:
        more, text = spoiled_text(rng, text)
        how.append(more)
    content = text.encode(errors="surrogatepass")
    if rng.random() < 0.1:
        more, content = spoiled_bytes(rng, content)
        how.append(more)
    return ", ".join(how), content


def scene_for_towers(folder: Path) -> Path:
    """The tiny scene that tables are compared with; compiles what a comparison runs."""
    from explorer.scene.store import write_dataset
    from tests.conftest import make_tiny_dataset

    scene = write_dataset(make_tiny_dataset(), folder / "scene.zarr")
    lines = [HEADS["own"], *(ROWS["own"](number) for number in range(1, 13))]
    (folder / "towers.csv").write_text("\n".join(lines))
    command("towers", scene, folder / "towers.csv")
    return scene


def towers(rng: np.random.Generator, scene: Path, folder: Path) -> Any:
    """Our own table, up to the comparison."""
    how, content = spoiled_table(rng, "own")
    path = folder / pick(rng, ("towers.csv", "FluxNET_sites.csv", "t"))
    path.write_bytes(content)
    out = ["--json", folder / "out.json"] if rng.random() < 0.3 else []
    return how, lambda: command("towers", scene, path, *out)


def fluxnet(rng: np.random.Generator, _shared: None, _folder: Path) -> Any:
    """A monthly file of FLUXNET2015 and its table of sites, one of them spoiled."""
    from explorer.observations.tower_files import read_towers

    name = "FLX_CN-A01_FLUXNET2015_SUBSET_MM_2010-2010_1-4.csv"
    kinds = {name: "fluxnet", "FluxNET_sites.csv": "sites"}
    files = {}
    for file, kind in kinds.items():
        lines = [HEADS[kind], *(ROWS[kind](number) for number in range(1, 13))]
        files[file] = ("\n".join(lines) + "\n").encode()
    chosen = pick(rng, tuple(kinds))
    how, files[chosen] = spoiled_table(rng, kinds[chosen])
    return f"{chosen}: {how}", lambda: read_towers(files, 0.5)


def index(rng: np.random.Generator, _shared: None, _folder: Path) -> Any:
    """A series of NDVI or leaf area, plain or packed."""
    from explorer.observations.site_index import read_index

    kind = pick(rng, ("ndvi", "mod13", "fluxval"))
    how, content = spoiled_table(rng, kind)
    name = "index.csv"
    if rng.random() < 0.2:
        name, content = "index.csv.gz", gzip.compress(content, mtime=0)
        more, content = spoiled_bytes(rng, content)
        how = f"{how}, {more}"
    return f"{kind}: {how}", lambda: read_index(name, content)


GROUPS = {
    "links": Group(900, 60, nothing, link),
    "scenario files": Group(500, 40, nothing, scenario_file),
    "GeoJSON": Group(400, 30, nothing, geojson),
    "towers, own table": Group(300, 20, scene_for_towers, towers),
    "towers, FLUXNET": Group(300, 30, nothing, fluxnet),
    "site index": Group(200, 20, nothing, index),
}
