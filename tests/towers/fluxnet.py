"""A small download of FLUXNET2015, written by the names and columns of the real one."""

import io
import zipfile
from pathlib import Path

HEADER = "TIMESTAMP,TA_F,P_F,SW_IN_F,NEE_VUT_REF,NEE_VUT_REF_QC\n"
BADM = "FLX_AA-Flx_BIF_{}_20200501.csv"


def monthly(site: str, product: str = "SUBSET") -> str:
    return f"FLX_{site}_FLUXNET2015_{product}_MM_2004-2004_1-4.csv"


def months(nee: float = -2.0) -> bytes:
    rows = (f"2004{month:02d},{month},1.5,180,{nee},0.9\n" for month in range(1, 13))
    return (HEADER + "".join(rows)).encode()


def badm(*sites: tuple[str, float, float, str]) -> bytes:
    """The table as it comes: other groups, quotes, text over two lines, and Windows-1252."""
    lines = ["SITE_ID,GROUP_ID,VARIABLE_GROUP,VARIABLE,DATAVALUE"]
    for number, (site, lat, lon, igbp) in enumerate(sites):
        group = 1000 + 10 * number
        lines += [
            f'{site},{group},GRP_HEADER,SITE_NAME,"Wald, gro\xdf, ""alt"""',
            f'{site},{group + 1},GRP_SITE_CHAR,SITE_DESC,"Two lines,',
            'and a quote " that nobody closed"',
            f"{site},{group + 2},GRP_LOCATION,LOCATION_LAT,{lat}",
            f"{site},{group + 2},GRP_LOCATION,LOCATION_LONG,{lon}",
            f"{site},{group + 2},GRP_LOCATION,LOCATION_ELEV,738",
            f"{site},{group + 3},GRP_IGBP,IGBP,{igbp}",
            f"{site},{group + 4},GRP_CLIM_AVG,MAT,3.6",
        ]
    return "\r\n".join(lines).encode("cp1252")


def archive(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as into:
        for name, content in files.items():
            into.writestr(name, content)
    return packed.getvalue()


def site_archive(site: str, product: str = "FULLSET", nee: float = -2.0) -> dict[str, bytes]:
    """What one downloads of a site: name -> archive with all resolutions and what else comes."""
    return {
        f"FLX_{site}_FLUXNET2015_{product}_2004-2004_1-4.zip": archive(
            {
                f"FLX_{site}_FLUXNET2015_{product}_HH_2004-2004_1-4.csv": b"TIMESTAMP_START\n",
                f"FLX_{site}_FLUXNET2015_AUXNEE_2004-2004_1-4.csv": b"VARIABLE\n",
                f"FLX_{site}_FLUXNET2015_ERAI_MM_1989-2014_1-4.csv": b"TIMESTAMP,TA_ERA\n",
                monthly(site, product): months(nee),
            }
        )
    }


def badm_archive(*sites: tuple[str, float, float, str]) -> dict[str, bytes]:
    """The archive of BADM tables: one a resolution, as CSV and as workbook."""
    inside = {BADM.format(each): badm(*sites) for each in ("DD", "HH", "MM")}
    inside |= {BADM.format("MM").replace(".csv", ".xlsx"): b"PK no CSV"}
    return {"FLX_AA-Flx_BIF_ALL_20200501.zip": archive(inside)}


def written(folder: Path, files: dict[str, bytes]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder
