"""Data sets as features for the map: numbers only, and as few bytes as they need."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest
import shapely

from geo import describe
from geo.collection.engine import marz_dataset
from geo.collection.protocol import Totals
from geo.collection.schema import SCHEMA
from geo.collection.tolls import Toll
from geo.days import OPEN_END, OPEN_START
from geo.export.text import datasets_csv
from geo.model import Bbox
from geo.package.load import Package
from geo.vocabulary import EVENT_TYPES
from geo.webmap import datasets as dataset_layer

LINE = shapely.LineString([(70, 39), (71, 40)])


def rows(*given: dict[str, Any]) -> pa.Table:
    base = {"number": 1, "id": "x", "lon": 70.0, "lat": 39.0, "start": 5, "end": 5}
    return pa.Table.from_pylist([{**base, **row} for row in given], schema=SCHEMA)


def test_points_and_areas_part() -> None:
    table = rows(
        {"geo_precision": "exact"},
        {"geo_precision": None},
        {"geo_precision": "district"},
        {"geometry": LINE.wkb},
        {"lon": None, "lat": None},
    )
    points, areas = dataset_layer.placed(table)
    assert (points.num_rows, areas.num_rows) == (2, 2)


def test_records_are_columns_of_numbers() -> None:
    table = rows(
        {"event_type": "Riots", "status": "alleged", "low": 2, "best": 5},
        {"event_type": "{{ 7*7 }}", "start": None, "end": None},
    )
    feature = dataset_layer.records(1, table)
    order = list(EVENT_TYPES).index("Riots")
    assert feature["properties"] == {
        "s": 1,
        "k": dataset_layer.RECORDS,
        "c": [
            [order, dataset_layer.OTHER],
            [0, 1],
            [2, -1],
            [5, -1],
            [5, OPEN_START],
            [5, OPEN_END],
        ],
    }
    assert "{{" not in json.dumps(feature)


def test_areas_gather_with_their_mix() -> None:
    table = rows(
        {"number": 7, "event_type": "Battles", "low": 1, "high": 3},
        {"number": 4, "event_type": "a type of its own", "best": 2},
        {"lon": 71.0},
    )
    found = dataset_layer.clustered(table)
    feature = dataset_layer.cells(0, dataset_layer.AREAS, found, sites=[3, 3])
    counts, low, high, mixes = feature["properties"]["c"]
    assert feature["geometry"]["coordinates"] == [[70.0, 39.0], [71.0, 39.0]]
    assert (counts, low, high) == ([2, 1], [3, 0], [5, 0])
    assert mixes == [[0, 1, dataset_layer.OTHER, 1], [dataset_layer.OTHER, 1]]
    assert (feature["properties"]["n"], found["number"].to_pylist()) == ([3], [4, 1])
    held = dataset_layer.cells(0, dataset_layer.AREAS, found, on_areas=table)["properties"]["c"][4]
    own = dataset_layer.OTHER
    assert held == [[0, 1, 3, 5, 5, own, 2, 2, 5, 5], [own, 0, 0, 5, 5]]


def test_two_thousand_cells_are_small() -> None:
    kinds = {name: [17] * 2000 for name in (*EVENT_TYPES, "other")}
    table = pa.table(
        {
            "lon": [70.12345 + n / 1e3 for n in range(2000)],
            "lat": [39.12345] * 2000,
            **{name: [123_456] * 2000 for name in ("count", "low", "high")},
            **kinds,
        }
    )
    feature = dataset_layer.cells(0, dataset_layer.CELLS, table)
    assert len(json.dumps(feature, separators=(",", ":"))) < 160_000


@pytest.mark.parametrize("shape", [LINE, LINE.buffer(0.1)])
def test_a_shading_is_a_thin_outline(shape: Any) -> None:
    found = dataset_layer.shading(shape.wkb)
    assert found is not None
    assert found["geometry"]["type"] == shape.geom_type
    assert len(json.dumps(found)) < 600


@pytest.mark.parametrize("wkb", [shapely.Point(1, 2).wkb, b"no geometry at all"])
def test_what_is_neither_line_nor_area_has_no_shading(wkb: bytes) -> None:
    assert dataset_layer.shading(wkb) is None


def test_the_zoom_of_a_view() -> None:
    # At zoom 5 the world is 256 * 2 ** 5 pixels wide.
    width = 360 * 900 / (256 * 2**5)
    assert dataset_layer.zoom_of(Bbox(60, 38.9, 60 + width, 39), 900, 470) == pytest.approx(5)
    assert dataset_layer.union([None, Bbox(1, 2, 3, 4), Bbox(0, 3, 2, 5)]) == Bbox(0, 2, 3, 5)
    assert dataset_layer.window(Bbox(-180, -85, 180, 85), 1).east == 180


def test_marz_own_records_in_words_and_as_a_file(data: Package) -> None:
    table = marz_dataset.own(data)
    row = table.to_pylist()[0]
    said = dict(describe.facts(row))
    assert said["Id"] == data.incidents["id"].iat[0]
    assert describe.title(row) == data.incidents["title"].iat[0]
    text = datasets_csv([("=made()", table)]).decode("utf-8-sig")
    assert f",{describe.place_of(data, 0)}\r\n" in text
    lines = text.split("\r\n")
    assert lines[0].startswith("data_set,id,date,title")
    assert text.count("'=made()") == len(data.incidents)


def test_the_sentence_counts_what_the_map_cannot_show() -> None:
    toll = Toll(3, 4, 5, False, 6, 0, 0, 6)
    totals = Totals(12, 10, 2, 1, 2005, 2022, {"alleged": 3, "occurred": 9}, toll)
    assert describe.status_line_of_sets([totals, totals]) == (
        "24 incidents in 2 data sets · 18 occurred · 6 alleged · 4 without a place · "
        "2 without a date"
    )
    assert describe.toll_sum(toll) == "3 to 5"
    assert describe.toll_sum(replace(toll, low=0, best=5)) == "5 by best estimates"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ((None, None, None), "not reported"),
        ((None, 3, None), "3"),
        ((2, 5, 8), "2 to 8, best 5"),
        ((20, None, None), "at least 20"),
        ((4, 4, 4), "4"),
    ],
)
def test_tolls_in_words(row: tuple[int | None, ...], said: str) -> None:
    assert describe.toll(*row) == said
