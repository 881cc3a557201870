"""Sums of tolls: ranges, open ends, and nothing counted twice."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from madeup import INCIDENTS, SOURCES

from geo import describe
from geo.collection import memory, tolls
from geo.model import Filter
from geo.package.load import Package

Make = Callable[..., Package]


def row(name: str, low: str = "", high: str = "", **more: str) -> dict[str, str]:
    """An incident with a toll."""
    base = {key: INCIDENTS[1][key] for key in ("title", "place_id", "geo_precision")}
    day = {"date": f"2020-01-{int(name[1:]):02}"}
    return {**base, **day, "id": name, "fatalities_low": low, "fatalities_high": high, **more}


def added(make: Make, *rows: dict[str, str], keep: str = "") -> tolls.Toll:
    data = make(incidents=list(rows), claims=[], sources=SOURCES[:1])
    assert data.problems == ()
    chosen = [i for i, name in enumerate(data.incidents["id"]) if name in keep or not keep]
    return tolls.total(data, np.array(chosen, dtype=np.intp), "fatalities")


def test_a_larger_event_counts_instead_of_its_parts(make: Make) -> None:
    war = row("X1", "100", "120")
    parts = [row("X2", "5", "5", part_of="X1"), row("X3", "2", "3", part_of="X2")]
    toll = added(make, war, *parts)
    assert (toll.low, toll.high, toll.counted, toll.contained) == (100, 120, 1, 2)


def test_parts_count_where_the_larger_event_is_not_shown(make: Make) -> None:
    war = row("X1", "100", "120")
    parts = [row("X2", "5", "5", part_of="X1"), row("X3", "2", "3", part_of="X1")]
    toll = added(make, war, *parts, keep="X2 X3")
    assert (toll.low, toll.high, toll.counted, toll.contained) == (7, 8, 2, 0)


def test_parts_count_where_the_larger_event_gives_no_toll(make: Make) -> None:
    toll = added(make, row("X1"), row("X2", "5", "5", part_of="X1"))
    assert (toll.low, toll.high, toll.counted, toll.silent) == (5, 5, 1, 1)


def test_a_grandchild_is_contained_though_its_parent_is_silent(make: Make) -> None:
    chain = [row("X1", "9", "9"), row("X2", part_of="X1"), row("X3", "4", "4", part_of="X2")]
    toll = added(make, *chain)
    assert (toll.low, toll.contained) == (9, 1)


def test_what_is_open_stays_open(make: Make) -> None:
    toll = added(make, row("X1", "20"), row("X2", "", "8"), row("X3", "1", "2"))
    assert (toll.low, toll.high, toll.open_ended) == (21, 30, True)
    assert describe.toll_sum(toll) == "21 to 30 or more"


def test_plans_hurt_nobody_and_allegations_are_told(make: Make) -> None:
    plan = row("X1", "50", "50", status="announced")
    toll = added(make, plan, row("X2", "3", "3", status="alleged"))
    assert (toll.low, toll.counted, toll.alleged) == (3, 1, 1)


def test_zero_is_a_toll_and_blank_is_none(make: Make) -> None:
    toll = added(make, row("X1", "0", "0"), row("X2"))
    assert (toll.counted, toll.silent, describe.toll_sum(toll)) == (1, 1, "0")
    assert describe.toll_sum(added(make, row("X1"))) == "none given"


@pytest.mark.parametrize(
    ("low", "high", "said"), [("1200", "1200", "1,200"), ("1200", "", "at least 1,200")]
)
def test_a_sum_is_said_as_a_range(make: Make, low: str, high: str, said: str) -> None:
    assert describe.toll_sum(added(make, row("X1", low, high))) == said


def test_an_unknown_measure_is_refused(data: Package) -> None:
    with pytest.raises(KeyError):
        tolls.total(data, memory.select(data, Filter()), "title")


def test_nothing_shown_is_nothing_counted(data: Package) -> None:
    toll = tolls.total(data, np.array([], dtype=np.intp), "injuries")
    assert (toll.low, toll.high, toll.counted) == (0, 0, 0)
