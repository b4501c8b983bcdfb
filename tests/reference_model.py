"""System 1 a second time: plain float64 NumPy, one grid cell layout, written from the papers.

Written from Liang et al. (2023) and from the notes on its sources, not from ``explorer``: the two
must agree. Nothing of ``explorer`` is imported, and every number is typed again.
"""

from calendar import monthrange

import numpy as np
import xarray as xr
from pyproj import CRS, Transformer

CLASSES = ("ENF", "EBF", "DNF", "DBF", "MXF", "shrub", "grassland", "cropland", "other")
CLASS_OF_CODE = {
    1: 0, 2: 1, 3: 2, 4: 3, 5: 4, 6: 5, 7: 5, 8: 6, 9: 6, 10: 6, 11: 6, 12: 7, 14: 7,
    13: 8, 15: 8, 16: 8,
}  # fmt: skip
EPSILON_MAX = np.array([0.476, 0.980, 0.485, 0.692, 0.768, 0.429, 0.542, 0.542, 0.389])
SOCD = np.array([3.77, 4.70, 3.77, 4.70, 4.235, 2.56, 1.82, 2.56, 0.0])
NDVI_MAX = np.array([0.647, 0.676, 0.738, 0.747, 0.702, 0.636, 0.634, 0.634, 0.634])
SR_MAX = np.array([4.67, 5.17, 6.63, 6.91, 5.845, 4.49, 4.46, 4.46, 4.46])
CI_REF = np.array([0.62, 0.63, 0.68, 0.70, 0.65, 0.70, 0.80, 0.80, 0.80])
NEAR = 0.0005  # degC: so near to a limit a temperature lies on it
SOIL = {
    "yu2010": {"r0": 0.588, "m": 0.118, "alpha": 1.83, "beta": -0.006, "p0": 2.972, "k": 5.657},
    "as_printed": {"r0": 0.588, "m": 0.188, "alpha": 1.83, "beta": 0.006, "p0": 0.0, "k": 5.657},
}


def simulate(
    dataset: xr.Dataset,
    *,
    epsilon_max: np.ndarray = EPSILON_MAX,
    ci_scheme: str = "II",
    limits: str = "scene",
    bare: str = "grassland",
    thawed_at: float | None = None,
    t2_rule: str = "zhu",
    t2_scale: float = 1.184,
    soil: str = "yu2010",
    per_day: bool = True,
    capped: bool = False,
    cloud: float = 0.7,
    warming: float = 0.0,
    rain: float = 1.0,
    acclimation: float = 0.0,
) -> dict[str, np.ndarray]:
    """Return every flux on the grid, (12, y, x), NaN outside the land cells."""
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
    warm, wet = today + warming, cells("precipitation") * rain
    top, daylight = _sun(_latitude(data, y, x)[land], length)
    sol = _light(data, cells, top, cloud)

    fpar = _fpar(ndvi, kind, limits, bare)
    if "ci" in data:
        fpar = np.minimum(fpar * _clumping(cells("ci"), kind, ci_scheme), 0.950)
    apar = 0.5 * sol * fpar

    peak = np.argmax(ndvi, axis=0)
    t_opt = today[peak, np.arange(kind.size)] + acclimation * warming
    t1 = np.where(warm <= -10 + NEAR, 0, 0.8 + 0.02 * t_opt - 0.0005 * t_opt * t_opt)
    t2 = _distance_stress(warm, t_opt, t2_rule, t2_scale)
    w = _water_stress(warm, wet, daylight, days, thawed_at)
    epsilon = epsilon_max[kind] * t1 * t2 * w
    npp = apar * epsilon

    rs = _soil_respiration(warm, wet / 10, SOCD[kind], **SOIL[soil]) * (days if per_day else 1.0)
    base = np.minimum(rs, 0.6011 / 0.0018) if capped else rs
    rh = -0.0009 * base**2 + 0.6011 * base + 4.8874
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


def _light(data: xr.Dataset, cells, top: np.ndarray, cloud: float) -> np.ndarray:
    if "radiation" in data:
        return cells("radiation")
    if "sunshine" in data:
        return (0.25 + 0.5 * cells("sunshine")) * top
    return (0.75 + 2e-5 * cells("elevation")) * top * cloud


def _fpar(ndvi: np.ndarray, kind: np.ndarray, limits: str, bare: str) -> np.ndarray:
    def ratio(v):
        return (1 + np.minimum(v, 0.999)) / (1 - np.minimum(v, 0.999))

    fpar = np.full(ndvi.shape, np.nan)
    for c in range(len(CLASSES)):
        mine = kind == c
        if not mine.any():
            continue
        v = ndvi[:, mine]
        if limits == "data":
            top, bottom = np.percentile(v.max(axis=0), 95), np.percentile(v, 5)
            sr_top, sr_bottom = ratio(top), ratio(bottom)
        elif limits == "scene":
            like = 6 if c == 8 and bare == "grassland" else c
            green = ndvi[:, kind == like].max(axis=0)
            top, bottom = np.percentile(green, 95) if green.size else NDVI_MAX[like], 0.023
            sr_top, sr_bottom = ratio(top), 1.05
        else:
            top, bottom, sr_top, sr_bottom = NDVI_MAX[c], 0.023, SR_MAX[c], 1.05
        by_ndvi = (v - bottom) / (top - bottom) * 0.949 + 0.001
        by_sr = (ratio(v) - sr_bottom) / (sr_top - sr_bottom) * 0.949 + 0.001
        fpar[:, mine] = 0.5 * np.clip(by_ndvi, 0.001, 0.95) + 0.5 * np.clip(by_sr, 0.001, 0.95)
    return fpar


def _clumping(ci: np.ndarray, kind: np.ndarray, scheme: str) -> np.ndarray:
    ratio = np.ones(ci.shape)
    if scheme == "none":
        return ratio
    for month in range(12):
        for c in range(len(CLASSES)):
            usable = (kind == c) & np.isfinite(ci[month]) & (ci[month] > 0)
            if usable.any():
                reference = CI_REF[c] if scheme == "I" else ci[month, usable].mean()
                ratio[month, usable] = ci[month, usable] / reference
    return ratio


def _distance_stress(t: np.ndarray, t_opt: np.ndarray, rule: str, scale: float) -> np.ndarray:
    def curve(at):
        cold = 1 + np.exp(0.2 * (t_opt - 10 - at))
        return scale / cold / (1 + np.exp(0.3 * (-t_opt - 10 + at)))

    if rule == "raw":
        return curve(t)
    return np.where((t > t_opt + 10 + NEAR) | (t < t_opt - 13 - NEAR), curve(t_opt) / 2, curve(t))


def _water_stress(t, p, daylight, days, thawed_at) -> np.ndarray:
    warmth = t
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
    w[thawed] = np.clip(0.5 + 0.5 * e[thawed] / ep[thawed], 0.5, 1)
    if thawed_at is not None:
        for cell in range(t.shape[1]):
            thaw = [min(max(warmth[month, cell] / thawed_at, 0), 1) for month in range(12)]
            weighed = sum(s * v for s, v in zip(thaw, w[:, cell], strict=True) if s > 0)
            mean = (weighed + 0.05) / (sum(thaw) + 0.1)
            for month, s in enumerate(thaw):
                w[month, cell] = s * w[month, cell] + (1 - s) * mean if s > 0 else mean
        return w
    for cell in range(t.shape[1]):
        if not thawed[:, cell].any():
            w[:, cell] = 0.5
        for month in range(24):
            if np.isnan(w[month % 12, cell]):
                w[month % 12, cell] = w[month % 12 - 1, cell]
    return w


def _soil_respiration(t, p_cm, socd, *, r0, m, alpha, beta, p0, k) -> np.ndarray:
    warmth = np.exp(np.log(alpha * np.exp(beta * t)) * t / 10)
    return (r0 + m * socd) * warmth * (p_cm + p0) / (p_cm + k)
