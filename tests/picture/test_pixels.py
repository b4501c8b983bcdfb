"""Sums of cells by pixel: those of NumPy."""

import numpy as np
import pytest

from explorer.picture.pixels import pixel_class_sums, pixel_sums


@pytest.fixture(params=[(0, 100), (13, 77), (5, 6), (50, 50), (97, 100)], ids=str)
def on_pixels(request):
    """Values of cells, the pixels of some of them, and bands that share no pixel."""
    rng, (start, stop) = np.random.default_rng(3), request.param
    values = rng.normal(0, 10, 100).astype(np.float32)
    half = (stop - start) // 2
    pixel = rng.integers(-1, 5, stop - start).astype(np.int32)
    pixel[half:] = rng.integers(5, 9, stop - start - half)
    return values, pixel, start, np.array([0, half, half, stop - start])


def test_pixel_sums_are_those_of_numpy(on_pixels):
    values, pixel, start, bands = on_pixels
    got = pixel_sums(values, pixel, start, bands, 11)
    expected = np.zeros(11)
    cells = values[start : start + pixel.size]
    np.add.at(expected, pixel[pixel >= 0], cells[pixel >= 0].astype(float))
    assert (got.shape, got.dtype) == ((11,), np.float32)
    # float32 sums of some ten numbers
    np.testing.assert_allclose(got, expected, rtol=1e-5, atol=1e-4)


def test_pixel_class_sums_are_those_of_each_class(on_pixels):
    values, pixel, start, bands = on_pixels
    group = np.random.default_rng(4).integers(0, 3, values.size).astype(np.int8)
    got = pixel_class_sums(values, group, 4, pixel, start, bands, 11)
    for number in range(4):
        mine = np.where(group[start : start + pixel.size] == number, pixel, -1).astype(np.int32)
        np.testing.assert_array_equal(got[number], pixel_sums(values, mine, start, bands, 11))


def test_pixel_sums_show_what_is_missing():
    values = np.array([1, np.nan, 3], dtype=np.float32)
    pixel = np.array([0, 1, -1], dtype=np.int32)
    got = pixel_sums(values, pixel, 0, np.array([0, 3]), 3)
    np.testing.assert_array_equal(got, np.array([1, np.nan, 0], dtype=np.float32))
