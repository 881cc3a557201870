"""Rivers and lakes."""

import io
import json
import re

import shapefile
import shapely
from shapely import Geometry

from tools.layers.borders import EXCLAVES, NO_NAMES
from tools.layers.elevation import Elevation
from tools.layers.flow import isfara
from tools.layers.geo import Feature, area_km2, feature, simplified, slug
from tools.layers.packages import LAND, NATURAL_EARTH, Cache

RIVER_CLIP = shapely.box(64.5, 35.5, 79, 43.8)
LAKE_EXTENT = shapely.box(66.15, 36.33, 77, 43.2)
RIVER_TOLERANCE_M = 150
LAKE_TOLERANCE_M = 150
MIN_LAKE_KM2 = 15

RIVERS = ("Amu Darya", "Naryn", "Pamir", "Panj", "Syr Darya", "Zarafshon")
FOLLOWS_BORDER = {"Pamir": "TJ-AF", "Panj": "TJ-AF"}
_OFF_THE_BORDER = (
    "The border follows this river, but Natural Earth's course lies some 600 m off it, and "
    "farther in the plain: draw the border, not this line."
)
RIVER_NOTES = {
    "Pamir": _OFF_THE_BORDER,
    "Panj": _OFF_THE_BORDER,
    "Isfara": "Approximate: the path that water takes on a grid of some 450 m. No map of the "
    "river was at hand.",
}
RIVER_FILE = "./usr/share/magics/10m/ne_10m_rivers_lake_centerlines"

# English names by a point inside the lake; the source has shapes only.
LAKES = {
    (72.92, 41.80): ("Toktogul Reservoir", "KG"),
    (71.67, 42.63): ("Kirov Reservoir", "KG"),
    (77.04, 42.45): ("Issyk-Kul", "KG"),
    (75.17, 41.82): ("Song-Kul", "KG"),
    (75.28, 40.63): ("Chatyr-Kul", "KG"),
    (69.33, 38.33): ("Nurek Reservoir", "TJ"),
    (70.16, 40.32): ("Kayrakkum Reservoir", "TJ"),
    (72.90, 37.74): ("Yashilkul", "TJ"),
    (73.49, 39.01): ("Karakul", "TJ"),
    (72.73, 38.20): ("Sarez", "TJ"),
}
LAND_COUNTRIES = (b"AFG", b"CHN", b"KAZ", b"KGZ", b"PAK", b"TJK", b"TKM", b"UZB")


def river_features(cache: Cache, elevation: Elevation) -> list[Feature]:
    """Make one feature a river: those of Natural Earth, and the Isfara as GEBCO has it run."""
    files = {
        part: io.BytesIO(cache.read(NATURAL_EARTH, f"{RIVER_FILE}.{part}"))
        for part in ("shp", "shx", "dbf")
    }
    lines: dict[str, list[Geometry]] = {name: [] for name in RIVERS}
    for item in shapefile.Reader(**files, encoding="latin-1").iterShapeRecords():
        name = re.sub(r"\s+", " ", item.record["name"]).strip()
        if name in lines:
            line = shapely.from_geojson(json.dumps(item.shape.__geo_interface__))
            lines[name].append(line & RIVER_CLIP)
    courses = {name: shapely.line_merge(shapely.union_all(lines[name])) for name in lines}
    courses["Isfara"] = isfara(elevation)
    return [_river_feature(name, course) for name, course in courses.items()]


def _river_feature(name: str, course: Geometry) -> Feature:
    """One river."""
    place_id = f"river-{slug(name)}"
    properties = {
        "place_id": place_id,
        "name": name,
        **NO_NAMES,
        "kind": "river",
        "country": None,
        "wikidata": None,
        "follows_border": FOLLOWS_BORDER.get(name),
        "approximate": name == "Isfara",
        "source": "GEBCO_2023 Grid: path of water computed on it"
        if name == "Isfara"
        else "Natural Earth 10m",
        "note": RIVER_NOTES.get(name),
    }
    return feature(place_id, properties, simplified(course, RIVER_TOLERANCE_M))


def lake_features(cache: Cache) -> list[Feature]:
    """Make one feature a lake or reservoir: a large hole in the land of OpenStreetMap."""
    lakes = sorted(_holes(cache), key=lambda lake: lake.bounds)
    features = []
    unnamed = 0
    for lake in lakes:
        name, country = next(
            (known for place, known in LAKES.items() if lake.contains(shapely.Point(place))),
            (None, None),
        )
        if name is None:
            unnamed += 1
            place_id = f"lake-unnamed-{unnamed:02}"
        else:
            place_id = f"lake-{slug(name)}"
        properties = {
            "place_id": place_id,
            "name": name,
            **NO_NAMES,
            "kind": "lake",
            "country": country,
            "wikidata": None,
            "area_km2": round(area_km2(lake), 1),
        }
        features.append(feature(place_id, properties, simplified(lake, LAKE_TOLERANCE_M)))
    return features


def _holes(cache: Cache) -> list[Geometry]:
    """Holes in the land within the map that aren't an exclave of another country."""
    exclave_points = [shapely.Point(inside) for *_, inside in EXCLAVES.values()]
    lakes = []
    for line in cache.read(LAND, "package/map.geo.json").splitlines():
        # One country a line; the world parsed at once would take gigabytes.
        if not any(b'"A3":"' + iso + b'"' in line for iso in LAND_COUNTRIES):
            continue
        land = shapely.from_geojson(line.strip().rstrip(b","))
        rings = [ring for part in shapely.get_parts(land) for ring in part.interiors]
        for hole in shapely.polygons(rings):
            is_lake = not any(hole.contains(point) for point in exclave_points)
            if is_lake and hole.intersects(LAKE_EXTENT) and area_km2(hole) > MIN_LAKE_KM2:
                lakes.append(hole)
    return lakes
