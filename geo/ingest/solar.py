"""The Solar Hijri calendar of Iran and Afghanistan, as far as its 33-year rule holds."""

from __future__ import annotations

from datetime import date

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
