"""What the Towers page works on: loading, refusing, and the folder of real files."""

from pathlib import Path

import numpy as np
import pytest

from explorer.app.pages.towers.desk import REAL_DATA, TowerDesk
from explorer.errors import ExplorerError, PlaceError, SchemaError, SourceError
from explorer.observations.site_places import placed_line
from explorer.scene.demo import demo_scene_path
from explorer.scene.scene import Scene
from explorer.session.opened import Opened
from explorer.systems import SYSTEMS

OWN = b"site,lon,lat,class,year,month,nep\n"
INDEX = b"site,year,month,lai\nA,2010,7,3\n"
FLUXNET = "FLX_{}_FLUXNET2015_SUBSET_MM_2009-2009_1-4.csv"


@pytest.fixture(scope="module")
def shared() -> Opened:
    return Opened(demo_scene_path())


def desk_of(shared: Opened) -> TowerDesk:
    return TowerDesk(shared, SYSTEMS["nep"])


def load(desk: TowerDesk, *arguments) -> None:
    desk.take(desk.read_files(*arguments))


def place_in(scene: Scene, cell: int) -> tuple[float, float]:
    row, column = divmod(int(scene.index[cell]), scene.grid.x.size)
    lon, lat = scene.grid.lonlat(scene.grid.x[column], scene.grid.y[row])
    return float(lon), float(lat)


def test_the_demonstration_scene_comes_with_its_towers(shared):
    desk = desk_of(shared)
    assert desk.synthetic
    assert "synthetic" in desk.title
    assert desk.check.compared.sum() == 96


def test_another_scene_has_none_until_they_are_loaded(scene, tmp_path):
    desk = desk_of(Opened(tmp_path / "other.zarr", scene))
    assert desk.check is None
    with pytest.raises(SchemaError, match="no towers yet"):
        load(desk, {"index.csv": INDEX})
    lon, lat = place_in(scene, 20)
    load(desk, {"mine.csv": OWN + f"A,{lon},{lat},GRA,2010,7,12\n".encode()})
    assert desk.check.compared.sum() == 1
    assert not desk.synthetic
    load(desk, {"index.csv": INDEX})
    assert desk.index.kind == "lai"
    assert desk.use_index
    assert desk.towers.names == ("A",)


def test_what_is_refused_leaves_all_as_it_was(shared):
    desk = desk_of(shared)
    before = desk.check
    refused = (
        {"bad.csv": OWN + b"A,1,2,GRA,2010,13,1\n"},
        {"good.csv": OWN + b"A,110,30,GRA,2010,1,1\n", "bad.csv": b"nonsense\n"},
        {"one.csv": INDEX, "two.csv": INDEX},
        {"good.csv": OWN + b"A,110,30,GRA,2010,1,1\n", "index.csv": INDEX + b"A,2010,7,high\n"},
        {"large.csv": b" " * 20_000_001},
        {f"{number}.csv": b" " * 16_000_000 for number in range(4)},
    )
    for files in refused:
        with pytest.raises(ExplorerError):
            load(desk, files)
        assert desk.check is before
        assert desk.synthetic


def test_files_without_places_wait_for_them(shared):
    desk = desk_of(shared)
    before = desk.check
    header = b"TIMESTAMP,TA_F,P_F,SW_IN_F,NEE_VUT_REF,NEE_VUT_REF_QC\n"
    files = {FLUXNET.format("XX-Abc"): header + b"200907,20,3,250,-2,1\n"}
    with pytest.raises(PlaceError) as caught:
        load(desk, files)
    assert caught.value.sites == ("XX-Abc",)
    assert desk.check is before
    lon, lat = place_in(shared.scene, 500)
    load(desk, files, [placed_line("the fields", "XX-Abc", f"{lat}", f"{lon}", "grassland")])
    assert desk.check.compared_sites == ("XX-Abc",)


def test_a_switch_compares_again(shared):
    desk = desk_of(shared)
    first = desk.check
    desk.own_class = True
    assert desk.check.own_class
    assert desk.check is not first
    desk.at_site = True  # the demonstration towers have no climate
    assert desk.check.compared.sum() == 0
    left_out = "DHS 2010 left out: the file has no temperature, precipitation, radiation"
    assert left_out in desk.check.remarks


@pytest.fixture
def folder(shared, tmp_path) -> Path:
    """Two sites, one of them in the scene."""
    folder = tmp_path / "fluxnet2015_monthly"
    folder.mkdir()
    lon, lat = place_in(shared.scene, 500)
    (folder / "FluxNET_sites.csv").write_text(
        "SITE_ID,LOCATION_LAT,LOCATION_LONG,IGBP\n"
        f"XX-Inn,{lat},{lon},GRA\nXX-Out,-30,20,GRA\nXX-Wat,{lat},{lon},WAT\n"
    )
    header = "TIMESTAMP,TA_F,P_F,SW_IN_F,NEE_VUT_REF,NEE_VUT_REF_QC\n"
    for name in ("XX-Inn", "XX-Out"):
        (folder / FLUXNET.format(name)).write_text(header + "200907,20,3,250,-2,1\n")
    return folder


def test_a_folder_gives_the_sites_that_the_scene_holds(shared, folder, monkeypatch):
    (folder / FLUXNET.format("XX-Out")).write_text("not read, for it stands elsewhere\n")
    desk = desk_of(shared)
    monkeypatch.setenv(REAL_DATA, str(folder.parent))
    assert desk.real_folder == folder
    desk.take(desk.read_real())
    assert desk.towers.names == ("XX-Inn",)
    np.testing.assert_allclose(desk.towers.nep, 62.0)  # 2 g a day, 31 days
    assert not desk.synthetic


def test_a_folder_without_a_site_here_is_told(shared, folder, monkeypatch):
    (folder / FLUXNET.format("XX-Inn")).unlink()
    monkeypatch.setenv(REAL_DATA, str(folder.parent))
    with pytest.raises(SourceError, match="is of a site in this scene"):
        desk_of(shared).read_real()
    monkeypatch.delenv(REAL_DATA, raising=False)
    with pytest.raises(SourceError, match="names no folder"):
        desk_of(shared).read_real()
