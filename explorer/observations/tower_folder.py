"""A folder of FLUXNET2015 files: those of the sites that a scene holds."""

from pathlib import Path

from explorer.errors import SchemaError, SourceError
from explorer.observations.csv_table import Values, read_bytes, taken_apart
from explorer.observations.tower_files import FLUXNET_NAME, SITE_TABLE
from explorer.observations.tower_places import place_of
from explorer.scene.scene import Scene


def files_in_scene(folder: Path, scene: Scene) -> list[Path]:
    """Return the monthly files of a folder whose sites stand on a land cell of the scene.

    Parameters
    ----------
    folder : path
        Holds ``SITE_TABLE`` as well, which is the last of the returned.
    scene : Scene

    Raises
    ------
    SourceError
        When no site of the folder stands in the scene, or the table is missing.
    SchemaError
        When the table of sites cannot be read.
    """
    faults: list[str] = []
    path = folder / SITE_TABLE
    table = taken_apart(path.name, read_bytes(path), faults)
    if table is None or faults:
        raise SchemaError(faults, "the table of sites")
    here = set()
    for line in table.lines:
        site = Values(line, []).site("SITE_ID", "LOCATION_LONG", "LOCATION_LAT", "IGBP")
        if place_of(scene, site).cell is not None:
            here.add(site.name)
    found = [
        file
        for file in sorted(folder.glob("FLX_*.csv"))
        if (named := FLUXNET_NAME.fullmatch(file.name)) and named[1] in here
    ]
    if not found:
        raise SourceError(
            f"no FLUXNET2015 monthly file of {folder.name} is of a site in this scene"
        )
    return [*found, path]
