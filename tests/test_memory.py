"""Filters against a plain re-implementation, row by row."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import edtf
from geo.collection import folding, memory
from geo.collection.facets import FACETS
from geo.days import OPEN_END, OPEN_START, day_number, day_of
from geo.model import Filter, FilterError
from geo.package.load import Package

DAYS = st.dates(date(1985, 1, 1), date(2030, 12, 31))


def ids(data: Package, asked: Filter) -> set[str]:
    return set(data.incidents["id"].to_numpy()[memory.select(data, asked)])


def naive(data: Package, asked: Filter) -> set[str]:
    """What a filter means, said with dates and sets instead of masks."""
    found = set()
    for row in data.incidents.to_dict("records"):
        interval = edtf.parse(row["date"]) if row["date"] else None
        if asked.start or asked.end:
            if interval is None:
                continue
            start, end = interval.start or date.min, interval.end or date.max
            low, high = asked.start or date.min, asked.end or date.max
            if asked.match == "possibly" and (end < low or start > high):
                continue
            if asked.match == "certainly":
                if asked.start and (interval.start is None or start < low):
                    continue
                if asked.end and (interval.end is None or end > high):
                    continue
        chosen = asked.choices
        if "country" in chosen and not {*chosen["country"]} & {*row["countries"].split(";")}:
            continue
        columns = {"border": "border", "type": "event_type", "status": "status"}
        if any(row[columns[name]] not in chosen[name] for name in columns if name in chosen):
            continue
        found.add(row["id"])
    return found


@given(
    st.one_of(st.none(), DAYS),
    st.one_of(st.none(), DAYS),
    st.sampled_from(["possibly", "certainly"]),
    st.sets(st.sampled_from(["IS", "MT", "TJ"])),
    st.sets(st.sampled_from(["Battles", "Riots", "Strategic developments"])),
    st.sets(st.sampled_from(["occurred", "alleged", "planned"])),
)
def test_a_filter_selects_what_it_says(
    data: Package,
    start: date | None,
    end: date | None,
    match: str,
    countries: set[str],
    types: set[str],
    statuses: set[str],
) -> None:
    if start and end and end < start:
        start, end = end, start
    asked = Filter(
        start=start,
        end=end,
        match=match,
        chosen={"country": tuple(countries), "type": tuple(types), "status": tuple(statuses)},
    )
    assert ids(data, asked) == naive(data, asked)


@given(DAYS, DAYS)
def test_certainly_is_within_possibly(data: Package, one: date, other: date) -> None:
    window: dict[str, Any] = {"start": min(one, other), "end": max(one, other)}
    assert ids(data, Filter(**window, match="certainly")) <= ids(data, Filter(**window))


def test_both_ends_belong_to_the_window(data: Package) -> None:
    day, one = date(2020, 1, 15), timedelta(days=1)
    clash = "SL-2020-01-15-clash"
    for match in ("possibly", "certainly"):
        assert clash in ids(data, Filter(start=day, end=day, match=match))
        assert clash in ids(data, Filter(end=day, match=match))
        assert clash in ids(data, Filter(start=day, match=match))
        assert clash not in ids(data, Filter(end=day - one, match=match))
        assert clash not in ids(data, Filter(start=day + one, match=match))


def test_a_month_lies_possibly_in_its_last_day_and_certainly_in_itself(data: Package) -> None:
    shelling = "SL-2020-02-shelling"
    last = date(2020, 2, 29)
    assert shelling in ids(data, Filter(start=last, end=last))
    assert shelling not in ids(data, Filter(start=last, end=last, match="certainly"))
    month: dict[str, Any] = {"start": date(2020, 2, 1), "end": last}
    assert shelling in ids(data, Filter(**month, match="certainly"))


def test_an_open_end_is_never_certain(data: Package) -> None:
    talks = "SL-2020-06-talks"
    assert talks in ids(data, Filter(start=date(1900, 1, 1)))
    assert talks not in ids(data, Filter(start=date(1900, 1, 1), match="certainly"))
    assert talks in ids(data, Filter(end=date(2020, 6, 30), match="certainly"))


def test_a_window_never_holds_what_has_no_date(data: Package) -> None:
    assert "SL-undated" in ids(data, Filter())
    assert "SL-undated" not in ids(data, Filter(start=date(1, 1, 1), end=date(9999, 12, 31)))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("clash bridge", {"SL-2020-01-15-clash"}),
        ("BRIDGE", {"SL-2020-01-15-clash"}),
        ("detente", {"SL-undated"}),
        ("drone", {"SL-2020-01-15-clash"}),  # only a claim says it
        ("marches", {"SL-2020-03-protest"}),
        ("nobody", {"SL-2020-03-protest"}),
        ("SL-1995", {"SL-1995-riot"}),
        (".*", set()),
        ("{{7*7}}", set()),
    ],
)
def test_words_are_found_in_all_that_is_written(data: Package, text: str, found: set[str]) -> None:
    assert ids(data, Filter(text=text)) == found


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "Zs"]), max_size=30))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    once = folding.fold(text)
    assert folding.fold(once) == once


def test_folding_makes_case_and_marks_equal() -> None:
    assert folding.fold("Détente") == folding.fold("DETENTE") == "detente"
    assert folding.fold("Tajik–Kyrgyz") == folding.fold("Tajik-Kyrgyz") == "tajik kyrgyz"


def test_facet_counts_say_what_choosing_would_leave(data: Package) -> None:
    asked = Filter(chosen={"type": ("Battles",)}, start=date(2020, 1, 1))
    counts = memory.facet_counts(data, asked)
    for facet in FACETS:
        for option, number in counts[facet.name].items():
            assert number == len(memory.select(data, asked.choosing(facet.name, option)))


def test_facets_offer_every_value_there_is(data: Package) -> None:
    offered = {facet.name: facet.options(data) for facet in FACETS}
    assert offered["country"] == ["IS", "MT"]  # equally frequent, so by name
    assert offered["border"] == ["SAR-LOW"]
    assert offered["status"] == ["occurred", "alleged", "announced", "planned"]


@pytest.mark.parametrize("by", ["month", "year"])
def test_the_timeline_counts_each_incident_once(data: Package, by: str) -> None:
    bins, _, undated, spans = memory.timeline(data, Filter(), by=by)
    assert sum(one.count for one in bins) + len(spans) + undated == len(data.incidents)
    assert undated == 1
    assert all(span.start <= span.end for span in spans)


def test_the_timeline_follows_the_filter(data: Package) -> None:
    bins, _, undated, spans = memory.timeline(data, Filter(chosen={"type": ("Riots",)}), by="month")
    assert (bins, undated) == ([], 0)
    assert spans[0].start == date(1990, 1, 1) and spans[0].end == date(1999, 12, 31)


def test_extent_takes_no_open_end(data: Package) -> None:
    assert memory.extent(data) == (date(1990, 1, 1), date(2025, 5, 5))


def test_a_reversed_window_is_refused() -> None:
    with pytest.raises(FilterError, match="reversed"):
        Filter(start=date(2022, 1, 2), end=date(2022, 1, 1))


def test_unknown_values_are_refused_with_what_would_do(data: Package) -> None:
    with pytest.raises(FilterError, match="“ZZ” is not known as country; choose among"):
        memory.check(data, Filter(chosen={"country": ("ZZ",), "type": ("Picnics",)}))
    memory.check(data, Filter(chosen={"country": ("IS",)}))


def test_a_country_without_incidents_is_a_fair_question(data: Package) -> None:
    memory.check(data, Filter(chosen={"country": ("TJ",)}))
    assert not len(memory.select(data, Filter(chosen={"country": ("TJ",)})))


def test_equal_filters_are_one_key() -> None:
    assert hash(Filter(chosen={"country": ("MT", "IS", "IS")})) == hash(
        Filter(chosen={"country": ("IS", "MT")})
    )
    assert Filter(text="  a   b ") == Filter(text="a b")


@given(DAYS)
def test_day_numbers_go_there_and_back(day: date) -> None:
    assert day_of(day_number(day)) == day
    assert day_of(OPEN_START) is None and day_of(OPEN_END) is None


def test_rows_ascend(data: Package) -> None:
    rows = memory.select(data, Filter())
    assert np.array_equal(rows, np.arange(len(data.incidents)))
