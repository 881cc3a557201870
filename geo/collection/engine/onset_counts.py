"""When the incidents of cells and areas began and ended: what the browser counts dates by."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from geo.collection.engine.cells import DRAWN_AS, cell_columns
from geo.collection.engine.data import DataSet
from geo.collection.engine.family import without_parts
from geo.collection.engine.predicates import asked, matching, narrowed
from geo.collection.engine.prepared import Bound
from geo.collection.engine.time_range import dated, ends
from geo.collection.grid import FINE, cells_of, drawn_said, grid_of
from geo.collection.steps import UNDATED, Steps, Unit
from geo.days import OPEN_START
from geo.model import Bbox, Filter

SUMS = {"count": "n", "low": "low", "high": "high"}


def onsets(
    data: DataSet, query: Filter, *, bbox: Bbox, zoom: float, steps: Steps, points: bool = True
) -> pa.Table:
    """Count the incidents of cells, or of lines and areas, by steps of their first and last day.

    An incident begins on its first possible day, or where that is open on its last one. What
    begins or ends before the first step counts in it, and so with the last.

    Parameters
    ----------
    bbox, zoom : Bbox, float
        As `geo.collection.engine.cells` and, without `points`, `geo.collection.engine.extents`
        were asked.

    Returns
    -------
    pyarrow.Table
        ``x`` and ``y``, without `points` ``drawn`` as well, ``event_type`` (its number; those of
        the vocabulary come first), ``step`` and ``last`` (of the last day) from 0, `UNDATED` where
        nothing says when, ``count``, and ``low`` and ``high`` deaths. In no order.
    """
    level, where = grid_of(bbox, zoom) if points else (FINE, cells_of(bbox))
    lean, asked_for = narrowed(data, query)
    shape, values = asked(lean, asked_for, where)
    values |= {"first": steps.first, "width": steps.width, "last": steps.size - 1}

    def build(bound: Bound) -> ir.Table:
        first, width, last = (bound.number(name) for name in ("first", "width", "last"))

        def columns(table: ir.Table, own: Unit, fineness: int) -> dict[str, ir.Value]:
            since, until = ends(table, own, steps.unit)
            moment = ibis.ifelse(since == OPEN_START, until, since)

            def step(day: ir.Value) -> ir.Value:
                passed = ibis.greatest(day - first, 0) // width
                found = ibis.ifelse(dated(table), ibis.least(passed, last), UNDATED)
                return found.cast("int32")

            names = ("drawn", "event_type", *SUMS.values())
            return {
                **cell_columns(table, fineness, level),
                **{name: table[name] for name in names},
                "step": step(moment),
                "last": step(until),
            }

        found = matching(
            lean,
            shape,
            bound,
            columns,
            level=level,
            finest=steps.unit,
            more=DRAWN_AS[points],
        )
        sums = {name: found[column].sum().cast("int64") for name, column in SUMS.items()}
        return found.group_by("drawn", "x", "y", "event_type", "step", "last").agg(**sums)

    key = ("onsets", lean.table, points, level, steps.unit.name, shape)
    answer = data.handle.run(key, build, values)
    answer = without_parts(data, query, answer, level, steps)
    return answer.drop_columns(["drawn"]) if points else drawn_said(answer)
