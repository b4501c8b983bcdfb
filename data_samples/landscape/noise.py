"""Seeded, spatially coherent noise that is a function of place.

Value noise: every knot of a square lattice gets a random number from a hash of
its indices, and places between knots are interpolated smoothly. Nothing is
drawn in sequence, so a cell's value depends on its place and the seed alone,
never on how the grid is cut into blocks.
"""

import numpy as np

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)

# Uniform numbers on [-1, 1] have variance 1/3. Smooth interpolation between four of
# them lowers it by the mean square weight, (26/35)**2 for the smoothstep used below.
_VALUE_NOISE_SD = np.sqrt(1.0 / 3.0) * 26.0 / 35.0


def fractal_noise(grid, longest_km, seed, shortest_km=2.0, roughness=0.6):
    """Sum of octaves of value noise, each half as long and `roughness` as strong.

    Octaves shorter than two cells are left out: a coarse grid shows the same
    landscape as a fine one, without its detail.

    Parameters
    ----------
    grid : Grid
        Where the noise is wanted.
    longest_km, shortest_km : float
        Wavelengths of the first octave and of the shortest allowed one. [km]
    seed : int
        Another seed, another field.
    roughness : float
        Strength of an octave relative to the one before. [1]

    Returns
    -------
    array (northing, easting), float32
        Mean about 0; standard deviation 1 with all octaves, less without. [1]
    """
    shortest = max(shortest_km * 1000.0, 2.0 * grid.resolution)
    octaves = max(1, 1 + int(np.floor(np.log2(longest_km / shortest_km))))
    strengths = roughness ** np.arange(octaves)
    total = np.zeros((grid.northing.size, grid.easting.size), np.float32)
    for octave, strength in enumerate(strengths):
        wavelength = longest_km * 1000.0 / 2**octave
        if octave == 0 or wavelength >= shortest:
            total += np.float32(strength) * value_noise(grid, wavelength, seed + 7919 * octave)
    return total / np.float32(np.sqrt(np.sum(strengths**2)))


def value_noise(grid, wavelength, seed):
    """One octave of value noise.

    Parameters
    ----------
    grid : Grid
        Where the noise is wanted.
    wavelength : float
        Distance between two knots of the lattice. [m]
    seed : int
        Another seed, another field.

    Returns
    -------
    array (northing, easting), float32
        Mean 0, standard deviation 1. [1]
    """
    row, row_weight = _knot_and_weight(grid.northing, wavelength)
    column, column_weight = _knot_and_weight(grid.easting, wavelength)
    rows = np.arange(row.min(), row.max() + 2)
    columns = np.arange(column.min(), column.max() + 2)
    knots = _hashed_uniform(rows[:, None], columns[None, :], seed)
    knots = (knots / _VALUE_NOISE_SD).astype(np.float32)
    # Interpolating one axis after the other costs a gather per axis instead of four.
    along_rows = _interpolate(knots, row - rows[0], row_weight[:, None], axis=0)
    return _interpolate(along_rows, column - columns[0], column_weight, axis=1)


def _knot_and_weight(position, wavelength):
    """Return the knot before each position and the smoothstep weight of the one after."""
    scaled = position / wavelength
    knot = np.floor(scaled).astype(np.int64)
    fraction = scaled - knot
    return knot, (fraction**2 * (3.0 - 2.0 * fraction)).astype(np.float32)


def _interpolate(knots, before, weight, axis):
    """Blend the knots before and after each position along one axis."""
    low = knots.take(before, axis=axis)
    high = knots.take(before + 1, axis=axis)
    return low + weight * (high - low)


def _hashed_uniform(row, column, seed):
    """Hash lattice indices to numbers on [-1, 1) (splitmix64, Steele et al. 2014)."""
    with np.errstate(over="ignore"):
        state = _splitmix64(np.full((1, 1), seed, np.int64).astype(np.uint64))
        state = _splitmix64(state ^ row.astype(np.uint64))
        state = _splitmix64(state ^ column.astype(np.uint64))
    return (state >> np.uint64(11)).astype(np.float64) * 2.0**-52 - 1.0


def _splitmix64(x):
    """Scramble 64-bit integers."""
    x = x + _GOLDEN
    x = (x ^ (x >> np.uint64(30))) * _MIX_1
    x = (x ^ (x >> np.uint64(27))) * _MIX_2
    return x ^ (x >> np.uint64(31))
