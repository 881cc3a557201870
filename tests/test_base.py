"""The base map document."""

from __future__ import annotations

import json
from typing import Any

import pytest
from madeup import HOSTILE

from geo import base
from geo.package import Package
from geo.places import sites
from geo.vocabulary import EVENT_TYPES


def test_the_document_holds_all_that_is_drawn(data: Package) -> None:
    document = base.document(data, embed_relief=False)
    assert set(document["layers"]) == {"countries", "regions", "borders", "places"}
    assert [one["name"] for one in document["types"]] == list(EVENT_TYPES)
    assert document["attribution"] == ["© Nobody"]
    assert document["relief"]["bounds"] == [[49.5, 9.5], [52.5, 12.5]]
    assert document["relief"]["url"] == base.relief_name(data)


def test_an_embedded_relief_needs_no_address(data: Package) -> None:
    relief = base.document(data, embed_relief=True)["relief"]
    assert relief["url"].startswith("data:image/webp;base64,")


def test_numbers_are_those_of_the_sites(data: Package) -> None:
    names = {site.number: site.name for site in sites(data)}
    for collection in base.document(data, embed_relief=False)["layers"].values():
        for feature in collection["features"]:
            assert names[feature["properties"]["n"]] == feature["properties"]["name"]


def test_texts_come_through_json_unchanged(hostile: Package) -> None:
    document = json.loads(base.dumps(base.document(hostile, embed_relief=False)))
    names = {f["properties"]["name"] for f in document["layers"]["places"]["features"]}
    assert set(HOSTILE) <= names


def test_positions_are_rounded_pairs(data: Package) -> None:
    def positions(part: Any) -> list[Any]:
        if isinstance(part[0], (int, float)):
            return [part]
        return [one for item in part for one in positions(item)]

    for collection in base.document(data, embed_relief=False)["layers"].values():
        for feature in collection["features"]:
            for lon, lat in positions(feature["geometry"]["coordinates"]):
                assert (lon, lat) == (round(lon, 4), round(lat, 4))


def test_nan_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        base.dumps({"x": float("nan")})


def test_it_is_the_same_each_time(data: Package) -> None:
    one, other = (base.dumps(base.document(data, embed_relief=True)) for _ in range(2))
    assert one == other
