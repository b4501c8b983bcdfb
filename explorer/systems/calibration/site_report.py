"""What the calibration of a tower came to: plain numbers for JSON, and text for people."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from explorer.systems.calibration.bounded import defaults
from explorer.systems.calibration.model import SPIN_UP_YEARS, Day
from explorer.systems.calibration.parameters import MA, CalibrationParameters
from explorer.systems.calibration.site import FLUXES, QUALITY, FluxScores, Outcome, Site, Years
from explorer.tables.parameter import row_of

PUBLISHED = {
    "gpp": {"default": 7.03, "calibrated": 6.22},
    "er": {"default": 2.65, "calibrated": 2.11},
    "nee": {"default": 4.45, "calibrated": 4.38},
}
"""RMSE at 14 sites, means of 8 days (Ma et al. 2022, abstract)."""

NOT_LIKE_FOR_LIKE = (
    "the published figures are of parameters expanded from satellite products to 14 sites; ours "
    "are of a tower's own years"
)
NAMES = {"gpp": "GPP", "er": "ER", "nee": "NEE", "lai": "LAI"}
NEAR = 0.02
"""A value this near a bound, as a share of the way between both, is said to be at it."""


def site_report(
    site: Site,
    years: Years,
    check: Years,
    outcome: Outcome,
    on: tuple[str, ...],
    others: Sequence[Site] = (),
) -> dict[str, Any]:
    """Return scores, parameters and remarks, ready for JSON.

    ``check`` holds the scores of days that were not used, ``calibration`` those of the years that
    were, ``check_8_days`` those of means of eight days, as the paper has them; ``elsewhere`` those
    of other towers with the same parameters.
    """
    runs = {"default": site.run(defaults()), "calibrated": site.run(outcome.values)}
    return {
        "site": site.tower.site,
        "file": site.tower.file,
        "latitude": round(site.latitude, 2),
        "years": str(years),
        "method": outcome.method,
        "on": list(on),
        "check": _block(site, runs, check),
        "check_8_days": _block(site, runs, check, blocks=True),
        "calibration": _block(site, runs, years),
        "elsewhere": {
            other.tower.site: _block(
                other,
                {"default": other.run(defaults()), "calibrated": other.run(outcome.values)},
                check,
            )
            for other in others
        },
        "published_rmse": PUBLISHED | {"source": MA, "note": NOT_LIKE_FOR_LIKE},
        "parameters": _parameters(outcome),
        "error_of_a_mean": {name: round(value, 4) for name, value in outcome.errors.items()},
        "model_runs": outcome.calibrated.runs,
        "share_of_starts_at_the_best": float(outcome.calibrated.reached[0]),
        "spin_up_years": SPIN_UP_YEARS,
        "remarks": _remarks(outcome, on),
    }


def _block(
    site: Site, runs: Mapping[str, Day], years: Years, *, blocks: bool = False
) -> dict[str, Any]:
    scores = {name: site.scores(days, years, blocks=blocks) for name, days in runs.items()}
    found: dict[str, Any] = {"years": str(years)}
    found |= {
        name: {flux: _numbers(each) for flux, each in row.items()} for name, row in scores.items()
    }
    before, after = scores["default"], scores["calibrated"]
    found["rmse_falls_by_percent"] = {
        flux: round(100 * (1 - after[flux].rmse / before[flux].rmse), 2) for flux in FLUXES
    }
    return found


def _numbers(scores: FluxScores) -> dict[str, float | None]:
    rounded = {name: round(value, 4) for name, value in scores._asdict().items()}
    return {name: value if math.isfinite(value) else None for name, value in rounded.items()}


def _parameters(outcome: Outcome) -> dict[str, dict[str, Any]]:
    found = outcome.calibrated
    rows = {}
    for number, name in enumerate(found.space.names):
        row = row_of(CalibrationParameters, name)
        rows[name] = {
            "label": row.metadata["label"],
            "unit": row.metadata["unit"],
            "default": row.default,
            "value": float(f"{found.values[0, number]:.6g}"),
            "low_90": float(f"{found.low[0, number]:.6g}"),
            "high_90": float(f"{found.high[0, number]:.6g}"),
            "learnt": round(float(found.told[0, number]), 3),
            "at_bound": bool(_at_bound(found, number)),
            "stand_in": row.metadata["stand_in"],
        }
    return rows


def _at_bound(found: Any, number: int) -> bool:
    share = found.space.share(found.values[0])[number]
    return not NEAR <= share <= 1 - NEAR


def _remarks(outcome: Outcome, on: tuple[str, ...]) -> list[str]:
    found = outcome.calibrated
    remarks = [
        *outcome.remarks,
        f"days with NEE_VUT_REF_QC below {QUALITY:g} do not count; the range of temperature within "
        "a day is estimated from radiation",
        f"published RMSE: {NOT_LIKE_FOR_LIKE}",
    ]
    untold = [
        name for name, told in zip(found.space.names, found.told[0], strict=True) if told < 0.3
    ]
    if untold:
        remarks.append(f"the data tell little of {', '.join(untold)}: they stay near the prior")
    bound = [name for number, name in enumerate(found.space.names) if _at_bound(found, number)]
    if bound:
        remarks.append(f"at a bound: {', '.join(bound)}")
    if "lai" not in on and {"p17", "p18"} <= set(found.space.names):
        remarks.append("without leaf area, p17 and p18 are told by GPP as a ratio alone")
    if not {"er", "nee"} & set(on):
        remarks.append("ER and NEE were not fitted: their change follows from GPP")
    return remarks


def site_text(told: Mapping[str, Any]) -> str:
    """Return the scores and parameters of ``site_report`` as text."""
    lines = [
        f"{told['site']} ({told['latitude']:g}° latitude), calibrated on "
        f"{', '.join(NAMES[name] for name in told['on'])} of {told['years']}, {told['method']}, in "
        f"{told['seconds']:g} s"
    ]
    tables = {f"years not used, {told['check']['years']}": told["check"]}
    tables["the same, means of 8 days"] = told["check_8_days"]
    tables[f"years used, {told['years']}"] = told["calibration"]
    tables |= {
        f"{name}, {row['years']}, with the same parameters": row
        for name, row in told["elsewhere"].items()
    }
    for title, block in tables.items():
        lines += ["", title, f"{'':5}{'RMSE':>16} {'fall':>8}{'R':>16}{'DISO':>16}"]
        for flux in FLUXES:
            before, after = block["default"][flux], block["calibrated"][flux]
            pairs = [f"{_f(before[k])} → {_f(after[k])}" for k in ("rmse", "r", "diso")]
            fall = f"{block['rmse_falls_by_percent'][flux]:.1f} %"
            lines.append(f"{NAMES[flux]:5}{pairs[0]:>16} {fall:>8}{pairs[1]:>16}{pairs[2]:>16}")
    lines += ["", f"{'parameter':12}{'default':>9}{'value':>9}   90 % interval     learnt"]
    for name, row in told["parameters"].items():
        interval = f"{row['low_90']:.4g} to {row['high_90']:.4g}"
        flag = "  at its bound" if row["at_bound"] else ""
        lines.append(
            f"{name:12}{row['default']:9.4g}{row['value']:9.4g}   {interval:18}"
            f"{row['learnt']:6.2f}{flag}"
        )
    return "\n".join(lines)


def _f(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
