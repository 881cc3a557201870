"""What a build has to fulfil before its files are believed."""

import json
from pathlib import Path

import shapely
from shapely import Geometry

from tools.layers.geo import Feature
from tools.layers.places import misplaced
from tools.layers.vintages import Countries

# Measured once with other tools from the same packages (kilometres and square kilometres).
EXPECTED = {
    "TJ-AF": ("length_km", 1344.0),
    "TJ-KG@2025-03-13": ("length_km", 1004.7),
    "TJ-KG@before-2025-03-13": ("length_km", 990.1),
    "exclave-vorukh@2025-03-13": ("area_km2", 145.4),
    "exclave-vorukh@before-2025-03-13": ("area_km2", 101.2),
    "exclave-western-qalacha@before-2025-03-13": ("area_km2", 1.0),
}
AGREEMENT = 0.001
MAX_TOTAL_BYTES = 2_000_000


def problems(layers: Path, countries: Countries) -> list[str]:
    """Everything wrong with a build, in words.

    Parameters
    ----------
    layers : Path
        The folder of built files.
    countries : dict
        The simplified countries, which every place has to lie in.
    """
    found: list[str] = []
    features: dict[str, Feature] = {}
    for path in sorted(layers.rglob("*.geojson")):
        for item in json.loads(path.read_text(encoding="utf-8"))["features"]:
            if item["id"] in features:
                found.append(f"{path.name}: id {item['id']} is used twice")
            features[item["id"]] = item
            found += [f"{path.name}:{item['id']}: {wrong}" for wrong in _bad_shape(item)]
    for kind in ("country", "region"):
        members = [item for item in features.values() if item["properties"]["kind"] == kind]
        if not shapely.coverage_is_valid([_shape(item) for item in members]):
            found.append(f"polygons of kind {kind} overlap, or neighbours differ at their edge")
    for identifier, (key, expected) in EXPECTED.items():
        measured = features[identifier]["properties"][key]
        print(f"  {identifier}: {key} {measured}, expected {expected}")
        if abs(measured - expected) > max(AGREEMENT * expected, 0.05):
            found.append(f"{identifier}: {key} is {measured}, expected {expected}")
    places = [
        item
        for item in features.values()
        if item["properties"]["kind"] == "place" and item["geometry"] is not None
    ]
    found += _astray(features)
    found += misplaced(places, countries)
    total = sum(path.stat().st_size for path in layers.rglob("*") if path.is_file())
    print(f"  {total / 1e6:.2f} MB in all")
    if total > MAX_TOTAL_BYTES:
        found.append(f"{total} bytes in all, more than {MAX_TOTAL_BYTES}")
    return found


def _astray(features: dict[str, Feature]) -> list[str]:
    """Places that lie within a place of no layer."""
    known = {item["properties"]["place_id"] for item in features.values()}
    return [
        f"{identifier} lies within {item['properties']['within']}, which is nowhere"
        for identifier, item in features.items()
        if item["properties"].get("within") and item["properties"]["within"] not in known
    ]


def _shape(item: Feature) -> Geometry:
    return shapely.from_geojson(json.dumps(item["geometry"]))


def _bad_shape(item: Feature) -> list[str]:
    """Faults of one geometry; a place may have none, if it lies within another."""
    if item["geometry"] is None:
        return [] if item["properties"].get("within") else ["has no geometry and no place"]
    shape = _shape(item)
    faults = []
    if shape.is_empty:
        faults.append("is empty")
    if not shape.is_valid:
        faults.append(shapely.is_valid_reason(shape))
    for part in shapely.get_parts(shape):
        if part.geom_type == "Polygon":
            holes_right = not any(ring.is_ccw for ring in part.interiors)
            if not (part.exterior.is_ccw and holes_right):
                faults.append("breaks the right-hand rule")
    return faults
