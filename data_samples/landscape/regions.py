"""Four regions divided by simple lines through well-known mountain ranges."""

import numpy as np

REGIONS = {"South": 1, "North": 2, "Northwest": 3, "Qinghai-Tibet": 4}

# Lines as (lon, lat) corners, drawn by hand; rough on purpose. [degrees]
QINLING_HUAIHE = [(102.0, 34.0), (107.0, 33.8), (112.0, 33.0), (116.0, 32.8), (121.0, 33.8)]
KUNLUN_QILIAN = [
    (73.0, 39.3), (76.0, 38.0), (80.0, 36.3), (87.0, 36.8), (92.0, 38.6), (97.0, 39.3),
    (100.0, 38.5), (102.5, 37.2), (104.0, 35.5),
]  # fmt: skip
HENGDUAN = [
    (99.0, 26.0), (101.0, 27.8), (102.3, 29.0), (103.2, 31.0), (104.2, 33.0), (103.8, 35.5),
    (103.8, 40.0),
]  # fmt: skip
KHINGAN_YINSHAN_HELAN = [
    (104.0, 34.0), (105.3, 36.0), (106.3, 38.5), (107.5, 40.3), (111.0, 41.0), (114.5, 41.7),
    (117.5, 43.2), (119.0, 45.0), (120.5, 47.5), (119.8, 50.0), (119.8, 54.0),
]  # fmt: skip


def region_of(lon, lat):
    """Name the region of each place by its code.

    Parameters
    ----------
    lon, lat : array
        [degrees]

    Returns
    -------
    array of uint8
        Codes of `REGIONS`.
    """
    north = lat > _latitude_on(QINLING_HUAIHE, lon)
    west = lon < _longitude_on(KHINGAN_YINSHAN_HELAN, lat)
    plateau = (lat < _latitude_on(KUNLUN_QILIAN, lon)) & (lon < _longitude_on(HENGDUAN, lat))
    plateau &= lat > 26.0
    code = np.select(
        [plateau, north & west, north],
        [REGIONS["Qinghai-Tibet"], REGIONS["Northwest"], REGIONS["North"]],
        REGIONS["South"],
    )
    return code.astype(np.uint8)


def _latitude_on(line, lon):
    """Return the latitude, in degrees, of a line that runs from west to east."""
    return np.interp(lon, *zip(*line, strict=True))


def _longitude_on(line, lat):
    """Return the longitude, in degrees, of a line that runs from south to north."""
    lons, lats = zip(*line, strict=True)
    return np.interp(lat, lats, lons)
