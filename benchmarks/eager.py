"""System 1 as one would write it in plain NumPy: eager, float32, months on axis 0.

The yardstick of the speed claims: the same arrays in, the same numbers out, no blocks and no
compilation. It is kept apart from ``explorer`` on purpose.
"""

import numpy as np

from explorer.scene.blocks import from_blocks
from explorer.systems.nep.constants import class_limits
from explorer.systems.nep.forcing import NepScene
from explorer.systems.nep.parameters import NepParameters

F = np.float32


def eager_nep(scene: NepScene, inputs: dict[str, np.ndarray], p: NepParameters) -> np.ndarray:
    """Return monthly NEP of the land cells, (12, cells), for clumping scheme II.

    ``inputs`` holds the scene's fields as (12, cells) and (cells,) arrays, see ``inputs_of``.
    """
    t, rain, c = inputs["temperature"], inputs["precipitation"], inputs["vegetation"]
    eps = np.array([0.476, 0.98, 0.485, 0.692, 0.768, 0.429, 0.542, 0.542, 0.389], F)[c]
    socd = np.array([3.77, 4.7, 3.77, 4.7, 4.235, 2.56, 1.82, 2.56, 0.0], F)[c]
    light = inputs["ra"] * (F(0.25) + F(0.5) * inputs["sunshine"])
    # FPAR
    limits = class_limits(scene, p)
    ndvi = np.minimum(inputs["ndvi"], F(0.999))
    sr = (1 + ndvi) / (1 - ndvi)
    by_ndvi = (inputs["ndvi"] - limits.ndvi_min[c]) / (limits.ndvi_max[c] - limits.ndvi_min[c])
    by_sr = (sr - limits.sr_min[c]) / (limits.sr_max[c] - limits.sr_min[c])
    by_ndvi = np.clip(by_ndvi * F(0.949) + F(0.001), F(0.001), F(0.95))
    by_sr = np.clip(by_sr * F(0.949) + F(0.001), F(0.001), F(0.95))
    fpar = F(0.5) * by_ndvi + F(0.5) * by_sr
    ratio = np.where(inputs["ci"] > 0, inputs["ci"] / scene.mean_clumping[:, c], F(1))
    fpar = np.minimum(fpar * ratio, F(0.95))
    # temperature stress
    t_opt = inputs["t_opt"]
    t1 = np.where(t <= -10, F(0), np.clip(F(0.8) + F(0.02) * t_opt - F(0.0005) * t_opt**2, 0, 1))
    scale = F(1.184)
    t2 = scale / (1 + np.exp(F(0.2) * (t_opt - 10 - t))) / (1 + np.exp(F(0.3) * (t - 10 - t_opt)))
    half = F(0.5) * scale / (1 + np.exp(F(-2))) / (1 + np.exp(F(-3)))
    t2 = np.where((t > t_opt + 10) | (t < t_opt - 13), half, t2)
    # water stress
    warm = np.maximum(t, 0)
    index = ((warm / 5) ** F(1.514)).sum(axis=0)
    a = F(6.75e-7) * index**3 - F(7.71e-5) * index**2 + F(1.792e-2) * index + F(0.49239)
    safe = np.where(index > 0, index, F(1))
    pet = F(16) * (10 * warm / safe) ** a
    pet = np.where(t >= 26.5, F(-415.85) + F(32.24) * t - F(0.43) * t**2, pet)
    pet = np.where(t <= 0, F(0), pet * (inputs["day_length"] / 12) * (inputs["days"] / 30))
    rn = F(0.369) * np.sqrt(pet * rain) + F(0.598) * pet
    below = (rain + rn) * (rain**2 + rn**2)
    above = rain * rn * (rain**2 + rn**2 + rain * rn)
    e = np.where(below > 0, above / np.where(below > 0, below, F(1)), F(0))
    ep = (e + pet) / 2
    w = np.clip(F(0.5) + F(0.5) * e / np.where(ep > 0, ep, F(1)), F(0.5), F(1))
    last = np.full_like(w[0], 0.5)
    for month in range(12):
        last = np.where(pet[month] <= 0, last, w[month])
    for month in range(12):
        w[month] = last = np.where(pet[month] <= 0, last, w[month])
    npp = F(0.5) * light * fpar * (eps * t1 * t2 * w)
    # soil
    cm = rain / 10
    rate = (F(0.588) + F(0.118) * socd) * np.exp(np.log(F(1.83) * np.exp(F(-0.006) * t)) * t / 10)
    rs = rate * (cm + F(2.972)) / (cm + F(5.657)) * inputs["days"]
    rh = F(-0.0009) * rs**2 + F(0.6011) * rs + F(4.8874)
    return npp - rh


def inputs_of(scene: NepScene) -> dict[str, np.ndarray]:
    """Return the scene's fields as the eager version takes them."""
    fields = {
        name: np.ascontiguousarray(from_blocks(values, scene.cells))
        for name, values in scene.whole_forcing()._asdict().items()
        if values is not None and name != "days"
    }
    return fields | {"days": scene.forcing.days}
