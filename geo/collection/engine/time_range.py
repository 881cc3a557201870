"""Which table decides which rows: whole years and months from roll-ups, the edges from rows.

A range of dates is answered in parts. Years that lie wholly within it come from a roll-up by
year; what touches a year that the range cuts comes from a roll-up by month; what touches a
month that it cuts, from the rows. The parts are disjoint and together exact.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple, TypeAlias

import ibis
import ibis.expr.types as ir

from geo.collection.engine.prepared import Bound
from geo.collection.steps import DAY, UNITS, YEAR, Unit
from geo.days import OPEN_END, OPEN_START
from geo.model import Filter

Test: TypeAlias = "ir.BooleanValue"


class Edge(NamedTuple):
    """One end of a range, without its day: the units whose wholes it cuts."""

    name: str
    cuts: frozenset[str]


class TimeRange(NamedTuple):
    """What of a range decides how it is asked for; its days are bound values."""

    low: Edge | None
    high: Edge | None
    match: str

    @classmethod
    def of(cls, query: Filter) -> TimeRange:
        """The range of a filter."""

        def edge(name: str, day: date | None) -> Edge | None:
            if day is None:
                return None
            return Edge(name, frozenset(u.name for u in UNITS if u.cut(day, end=name == "high")))

        return cls(edge("low", query.start), edge("high", query.end), query.match)

    def undecided(self, unit: Unit) -> bool:
        """Whether the range cuts through any whole of a unit."""
        return any(edge and unit.name in edge.cuts for edge in (self.low, self.high))


def values(query: Filter) -> Iterator[tuple[str, int]]:
    """Numbers that `within` may need, by their names."""
    for name, day in (("low", query.start), ("high", query.end)):
        if day is None:
            continue
        for unit in UNITS:
            yield f"{name}_{unit.name}", unit.of(day)
            for finer in UNITS[UNITS.index(unit) + 1 :]:
                whole = unit.of(day)
                yield f"{name}_{unit.name}_first_{finer.name}", finer.of(unit.first(whole))
                yield f"{name}_{unit.name}_last_{finer.name}", finer.of(unit.last(whole))


def dated(table: ir.Table) -> Test:
    """Whether a row has a date at all; no date is open at both ends."""
    return (table.since != OPEN_START) | (table.until != OPEN_END)


def year_of(month: ir.IntegerValue) -> ir.IntegerValue:
    """The year of a month; open ends stay."""
    return ibis.ifelse(month.abs() == OPEN_END, month, month // 12)


def ends(table: ir.Table, own: Unit, unit: Unit) -> tuple[ir.IntegerValue, ir.IntegerValue]:
    """First and last days of a table's rows, in its own unit or a coarser one."""
    since, until = table.since, table.until
    if own is DAY and unit is not DAY:
        since, until = table.since_month, table.until_month
    if unit is YEAR and own is not YEAR:
        since, until = year_of(since), year_of(until)
    return since, until


def within(
    table: ir.Table, time_range: TimeRange, bound: Bound, unit: Unit, coarser: Unit | None
) -> list[Test]:
    """Tests that a table's rows lie in the range, as far as it is this table that decides.

    Parameters
    ----------
    unit : Unit
        That of the table.
    coarser : Unit or None
        That of the table asked before it; None for the first one.

    Returns
    -------
    list of ibis boolean expressions
        All must hold.
    """
    if time_range.low is None and time_range.high is None:
        return []
    # The day that must not lie before the range's first, and the one not after its last.
    lower, upper = table.until, table.since
    if time_range.match == "certainly":
        lower, upper = upper, lower
    tests: list[Test] = []
    if time_range.low is not None:
        edge = bound.number(f"low_{unit.name}")
        tests.append(lower > edge if unit.name in time_range.low.cuts else lower >= edge)
    if time_range.high is not None:
        edge = bound.number(f"high_{unit.name}")
        tests.append(upper < edge if unit.name in time_range.high.cuts else upper <= edge)
    if time_range.match == "possibly":
        tests.append(dated(table))
    if coarser is not None:
        tests.append(_left(time_range, bound, unit, coarser, {"low": lower, "high": upper}))
    return tests


def _left(
    time_range: TimeRange, bound: Bound, unit: Unit, coarser: Unit, ends: dict[str, ir.IntegerValue]
) -> Test:
    """Whether the coarser table could not decide: an end lies in a whole that the range cuts."""
    found: list[Test] = []
    for edge in (time_range.low, time_range.high):
        if edge is not None and coarser.name in edge.cuts:
            name = f"{edge.name}_{coarser.name}"
            first = bound.number(f"{name}_first_{unit.name}")
            found.append(ends[edge.name].between(first, bound.number(f"{name}_last_{unit.name}")))
    return ibis.or_(*found) if found else ibis.literal(False)
