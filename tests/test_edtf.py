"""EDTF to days and words."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import edtf
from geo.model import EdtfError

DAYS = st.dates(date(1000, 1, 1), date(2999, 12, 31))
MARKS = st.sampled_from(["", "?", "~", "%"])


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2022", date(2022, 1, 1), date(2022, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023-02", date(2023, 2, 1), date(2023, 2, 28)),
        ("2022-09-14", date(2022, 9, 14), date(2022, 9, 14)),
        ("199X", date(1990, 1, 1), date(1999, 12, 31)),
        ("2002-07-16?", date(2002, 7, 16), date(2002, 7, 16)),
        ("2022-09~", date(2022, 9, 1), date(2022, 9, 30)),
        ("2010-12/2011-05-04", date(2010, 12, 1), date(2011, 5, 4)),
        ("../2022-10-19", None, date(2022, 10, 19)),
        ("2022-10-19/..", date(2022, 10, 19), None),
        ("2022-10-19/", date(2022, 10, 19), None),
    ],
)
def test_bounds_are_the_first_and_last_possible_day(
    text: str, start: date | None, end: date | None
) -> None:
    interval = edtf.parse(text)
    assert (interval.start, interval.end, interval.text) == (start, end, text)


@given(DAYS, MARKS)
def test_a_day_is_itself_whatever_its_doubts(day: date, mark: str) -> None:
    interval = edtf.parse(day.isoformat() + mark)
    assert interval.start == interval.end == day
    assert interval.uncertain == (mark in "?%" and mark != "")
    assert interval.approximate == (mark in "~%" and mark != "")
    assert interval.is_day == (mark == "")


@given(DAYS, MARKS)
def test_a_month_holds_all_its_days_and_no_other(day: date, mark: str) -> None:
    interval = edtf.parse(f"{day:%Y-%m}{mark}")
    assert interval.start is not None and interval.end is not None
    assert interval.start <= day <= interval.end
    assert interval.start.day == 1
    assert (interval.end + timedelta(days=1)).day == 1
    assert (interval.end - interval.start).days < 31


@given(DAYS, DAYS)
def test_an_interval_is_read_forwards_and_refused_backwards(one: date, other: date) -> None:
    first, last = min(one, other), max(one, other)
    interval = edtf.parse(f"{first}/{last}")
    assert (interval.start, interval.end) == (first, last)
    if first != last:
        with pytest.raises(EdtfError, match="ends before it starts"):
            edtf.parse(f"{last}/{first}")


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "14.09.2022", "03/04/2022", "2022-13", "2022-02-30", "2022-9-1", "../..",
     "/", "2022-09-14/soon", "۱۴۰۱-۰۷-۲۷", "{{7*7}}"],
)  # fmt: skip
def test_anything_else_is_refused_in_words(text: str) -> None:
    with pytest.raises(EdtfError) as caught:
        edtf.parse(text)
    assert f"“{text}”" in str(caught.value)


@given(st.text(max_size=20))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        interval = edtf.parse(text)
    except EdtfError:
        return
    assert edtf.in_words(interval)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2022-09-14", "14 September 2022"),
        ("2022-09", "September 2022, month known"),
        ("2005", "2005, year known"),
        ("199X", "the 1990s, decade known"),
        ("2005?", "2005, year known, uncertain"),
        ("2022-09-14%", "about 14 September 2022, uncertain"),
        ("2021-07~", "about July 2021"),
        ("9999", "9999, year known"),
        ("../2022-10-19", "on or before 19 October 2022, start not known"),
        ("2022-10-19/..", "19 October 2022 or later, end not known"),
        ("2022-10-17/2022-10-19", "within 17–19 October 2022"),
        ("199X-04-05", "5 April of a year in the 1990s"),
        ("2011-05/2011-07", "between May and July 2011"),
        ("2005/2007", "between 2005 and 2007"),
    ],
)
def test_words_keep_the_precision(text: str, words: str) -> None:
    assert edtf.in_words(edtf.parse(text)) == words


def test_no_date_is_said() -> None:
    assert edtf.in_words(None) == "date not known"
