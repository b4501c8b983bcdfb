"""System 1 a second time: plain float64 NumPy, one grid cell layout, written from the papers.

Written from Liang et al. (2023) and from the notes on its sources, not from ``explorer``: the two
must agree. Nothing of ``explorer`` is imported, and every number is typed again, by the paper that
it comes from; ``tests/test_model.py`` holds the defaults of ``explorer`` against them.
"""

from calendar import monthrange
from dataclasses import dataclass, field

import numpy as np
import xarray as xr
from pyproj import CRS, Transformer

CLASSES = ("ENF", "EBF", "DNF", "DBF", "MXF", "shrub", "grassland", "cropland", "other")
CLASS_OF_CODE = {
    1: 0, 2: 1, 3: 2, 4: 3, 5: 4, 6: 5, 7: 5, 8: 6, 9: 6, 10: 6, 11: 6, 12: 7, 14: 7,
    13: 8, 15: 8, 16: 8,
}  # fmt: skip

NEAR = 0.0005  # degC: so near to a limit a temperature lies on it


def _by_class(*, mixed: tuple[str, ...] = (), **values: float) -> np.ndarray:
    """Values in the order of CLASSES; mixed forest is the mean of some where it has none."""
    if mixed:
        values["MXF"] = sum(values[name] for name in mixed) / len(mixed)
    return np.array([values[name] for name in CLASSES])


# Liang et al. (2023), sec. III-A2: "the ENF is 0.476, the EBF is 0.980, ..."
EPSILON_MAX = _by_class(
    ENF=0.476, EBF=0.980, DNF=0.485, DBF=0.692, MXF=0.768, shrub=0.429, grassland=0.542,
    cropland=0.542, other=0.389,
)  # fmt: skip
# Sec. II-B4: "broadleaf forest is 4.700, coniferous forest is 3.770, mixed forest is 4.235"; for
# land without vegetation the paper gives none.
SOCD = _by_class(
    ENF=3.770, DNF=3.770, EBF=4.700, DBF=4.700, MXF=4.235, shrub=2.560, cropland=2.560,
    grassland=1.820, other=0.0,
)  # fmt: skip
# Zhu et al. (2007), as CASA codes for China carry it; mixed forest is the mean of all four.
FORESTS = ("ENF", "EBF", "DNF", "DBF")
NDVI_MAX = _by_class(
    ENF=0.647, EBF=0.676, DNF=0.738, DBF=0.747, shrub=0.636, grassland=0.634, cropland=0.634,
    other=0.634, mixed=FORESTS,
)  # fmt: skip
SR_MAX = _by_class(
    ENF=4.67, EBF=5.17, DNF=6.63, DBF=6.91, shrub=4.49, grassland=4.46, cropland=4.46, other=4.46,
    mixed=FORESTS,
)  # fmt: skip
# BEPS land-cover table, in place of He et al. (2012); mixed forest is the mean of ENF and DBF.
CI_REF = _by_class(
    ENF=0.62, EBF=0.63, DNF=0.68, DBF=0.70, shrub=0.70, grassland=0.80, cropland=0.80, other=0.80,
    mixed=("ENF", "DBF"),
)  # fmt: skip
# Yu et al. (2010), per day; and as Liang et al. (2023) print them, without P0.
YU_2010 = {
    "rs_r0": 0.588, "rs_m": 0.118, "rs_alpha": 1.83, "rs_beta": -0.006, "rs_p0": 2.972,
    "rs_k": 5.657,
}  # fmt: skip
SOIL = {
    "yu2010": YU_2010,
    "as_printed": YU_2010 | {"rs_m": 0.188, "rs_beta": 0.006, "rs_p0": 0.0},
}


def _same(value: float) -> np.ndarray:
    return np.full(len(CLASSES), value)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Every number and choice, as the papers have it."""

    epsilon_max: np.ndarray = field(default_factory=EPSILON_MAX.copy)
    limits: str = "scene"
    bare_cover: str = "grassland"
    ndvi_max: np.ndarray = field(default_factory=NDVI_MAX.copy)
    ndvi_min: np.ndarray = field(default_factory=lambda: _same(0.023))  # Zhu et al. (2007)
    sr_max: np.ndarray = field(default_factory=SR_MAX.copy)
    sr_min: np.ndarray = field(default_factory=lambda: _same(1.05))  # Zhu et al. (2007)
    sr_weight: float = 0.5  # eq. 3
    fpar_min: float = 0.001  # eqs. 4 and 6
    fpar_max: float = 0.950
    ci_scheme: str = "II"
    ci_ref: np.ndarray = field(default_factory=CI_REF.copy)
    angstrom_a: float = 0.25  # FAO-56, eq. 35
    angstrom_b: float = 0.50
    cloud_factor: float = 0.70  # assumed
    par_share: float = 0.5  # eq. 2
    t_scalar_1_cold_limit: float = -10.0  # Zhu et al. (2007), as the next two
    t_scalar_2_rule: str = "zhu"
    t_scalar_2_scale: float = 1.184
    w_min: float = 0.5  # Potter et al. (1993)
    w_scalar_rule: str = "carried"
    thawed_at: float = 5.0  # assumed
    rs_r0: float = YU_2010["rs_r0"]
    rs_m: float = YU_2010["rs_m"]
    rs_alpha: float = YU_2010["rs_alpha"]
    rs_beta: float = YU_2010["rs_beta"]
    rs_p0: float = YU_2010["rs_p0"]
    rs_k: float = YU_2010["rs_k"]
    rs_basis: str = "day"
    socd: np.ndarray = field(default_factory=SOCD.copy)
    rh_rule: str = "faithful"
    rh_square: float = -0.0009  # eq. 12, as the next two
    rh_slope: float = 0.6011
    rh_offset: float = 4.8874
    delta_t: float = 0.0
    precip_factor: float = 1.0
    acclimation: float = 0.0


def simulate(dataset: xr.Dataset, **changes: float | str | np.ndarray) -> dict[str, np.ndarray]:
    """Return every flux on the grid, (12, y, x), NaN outside the land cells."""
    p = Settings(**changes)
    y, x = ("northing", "easting") if "northing" in dataset.dims else ("lat", "lon")
    data = dataset.transpose("month", y, x, ...)
    cover = data["land_cover"].values
    group = np.vectorize(lambda code: CLASS_OF_CODE.get(int(code), -1))(cover)
    land = group >= 0
    kind = group[land]

    def cells(name: str) -> np.ndarray:
        return data[name].values.astype(float)[..., land]

    length = np.array([monthrange(data.attrs.get("year", 2010), m)[1] for m in range(1, 13)])
    days = length[:, np.newaxis].astype(float)
    ndvi, today = cells("ndvi"), cells("temperature")
    warm, wet = today + p.delta_t, cells("precipitation") * p.precip_factor
    top, daylight = _sun(_latitude(data, y, x)[land], length)
    sol = _light(data, cells, top, p)

    fpar = _fpar(ndvi, kind, p)
    if "ci" in data:
        fpar = np.minimum(fpar * _clumping(cells("ci"), kind, p), p.fpar_max)
    apar = p.par_share * sol * fpar

    peak = np.argmax(ndvi, axis=0)
    t_opt = today[peak, np.arange(kind.size)] + p.acclimation * p.delta_t
    t1 = np.clip(0.8 + 0.02 * t_opt - 0.0005 * t_opt * t_opt, 0, 1)
    t1 = np.where(warm <= p.t_scalar_1_cold_limit + NEAR, 0, t1)
    t2 = _distance_stress(warm, t_opt, p.t_scalar_2_rule, p.t_scalar_2_scale)
    w = _water_stress(warm, wet, daylight, days, p)
    epsilon = p.epsilon_max[kind] * t1 * t2 * w
    npp = apar * epsilon

    rs = _soil_respiration(warm, wet / 10, p.socd[kind], p)
    rs = rs * days if p.rs_basis == "day" else rs
    capped = p.rh_rule == "capped"
    base = np.minimum(rs, p.rh_slope / (-2 * p.rh_square)) if capped else rs
    rh = p.rh_square * base**2 + p.rh_slope * base + p.rh_offset
    rh = np.minimum(rh, rs) if capped else rh
    flat = {
        "fpar": fpar, "apar": apar, "t_scalar_1": np.broadcast_to(t1, rs.shape), "t_scalar_2": t2,
        "w_scalar": w, "epsilon": epsilon, "npp": npp, "rs": rs, "rh": rh, "nep": npp - rh,
    }  # fmt: skip
    return {name: _on_grid(values, land) for name, values in flat.items()}


def _on_grid(values: np.ndarray, land: np.ndarray) -> np.ndarray:
    field = np.full((12, *land.shape), np.nan)
    field[:, land] = values
    return field


def _latitude(data: xr.Dataset, y: str, x: str) -> np.ndarray:
    columns, rows = np.meshgrid(data[x].values, data[y].values)
    if y == "lat":
        return rows
    crs = CRS.from_wkt(data["spatial_ref"].attrs["crs_wkt"])
    return Transformer.from_crs(crs, "EPSG:4326", always_xy=True).transform(columns, rows)[1]


def _sun(latitude: np.ndarray, length: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """FAO-56 day by day: monthly sum of Ra, monthly mean of daylight hours."""
    phi = np.radians(latitude)
    light, hours = np.zeros((12, phi.size)), np.zeros((12, phi.size))
    day = 0
    for month, count in enumerate(length):
        for _ in range(count):
            day += 1
            delta = 0.409 * np.sin(2 * np.pi / 365 * day - 1.39)
            dr = 1 + 0.033 * np.cos(2 * np.pi / 365 * day)
            omega = np.arccos(np.clip(-np.tan(phi) * np.tan(delta), -1, 1))
            slant = omega * np.sin(phi) * np.sin(delta)
            light[month] += (
                24 * 60 / np.pi * 0.0820 * dr
                * (slant + np.cos(phi) * np.cos(delta) * np.sin(omega))
            )  # fmt: skip
            hours[month] += 24 / np.pi * omega / count
    return light, hours


def _light(data: xr.Dataset, cells, top: np.ndarray, p: Settings) -> np.ndarray:
    if "radiation" in data:
        return cells("radiation")
    if "sunshine" in data:
        return (p.angstrom_a + p.angstrom_b * cells("sunshine")) * top
    return (0.75 + 2e-5 * cells("elevation")) * top * p.cloud_factor


def _simple_ratio(v):
    return (1 + np.minimum(v, 0.999)) / (1 - np.minimum(v, 0.999))


def _class_limits(ndvi: np.ndarray, kind: np.ndarray, p: Settings) -> np.ndarray:
    """NDVI and SR of bare ground and of full cover, (4, classes); NaN for a class without cells."""
    if p.limits == "table":
        return np.array([p.ndvi_min, p.ndvi_max, p.sr_min, p.sr_max])
    limits = np.full((4, len(CLASSES)), np.nan)
    for c in np.unique(kind):
        v = ndvi[:, kind == c]
        bottom, top = np.percentile(v, 5), np.percentile(v.max(axis=0), 95)
        limits[:, c] = bottom, top, _simple_ratio(bottom), _simple_ratio(top)
    if p.limits == "scene":
        other, grass = CLASSES.index("other"), CLASSES.index("grassland")
        if p.bare_cover == "grassland":
            limits[:, other] = limits[:, grass]
            if not (kind == grass).any():
                limits[1, other] = p.ndvi_max[other]
                limits[3, other] = _simple_ratio(p.ndvi_max[other])
        limits[0], limits[2] = p.ndvi_min, p.sr_min
    return limits


def _fpar(ndvi: np.ndarray, kind: np.ndarray, p: Settings) -> np.ndarray:
    bottom, top, sr_bottom, sr_top = _class_limits(ndvi, kind, p)[:, kind]
    span = p.fpar_max - p.fpar_min
    by_ndvi = (ndvi - bottom) / (top - bottom) * span + p.fpar_min
    by_sr = (_simple_ratio(ndvi) - sr_bottom) / (sr_top - sr_bottom) * span + p.fpar_min
    by_ndvi, by_sr = (np.clip(each, p.fpar_min, p.fpar_max) for each in (by_ndvi, by_sr))
    return p.sr_weight * by_sr + (1 - p.sr_weight) * by_ndvi


def _clumping(ci: np.ndarray, kind: np.ndarray, p: Settings) -> np.ndarray:
    ratio = np.ones(ci.shape)
    if p.ci_scheme == "none":
        return ratio
    for month in range(12):
        for c in range(len(CLASSES)):
            usable = (kind == c) & np.isfinite(ci[month]) & (ci[month] > 0)
            if usable.any():
                reference = p.ci_ref[c] if p.ci_scheme == "I" else ci[month, usable].mean()
                ratio[month, usable] = ci[month, usable] / reference
    return ratio


def _distance_stress(t: np.ndarray, t_opt: np.ndarray, rule: str, scale: float) -> np.ndarray:
    def curve(at):
        cold = 1 + np.exp(0.2 * (t_opt - 10 - at))
        return scale / cold / (1 + np.exp(0.3 * (-t_opt - 10 + at)))

    if rule == "raw":
        return curve(t)
    return np.where((t > t_opt + 10 + NEAR) | (t < t_opt - 13 - NEAR), curve(t_opt) / 2, curve(t))


def _water_stress(t, p, daylight, days, settings: Settings) -> np.ndarray:
    lowest, warmth = settings.w_min, t
    t = np.where(t > NEAR, t, 0.0)
    index = np.where(t > 0, (np.maximum(t, 0) / 5) ** 1.514, 0).sum(axis=0)
    a = 6.75e-7 * index**3 - 7.71e-5 * index**2 + 1.792e-2 * index + 0.49239
    share = np.divide(10 * np.maximum(t, 0), index, out=np.zeros_like(t), where=index > 0)
    ep0 = np.where(t >= 26.5 - NEAR, -415.85 + 32.24 * t - 0.43 * t**2, 16 * share**a)
    ep0 = np.where(t > 0, ep0 * daylight / 12 * days / 30, 0.0)
    rn = 0.369 * np.sqrt(ep0 * p) + 0.598 * ep0
    below = (p + rn) * (p**2 + rn**2)
    above = p * rn * (p**2 + rn**2 + p * rn)
    e = np.divide(above, below, out=np.zeros_like(below), where=below > 0)
    ep = (e + ep0) / 2
    w = np.full(t.shape, np.nan)
    thawed = ep0 > 0
    w[thawed] = np.clip(lowest + (1 - lowest) * e[thawed] / ep[thawed], lowest, 1)
    if settings.w_scalar_rule == "blended":
        for cell in range(t.shape[1]):
            thaw = [min(max(month / settings.thawed_at, 0), 1) for month in warmth[:, cell]]
            weighed = sum(s * v for s, v in zip(thaw, w[:, cell], strict=True) if s > 0)
            mean = (weighed + 0.1 * lowest) / (sum(thaw) + 0.1)
            for month, s in enumerate(thaw):
                w[month, cell] = (
                    s * w[month, cell] + (1 - s) * mean if thawed[month, cell] else mean
                )
        return w
    for cell in range(t.shape[1]):
        if not thawed[:, cell].any():
            w[:, cell] = lowest
        for month in range(24):
            if np.isnan(w[month % 12, cell]):
                w[month % 12, cell] = w[month % 12 - 1, cell]
    return w


def _soil_respiration(t, p_cm, socd, p: Settings) -> np.ndarray:
    warmth = np.exp(np.log(p.rs_alpha * np.exp(p.rs_beta * t)) * t / 10)
    return (p.rs_r0 + p.rs_m * socd) * warmth * (p_cm + p.rs_p0) / (p_cm + p.rs_k)
