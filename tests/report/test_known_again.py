"""What is exported is known again, so that --overwrite may replace it."""

import pytest

from explorer.outputs.made_here import is_ours
from explorer.report.formats import FORMATS, Subject, write_export


@pytest.mark.parametrize("key", FORMATS)
def test_export_is_known_again_and_replaced(shown, picture, tmp_path, key):
    out = tmp_path / f"out{FORMATS[key].ending}"
    subject = Subject([shown], "scene.zarr", picture)
    write_export(key, subject, out)
    assert is_ours(out)
    write_export(key, subject, out, overwrite=True)
