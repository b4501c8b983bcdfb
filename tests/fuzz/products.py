"""Files of products that are brought to a scene, and the names that outputs are to have."""

from pathlib import Path
from typing import Any

import numpy as np

from tests.conftest import make_tiny_dataset
from tests.fuzz.case import Group, command
from tests.fuzz.nasty import VALUES, label, pick, spoiled_bytes


def prepare(folder: Path) -> Path:
    """Write a sound scene, and a product on its grid."""
    from explorer.scene.store import write_dataset

    dataset = make_tiny_dataset()
    scene = write_dataset(dataset, folder / "scene.zarr")
    command("run", scene, "--out", folder / "product.nc")
    command("export", scene, "--out", folder / "product.tif")
    command("run", scene, "--product", folder / "product.tif")
    return folder


def product(rng: np.random.Generator, shared: Path, folder: Path) -> Any:
    """A product with bytes spoiled, or brought with odd words."""
    path = folder / pick(rng, ("product.nc", "product.tif"))
    content, how = (shared / path.name).read_bytes(), "as it is"
    if rng.random() < 0.7:
        how, content = spoiled_bytes(rng, content)
    path.write_bytes(content)
    words: list[Any] = ["--set", "field=nep"] if path.suffix == ".nc" else []
    if rng.random() < 0.5:
        name = pick(rng, ("variable", "field", "unit", "title", "citation"))
        value = str(pick(rng, VALUES)[:500] if name is None else pick(rng, ODD_WORDS))
        words += ["--set", f"{name}={value}"]
        how = f"{how}, {name} = {label(value)}"
    scene = shared / "scene.zarr"
    return f"{path.name}: {how}", lambda: command("run", scene, "--product", path, *words)


ODD_WORDS = ("", " ", "npp", "nep", "²", "x" * 3000, "g C m-2 yr-1", "kg^99999", "m" * 300, "1/0")


def outputs(rng: np.random.Generator, shared: Path, folder: Path) -> Any:
    """Outputs that are to have impossible, foreign or the same names."""
    (folder / "thesis.zarr").mkdir()
    (folder / "thesis.zarr" / "thesis.txt").write_text("years of work")
    (folder / "notes.csv").write_text("place,mine\n")
    names = (
        "thesis.zarr", "notes.csv", "no/such/x.nc", "x" * 300 + ".nc", "x" * 250 + ".json",
        "out.nc", "out.zarr", "out.xyz", "", ".", "out.csv", "out.png",
        "nul\x01.nc", "notes.csv/x.nc",
    )  # fmt: skip
    one, other = folder / pick(rng, names), folder / pick(rng, names)
    words = pick(rng, (
        ["run", shared / "scene.zarr", "--out", one, "--json", other],
        ["run", shared / "scene.zarr", "--json", one],
        ["export", shared / "scene.zarr", "--out", one],
    ))  # fmt: skip
    words += ["--overwrite"] if rng.random() < 0.7 else []

    def act() -> None:
        try:
            command(*words)
        finally:
            assert (folder / "thesis.zarr" / "thesis.txt").read_text() == "years of work"
            assert (folder / "notes.csv").read_text() == "place,mine\n"

    return " ".join(str(word).replace(str(folder), "")[:60] for word in words), act


GROUPS = {
    "products": Group(150, 8, prepare, product),
    "names of outputs": Group(80, 10, prepare, outputs),
}
