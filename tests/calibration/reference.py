"""The process model a second time: one day, one pool, one number after the other, in plain Python.

Written from the equations of Foley et al. (1996), Williams et al. (2005) and Chuter et al. (2015),
not from ``explorer``: rates in mol as the papers have them, switches as their papers' formulas with
the widths that ours declares, ``math`` alone.
"""

import math
from typing import NamedTuple


class Out(NamedTuple):
    lai: float
    gpp: float
    er: float
    nee: float
    evaporation: float
    runoff: float
    water: float
    carbon: float


def logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x > 0 else math.exp(x) / (1 + math.exp(x))


def vapour(t: float) -> float:
    return 6.108 * math.exp(17.27 * t / (t + 237.3))


def smaller_root(a: float, b: float, c: float) -> float:
    return (a + b - math.sqrt((a + b) ** 2 - 4 * c * a * b)) / (2 * c)


def leaf(p: dict, light: float, t: float, ca: float, hs: float, stress: float):
    """Gross photosynthesis and conductance, mol m-2 s-1."""
    rw = 3.47e-3 - 1 / (t + 273.15)
    oxygen = 0.209
    tau = 4500 * math.exp(-4500 * rw)
    kc, ko = 1.5e-4 * math.exp(6000 * rw), 0.25 * math.exp(1500 * rw)
    gamma = oxygen / (2 * tau)
    heat = math.exp(3500 * rw)
    heat /= (1 + math.exp(0.4 * (5 - t))) * (1 + math.exp(0.4 * (t - 50)))
    vm = p["vmax"] * 1e-6 * heat * stress
    ci, ag, gs = 0.7 * ca, 0.0, 0.0
    for _ in range(3):
        je = light * 4.59e-6 * p["alpha3"] * (ci - gamma) / (ci + 2 * gamma)
        jc = vm * (ci - gamma) / (ci + kc * (1 + oxygen / ko))
        jp = smaller_root(je, jc, p["theta3"])
        ag = smaller_root(jp, vm / 2.2, p["beta3"])
        an = max(ag - p["leaf_respiration"] * p["vmax"] * 1e-6 * heat, 0.0)
        gs = p["stomatal_slope"] * an * hs / ca + p["stomatal_intercept"]
        ci = max(ca - 1.6 * an / gs, 1.05 * gamma)
    return ag, gs


def sun(latitude: float, day: int) -> tuple[float, float]:
    """Declination, and hours of daylight."""
    declination = 0.409 * math.sin(2 * math.pi * day / 365 - 1.39)
    cosine = -math.tan(latitude) * math.tan(declination)
    return declination, 24 / math.pi * math.acos(min(max(cosine, -1), 1))


def simulate(p: dict, weather, pools: dict, points: int = 6) -> list[Out]:
    """Run every day of a ``Weather`` of one cell; ``pools`` is changed."""
    latitude = math.radians(float(weather.latitude))
    degree_days, coldest, snow, last = 0.0, 60.0, 0.0, []
    out = []
    for row in range(len(weather.day)):
        day, t = int(weather.day[row]), float(weather.t_mean[row])
        # Snow, degree-days, the 10-day mean (the first day stands for those before it).
        last = [t] * 10 if not last else [*last[1:], t]
        mean = sum(last) / 10
        season = (day + 182) % 365 + 1 if latitude < 0 else day
        late = season >= 200
        if season == 1:
            degree_days = 0.0
        if mean >= 0:
            degree_days += max(t, 0.0)
        coldest = min(coldest, mean) if late else 60.0
        fallen = float(weather.precipitation[row])
        if t < 0:
            snow, rain = snow + fallen, 0.0
        else:
            rain = fallen
        melt = min(snow, 3.0 * max(t, 0.0))
        snow -= melt
        # Water before plants drink.
        poured = pools["water"] + rain + melt
        wet = min(poured, p["water_capacity"])
        stress = min(wet / (p["water_critical"] * p["water_capacity"]), 1.0)
        # Photosynthesis through the day.
        declination, hours = sun(latitude, day)
        lai = pools["foliage"] / p["p18"]
        k = p["extinction"]
        canopy = (1 - math.exp(-k * lai)) / k
        times = [12 + hours * ((i + 0.5) / points - 0.5) for i in range(points)]
        heights = [
            max(
                math.sin(latitude) * math.sin(declination)
                + math.cos(latitude) * math.cos(declination) * math.cos((h - 12) * math.pi / 12),
                0.0,
            )
            for h in times
        ]
        gpp = through = 0.0
        for h, height in zip(times, heights, strict=True):
            if sum(heights) == 0:
                break
            light = 0.5 * float(weather.radiation[row]) * 24 / hours
            light *= height / (sum(heights) / points)
            air = t + 0.5 * float(weather.t_range[row]) * math.cos((h - 14) * math.pi / 12)
            ea = max(vapour(t) - float(weather.vpd[row]), 0.0)
            hs = min(max(ea / vapour(air), 0.25), 1.0)
            ag, gs = leaf(p, k * p["absorptance"] * light, air, weather.co2[row] * 1e-6, hs, stress)
            gpp += 12 * ag * canopy * hours * 3600 / points
            deficit = (1 - hs) * vapour(air)
            through += gs * canopy * deficit / 1013 * 0.018 * hours * 3600 / points
        slope = 4098 * vapour(t) / (t + 237.3) ** 2
        energy = 0.6 * 0.0864 * float(weather.radiation[row])
        possible = slope / (slope + 0.66) * energy * 1e6 / 2.45e6
        drying = p["soil_evaporation"] * possible * math.exp(-k * lai) * wet / p["water_capacity"]
        evaporation = min(through + drying, wet)
        pools["water"] = wet - evaporation
        # Carbon.
        tr = 0.5 * math.exp(p["p10"] * t)
        leafed = logistic((degree_days - p["p12"]) / p["leaf_out_width"])
        multtl = 0.0 if late else leafed
        cold = logistic((p["p13"] - coldest) / p["leaf_fall_width"])
        multtf = cold if late else logistic((p["p12"] - degree_days) / p["leaf_out_width"])
        cf, clab, cr = pools["foliage"], pools["labile"], pools["root"]
        cw, clit, csom = pools["wood"], pools["litter"], pools["soil"]
        a = max(min(p["p17"] - cf, (1 - p["p2"]) * gpp * p["p3"]), 0.0) * multtl
        npp = (1 - p["p2"]) * gpp - a
        ar, aw = p["p4"] * npp, (1 - p["p4"]) * npp
        afl = p["p15"] * clab * (1 - p["p16"]) * multtl * tr
        ralf = p["p15"] * clab * p["p16"] * multtl * tr
        lf = p["p5"] * cf * p["p14"] * multtf
        atl = (1 - p["p14"]) * p["p5"] * cf * (1 - p["p16"]) * multtf * tr
        ralt = (1 - p["p14"]) * p["p5"] * cf * p["p16"] * multtf * tr
        lw, lr = p["p6"] * cw, p["p7"] * cr
        r1, r2, d = p["p8"] * clit * tr, p["p9"] * csom * tr, p["p1"] * clit * tr
        pools["foliage"] = cf + a + afl - lf - atl - ralt
        pools["labile"] = clab + atl - afl - ralf
        pools["wood"] = cw + aw - lw
        pools["root"] = cr + ar - lr
        pools["litter"] = clit + lf + lr - r1 - d
        pools["soil"] = csom + d + lw - r2
        er = p["p2"] * gpp + ralf + ralt + r1 + r2
        carbon = sum(
            pools[name] for name in ("foliage", "labile", "wood", "root", "litter", "soil")
        )
        out.append(Out(lai, gpp, er, er - gpp, evaporation, poured - wet, pools["water"], carbon))
    return out


def before(p: dict) -> dict:
    """The pools before a spin-up."""
    names = ("foliage", "root", "wood", "litter", "soil")
    start = {name: p[f"{name}_0"] for name in names}
    return start | {"labile": p["p20"], "water": p["water_capacity"]}
