"""Reads one date as people write it: ISO, EDTF, 16-Feb-23, 25/04/2022, ۱۴۰۱/۰۷/۲۷."""

from __future__ import annotations

import calendar as months_of
import re
import unicodedata
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import NamedTuple

from babel.dates import get_month_names

from geo import edtf
from geo.days import EPOCH, day_number
from geo.model import EdtfError

FIRST, LAST = 1210, 1498
"""Years for which the rule agrees with the equinox of Tehran (after Borkowski, The Persian calendar
for 3000 years, 1996, doi:10.1007/BF00055188: cycles of 33 years without a break)."""
LEAP = frozenset((1, 5, 9, 13, 17, 22, 26, 30))
"""Remainders by 33 of the years with 366 days."""
_ANCHOR_YEAR, _ANCHOR = 1400, date(2021, 3, 21).toordinal()


def is_leap(year: int) -> bool:
    """Whether the last month of a year has 30 days."""
    return year % 33 in LEAP


def to_gregorian(year: int, month: int, day: int) -> date:
    """Day of the Gregorian calendar.

    Parameters
    ----------
    year : int
        `FIRST` to `LAST`.
    month, day : int
        The first six months have 31 days, the next five 30, the last 29 or 30.

    Raises
    ------
    ValueError
        If there is no such day, or the year lies outside.
    """
    if not FIRST <= year <= LAST:
        raise ValueError(f"the year {year} lies outside {FIRST} to {LAST}")
    if not (1 <= month <= 12 and 1 <= day <= length(year, month)):
        raise ValueError(f"{year}-{month}-{day} is no day of the Solar Hijri calendar")
    passed = min(month - 1, 6) * 31 + max(month - 7, 0) * 30
    return date.fromordinal(_new_year(year) + passed + day - 1)


def length(year: int, month: int) -> int:
    """Days of a month."""
    if month == 12:
        return 30 if is_leap(year) else 29
    return 31 if month <= 6 else 30


def _new_year(year: int) -> int:
    """Ordinal of the first day of a year."""
    low, high = sorted((year, _ANCHOR_YEAR))
    leaps = sum(is_leap(one) for one in range(low, high))
    days = 365 * (high - low) + leaps
    return _ANCHOR + days if year >= _ANCHOR_YEAR else _ANCHOR - days


LANGUAGES = ("en", "ru", "tg", "ky", "uz", "fa", "fr", "de")
"""Whose names of months are read, as CLDR has them."""
_TIME = r"(?:[T ]+\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:Z|UTC|[+-]\d{2}:?\d{2}|[AaPp][Mm])?)?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){_TIME}", re.ASCII)
_YEAR_LAST = re.compile(rf"(\d{{1,2}})([-/. ])(\d{{1,2}})\2(\d{{4}}|\d\d){_TIME}", re.ASCII)
_DAY_NAME = re.compile(
    rf"(\d{{1,2}})[\s\-./]+([^\W\d_]+)\.?,?[\s\-./]+(\d{{4}}|\d\d)(?:\s?г\.?)?{_TIME}"
)
_NAME_DAY = re.compile(
    rf"([^\W\d_]+)\.?[\s\-]+(\d{{1,2}})(?:st|nd|rd|th)?,?[\s\-]+(\d{{4}}){_TIME}"
)
_NAME_YEAR = re.compile(r"([^\W\d_]+)\.?,?[\s\-]+(\d{4})")
_EDTF = re.compile(r"[\dX]{2,4}[\dX\-/?~%.]*|\.{0,2}/[\dX\-?~%]+", re.ASCII)
EARLIEST_GREGORIAN = 1500
"""A year below it in a file of incidents is of another calendar, or a slip of the pen."""


class Day(NamedTuple):
    """A date as read: EDTF, and its first and last day since 1970 (None where open)."""

    text: str
    start: int | None
    end: int | None


class DayError(ValueError):
    """A date that is not read; its text is a code of `geo.ingest.report.KINDS`."""


@cache
def _month_names() -> dict[str, int]:
    names = {"sept": 9}
    for language in LANGUAGES:
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                for number, name in get_month_names(width, context, language).items():
                    names.setdefault(name.casefold().strip(". "), int(number))
    return names


def plain_digits(text: str) -> str:
    """Write the digits of any script as 0 to 9, and Arabic separators as ``/``."""
    if text.isascii():
        return text
    return "".join(
        str(unicodedata.decimal(character))
        if character.isdecimal()
        else "/"
        if character in "٫؍"
        else character
        for character in text
    )


def is_foreign(text: str) -> bool:
    """Whether a text has digits other than 0 to 9."""
    return not text.isascii() and any(s.isdecimal() and not s.isascii() for s in text)


def order_of(text: str) -> str:
    """What a value tells of the order of day and month.

    Returns
    -------
    str
        ``day``, ``month`` (which comes first), ``either`` (03/04/2022), or "" where the value
        does not bear on it.
    """
    found = _YEAR_LAST.fullmatch(plain_digits(text.strip()))
    if found is None:
        return ""
    first, second, year = int(found[1]), int(found[3]), found[4]
    if first == second and len(year) == 4:
        return ""
    if len(year) == 2 or (first <= 12 and second <= 12):
        return "either" if max(first, second) <= 12 or len(year) == 2 else ""
    if first > 12 and second > 12:
        return ""
    return "day" if first > 12 else "month"


def calendar_asked(text: str) -> bool:
    """Whether a value can only be read once its calendar is named."""
    if is_foreign(text):
        return True
    found = _YEAR_FIRST.fullmatch(text.strip())
    year = found[1] if found else ""
    if not year:
        last = _YEAR_LAST.fullmatch(text.strip())
        year = last[4] if last else ""
    return len(year) == 4 and 1000 <= int(year) < EARLIEST_GREGORIAN


@lru_cache(maxsize=65536)
def read(text: str, day_first: bool | None = None, calendar: str = "") -> Day:
    """Read one date.

    Parameters
    ----------
    text : str
        With or without a time of the day, which is left out: the day counts as written.
    day_first : bool or None
        Whether 03/04/2022 is 3 April; None refuses it.
    calendar : str
        One of `geo.ingest.mapping.CALENDARS`; "" refuses what only it can settle.

    Raises
    ------
    DayError
        With the code of the problem.
    """
    text = " ".join(text.split())
    if not calendar and calendar_asked(text):
        raise DayError("date-calendar")
    text = plain_digits(text)
    if found := _YEAR_FIRST.fullmatch(text):
        return _day(int(found[1]), int(found[3]), int(found[4]), calendar)
    if found := _YEAR_LAST.fullmatch(text):
        return _numbers(int(found[1]), int(found[3]), found[4], day_first, calendar)
    if found := _DAY_NAME.fullmatch(text):
        return _day(_year(found[3]), _month(found[2]), int(found[1]), "")
    if found := _NAME_DAY.fullmatch(text):
        return _day(int(found[3]), _month(found[1]), int(found[2]), "")
    if found := _NAME_YEAR.fullmatch(text):
        return month(int(found[2]), _month(found[1]))
    if calendar != "solar-hijri" and _EDTF.fullmatch(text):
        try:
            interval = edtf.parse(text)
        except EdtfError:
            shaped = re.fullmatch(r"\d{4}-\d\d(-\d\d)?(/\d{4}-\d\d(-\d\d)?)?", text, re.ASCII)
            raise DayError("date-impossible" if shaped else "date-unreadable") from None
        return Day(
            text,
            day_number(interval.start) if interval.start else None,
            day_number(interval.end) if interval.end else None,
        )
    raise DayError("date-unreadable")


def month(year: int, number: int) -> Day:
    """A month whose day is not known."""
    first, last = _ordinal(year, number, 1), months_of.monthrange(year, number)[1]
    return Day(f"{year:04d}-{number:02d}", first, first + last - 1)


def _ordinal(year: int, month: int, day: int) -> int:
    try:
        return day_number(date(year, month, day))
    except ValueError:
        raise DayError("date-impossible") from None


def _day(year: int, month: int, day: int, calendar: str) -> Day:
    if calendar == "solar-hijri":
        try:
            number = day_number(to_gregorian(year, month, day))
        except ValueError:
            raise DayError("date-impossible") from None
    else:
        number = _ordinal(year, month, day)
    return Day((EPOCH + timedelta(days=number)).isoformat(), number, number)


def _numbers(first: int, second: int, year: str, day_first: bool | None, calendar: str) -> Day:
    if len(year) == 2 and (day_first is None or calendar == "solar-hijri"):
        raise DayError("date-ambiguous")
    if day_first is None and first != second:
        if first <= 12 and second <= 12:
            raise DayError("date-ambiguous")
        if first > 12 and second > 12:
            raise DayError("date-impossible")
        day_first = first > 12
    day, month = (first, second) if day_first is not False else (second, first)
    return _day(_year(year), month, day, calendar)


def _year(text: str) -> int:
    """A year; of two digits 70 to 99 are 19.., as POSIX has it."""
    number = int(text)
    return number if len(text) == 4 else number + (1900 if number >= 70 else 2000)


def _month(name: str) -> int:
    try:
        return _month_names()[name.casefold()]
    except KeyError:
        raise DayError("date-unreadable") from None
