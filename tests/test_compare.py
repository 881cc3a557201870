"""Candidate matches between two data sets; all records are made up."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some

from geo.collection.compare import MARGINS, SPAN, Nearness, pairs

COLUMNS = ["start", "end", "lon", "lat", "geo_precision", "actors"]


def table(*rows: dict[str, Any]) -> pd.DataFrame:
    base = {"start": 100, "lon": 70.0, "lat": 39.0, "geo_precision": "exact", "actors": None}
    made = [{**base, **row} for row in rows]
    return pd.DataFrame([{"end": row["start"], **row} for row in made], columns=COLUMNS)


def test_near_records_are_paired_the_nearest_first() -> None:
    left = table({"actors": "Tajik border guards"}, {"start": 200})
    right = table({"start": 101, "lat": 39.1}, {"actors": "Border guards of Tajikistan"})
    found = pairs(left, right, Nearness(days=2, km=20))
    assert [(p.left, p.right, p.days) for p in found.pairs] == [(0, 1, 0), (0, 0, 1)]
    assert found.pairs[0].km == 0
    # A tenth of a degree of latitude on the WGS 84 ellipsoid at 39 degrees north.
    assert found.pairs[1].km == pytest.approx(11.10, abs=0.01)
    assert (found.pairs[0].alike, found.pairs[1].alike) == (1.0, None)
    assert (found.found, found.left, found.right) == (2, 2, 2)


def test_words_that_half_of_all_actors_are_called_by_do_not_count() -> None:
    left = table({"actors": "Military forces of Uzbekistan"})
    right = table({"actors": "Unidentified armed group"}, {"actors": "Кыргызстан"})
    assert [p.alike for p in pairs(left, right, Nearness()).pairs] == [None, 0.0]
    assert pairs(left, right, Nearness(actors=True)).pairs == ()


@pytest.mark.parametrize(
    ("other", "paired"),
    [
        ({"start": 102}, True),
        ({"start": 103}, False),
        ({"start": 90, "end": 99}, True),
        ({"start": 50, "end": 50 + SPAN + 1}, False),  # known too roughly to tell anything
        ({"start": None}, False),
        ({"lat": None}, False),
        ({"lat": 39.4}, False),
        ({"lat": 39.4, "geo_precision": "district"}, True),
        ({"lat": 39.0, "geo_precision": "country"}, False),
    ],
)
def test_how_near_is_near(other: dict[str, Any], paired: bool) -> None:
    assert bool(pairs(table({}), table(other), Nearness(days=2, km=20)).pairs) is paired


rows = some.lists(
    some.fixed_dictionaries(
        {
            "start": some.integers(0, 40),
            "lon": some.floats(69, 71),
            "lat": some.floats(38, 40),
            "geo_precision": some.sampled_from([None, *MARGINS, "border"]),
            "actors": some.sampled_from([None, "Villagers of Vorukh", "Vorukh"]),
        }
    ),
    max_size=6,
)


@given(rows, rows)
def test_it_does_not_matter_which_comes_first(a: list[Any], b: list[Any]) -> None:
    left, right = (table(*part) for part in (a, b))
    one, other = pairs(left, right, Nearness()), pairs(right, left, Nearness())
    assert {(p.left, p.right) for p in one.pairs} == {(p.right, p.left) for p in other.pairs}


def test_nothing_pairs_with_nothing() -> None:
    assert pairs(table(), table(), Nearness()).pairs == ()
