"""Whether two scenes are the same."""

import numpy as np

from explorer.scene.scene import Scene


def assert_same_scene(one: Scene, other: Scene) -> None:
    for name in ("index", "area", "region"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)
    assert one.region_names == other.region_names
    assert one.left_out == other.left_out
    for name, values in one.forcing._asdict().items():
        expected = getattr(other.forcing, name)
        assert (values is None) == (expected is None), name
        if values is not None:
            assert (values.shape, values.dtype) == (expected.shape, expected.dtype), name
            # One rounding to float32, of values of up to some thousand with their offset.
            np.testing.assert_allclose(values, expected, rtol=1e-6, atol=1e-6, err_msg=name)
