"""What is said of a filter, a place, a toll, a source."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from madeup import HOSTILE

from geo import describe, edtf
from geo.collection import memory
from geo.model import Filter
from geo.package.load import Package
from geo.records import record

ALL = Filter()


def summary(data: Package, asked: Filter) -> str:
    return describe.summary(data, asked, memory.select(data, asked))


def test_the_sentence_counts_what_the_map_cannot_show(data: Package) -> None:
    said = summary(data, ALL)
    assert said.startswith("8 incidents · 1990 to 2025")
    assert "1 has no place" in said and "1 has no date" in said
    assert "1 is alleged" in said and said.endswith(".")


def test_one_incident_is_not_several(data: Package) -> None:
    assert summary(data, Filter(chosen={"type": ("Riots",)})).startswith(
        "1 incident · 1990 to 1999 · of type"
    )


def test_an_empty_selection_says_what_was_asked(data: Package) -> None:
    said = summary(data, Filter(text="nothing like it"))
    assert said.startswith("No incident matches") and "nothing like it" in said


def test_a_filter_is_said_in_one_line() -> None:
    asked = Filter(
        start=date(2022, 9, 1),
        end=date(2022, 10, 31),
        match="certainly",
        chosen={"country": ("KG", "TJ"), "status": ("planned",)},
        text="drone",
    )
    assert describe.filter_in_words(asked) == (
        "certainly from 1 September 2022 to 31 October 2022 · involving Kyrgyzstan or Tajikistan · "
        "planned · “drone”"
    )
    assert describe.filter_in_words(ALL) == ""


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        (None, date(2022, 1, 1), "until 1 January 2022"),
        (date(2022, 1, 1), None, "from 1 January 2022"),
        (date(2022, 1, 1), date(2022, 12, 31), "in 2022"),
        (date(2024, 2, 1), date(2024, 2, 29), "in February 2024"),
        (date(2022, 9, 14), date(2022, 9, 14), "on 14 September 2022"),
        (date(2021, 1, 1), date(2022, 12, 31), "from 1 January 2021 to 31 December 2022"),
    ],
)
def test_dates_that_are_asked_for_are_said_shortly(
    start: date | None, end: date | None, said: str
) -> None:
    assert describe.filter_in_words(Filter(start=start, end=end)) == said


@pytest.mark.parametrize(
    ("incident_id", "said"),
    [
        ("SL-1995-riot", "near Westham"),
        ("SL-2020-01-15-clash", "Westham"),
        ("SL-2020-02-shelling", "somewhere on the Sarnian border"),
        ("SL-2020-03-protest", "somewhere in Marches"),
        ("SL-2020-06-talks", "place not known"),
        ("SL-2021-works", "somewhere in Lowmark"),
    ],
)
def test_a_place_is_said_no_more_exactly_than_known(
    data: Package, incident_id: str, said: str
) -> None:
    assert describe.place_of(data, data.row_of(incident_id)) == said


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (8, 8, "8"),
        (2, 8, "2 to 8"),
        (20, pd.NA, "at least 20"),
        (pd.NA, 8, "at most 8"),
        (0, 0, "0"),
        (0, pd.NA, "at least 0"),
        (pd.NA, pd.NA, "not reported"),
    ],
)
def test_a_toll_is_a_range(low: object, high: object, said: str) -> None:
    assert describe.toll(low, None, high) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1995~", "about 1995"),
        ("2010-12-09", "9 Dec 2010"),
        ("2010-12-09?", "9 Dec 2010?"),
        ("1999-09/1999-10", "Sept–Oct 1999"),
        ("2022-03", "Mar 2022"),
        ("2022-03-01/2022-03-28", "1–28 Mar 2022"),
        ("2022-03-01/2022-03-31", "Mar 2022"),
        ("2023-02-01/2023-02-28", "Feb 2023"),
        ("2024-02-01/2024-02-28", "1–28 Feb 2024"),
        ("2024-02-01/2024-02-29", "Feb 2024"),
        ("2009-12/2010-01", "2009–2010"),
        ("../2022-10-19?", "by 19 Oct 2022?"),
        ("2022-10-19~/..", "about from 19 Oct 2022"),
        ("2001-24", "winter 2001–2002"),
        ("2001-21~", "about spring 2001"),
        ("", "no date"),
    ],
)
def test_a_date_in_a_few_letters(text: str, said: str) -> None:
    assert describe.short(edtf.parse(text) if text else None) == said


def test_a_date_that_is_no_edtf_is_said_by_its_days() -> None:
    row = {"date": "May 2020", "start": 18383, "end": 18413, "date_basis": "inferred"}
    assert describe.short_date(row) == "May 2020"
    assert describe.date_of(row) == "within 1–31 May 2020, inferred"


@pytest.mark.parametrize(
    ("name", "within", "precision", "located", "said"),
    [
        ("Isfara", ["Sughd"], "", True, "Isfara, Sughd"),
        ("Isfara", ["Sughd"], "near", True, "near Isfara, Sughd"),
        ("Isfara", ["Sughd"], "district", True, "Isfara, Sughd (known to the district)"),
        ("", ["Sughd"], "province", True, "somewhere in Sughd"),
        ("Isfara", ["Sughd"], "exact", False, "Isfara, Sughd (no point known)"),
        ("", [], "exact", True, "place not named"),
        ("", [], "", False, "place not known"),
    ],
)
def test_a_place_of_any_collection(
    name: str, within: list[str], precision: str, located: bool, said: str
) -> None:
    assert describe.place(name, within, precision, located=located) == said


@pytest.mark.parametrize(
    ("cell", "said"),
    [("1", "¶ 1"), ("1;2;3", "¶ 1–3"), ("5;1;4", "¶ 1, 4–5"), ("2;2", "¶ 2"), ("", "")],
)
def test_paragraphs_run_together(cell: str, said: str) -> None:
    assert describe.paragraphs(cell) == said


@given(st.sets(st.integers(1, 60), min_size=1))
def test_paragraphs_lose_none(numbers: set[int]) -> None:
    said = describe.paragraphs(";".join(map(str, numbers))).removeprefix("¶ ")
    back: set[int] = set()
    for run in said.split(", "):
        first, _, last = run.partition("–")
        back.update(range(int(first), int(last or first) + 1))
    assert back == numbers


def test_a_record_is_cited_with_source_paragraph_and_version(data: Package) -> None:
    row = int(np.flatnonzero(data.incidents["id"] == "SL-2020-01-15-clash")[0])
    cited = record(data, row)["cite"]
    for part in ("Made-up incidents", "SL-2020-01-15-clash", data.version, "Gazette", "¶ 1–2"):
        assert part in cited


def test_each_credit_is_there_once(data: Package) -> None:
    assert describe.attribution(data) == ["© Nobody"]


def test_the_table_has_a_row_an_incident_and_the_texts_unchanged(hostile: Package) -> None:
    table = describe.as_table(hostile, np.arange(len(hostile.incidents)))
    assert sorted(table["title"]) == sorted(HOSTILE)
    assert describe.as_table(hostile, np.array([], dtype=int)).columns.tolist() == list(
        table.columns
    )


def test_a_source_in_a_few_words(data: Package) -> None:
    by_id = data.sources.set_index("id")
    assert describe.source_short(by_id.loc["gazette"]) == "The Gazette, 2020-01-17"
    assert describe.source_short(by_id.loc["courier"]) == "Courier"
