"""The tables as Ibis sees them, and the roll-ups made of them.

In all of them a row stands for ``n`` incidents: one in the rows, more in a roll-up. So what is
asked is said once, in sums over ``n`` and its fellows, whichever table answers.
"""

from __future__ import annotations

from collections.abc import Iterator

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from geo.collection.engine.data import DataSet, Rollup
from geo.collection.engine.schema import UNCOUNTED, key_columns, rows_schema
from geo.collection.engine.schema import lean as lean_columns
from geo.collection.engine.time_range import ends
from geo.collection.grid import FINE, POINT
from geo.collection.steps import DAY, MONTH, UNITS, YEAR, Unit

LEVELS = (FINE, 12, 9, 6)
"""Of the grids that are kept; at 6 a cell is about 600 km wide at the equator."""
NOT_SPACE = -1
SUMS = ("n", "lon6", "lat6", "low", "best", "high", "silent", "open_ended")
SMALL = 100_000
"""Rows below which roll-ups would save nothing."""


def rows_table(name: str, catalog: str = "", *, lean: bool = False) -> ir.Table:
    """The rows, in `geo.collection.engine.schema.rows_schema`, or only the lean columns."""
    kept = lean_columns() if lean else rows_schema().names
    # Unions want the same in all parts, and expressions may be null where columns are not.
    nullable = pa.schema(
        [field.with_nullable(True) for field in rows_schema() if field.name in kept]
    )
    return beside(ibis.Schema.from_pyarrow(nullable), name, catalog)


def rollup_table(name: str, rollup: Rollup, catalog: str = "") -> ir.Table:
    """A roll-up by its name and columns."""
    columns: dict[str, str] = {"since": "int32", "until": "int32"}
    columns |= dict.fromkeys((*key_columns(), "drawn"), "int32")
    if rollup.level >= 0:
        columns |= {"x": "int32", "y": "int32"}
    columns |= dict.fromkeys((*SUMS, "number"), "int64")
    return beside(ibis.schema(columns), f"{name}_{rollup.name}", catalog)


def rows_of(data: DataSet) -> ir.Table:
    """The rows of a data set."""
    return rows_table(data.table, data.catalog, lean=data.lean)


def beside(schema: ibis.Schema, name: str, catalog: str) -> ir.Table:
    """A table of a name, in a catalog or where the connection looks by itself."""
    if not catalog:
        return ibis.table(schema, name=name)
    return ibis.table(schema, name=name, catalog=catalog, database="main")


def weighted(rows: ir.Table, statuses: list[str]) -> ir.Table:
    """The rows in the form of the roll-ups: each stands for one incident.

    Parameters
    ----------
    statuses : list of str
        Values of the column ``status`` in the order of their numbers.
    """
    counted = [number for number, value in enumerate(statuses) if value not in UNCOUNTED]
    happened = rows.status.isin(counted)
    given = rows.low.notnull() | rows.best.notnull() | rows.high.notnull()

    def toll(*columns: ir.Value) -> ir.Value:
        return ibis.ifelse(happened, ibis.coalesce(*columns, 0), 0).cast("int64")

    def flag(test: ir.BooleanValue) -> ir.Value:
        return ibis.ifelse(happened & test, 1, 0).cast("int64")

    return rows.mutate(
        n=ibis.literal(1, "int64"),
        low=toll(rows.low),
        best=toll(rows.best, rows.low),
        high=toll(rows.high, rows.best, rows.low),
        silent=flag(~given),
        open_ended=flag(given & rows.high.isnull()),
    )


def plan(rows: int) -> list[Rollup]:
    """Which roll-ups a data set of so many rows gets, each after what it is made of."""
    if rows < SMALL:
        return []
    return [
        Rollup(_name(unit, level), unit, level)
        for level in (*LEVELS, NOT_SPACE)
        for unit in (MONTH, YEAR)
    ]


def named(name: str) -> Rollup:
    """The roll-up of a name."""
    return next(rollup for rollup in plan(SMALL) if rollup.name == name)


def _name(unit: Unit, level: int) -> str:
    return f"{'time' if level < 0 else f'cells{level}'}_{unit.name}"


def made(rollup: Rollup, source: ir.Table, parent: Rollup | None) -> ir.Table:
    """A roll-up as an expression.

    Parameters
    ----------
    source : ibis table
        `weighted` rows, or a finer roll-up.
    parent : Rollup or None
        What `source` is; None for the rows.
    """
    since, until = ends(source, DAY if parent is None else parent.unit, rollup.unit)
    keys = {"since": since.cast("int32"), "until": until.cast("int32")}
    keys |= {name: source[name] for name in (*key_columns(), "drawn")}
    if rollup.level >= 0:
        shift = (FINE if parent is None else parent.level) - rollup.level
        keys |= {name: (source[name] >> shift).cast("int32") for name in ("x", "y")}
        if rollup.level < FINE:
            source = source.filter(source.drawn == POINT)
    sums = {name: source[name].sum().cast("int64") for name in SUMS}
    grouped = source.group_by(**keys).agg(**sums, number=source.number.min())
    if rollup.level < 0:
        return grouped.order_by("since", "until")
    # Points apart, then by tile in tile, so that what is near lies near in the file.
    shifts = [s for s in (16, 13, 10, 7, 4) if s - (FINE - rollup.level) >= 0]
    tiles = [grouped[n] >> (s - (FINE - rollup.level)) for s in shifts for n in ("x", "y")]
    return grouped.order_by("drawn", *tiles, "since")


def sources(
    data: DataSet, level: int, finest: Unit = YEAR
) -> Iterator[tuple[ir.Table, Unit, Unit | None, int]]:
    """Tables that together decide a window, coarsest first.

    Parameters
    ----------
    level : int
        Cells of at most this fineness are asked for; -1 where the place does not matter.
    finest : Unit
        No unit coarser than this may answer: years, months, or the rows alone.

    Yields
    ------
    table, unit, the unit of the table before it, level of its ``x`` and ``y``
    """
    before: Unit | None = None
    for unit in (YEAR, MONTH):
        if UNITS.index(unit) < UNITS.index(finest):
            continue
        fine = [r for r in data.rollups if r.unit is unit and _serves(r.level, level)]
        if fine:
            rollup = min(fine, key=lambda r: r.level)
            yield rollup_table(data.table, rollup, data.catalog), unit, before, rollup.level
            before = unit
    yield weighted(rows_of(data), data.words["status"]), DAY, before, FINE


def _serves(level: int, asked: int) -> bool:
    return level == NOT_SPACE if asked == NOT_SPACE else level >= asked
