"""System 1: NEP = NPP - Rh, improved CASA with soil respiration (Liang et al. 2023).

Five steps, each a composition of equations: light, canopy, stress, production, soil. One jitted
pass turns the packed cells of a scene into its fluxes; parameters are inputs of the compiled code,
so that an edit never compiles again; only a changed rule does.
"""

from collections import namedtuple
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from explorer.equations import canopy, production, radiation, soil, stress, water
from explorer.equations.balance import net_ecosystem_production
from explorer.land import CLASSES
from explorer.parameter_kinds import PerClass, figures
from explorer.parameters import NepParameters
from explorer.scene.prepare import Forcing, Scene
from explorer.scene.statistics import IndexLimits
from explorer.units import MILLIMETRES_PER_CENTIMETRE

Numbers = namedtuple("Numbers", figures(NepParameters))
Numbers.__doc__ = "The numeric parameters; those per class as arrays of shape (classes,)."


class Rules(NamedTuple):
    """The choices that change the equations themselves; each combination is compiled once."""

    t_scalar_2_rule: str
    rs_basis: str
    rh_rule: str


class Fluxes(NamedTuple):
    """What the model gives, per land cell; float32, shape (12, cells), units in ``variables``."""

    fpar: Array
    apar: Array
    t_scalar_1: Array
    t_scalar_2: Array
    w_scalar: Array
    epsilon: Array
    npp: Array
    rs: Array
    rh: Array
    nep: Array


class Counts(NamedTuple):
    """Cell-months in which a rule had to step in."""

    ci_replaced: Array  # clumping index missing or not positive: ratio 1
    fpar_clipped: Array  # FPAR held at its upper limit by clumping
    rh_above_rs: Array  # heterotrophic respiration above the whole
    rs_beyond_vertex: Array  # soil respiration where the parabola of Rh falls


class ClassReferences(NamedTuple):
    """What the class of a cell fixes: index extremes and the reference clumping index."""

    limits: IndexLimits  # each (classes,)
    ci_ref: Array  # (12, classes)


def run(scene: Scene, parameters: NepParameters) -> tuple[Fluxes, dict[str, int]]:
    """Run System 1 on the land cells of a scene.

    Parameters
    ----------
    scene : Scene
    parameters : NepParameters

    Returns
    -------
    fluxes : Fluxes
        Arrays of shape (12, cells).
    counts : dict of int
        Cell-months in which a rule stepped in; see ``Counts``.
    """
    fluxes, counts = _run(
        scene.forcing, references(scene, parameters), numbers(parameters), rules(parameters)
    )
    return fluxes, {name: int(count) for name, count in counts._asdict().items()}


def references(scene: Scene, parameters: NepParameters) -> ClassReferences:
    """Class tables in force: from the scene or from the parameters, as the choices say."""
    if parameters.fpar_limits == "data":
        limits = scene.index_limits
    else:
        limits = IndexLimits(
            *(per_class(getattr(parameters, name)) for name in IndexLimits._fields)
        )
    return ClassReferences(limits, _reference_clumping(scene, parameters))


def _reference_clumping(scene: Scene, parameters: NepParameters) -> np.ndarray:
    """Return the reference clumping index, (12, classes); no scheme, no reference: ratio 1."""
    if parameters.ci_scheme == "II":
        return scene.mean_clumping
    yearly = per_class(parameters.ci_ref)
    if parameters.ci_scheme == "none":
        yearly = np.full_like(yearly, np.nan)
    return np.tile(yearly, (12, 1))


def per_class(table: PerClass) -> np.ndarray:
    """Return a class table as an array in the order of ``land.CLASSES``."""
    return np.array([getattr(table, name) for name in CLASSES], dtype=np.float32)


def numbers(parameters: NepParameters) -> Numbers:
    """Return the numeric parameters as the compiled code takes them."""
    values = {name: getattr(parameters, name) for name in figures(NepParameters)}
    return Numbers(
        **{
            name: per_class(value) if isinstance(value, PerClass) else np.float32(value)
            for name, value in values.items()
        }
    )


def rules(parameters: NepParameters) -> Rules:
    """Return the choices that select what is compiled."""
    return Rules(*(getattr(parameters, name) for name in Rules._fields))


def _shifted(forcing: Forcing, p: Numbers) -> Forcing:
    """Move the climate: warming and a factor on rain; the optimum follows by ``acclimation``."""
    return forcing._replace(
        temperature=forcing.temperature + p.delta_t,
        precipitation=forcing.precipitation * p.precip_factor,
        t_opt=forcing.t_opt + p.acclimation * p.delta_t,
    )


def _light(forcing: Forcing, p: Numbers) -> Array:
    """Solar radiation at the ground, from the best source the scene has."""
    if forcing.radiation is not None:
        return jnp.asarray(forcing.radiation)
    if forcing.sunshine is not None:
        return radiation.radiation_from_sunshine(
            forcing.ra, forcing.sunshine, p.angstrom_a, p.angstrom_b
        )
    return radiation.radiation_from_cloud_factor(forcing.ra, forcing.elevation, p.cloud_factor)


def _canopy(
    forcing: Forcing, references: ClassReferences, p: Numbers
) -> tuple[Array, Array, Array]:
    """FPAR, and where clumping was replaced by 1 and where FPAR was held at its limit."""
    low_ndvi, high_ndvi, low_sr, high_sr = (
        jnp.asarray(limit)[forcing.vegetation] for limit in references.limits
    )
    by_ndvi = canopy.fpar_from_index(forcing.ndvi, low_ndvi, high_ndvi, p.fpar_min, p.fpar_max)
    sr = canopy.simple_ratio(forcing.ndvi)
    by_sr = canopy.fpar_from_index(sr, low_sr, high_sr, p.fpar_min, p.fpar_max)
    fpar_0 = canopy.mixed_fpar(by_sr, by_ndvi, p.sr_weight)
    if forcing.ci is None:
        nowhere = jnp.zeros_like(fpar_0, dtype=bool)
        return fpar_0, nowhere, nowhere
    ci_ref = jnp.asarray(references.ci_ref)[:, forcing.vegetation]
    ratio = canopy.clumping_ratio(forcing.ci, ci_ref)
    replaced = ~(forcing.ci > 0) & (ci_ref > 0)
    return canopy.clumped_fpar(fpar_0, ratio, p.fpar_max), replaced, fpar_0 * ratio > p.fpar_max


def _stress(forcing: Forcing, p: Numbers, rules: Rules) -> tuple[Array, Array, Array]:
    """Both temperature scalars and the water scalar."""
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
    w_scalar = stress.carried_through_frost(thawed, ep_0 <= 0, p.w_min)
    return t_scalar_1, t_scalar_2, w_scalar


def _soil(forcing: Forcing, p: Numbers, rules: Rules) -> tuple[Array, Array]:
    """Soil respiration and its heterotrophic part."""
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
    respiration = {
        "faithful": soil.heterotrophic_respiration,
        "capped": soil.heterotrophic_respiration_capped,
    }[rules.rh_rule]
    return rs, respiration(rs, p.rh_square, p.rh_slope, p.rh_offset)


@partial(jax.jit, static_argnames="rules")
def _run(
    forcing: Forcing, references: ClassReferences, p: Numbers, rules: Rules
) -> tuple[Fluxes, Counts]:
    forcing = _shifted(forcing, p)
    light = _light(forcing, p)
    fpar, replaced, clipped = _canopy(forcing, references, p)
    t_scalar_1, t_scalar_2, w_scalar = _stress(forcing, p, rules)
    epsilon_max = jnp.asarray(p.epsilon_max)[forcing.vegetation]
    epsilon = production.light_use_efficiency(epsilon_max, t_scalar_1, t_scalar_2, w_scalar)
    apar = production.absorbed_par(light, fpar, p.par_share)
    npp = production.net_primary_production(apar, epsilon)
    rs, rh = _soil(forcing, p, rules)
    nep = net_ecosystem_production(npp, rh)
    fluxes = Fluxes(fpar, apar, t_scalar_1, t_scalar_2, w_scalar, epsilon, npp, rs, rh, nep)
    counts = Counts(
        ci_replaced=jnp.sum(replaced),
        fpar_clipped=jnp.sum(clipped),
        rh_above_rs=jnp.sum(rh > rs),
        rs_beyond_vertex=jnp.sum(rs > soil.respiration_vertex(p.rh_square, p.rh_slope)),
    )
    return fluxes, counts
