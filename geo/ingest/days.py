"""Reads one date as people write it: ISO, EDTF, 16-Feb-23, 25/04/2022, ۱۴۰۱/۰۷/۲۷."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import NamedTuple

from babel.dates import get_day_names, get_month_names

from geo import edtf
from geo.days import EPOCH, day_number
from geo.model import DayError, EdtfError

FIRST, LAST = 1210, 1498
"""Years for which the rule agrees with the equinox of Tehran (after Borkowski, The Persian calendar
for 3000 years, 1996, doi:10.1007/BF00055188: cycles of 33 years without a break)."""
LEAP = frozenset((1, 5, 9, 13, 17, 22, 26, 30))
"""Remainders by 33 of the years with 366 days."""
_NEW_YEAR = date(1831, 3, 21)
"""First day of the year `FIRST`."""


def _of_solar_hijri(year: int, month: int, day: int) -> date:
    """Day of the Gregorian calendar; a ValueError where there is none."""
    length = 31 if month <= 6 else 30 if month < 12 or year % 33 in LEAP else 29
    if not (FIRST <= year <= LAST and 1 <= month <= 12 and 1 <= day <= length):
        raise ValueError(f"{year}-{month}-{day} is no day of the Solar Hijri calendar")
    leaps = sum(one % 33 in LEAP for one in range(FIRST, year))
    months = min(month - 1, 6) * 31 + max(month - 7, 0) * 30
    return _NEW_YEAR + timedelta(days=365 * (year - FIRST) + leaps + months + day - 1)


HAMZA = "\u0654"
"""What joins the Persian name of a month to its year; no letter of it."""
LANGUAGES = ("en", "ru", "tg", "ky", "uz", "fa", "fr", "de")
"""Whose names of months are read, as CLDR has them."""
_TIME = (
    r"(?:[T ]+\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*"
    r"(?:Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?|[AaPp][Mm])?)?"
)
_YEAR_FIRST = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){_TIME}", re.ASCII)
_YEAR_LAST = re.compile(rf"(\d{{1,2}})([-/. ])(\d{{1,2}})\2(\d{{4}}|\d\d){_TIME}", re.ASCII)
_COMPACT = re.compile(
    r"(\d{4})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:T\d{4}(?:\d\d)?(?:Z|[+-]\d{4})?)?", re.ASCII
)
_MONTH_YEAR = re.compile(r"(\d{1,2})[-/.](\d{4})", re.ASCII)
_YEAR_MONTH = re.compile(r"(\d{4})[/.](\d{1,2})", re.ASCII)
_DAY_NAME = re.compile(rf"(\d{{1,2}})[\s\-./]+([^\W\d_]+)\.?,?[\s\-./]+(\d{{4}}|\d\d){_TIME}")
_NAME_DAY = re.compile(rf"([^\W\d_]+)\.?[\s\-]+(\d{{1,2}}),?[\s\-]+(\d{{4}}){_TIME}")
_YEAR_DAY_NAME = re.compile(rf"(\d{{4}}),?[\s\-]+(\d{{1,2}})[\s\-]+([^\W\d_]+){_TIME}")
_NAME_YEAR = re.compile(r"([^\W\d_]+)\.?,?[\s\-]+(\d{4})")
_YEAR_NAME = re.compile(r"(\d{4}),?[\s\-]+([^\W\d_]+)")
_EDTF = re.compile(r"[\dX]{2,4}[\dX\-/?~%.]*|\.{0,2}/[\dX\-?~%]+", re.ASCII)
_YEAR_WORDS = re.compile(
    r"(?<=\d{4})\s*-?\s*(?:года|году|год|г\.?|соли|сол|с\.|жылдын|жылы|жыл|ж\.|йили|йил|yili|yil)"
    r"(?![^\W\d_])",
    re.IGNORECASE,
)
_ORDINAL = re.compile(
    r"(?<=\d)(?:st|nd|rd|th|-?го|-?е|-?[ую]мин?|-[ую]м)(?![^\W\d_])", re.IGNORECASE
)
_FILLERS = re.compile(r"(?<!\S)(?:of|the|at|в|числа|куни|күнү|соли|года)(?!\S)", re.IGNORECASE)
_BEFORE = re.compile(r"(?:from|between|on|с|со|аз|\d{1,2}:\d\d(?::\d\d)?)\s+", re.IGNORECASE)
_DAYS = re.compile(r"(\d{1,2})\s*(?:[-–—]|по|и|and|to|ва)\s*(\d{1,2})((?:\s|\.\d|-[^\W\d]).*)")
"""Two days of one month: 14–16 September 2022, 14-16.09.2022."""
_NAME_DAYS = re.compile(r"([^\W\d_]+)\.?\s+(\d{1,2})\s*[-–—]\s*(\d{1,2}),?\s+(\d{4})")
_DOTTED = re.compile(r"(\d{1,2}\.\d{1,2})(\.\d{4})?\s*[-–—]\s*(\d{1,2}\.\d{1,2}(\.\d{4}))")
"""Two days, of one year or two: 14.09-16.09.2022, 30.12.2022-02.01.2023."""
_RANGE = re.compile(r"(.+?)(?:\s+(?:to|till|until|through|and|по|до|то|-)\s+|\s*[–—]\s*)(.+)")
_SERIAL, _EPOCH = re.compile(r"[1-9]\d{4}(\.\d+)?"), re.compile(r"1\d{9}(\d{3})?(\.\d+)?")
OPEN_ENDS = re.compile(
    r"(?:9999|2999)(?:-?\d\d-?\d\d)?(?:[T ].*)?|31[./-]12[./-](?:9999|2999)|12/31/9999|"
    r"ongoing|present|до сих пор",
    re.IGNORECASE,
)
"""What stands for a last day that has not come."""
LONGEST = 100
"""Characters of a date."""
EARLIEST_GREGORIAN = 1500
"""A year below it in a file of incidents is of another calendar, or a slip of the pen."""
FIRST_DAY, LAST_DAY = day_number(date(1700, 1, 1)), day_number(date(2199, 12, 31))
"""Days of incidents lie between them, so that every time axis can hold them (nanoseconds since
1970 reach from 1677 to 2262). What lies outside is refused; 9999 as an end is an open end."""


class Day(NamedTuple):
    """A date as read: EDTF, and its first and last day since 1970 (None where open)."""

    text: str
    start: int | None
    end: int | None


@cache
def _month_names() -> dict[str, int]:
    # Beside those of CLDR: as Uzbek had them in Latin letters before.
    names = {"sept": 9, "sentyabr": 9, "oktyabr": 10}
    for language in LANGUAGES:
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                for number, name in get_month_names(width, context, language).items():
                    names.setdefault(name.casefold().strip(". ").rstrip(HAMZA), int(number))
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
        if character != HAMZA
    )


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
    first, second = int(found[1]), int(found[3])
    if first <= 12 and second <= 12:
        return "either" if first != second else ""
    if _year_may_lead(found):
        return "either"
    if first > 12 and second > 12:
        return ""
    return "day" if first > 12 else "month"


def other_order(text: str) -> str:
    """What may come first in a date, if not the day: the ``month``, or of 22-09-14 the ``year``."""
    found = _YEAR_LAST.fullmatch(plain_digits(text.strip()))
    return "year" if found and _year_may_lead(found) else "month"


def _year_may_lead(found: re.Match[str]) -> bool:
    """Whether 22-09-14 is 14 September 2022 as well as 22 September 2014."""
    return len(found[4]) == 2 and found[2] == "-" and int(found[1]) > 12 and int(found[4]) <= 31


def calendar_asked(text: str) -> bool:
    """Whether a value can only be read once its calendar is named."""
    if not text.isascii() and any(s.isdecimal() and not s.isascii() for s in text):
        return True
    first, last = (pattern.fullmatch(text.strip()) for pattern in (_YEAR_FIRST, _YEAR_LAST))
    year = first[1] if first else last[4] if last else ""
    return len(year) == 4 and 1000 <= int(year) < EARLIEST_GREGORIAN


@lru_cache(maxsize=65536)
def read(text: str, day_first: bool | None = None, calendar: str = "", numbers: str = "") -> Day:
    """Read one date, or the days from one to another.

    Parameters
    ----------
    text : str
        With or without a time of the day, which is left out: the day counts as written.
    day_first : bool or None
        Whether 03/04/2022 is 3 April; None refuses it.
    calendar : str
        One of `geo.ingest.mapping.CALENDARS`; "" refuses what only it can settle.
    numbers : str
        One of `geo.ingest.mapping.NUMBERS`; "" refuses 44818.

    Raises
    ------
    DayError
        With the code of the problem.
    """
    text = " ".join(text.split())
    if not calendar and calendar_asked(text):
        raise DayError("date-calendar")
    text = plain_digits(text)
    if len(text) > LONGEST:
        raise DayError("date-unreadable")
    day = _read(text, day_first, calendar, numbers)
    if day.start is not None and day.start < FIRST_DAY:
        raise DayError("date-early")
    if day.end is not None and day.end > LAST_DAY:
        first, slash, last = day.text.partition("/")
        if slash and day.start is not None and OPEN_ENDS.fullmatch(last):
            return Day(f"{first}/..", day.start, None)
        raise DayError("date-late")
    return day


def _read(text: str, day_first: bool | None, calendar: str, numbers: str) -> Day:
    if found := _YEAR_FIRST.fullmatch(text):
        return _day(int(found[1]), int(found[3]), int(found[4]), calendar)
    if found := _YEAR_LAST.fullmatch(text):
        if day_first is not True and _year_may_lead(found):
            raise DayError("date-two-digits")
        return _numbers(int(found[1]), int(found[3]), found[4], day_first, calendar)
    if found := _COMPACT.fullmatch(text):
        return _day(int(found[1]), int(found[2]), int(found[3]), calendar)
    if counted(text):
        if counted(text) != numbers:
            raise DayError("date-number")
        return _whole(of_number(text))
    if calendar != "solar-hijri":
        if found := _MONTH_YEAR.fullmatch(text):
            return month(int(found[2]), int(found[1]))
        if found := _YEAR_MONTH.fullmatch(text):
            return month(int(found[1]), int(found[2]))
        if _EDTF.fullmatch(text) and not (_DAYS.fullmatch(text) or _DOTTED.fullmatch(text)):
            return _edtf(text)
    plain = _without_words(text)
    if found := _DAY_NAME.fullmatch(plain):
        return _day(_year(found[3]), _month(found[2]), int(found[1]), "")
    if found := _NAME_DAY.fullmatch(plain):
        return _day(int(found[3]), _month(found[1]), int(found[2]), "")
    if found := _YEAR_DAY_NAME.fullmatch(plain):
        return _day(int(found[1]), _month(found[3]), int(found[2]), "")
    if found := _NAME_YEAR.fullmatch(plain):
        return month(int(found[2]), _month(found[1]))
    if found := _YEAR_NAME.fullmatch(plain):
        return month(int(found[1]), _month(found[2]))
    if plain != text and any(character.isdigit() for character in plain):
        return _read(plain, day_first, calendar, numbers)
    return _range(plain, day_first, calendar)


def _edtf(text: str) -> Day:
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


def _range(text: str, day_first: bool | None, calendar: str) -> Day:
    """Read the days from one to another: 28 September – 3 October 2022."""
    if found := _DAYS.fullmatch(text):
        ends = [found[1] + found[3], found[2] + found[3]]
    elif found := _NAME_DAYS.fullmatch(text):
        ends = [f"{day} {found[1]} {found[4]}" for day in (found[2], found[3])]
    elif found := _DOTTED.fullmatch(text):
        ends = [found[1] + (found[2] or found[4]), found[3]]
    elif found := _RANGE.fullmatch(text):
        ends = [found[1], found[2]]
    else:
        raise DayError("date-unreadable")
    orders = {order_of(end) for end in ends} & {"day", "month"}
    if day_first is None and len(orders) == 1:
        day_first = orders == {"day"}  # of 30.12.2022 – 02.01.2023 the first tells it
    last = _single(ends[1], day_first, calendar)
    try:
        first = _single(ends[0], day_first, calendar)
    except DayError as error:
        if str(error) != "date-unreadable":
            raise
        # The year stands only once.
        first = _single(f"{ends[0]} {last.text[:4]}", day_first, calendar)
    if first.start is None or last.end is None:
        raise DayError("date-unreadable")
    if last.end < first.start:
        raise DayError("date-reversed")
    return Day(f"{first.text}/{last.text}", first.start, last.end)


def _single(text: str, day_first: bool | None, calendar: str) -> Day:
    """Read one end of a range, which is none itself."""
    if _DAYS.fullmatch(text) or _RANGE.fullmatch(text):
        raise DayError("date-unreadable")
    day = _read(text.strip(" ,"), day_first, calendar, "")
    if "/" in day.text:
        raise DayError("date-unreadable")
    return day


def number_of_part(text: str) -> str | None:
    """A month, in digits or by its name, or a day, in two digits; None for 0, which is not known.

    What is neither stays as it is, so that the date is refused with it.
    """
    text = plain_digits(text).removesuffix(".0")
    if text.lstrip("-").isdigit():
        # Some write -9 or 99 where it is not known.
        return f"{int(text):02d}" if 0 < int(text) < 99 else None
    try:
        return f"{_month(text):02d}"
    except DayError:
        return text


def counted(text: str) -> str:
    """What a number may count: ``excel`` days, ``unix`` seconds or thousandths; "" for neither."""
    return "excel" if _SERIAL.fullmatch(text) else "unix" if _EPOCH.fullmatch(text) else ""


def of_number(text: str) -> date:
    """Day of a number that `counted` knows; Excel's day 1 is 1 January 1900, UTC for seconds."""
    number = int(text.partition(".")[0])
    if counted(text) == "excel":
        return date(1899, 12, 30) + timedelta(days=number)
    return EPOCH + timedelta(days=number // (86_400_000 if number > 10**11 else 86_400))


def _without_words(text: str) -> str:
    """A date without what adds nothing: the day of the week, “of”, “года”, “14th”."""
    text = _FILLERS.sub(" ", _ORDINAL.sub("", _YEAR_WORDS.sub("", text)))
    if found := _BEFORE.match(text):
        text = text[found.end() :]
    first, _, rest = text.partition(" ")
    if first.strip(",.").casefold() in _day_names():
        text = rest
    return " ".join(text.split()).strip(", ")


@cache
def _day_names() -> frozenset[str]:
    return frozenset(
        name.casefold().strip(". ")
        for language in LANGUAGES
        for width in ("wide", "abbreviated")
        for name in get_day_names(width, "format", language).values()
    )


def month(year: int, number: int) -> Day:
    """A month whose day is not known."""
    first = day_number(_date(year, number, 1, ""))
    return Day(f"{year:04d}-{number:02d}", first, first + monthrange(year, number)[1] - 1)


def _date(year: int, month: int, day: int, calendar: str) -> date:
    try:
        return (_of_solar_hijri if calendar == "solar-hijri" else date)(year, month, day)
    except ValueError:
        raise DayError("date-impossible") from None


def _day(year: int, month: int, day: int, calendar: str) -> Day:
    return _whole(_date(year, month, day, calendar))


def _whole(day: date) -> Day:
    """A day that is known."""
    return Day(day.isoformat(), day_number(day), day_number(day))


def _numbers(first: int, second: int, year: str, day_first: bool | None, calendar: str) -> Day:
    if len(year) == 2 and calendar == "solar-hijri":
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
    """Number of a month by its name, with whatever ending a language gives it."""
    names, plain = _month_names(), name.casefold()
    for cut in range(max(1, min(4, len(plain) - 2))):
        stem = plain[: len(plain) - cut]
        for form in (stem, f"{stem}ь"):
            if form in names:
                return names[form]
    raise DayError("date-unreadable")
