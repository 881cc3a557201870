"""Events and their parts in a data set, so that no sum of deaths counts anybody twice."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any
from weakref import WeakKeyDictionary

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from geo.collection.engine.data import DataSet
from geo.collection.engine.predicates import asked, narrowed, rows
from geo.collection.engine.prepared import Bound
from geo.collection.engine.rollups import rows_of, weighted
from geo.collection.engine.schema import UNCOUNTED
from geo.collection.grid import FINE
from geo.collection.steps import Steps
from geo.collection.tolls import contained
from geo.model import Filter

FIGURES = ("low", "best", "high")
_PARENTS: WeakKeyDictionary[DataSet, dict[int, int]] = WeakKeyDictionary()


def parents(data: DataSet) -> dict[int, int]:
    """Number of a record -> that of the larger event that it is part of; asked once a set."""
    if not data.parts:
        return {}
    known = _PARENTS.get(data)
    if known is None:
        found = data.handle.run("parents", lambda _: _links(data), {})
        known = _PARENTS[data] = dict(
            zip(found["part"].to_pylist(), found["whole"].to_pylist(), strict=True)
        )
    return known


def _links(data: DataSet) -> ir.Table:
    table = rows_of(data)
    parts = table.filter(table.part_of.notnull()).select(part="number", larger="part_of")
    wholes = rows_of(data).select(whole="number", name="id")
    return parts.inner_join(wholes, [parts.larger == wholes.name]).select("part", "whole")


def relatives(data: DataSet, query: Filter) -> dict[int, dict[str, Any]]:
    """What matches, gives a toll, and is an event with parts or a part of one; by its number."""
    if not parents(data):
        return {}
    lean, asked_for = narrowed(data, query)
    shape, values = asked(lean, asked_for)
    counted = [n for n, value in enumerate(data.words["status"]) if value not in UNCOUNTED]

    def build(bound: Bound) -> ir.Table:
        kept = weighted(rows(lean, shape, bound), data.words["status"])
        kept = kept.filter(kept.silent == 0, kept.status.isin(counted))
        links = _links(data)
        related = links.select(relative="part").union(links.select(relative="whole"))
        kept = kept.semi_join(related, [kept.number == related.relative])
        places = ("drawn", "x", "y", "event_type", "since", "until")
        return kept.select("number", "status", *FIGURES, "open_ended", *places)

    found = data.handle.run(("family", lean.table, shape), build, values)
    return {row["number"]: row for row in found.to_pylist()}


def without_parts(
    data: DataSet, query: Filter, found: pa.Table, level: int, steps: Steps | None = None
) -> pa.Table:
    """Sums by cell less the deaths of records that a larger event in the same cell includes.

    Parameters
    ----------
    found : pyarrow.Table
        ``drawn``, ``x``, ``y`` (of a grid of `level`), ``event_type``, with `steps` ``step`` and
        ``last``, and sums among `FIGURES`.
    """
    family = relatives(data, query)
    shift = FINE - level

    def cell(row: dict[str, Any]) -> tuple[int, int, int]:
        return row["drawn"], row["x"] >> shift, row["y"] >> shift

    inside = contained({number: cell(row) for number, row in family.items()}, parents(data))
    if not inside:
        return found
    names = ["drawn", "x", "y", "event_type", *(["step", "last"] if steps else [])]
    keys = zip(*(found[name].to_pylist() for name in names), strict=True)
    position: dict[Hashable, int] = {key: number for number, key in enumerate(keys)}
    for figure in (name for name in FIGURES if name in found.column_names):
        sums = found[figure].to_numpy().copy()
        for number in inside:
            row = family[number]
            key: tuple[int, ...] = (*cell(row), row["event_type"])
            if steps:
                days = np.array([row["since"]]), np.array([row["until"]])
                key = (*key, *(int(step[0]) for step in steps.of(*days)))
            if key in position:  # in the view
                sums[position[key]] -= row[figure]
        at = found.schema.get_field_index(figure)
        found = found.set_column(at, figure, pa.array(sums))
    return found
