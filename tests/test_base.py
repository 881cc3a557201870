"""The base map document."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import shapely
from madeup import HOSTILE

from geo import world
from geo.model import LANGUAGES
from geo.package.load import Package, load_package
from geo.places import UNTRANSLATED, sites
from geo.vocabulary import EVENT_TYPES
from geo.webmap import basemap


def test_the_document_holds_all_that_is_drawn(data: Package) -> None:
    document = basemap.document(data, embed=False)
    assert set(document["layers"]) == {"countries", "regions", "borders", "places"}
    assert [one["name"] for one in document["types"]] == list(EVENT_TYPES)
    assert document["attribution"] == ["© Nobody", "Natural Earth"]
    assert document["relief"]["bounds"] == [[49.5, 9.5], [52.5, 12.5]]
    assert document["relief"]["url"] == basemap.relief_name(data)


def test_an_embedded_relief_needs_no_address(data: Package) -> None:
    relief = basemap.document(data, embed=True)["relief"]
    assert relief["url"].startswith("data:image/webp;base64,")


def test_the_world_is_left_beside_the_document_or_embedded(data: Package) -> None:
    assert basemap.document(data, embed=False)["world"] == {"url": basemap.WORLD}
    found = basemap.document(data, embed=True)["world"]
    for rings, shape in zip(
        found["areas"],
        (part for one in world.shapes() for part in shapely.get_parts(one)),
        strict=True,
    ):
        unpacked = [np.cumsum(np.reshape(ring, (-1, 2)), axis=0) / found["grid"] for ring in rings]
        assert np.array_equal(unpacked[0], shapely.get_coordinates(shape.exterior))
        assert len(rings) == 1 + len(shape.interiors)
    # What a browser fetches once, when the view leaves the layers.
    assert len(gzip.compress(basemap.dumps(found).encode())) < 60_000


def test_edges_where_a_layer_was_cut_are_told(data: Package) -> None:
    assert basemap.document(data, embed=False)["window"] is None
    assert basemap.document(load_package(), embed=False)["window"] == (60, 33, 82, 46)


def test_numbers_are_those_of_the_sites(data: Package) -> None:
    names = {site.number: site.name for site in sites(data)}
    for collection in basemap.document(data, embed=False)["layers"].values():
        for feature in collection["features"]:
            assert names[feature["properties"]["n"]] == feature["properties"]["name"]


def test_a_name_is_in_its_language_or_marked_as_english() -> None:
    document = basemap.document(load_package(), embed=False)
    properties = [
        one["properties"] for layer in document["layers"].values() for one in layer["features"]
    ]
    for code in filter(None, LANGUAGES):
        named = [(one[f"name_{code}"], one["name"]) for one in properties if "name" in one]
        english = {name for name, other in named if name == other + UNTRANSLATED}
        assert {name for name, _ in named if name[0] < "\u0400"} == english
        assert (code in document["untranslated"]) == bool(english)
    dushanbe = next(one for one in properties if one.get("name") == "Dushanbe")
    assert dushanbe["name_fa"] == "دوشنبه" and dushanbe["name_ru"] == "Душанбе"


def test_texts_come_through_json_unchanged(hostile: Package) -> None:
    document = json.loads(basemap.dumps(basemap.document(hostile, embed=False)))
    names = {f["properties"]["name"] for f in document["layers"]["places"]["features"]}
    assert set(HOSTILE) <= names


def test_positions_are_rounded_pairs(data: Package) -> None:
    def positions(part: Any) -> list[Any]:
        if isinstance(part[0], (int, float)):
            return [part]
        return [one for item in part for one in positions(item)]

    for collection in basemap.document(data, embed=False)["layers"].values():
        for feature in collection["features"]:
            for lon, lat in positions(feature["geometry"]["coordinates"]):
                assert (lon, lat) == (round(lon, 4), round(lat, 4))


def test_nan_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        basemap.dumps({"x": float("nan")})


def test_it_is_the_same_each_time(data: Package) -> None:
    one, other = (basemap.dumps(basemap.document(data, embed=True)) for _ in range(2))
    assert one == other


def test_what_the_package_wants_named_first_is_told() -> None:
    places = basemap.document(load_package(), embed=False)["layers"]["places"]["features"]
    named = {one["properties"]["name"] for one in places if one["properties"].get("first")}
    assert named == {"Dushanbe", "Batken", "Isfara"}


def test_a_package_may_want_nothing_named_first(data: Package) -> None:
    for wanted in ("a", [1, {}], None):
        odd = replace(data, descriptor={**data.descriptor, "named_first": wanted})
        places = basemap.document(odd, embed=False)["layers"]["places"]["features"]
        assert not any("first" in one["properties"] for one in places)
