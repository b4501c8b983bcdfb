"""The fit of epsilon_max: a twin is found again, noise is not believed, the rest is left alone."""

import numpy as np
import pytest

from explorer.systems.nep.classes import CLASSES
from explorer.systems.nep.epsilon_fit import SiteMonths, fit_epsilon_max

TRUE = dict(zip(CLASSES, [0.5, 0.9, 0.4, 0.7, 0.8, 0.3, 0.6, 0.2, 0.1], strict=True))
START = dict.fromkeys(CLASSES, 0.389)
SITES = ("EBF", "EBF", "DBF", "grassland", "grassland", "grassland")


def twin(seed: int = 1, noise: float = 0.0, spread: float = 0.0) -> SiteMonths:
    """Months of the true table; noise of the months, and a spread of epsilon among the sites."""
    rng = np.random.default_rng(seed)
    site = np.repeat(np.arange(len(SITES)), 24)
    vegetation = np.array([CLASSES.index(SITES[number]) for number in site])
    unit, rh = rng.uniform(0, 250, site.size), rng.uniform(5, 60, site.size)
    true = np.array([TRUE[name] for name in CLASSES])[vegetation]
    own = true * (1 + spread * rng.standard_normal(len(SITES)))[site]
    return SiteMonths(
        own * unit - rh + noise * rng.standard_normal(site.size), unit, rh, vegetation, site
    )


def test_twin_is_found_again():
    fit = fit_epsilon_max(twin(), START)
    for name in ("EBF", "DBF", "grassland"):
        assert fit.after[name] == pytest.approx(TRUE[name], abs=1e-12)
    assert fit.scores_fitted.rmse == pytest.approx(0, abs=1e-9)
    assert fit.scores_before.rmse > 10


def test_classes_without_a_tower_are_named_and_left_alone():
    fit = fit_epsilon_max(twin(), START)
    assert fit.unconstrained == ("ENF", "DNF", "MXF", "shrub", "cropland", "other")
    assert all(fit.after[name] == START[name] for name in fit.unconstrained)
    assert set(fit.changes) == {"epsilon_max.EBF", "epsilon_max.DBF", "epsilon_max.grassland"}
    assert fit.towers == {"EBF": 2, "DBF": 1, "grassland": 3}
    assert fit.single == ("DBF",)


def test_each_class_is_the_ratio_of_sums():
    # By hand: the least squares of a line through the origin.
    months = twin(noise=20.0)
    fit = fit_epsilon_max(months, START)
    for name in fit.towers:
        mine = months.vegetation == CLASSES.index(name)
        u, target = months.unit_npp[mine], (months.observed + months.rh)[mine]
        assert fit.after[name] == pytest.approx((u * target).sum() / (u * u).sum(), abs=5.1e-5)


def test_bounds_of_the_parameter_hold():
    months = twin()
    fit = fit_epsilon_max(SiteMonths(months.observed + 2000, *vars_of(months)), START)
    assert fit.after["EBF"] == 2.16
    assert fit.at_bound == ("EBF", "DBF", "grassland")
    low = fit_epsilon_max(SiteMonths(months.observed - 2000, *vars_of(months)), START)
    assert low.after["EBF"] == 0.09


def vars_of(months: SiteMonths) -> tuple[np.ndarray, ...]:
    return months.unit_npp, months.rh, months.vegetation, months.site


def test_a_left_out_tower_is_met_by_the_others_alone():
    months = twin(noise=10.0, spread=0.3)
    fit = fit_epsilon_max(months, START)
    mine, others = months.site == 3, (months.site == 4) | (months.site == 5)
    u, target = months.unit_npp[others], (months.observed + months.rh)[others]
    epsilon = (u * target).sum() / (u * u).sum()
    expected = epsilon * months.unit_npp[mine] - months.rh[mine]
    np.testing.assert_allclose(fit.left_out[mine], expected, atol=0.02)
    single = months.site == 2  # the only DBF: the value before the fit
    np.testing.assert_allclose(
        fit.left_out[single], 0.389 * months.unit_npp[single] - months.rh[single]
    )


def test_band_is_the_range_of_fits_without_each_tower():
    months = twin(noise=10.0, spread=0.3)
    fit = fit_epsilon_max(months, START)
    assert set(fit.bands) == {"EBF", "grassland"}  # DBF has one tower
    for name, sites in (("EBF", (0, 1)), ("grassland", (3, 4, 5))):
        of_class = np.isin(months.site, sites)
        without = []
        for site in sites:  # by hand: a line through the origin
            rows = of_class & (months.site != site)
            u, target = months.unit_npp[rows], (months.observed + months.rh)[rows]
            without.append((u * target).sum() / (u * u).sum())
        assert fit.bands[name] == pytest.approx((min(without), max(without)), abs=5.1e-5)
        low, high = fit.bands[name]
        assert low <= fit.after[name] <= high
        assert high - low > 0.05


def test_band_counts_only_towers_that_constrain():
    months = twin()
    unit = months.unit_npp.copy()
    unit[months.site == 1] = 0  # dark all year: the other EBF tower stands alone
    fit = fit_epsilon_max(
        SiteMonths(months.observed, unit, months.rh, months.vegetation, months.site), START
    )
    assert fit.towers["EBF"] == 1
    assert set(fit.bands) == {"grassland"}
    assert fit.bands["grassland"] == pytest.approx((0.6, 0.6))  # all three agree


def test_leaving_out_is_never_better_than_fitting_in_the_mean():
    gain = []
    for seed in range(20):
        fit = fit_epsilon_max(twin(seed, noise=15.0, spread=0.2), TRUE)
        gain.append(fit.scores_left_out.rmse - fit.scores_fitted.rmse)
        assert fit.scores_fitted.rmse <= fit.scores_before.rmse + 1e-3
    assert np.mean(gain) > 0.5


def test_gaps_and_darkness_do_not_constrain():
    months = twin()
    observed, unit = months.observed.copy(), months.unit_npp.copy()
    observed[months.site == 2] = np.nan
    unit[months.site < 2] = 0
    fit = fit_epsilon_max(
        SiteMonths(observed, unit, months.rh, months.vegetation, months.site), START
    )
    assert fit.towers == {"grassland": 3}
    assert fit.after["grassland"] == pytest.approx(0.6)
    assert fit.after["EBF"] == START["EBF"]
