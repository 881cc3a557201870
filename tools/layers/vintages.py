"""Country polygons in two vintages, out of timezone-boundary-builder's OpenStreetMap zones.

Each country of the map is one time zone or a union of a few, so its zones are its unsimplified
polygon, and neighbours share exactly the same vertices.
"""

import json
import sys
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Geometry

from tools.layers.packages import BORDERS_BEFORE, BORDERS_NOW, BORDERS_NOW_READER, Cache, Package

ZONES = {
    "AF": ("Asia/Kabul",),
    "CN": ("Asia/Shanghai", "Asia/Urumqi"),
    "KG": ("Asia/Bishkek",),
    "KZ": (
        "Asia/Almaty",
        "Asia/Aqtau",
        "Asia/Aqtobe",
        "Asia/Atyrau",
        "Asia/Oral",
        "Asia/Qostanay",
        "Asia/Qyzylorda",
    ),
    "PK": ("Asia/Karachi",),
    "TJ": ("Asia/Dushanbe",),
    "TM": ("Asia/Ashgabat",),
    "UZ": ("Asia/Samarkand", "Asia/Tashkent"),
}

Countries = dict[str, Geometry]


@dataclass(frozen=True)
class Vintage:
    """The countries as one release of the source drew them.

    Attributes
    ----------
    suffix : str
        What follows ``@`` in the id of a feature of this vintage.
    valid_from, valid_to : str or None
        First and last day on which the line is taken to have been in force.
    package : Package
        Where it comes from.
    countries : dict
        Polygon by ISO 3166-1 alpha-2 code.
    """

    suffix: str
    valid_from: str | None
    valid_to: str | None
    package: Package
    countries: Countries


def read_vintages(cache: Cache) -> tuple[Vintage, Vintage]:
    """Read today's vintage and the one before the treaty of 13 March 2025."""
    now = Vintage("2025-03-13", "2025-03-13", None, BORDERS_NOW, _read_now(cache))
    before = _read_before(cache, ("AF", "KG", "TJ", "UZ"))
    return now, Vintage("before-2025-03-13", None, "2025-03-12", BORDERS_BEFORE, before)


def _read_now(cache: Cache) -> Countries:
    """Polygons of the current release, through its own reader."""
    sys.path.insert(0, str(cache.unpack_wheels((BORDERS_NOW_READER, BORDERS_NOW))))
    from timezonefinder import TimezoneFinder  # only here is it on the path

    finder = TimezoneFinder()

    def zone(name: str) -> list[Geometry]:
        parts = finder.get_geometry(tz_name=name, coords_as_pairs=True)
        return [shapely.Polygon(rings[0], rings[1:]) for rings in parts]

    return {
        iso: shapely.union_all([part for name in names for part in zone(name)])
        for iso, names in ZONES.items()
    }


def _read_before(cache: Cache, isos: tuple[str, ...]) -> Countries:
    """Polygons of the earlier release, straight from its tables.

    Two versions of one package can't be imported together; this one's layout is plain: for
    each polygon the number of its zone, its number of vertices, and the byte where its
    longitudes and then its latitudes begin, as integers of 1e-7 degrees.
    """

    def table(name: str, dtype: str) -> np.ndarray:
        return np.frombuffer(cache.read(BORDERS_BEFORE, f"timezonefinder/{name}.bin"), dtype)

    zone_names = json.loads(cache.read(BORDERS_BEFORE, "timezonefinder/timezone_names.json"))
    holes_of = json.loads(cache.read(BORDERS_BEFORE, "timezonefinder/hole_registry.json"))
    zone_of_polygon = table("poly_zone_ids", "<u2")
    shells = table("poly_data", "<i4"), table("poly_coord_amount", "<u4")
    shell_starts = table("poly_adr2data", "<u4")
    holes = table("hole_data", "<i4"), table("hole_coord_amount", "<u2")
    hole_starts = table("hole_adr2data", "<u4")

    def ring(data: np.ndarray, start: int, vertices: int) -> np.ndarray:
        first = start // data.itemsize
        return data[first : first + 2 * vertices].reshape(2, vertices).T * 1e-7

    def polygon(number: int) -> Geometry:
        shell = ring(shells[0], int(shell_starts[number]), int(shells[1][number]))
        amount, first = holes_of.get(str(number), (0, 0))
        inner = [
            ring(holes[0], int(hole_starts[hole]), int(holes[1][hole]))
            for hole in range(first, first + amount)
        ]
        return shapely.Polygon(shell, inner)

    def country(iso: str) -> Geometry:
        zones = [zone_names.index(name) for name in ZONES[iso]]
        numbers = np.flatnonzero(np.isin(zone_of_polygon, zones))
        return shapely.union_all([polygon(int(number)) for number in numbers])

    return {iso: country(iso) for iso in isos}
