"""Calibrate the daily process model: at a tower, and on a synthetic region."""

import json
import re
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from explorer.commands.options import JsonPath, Overwrite, progress
from explorer.errors import ParameterError

EVERY_YEAR = range(1950, 2101)


def site(
    file: Annotated[Path, typer.Argument(help="FLX_*_DD_*.csv of FLUXNET2015, as downloaded.")],
    years: Annotated[str, typer.Option(help="Years to calibrate on: 2001-2006.")],
    check: Annotated[str, typer.Option(help="Years to check, none of the others: 2007-2012.")],
    lai: Annotated[
        Path | None, typer.Option(help="Leaf area by month: site,year,month,lai, or FluxVal.")
    ] = None,
    on: Annotated[
        str | None,
        typer.Option(help="What to calibrate on: gpp, lai, er, nee. Default: gpp, and lai."),
    ] = None,
    method: Annotated[
        str, typer.Option(help="gradient, or masm: the paper's own, on its ten parameters.")
    ] = "gradient",
    also: Annotated[
        list[Path] | None,
        typer.Option(help="A further daily file that the same parameters are checked at."),
    ] = None,
    latitude: Annotated[
        float | None, typer.Option(min=-66, max=66, help="Default: as SW_IN_POT of the file says.")
    ] = None,
    json_path: JsonPath = None,
    overwrite: Overwrite = False,
) -> None:
    """Calibrate at a tower on some years, and score other years with and without.

    Without --json the scores are printed.
    """
    from explorer.compiled import keep_compiled_code
    from explorer.observations.daily_weather import read_daily
    from explorer.observations.site_index import load_index
    from explorer.outputs.claims import claimed
    from explorer.systems.calibration.site import calibrate_site, load
    from explorer.systems.calibration.site_masm import masm_site
    from explorer.systems.calibration.site_report import site_report, site_text

    began = time.perf_counter()
    if method not in ("gradient", "masm"):
        raise ParameterError(f"--method {method}: expected gradient or masm")
    used, checked = _years("--years", years), _years("--check", check)
    variables = _variables(on, lai)
    if method == "masm" and not {"gpp"} <= set(variables) <= {"gpp", "lai"}:
        raise ParameterError("--method masm: is of gpp, and of lai where it is given")
    read = [file, *([lai] if lai else []), *(also or [])]
    with claimed(json_path, inputs=read, overwrite=overwrite) as claim:
        keep_compiled_code()
        place = load(read_daily(file), used, checked, latitude, load_index(lai) if lai else None)
        others = [load(read_daily(path), used, checked, None, None) for path in also or []]
        with progress(2) as step:
            step(f"calibrating {place.tower.site} on {used}")
            calibrated = masm_site if method == "masm" else calibrate_site
            outcome = calibrated(place, used, variables)
            step(f"checking {checked}")
            told = site_report(place, used, checked, outcome, variables, others)
        told["seconds"] = round(time.perf_counter() - began, 1)
        if json_path:
            _write(claim[json_path], told)
    if not json_path:
        typer.echo(site_text(told))
    for remark in told["remarks"]:
        typer.echo(f"note: {remark}", err=True)


def demo(json_path: JsonPath = None, overwrite: Overwrite = False) -> None:
    """Calibrate a synthetic region whose parameters are known, and say how well they are found.

    Without --json the scores are printed.
    """
    from explorer.compiled import keep_compiled_code
    from explorer.outputs.claims import claimed
    from explorer.systems.calibration.demonstration import demonstration, demonstration_text

    began = time.perf_counter()
    with claimed(json_path, overwrite=overwrite) as claim:
        keep_compiled_code()
        with progress(4) as step:
            told = demonstration(step)
        told["seconds"] = round(time.perf_counter() - began, 1)
        if json_path:
            _write(claim[json_path], told)
    if not json_path:
        typer.echo(demonstration_text(told))


def _write(path: Path, told: dict[str, Any]) -> None:
    text = json.dumps(told, indent=2, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")


def _years(option: str, text: str) -> Any:
    from explorer.systems.calibration.site import Years

    found = re.fullmatch(r"(\d{4})(?:-(\d{4}))?", text.strip())
    first, last = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
    if first > last or first not in EVERY_YEAR or last not in EVERY_YEAR:
        raise ParameterError(f"{option} {text}: expected a year, or two as 2001-2006")
    return Years(first, last)


def _variables(on: str | None, lai: Path | None) -> tuple[str, ...]:
    if on is None:
        return ("gpp", "lai") if lai else ("gpp",)
    names = tuple(dict.fromkeys(name.strip() for name in on.split(",")))
    unknown = [name for name in names if name not in ("gpp", "lai", "er", "nee")]
    if unknown or not names:
        raise ParameterError(f"--on {on}: expected some of gpp, lai, er, nee, with commas")
    if ("lai" in names) != (lai is not None):
        raise ParameterError(f"--on {on}: leaf area is given by --lai FILE; give both or neither")
    return names
