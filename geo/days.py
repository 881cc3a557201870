"""Days as whole numbers since 1970-01-01, with stand-ins for ends that a source leaves open."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import numpy.typing as npt

EPOCH = date(1970, 1, 1)
OPEN_START, OPEN_END = -(2**30), 2**30
"""Day numbers of an end that the source leaves open: before and after every day there is."""


def today() -> date:
    """The present day in UTC, whatever the clock of this machine is set to.

    A file made in Bishkek at four in the morning and one made in London at that moment say the
    same day.
    """
    return datetime.now(UTC).date()


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


def day_of(number: int | None) -> date | None:
    """Inverse of `day_number`; None for an open end, or without a number."""
    if number is None or number in (OPEN_START, OPEN_END):
        return None
    return EPOCH + timedelta(days=int(number))


def reach(starts: npt.NDArray[np.int_], ends: npt.NDArray[np.int_]) -> tuple[date, date] | None:
    """First and last day that any of some incidents names; None where none names one.

    Parameters
    ----------
    starts, ends : array of int
        Their first and last days, as `day_number` gives them; open ends do not count.
    """
    named = np.concatenate([starts, ends])
    named = named[(named != OPEN_START) & (named != OPEN_END)]
    if not len(named):
        return None
    return EPOCH + timedelta(days=int(named.min())), EPOCH + timedelta(days=int(named.max()))
