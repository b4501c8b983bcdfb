"""The processes of System 1 on one block: equations chosen by the rules, fed with the parameters.

``passes`` runs them in two passes; ``factors`` takes them apart for those who ask why. A block is
one of ``scene.blocks``: monthly fields are (12, BLOCK), fixed ones (BLOCK,); units are those of
``forcing.Forcing``. Sources and deviations stand with the equations.
"""

from typing import Generic, NamedTuple

import jax.numpy as jnp
from jax import Array

from explorer.equations import canopy, radiation, soil, stress, water
from explorer.scene.blocks import Values
from explorer.scene.fields import Field, unfolded
from explorer.systems.nep.constants import Numbers, Rules, SecondPassTables
from explorer.systems.nep.forcing import Forcing, quantities
from explorer.units import MILLIMETRES_PER_CENTIMETRE


def shifted_climate(forcing: Forcing, p: Numbers) -> Forcing:
    """Move the climate: warming and a factor on rain; the optimum follows by ``acclimation``."""
    forcing = quantities(forcing)
    return forcing._replace(
        temperature=forcing.temperature + p.delta_t,
        precipitation=forcing.precipitation * p.precip_factor,
        t_opt=forcing.t_opt + p.acclimation * p.delta_t,
    )


def light(forcing: Forcing, p: Numbers) -> Array:
    """Solar radiation at the ground, from the best source the scene has, [MJ m-2 month-1]."""
    if forcing.radiation is not None:
        return jnp.asarray(forcing.radiation)
    if forcing.sunshine is not None:
        return radiation.radiation_from_sunshine(
            forcing.ra, forcing.sunshine, p.angstrom_a, p.angstrom_b
        )
    return radiation.radiation_from_cloud_factor(forcing.ra, forcing.elevation, p.cloud_factor)


def fpar_before_clumping(ndvi: Field | Array, vegetation: Array, table: SecondPassTables) -> Array:
    """FPAR before clumping, [1].

    Takes one block or many: ``ndvi`` (..., 12, BLOCK), ``vegetation`` (..., BLOCK).
    """
    index = unfolded(ndvi)
    low_ndvi, high_ndvi, low_sr, high_sr = (
        jnp.asarray(limit)[vegetation][..., jnp.newaxis, :] for limit in table.limits
    )
    ends = table.fpar_min, table.fpar_max
    by_ndvi = canopy.fpar_from_index(index, low_ndvi, high_ndvi, *ends)
    by_sr = canopy.fpar_from_index(canopy.simple_ratio(index), low_sr, high_sr, *ends)
    return canopy.mixed_fpar(by_sr, by_ndvi, table.sr_weight)


class Stress(NamedTuple, Generic[Values]):
    """The factors of the efficiency, [1]."""

    t_scalar_1: Values
    t_scalar_2: Values
    w_scalar: Values


def stress_scalars(forcing: Forcing, p: Numbers, rules: Rules) -> Stress[Array]:
    """Both temperature scalars and the water scalar, [1]."""
    t_scalar_1 = stress.temperature_scalar_optimum(
        forcing.temperature, forcing.t_opt, p.t_scalar_1_cold_limit
    )
    distance_rule = {
        "zhu": stress.temperature_scalar_distance_stepped,
        "raw": stress.temperature_scalar_distance,
    }[rules.t_scalar_2_rule]
    t_scalar_2 = distance_rule(forcing.temperature, forcing.t_opt, p.t_scalar_2_scale)
    ep_0 = water.thornthwaite(forcing.temperature, forcing.day_length, forcing.days)
    rn = water.net_radiation(ep_0, forcing.precipitation)
    actual = water.actual_evapotranspiration(forcing.precipitation, rn)
    potential = water.potential_evapotranspiration(actual, ep_0)
    thawed = stress.water_scalar(actual, potential, p.w_min)
    if rules.w_scalar_rule == "blended":
        w_scalar = stress.blended_through_frost(thawed, forcing.temperature, p.thawed_at, p.w_min)
    else:
        w_scalar = stress.carried_through_frost(thawed, ep_0 <= 0, p.w_min)
    return Stress(t_scalar_1, t_scalar_2, w_scalar)


def evaporates_nothing(forcing: Forcing) -> Array:
    """Months without potential evapotranspiration, which have no water stress of their own."""
    return water.thornthwaite(forcing.temperature, forcing.day_length, forcing.days) <= 0


def respiration(forcing: Forcing, p: Numbers, rules: Rules) -> tuple[Array, Array]:
    """Soil respiration and its heterotrophic part, [g C m-2 month-1]."""
    rate = soil.soil_respiration_rate(
        forcing.temperature,
        forcing.precipitation / MILLIMETRES_PER_CENTIMETRE,
        jnp.asarray(p.socd)[forcing.vegetation],
        r0=p.rs_r0,
        m=p.rs_m,
        alpha=p.rs_alpha,
        beta=p.rs_beta,
        p0=p.rs_p0,
        k=p.rs_k,
    )
    rs = rate * forcing.days if rules.rs_basis == "day" else rate
    heterotrophic = {
        "faithful": soil.heterotrophic_respiration,
        "capped": soil.heterotrophic_respiration_capped,
    }[rules.rh_rule]
    return rs, heterotrophic(rs, p.rh_square, p.rh_slope, p.rh_offset)


def clumped(
    fpar_0: Array, ci: Field | Array | None, vegetation: Array, table: SecondPassTables
) -> tuple[Array, Array, Array]:
    """FPAR [1], where clumping was replaced by 1, and where FPAR was held at its limit.

    Takes many blocks at once: ``fpar_0`` and ``ci`` (blocks, 12, BLOCK), ``vegetation`` (blocks,
    BLOCK).
    """
    if ci is None:
        nowhere = jnp.zeros_like(fpar_0, dtype=bool)
        return fpar_0, nowhere, nowhere
    ci_ref = jnp.moveaxis(table.ci_ref[:, vegetation], 0, 1)
    index = unfolded(ci)
    ratio = canopy.clumping_ratio(index, ci_ref)
    land = fpar_0 == fpar_0  # not the padding
    replaced = land & ~(index > 0) & (ci_ref > 0)
    held = fpar_0 * ratio > table.fpar_max
    return canopy.clumped_fpar(fpar_0, ratio, table.fpar_max), replaced, held
