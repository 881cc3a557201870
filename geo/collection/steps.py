"""Days, months and years as whole numbers, and equal steps of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from geo.days import EPOCH, OPEN_END, OPEN_START

_DAY = timedelta(days=1)
UNDATED = -1
"""Step of what has no date at all."""
STEPS = 480
"""At most, where cells stand for many incidents: the months of forty years."""


class Unit(NamedTuple):
    """A measure of time in which a table keeps ``since`` and ``until``.

    Attributes
    ----------
    name : str
        year, month or day.
    of : callable
        Day -> its number in this unit.
    first : callable
        Number -> its first day.
    """

    name: str
    of: Callable[[date], int]
    first: Callable[[int], date]

    def last(self, number: int) -> date:
        """Last day of a year or month."""
        beyond = number + 1 > self.of(date.max)
        return date.max if beyond else self.first(number + 1) - _DAY

    def cut(self, day: date, *, end: bool) -> bool:
        """Whether a window that begins or ends on a day cuts through a whole of this unit."""
        whole = self.of(day)
        return day != (self.last(whole) if end else self.first(whole))


YEAR = Unit("year", lambda day: day.year, lambda n: date(n, 1, 1))
MONTH = Unit(
    "month", lambda day: day.year * 12 + day.month - 1, lambda n: date(n // 12, n % 12 + 1, 1)
)
DAY = Unit("day", lambda day: (day - EPOCH).days, lambda n: EPOCH + timedelta(days=n))
UNITS = (YEAR, MONTH, DAY)
"""From the coarsest to the rows' own."""
UNIT = {unit.name: unit for unit in UNITS}
"""By their names."""


class Steps(NamedTuple):
    """Equal steps of time.

    Attributes
    ----------
    unit : Unit
        Of days or months.
    first : int
        Number of the first one's first day or month in that unit.
    width : int
        Days or months in a step.
    size : int
        How many steps.
    last : datetime.date
        Last day of the last step.
    """

    unit: Unit
    first: int
    width: int
    size: int
    last: date

    @classmethod
    def over(cls, first: date, last: date, *, days: int = STEPS) -> Steps:
        """Steps from a day to another.

        Parameters
        ----------
        days : int
            So many steps of whole days may be asked for, which the rows alone can answer. A span
            of more days than `STEPS` is else stepped through by months, as the roll-ups have them.
        """
        span = (last - first).days + 1
        if span <= STEPS or days > STEPS:
            width = -(-span // days)
            return cls(DAY, DAY.of(first), width, -(-span // width), last)
        months = MONTH.of(last) - MONTH.of(first) + 1
        width = -(-months // STEPS)
        return cls(MONTH, MONTH.of(first), width, -(-months // width), last)

    def of(
        self, since: npt.NDArray[Any], until: npt.NDArray[Any]
    ) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        """Steps of the first and the last days of incidents.

        What begins or ends before the first step counts in it, and so with the last.

        Parameters
        ----------
        since, until : array of int
            First and last days since 1970-01-01, `OPEN_START` and `OPEN_END` where open.

        Returns
        -------
        tuple of numpy.ndarray of int
            Of the first day, or where that is open of the last one; and of the last day, or where
            that is open the last step. From 0; both `UNDATED` without any day.
        """
        begun = np.where(since == OPEN_START, until, since)
        dated = begun != OPEN_END

        def step(days: npt.NDArray[Any]) -> npt.NDArray[np.int32]:
            units = [self.unit.of(EPOCH + timedelta(days=int(day))) for day in days[dated]]
            passed = (np.array(units, dtype=np.int64) - self.first) // self.width
            found = np.full(len(days), UNDATED, dtype=np.int32)
            found[dated] = np.clip(passed, 0, self.size - 1)
            return found

        return step(begun), step(np.where(until == OPEN_END, DAY.of(self.last), until))

    def ends(self) -> list[int]:
        """Last day of each step, since 1970-01-01."""
        lasts = (self.first + self.width * (n + 1) - 1 for n in range(self.size))
        return [DAY.of(min(self.unit.last(last), self.last)) for last in lasts]
