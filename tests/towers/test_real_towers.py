"""Real tower files as downloaded: every one is read, and the numbers are the files'."""

import runpy
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from explorer.observations.site_index import load_index
from explorer.observations.tower_files import load_towers

pytestmark = pytest.mark.real

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def folder(real_data) -> Path:
    return real_data / "fluxnet2015_monthly"


def test_every_file_of_fluxnet2015_is_read(folder):
    files = sorted(folder.glob("FLX_*_MM_*.csv"))
    towers = load_towers(files)
    assert set(towers.names) == {path.name.split("_")[1] for path in files}
    assert towers.observed > 10_000


def test_a_chinese_site_is_what_its_file_says(folder):
    (path,) = folder.glob("FLX_CN-Cha_*_MM_*.csv")
    towers = load_towers([path])
    raw = pd.read_csv(path)
    good = raw[raw.NEE_VUT_REF_QC >= 0.5]
    days = pd.to_datetime(good.TIMESTAMP.astype(str), format="%Y%m").dt.days_in_month
    assert towers.nep[np.isfinite(towers.nep)] == pytest.approx(
        (-good.NEE_VUT_REF * days).to_numpy()
    )
    (site,) = towers.sites
    assert (site.lat, site.lon, site.vegetation) == (42.4025, 128.0958, "MXF")


def test_index_files_are_read(real_data):
    modis = load_index(real_data / "phenofit_gpp_ndvi" / "MOD13A1_10sites.csv")
    july, _ = modis.of("CN-Cha", 2004)
    assert (modis.kind, july[6]) == ("ndvi", pytest.approx((0.7197 + 0.8486) / 2))
    area = load_index(real_data / "cardamom_fluxval" / "monthly_drivers_obs_204sites.csv.gz")
    assert (area.kind, area.of("CN-Cha", 2003)[0][7]) == ("lai", 4.5)


def test_page_of_the_towers_is_what_the_model_gives(real_data):
    made = runpy.run_path(str(DOCS / "towers.py"))
    assert made["PAGE"].read_text() == made["page"](made["checks"]()), "run: python docs/towers.py"
