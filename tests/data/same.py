"""Whether two scenes are the same."""

from collections.abc import Mapping

import numpy as np

from explorer import SYSTEMS
from explorer.scene.scene import Scene


def assert_same_scene(one: Scene, other: Scene) -> None:
    for name in ("index", "area", "region", "land_cover", "blocked_vegetation"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)
    assert one.region_names == other.region_names
    assert one.left_out == other.left_out
    assert one.rows == other.rows
    assert_same_fields(
        *(
            {name: field.quantities() for name, field in each.fields.items()}
            for each in (one, other)
        )
    )
    # What a system makes of it, too: sun, optimum temperature, days.
    forcings = (SYSTEMS["nep"].forcing(scene).whole_forcing()._asdict() for scene in (one, other))
    assert_same_fields(*forcings)


def assert_same_fields(
    one: Mapping[str, np.ndarray | None], other: Mapping[str, np.ndarray | None]
) -> None:
    assert one.keys() == other.keys()
    for name, values in one.items():
        expected = other[name]
        assert (values is None) == (expected is None), name
        if values is not None:
            assert (values.shape, values.dtype) == (expected.shape, expected.dtype), name
            # One rounding to float32, of values of up to some thousand with their offset.
            np.testing.assert_allclose(values, expected, rtol=1e-6, atol=1e-6, err_msg=name)
