"""Stretches of the two borders: where two first-order regions meet, and around an exclave.

A place that is known only to lie between two districts on either side hangs on the stretch
between their regions.
"""

from collections.abc import Iterator
from itertools import groupby

import shapely
from shapely import Geometry

from tools.layers.borders import NO_NAMES
from tools.layers.geo import Feature, feature, from_local, length_km, simplified, slug, to_local

SPACING_M = 200
CUT_TOLERANCE_M = 5
SHORTEST_KM = 1.0
EXCLAVES = {"TJ-KG": {"exclave-vorukh": "Vorukh", "exclave-western-qalacha": "Western Qalacha"}}


def stretch_features(
    borders: list[Feature], regions: list[Feature], exclaves: list[Feature]
) -> list[Feature]:
    """Cut each border, in each vintage, into stretches.

    Parameters
    ----------
    borders, regions, exclaves : list of Feature
        As built; the regions follow the current vintage, so an older line takes the nearest.
    """
    return [stretch for border in borders for stretch in _of_border(border, regions, exclaves)]


def _of_border(
    border: Feature, regions: list[Feature], exclaves: list[Feature]
) -> Iterator[Feature]:
    place_id = border["properties"]["place_id"]
    names = {item["properties"]["place_id"]: item["properties"]["name"] for item in regions}
    pieces: dict[tuple[str, str], list[Geometry]] = {}
    for part in shapely.get_parts(_shape(border)):
        if part.is_ring:
            for exclave, name in EXCLAVES.get(place_id, {}).items():
                if _around(part, exclave, exclaves):
                    yield _feature(border, f"{place_id}-{slug(name)}", f"line around {name}", part)
            continue
        for pair, piece in _by_pair(part, place_id.split("-"), regions):
            pieces.setdefault(pair, []).append(piece)
    for (one, other), lines in pieces.items():
        # The points that cutting put in go out again; the line itself is coarser than that.
        line = simplified(shapely.line_merge(shapely.union_all(lines)), CUT_TOLERANCE_M)
        if length_km(line) < SHORTEST_KM:
            continue
        short = [_short(names[code]) for code in (one, other)]
        stretch_id = f"{place_id}-{slug(short[0])}-{slug(short[1])}"
        title = f"{short[0]}–{short[1]} stretch of the {border['properties']['name']}"
        yield _feature(border, stretch_id, title, line)


def _short(name: str) -> str:
    """Name of a region without its kind."""
    return {"Districts of Republican Subordination": "DRS"}.get(
        name, name.removesuffix(" Region").removesuffix(" Province")
    )


def _feature(border: Feature, stretch_id: str, name: str, line: Geometry) -> Feature:
    """Describe a stretch in the vintage of its border."""
    about = border["properties"]
    suffix = border["id"].partition("@")[2]
    properties = {
        "place_id": stretch_id,
        "name": name,
        **NO_NAMES,
        "kind": "stretch",
        "country": about["country"],
        "border": about["place_id"],
        "wikidata": None,
        "valid_from": about["valid_from"],
        "valid_to": about["valid_to"],
        "length_km": round(length_km(line), 1),
        "source": about["source"],
    }
    return feature(f"{stretch_id}@{suffix}" if suffix else stretch_id, properties, line)


def _around(ring: Geometry, exclave: str, exclaves: list[Feature]) -> bool:
    """Whether a ring of a border runs around an exclave."""
    inside = [_shape(item) for item in exclaves if item["properties"]["place_id"] == exclave]
    return any(shapely.Polygon(ring).contains(s.representative_point()) for s in inside)


def _by_pair(
    line: Geometry, sides: list[str], regions: list[Feature]
) -> Iterator[tuple[tuple[str, str], Geometry]]:
    """Cut a line wherever the nearest region of either country changes."""
    local = shapely.segmentize(to_local(line), SPACING_M)
    points = shapely.get_coordinates(local)
    middles = shapely.points((points[:-1] + points[1:]) / 2)
    owners = []
    for side in sides:
        own = [item for item in regions if item["properties"]["country"] == side]
        shapes = [to_local(_shape(item)) for item in own]
        nearest = shapely.STRtree(shapes).nearest(middles)
        owners.append([own[int(index)]["properties"]["place_id"] for index in nearest])
    degrees = shapely.get_coordinates(from_local(local))
    pairs = list(zip(*owners, strict=True))
    for pair, run in groupby(range(len(pairs)), key=pairs.__getitem__):
        steps = list(run)
        yield pair, shapely.LineString(degrees[steps[0] : steps[-1] + 2])


def _shape(item: Feature) -> Geometry:
    return shapely.geometry.shape(item["geometry"])
