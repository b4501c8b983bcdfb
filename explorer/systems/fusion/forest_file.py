"""A forest as a file: NetCDF with our own arrays; nothing in it is executed when it is read."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from explorer.errors import SchemaError
from explorer.outputs.made_here import MARK, PROGRAM
from explorer.scene.damage import reading
from explorer.scene.store import open_dataset, save_dataset
from explorer.systems.fusion.columns import Encoding, Frame, Predictor
from explorer.systems.fusion.forest import Calibration, Forest, Settings
from explorer.systems.fusion.trees import NODE, Trees

FORMAT = 1
_NODES = ("feature", "child", "threshold", "value", "drawn")
_TREES = ("start", "depth")


def save_forest(forest: Forest, path: Path) -> None:
    """Write a forest; ``path`` is one that ``outputs.claims`` gave."""
    trees = forest.trees
    variables = {
        **{name: ("node", trees.nodes[name]) for name in NODE.names or ()},
        "value": ("node", trees.values),
        "drawn": ("node", trees.drawn),
        "start": ("tree", trees.starts),
        "depth": ("tree", trees.depths),
    }
    head = {
        "format": FORMAT,
        "target": forest.target,
        "unit": forest.unit,
        "settings": forest.settings._asdict(),
        "predictors": [each._asdict() for each in forest.encoding.predictors],
        "encoding": {
            "middle": forest.encoding.middle,
            "ranks": forest.encoding.ranks,
            "average": forest.encoding.average,
        },
        "samples": forest.samples,
        "digest": forest.digest,
        "calibration": forest.calibration._asdict(),
    }
    attributes = {MARK: PROGRAM, "title": f"random forest of {forest.target}"}
    attributes["forest"] = json.dumps(head, ensure_ascii=False)
    save_dataset(xr.Dataset(variables, attrs=attributes), path)


def load_forest(path: Path) -> Forest:
    """Read a forest that ``save_forest`` wrote; everything in it is checked before it is used.

    Raises
    ------
    SourceError
        When there is no such file, or it is damaged.
    SchemaError
        When it is no forest of ours, or its parts do not fit together: lists every fault.
    """
    dataset = open_dataset(path, decoded=False)
    with reading(path):
        head = _head(dataset, path)
        missing = [name for name in (*_NODES, *_TREES) if name not in dataset]
        if missing:
            raise SchemaError([f"no variable {name!r}" for name in missing], path.name)
        arrays = {name: np.asarray(dataset[name].values) for name in (*_NODES, *_TREES)}
    try:
        forest = _forest(head, arrays)
    except (KeyError, TypeError, ValueError) as error:
        raise SchemaError([f"its head cannot be read: {error!r}"], path.name) from error
    faults = _faults(forest)
    if faults:
        raise SchemaError(faults, path.name)
    return forest


def _head(dataset: xr.Dataset, path: Path) -> dict[str, Any]:
    try:
        head = json.loads(dataset.attrs.get("forest", ""))
    except ValueError:
        head = None
    if not isinstance(head, dict):
        raise SchemaError(
            ["no forest; expected a file that `nep-explorer fuse train` wrote"], path.name
        )
    if head.get("format") != FORMAT:
        raise SchemaError(
            [f"format {head.get('format')!r}; this version reads {FORMAT}: train it again"],
            path.name,
        )
    return head


def _forest(head: dict[str, Any], arrays: dict[str, np.ndarray]) -> Forest:
    nodes = np.empty(arrays["feature"].size, dtype=NODE)
    for name in NODE.names or ():
        nodes[name] = arrays[name]  # what is negative becomes too large, and is refused
    trees = Trees(
        nodes,
        arrays["value"].astype(np.float64),
        arrays["drawn"].astype(np.float32),
        arrays["start"].astype(np.int64),
        arrays["depth"].astype(np.int64),
    )
    told = head["encoding"]
    predictors = tuple(Predictor(**each) for each in head["predictors"])
    encoding = Encoding(
        predictors,
        {str(name): float(value) for name, value in told["middle"].items()},
        {
            str(name): {str(member): float(value) for member, value in ranks.items()}
            for name, ranks in told["ranks"].items()
        },
        float(told["average"]),
    )
    return Forest(
        str(head["target"]), str(head["unit"]), Settings(**head["settings"]), encoding, trees,
        int(head["samples"]), str(head["digest"]), Calibration(**head["calibration"]),
    )  # fmt: skip


def _faults(forest: Forest) -> list[str]:
    """Say what of a forest would lead a walk out of its arrays, or nowhere."""
    trees, nodes = forest.trees, forest.trees.nodes
    count, faults = len(nodes), []
    ends = np.append(trees.starts[1:], count)
    if not len(trees) or trees.starts[0] != 0 or (ends <= trees.starts).any():
        return ["its trees do not follow each other"]
    if (nodes["feature"] >= len(forest.encoding.predictors)).any():
        faults.append("a node asks for a predictor that there is not")
    end_of_node = np.repeat(ends, ends - trees.starts)
    leaf = np.isposinf(nodes["threshold"])
    here = np.arange(count)
    child = nodes["child"].astype(np.int64)
    inner_leads_on = (child > here) & (child + 1 < end_of_node)
    if not np.where(leaf, child == here, inner_leads_on).all():
        faults.append("a node leads out of its tree, or back")
    if (trees.depths < 0).any() or (trees.depths > ends - trees.starts).any():
        faults.append("a tree is deeper than it has nodes")
    lacking = [
        each.name
        for each in forest.encoding.predictors
        if each.name
        not in (forest.encoding.ranks if each.kind == "category" else forest.encoding.middle)
    ]
    faults += [f"predictor {name}: nothing says how it is encoded" for name in lacking]
    return faults


def require_same_predictors(forest: Forest, offered: Frame, units: dict[str, str]) -> None:
    """Refuse predictors that are not those a forest was trained on.

    Parameters
    ----------
    forest : Forest
    offered : Frame
    units : mapping of predictor -> unit
        Of what is offered.

    Raises
    ------
    SchemaError
        Names every predictor that is missing or has another unit.
    """
    faults = []
    for each in forest.encoding.predictors:
        if each.name not in offered:
            faults.append(
                f"{each.name} [{each.unit}]: missing; there is {', '.join(offered) or 'nothing'}"
            )
        elif units.get(each.name, each.unit) != each.unit:
            faults.append(
                f"{each.name} is in {units[each.name]}; the forest was trained on {each.unit}"
            )
    if faults:
        raise SchemaError(faults, f"predictors of the forest of {forest.target}")
