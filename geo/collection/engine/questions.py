"""What pages ask of a data set: counts, facets, bins, totals, cells, rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from geo.collection.engine.data import DataSet
from geo.collection.engine.family import parents, relatives
from geo.collection.engine.predicates import asked, chosen_numbers, matching, narrowed, refuse
from geo.collection.engine.predicates import rows as matched_rows
from geo.collection.engine.prepared import Bound
from geo.collection.engine.rollups import rows_of
from geo.collection.engine.schema import UNCOUNTED, key_columns, keys, restored, rows_schema
from geo.collection.engine.time_range import dated, ends
from geo.collection.grid import FINE, NOWHERE, cells_of
from geo.collection.protocol import Bin, Extent, FacetCounts, Timeline, Totals
from geo.collection.steps import DAY, UNIT, YEAR, Unit
from geo.collection.tolls import Toll, contained
from geo.days import OPEN_END, OPEN_START
from geo.model import Bbox, EngineError, Filter


def count(data: DataSet, query: Filter, bbox: Bbox | None = None) -> int:
    """How many incidents match.

    Parameters
    ----------
    bbox : Bbox, optional
        EPSG:4326, to the 10 m of the finest grid; without, what has no place counts too.
    """
    if bbox is None:
        return totals(data, query).rows
    data, query = narrowed(data, query)
    shape, values = asked(data, query, cells_of(bbox))

    def build(bound: Bound) -> ir.Table:
        found = matching(data, shape, bound, lambda table, *_: {"n": table.n}, level=FINE)
        return found.agg(n=found.n.sum().cast("int64"))

    return _sum(data.handle.run(("count", data.table, shape), build, values), "n")


def select(
    data: DataSet,
    query: Filter,
    *,
    bbox: Bbox | None = None,
    limit: int,
    offset: int = 0,
    newest_first: bool = True,
) -> pa.Table:
    """Incidents that match, in the order of their first possible day.

    Parameters
    ----------
    limit, offset : int
        How many at most, after how many.
    newest_first : bool
        The other way round, the oldest first. What has no first day comes last in both.

    Returns
    -------
    pyarrow.Table
        In `geo.collection.schema.SCHEMA`.
    """
    lean, asked_for = narrowed(data, query)
    shape, values = asked(lean, asked_for, cells_of(bbox) if bbox else None)

    def build(bound: Bound) -> ir.Table:
        kept = matched_rows(lean, shape, bound)
        order = [ibis.desc("since"), ibis.asc("number")]
        if not newest_first:
            first_day = ibis.ifelse(ibis._.since == OPEN_START, OPEN_END, ibis._.since)
            order = [first_day.asc(), ibis.asc("number")]
        first = kept.order_by(*order).limit(bound.raw("limit"), offset=bound.raw("offset"))
        # Texts are read of those few rows alone, and zones of the file skipped by ``since``.
        few = first.select(found="number", first_day="since")
        whole = rows_of(data)
        joined = whole.inner_join(few, [whole.number == few.found, whole.since == few.first_day])
        return joined.select(*rows_schema().names).order_by(*order)

    values |= {"limit": limit, "offset": offset}
    found = data.handle.run(("select", lean.table, newest_first, shape), build, values)
    return restored(found, dict(data.words))


def record(data: DataSet, number: int) -> dict[str, Any]:
    """One incident whole: the columns of `geo.collection.schema.SCHEMA`.

    Raises
    ------
    EngineError
        If there is none of that number.
    """

    def build(bound: Bound) -> ir.Table:
        table = rows_of(data)
        return table.filter(table.number == bound.number("number")).limit(1)

    answer = data.handle.run("record", build, {"number": number})
    found = restored(answer, dict(data.words))
    if not found.num_rows:
        raise EngineError(f"“{data.name}” has no incident number {number}. Go back to the list.")
    row: dict[str, Any] = found.to_pylist()[0]
    return row


def extent(data: DataSet) -> Extent:
    """First and last day that any incident names, and the extent of all places."""
    return Extent(data.first, data.last, data.bbox)


# ---------------------------------------------------------------- facets and totals
def profile(data: DataSet, query: Filter) -> pa.Table:
    """What matches dates and words, by the values of all the facets.

    From this small table follow facet counts and totals, whatever is chosen in the facets.

    Returns
    -------
    pyarrow.Table
        The key columns (numbers), ``mapped``, ``undated``, ``first`` and ``last`` year that is
        named, and the sums.
    """
    names = ("n", "low", "best", "high", "silent", "open_ended")

    def columns(table: ir.Table, unit: Unit, _: int) -> dict[str, ir.Value]:
        keys = {name: table[name] for name in key_columns()}
        flags = {"mapped": table.drawn != NOWHERE, "undated": ~dated(table)}
        return keys | flags | _years(table, unit) | {name: table[name] for name in names}

    refuse(data, query)
    data, query = narrowed(data, query)
    shape, values = asked(data, replace(query, chosen=()))

    def build(bound: Bound) -> ir.Table:
        found = matching(data, shape, bound, columns, level=-1)
        sums = {name: found[name].sum().cast("int64") for name in names}
        grouped = found.group_by(*key_columns(), "mapped", "undated")
        return grouped.agg(first=found.first.min(), last=found.last.max(), **sums)

    return data.handle.run(("profile", data.table, shape), build, values)


def _years(table: ir.Table, unit: Unit) -> dict[str, ir.Value]:
    """First and last year that a row names; null where it names none."""
    since, until = ends(table, unit, YEAR)
    first, last = since.nullif(OPEN_START), until.nullif(OPEN_END)
    return {
        "first": ibis.coalesce(first, last).cast("int32"),
        "last": ibis.coalesce(last, first).cast("int32"),
    }


def facet_counts(data: DataSet, query: Filter, *, known: pa.Table | None = None) -> FacetCounts:
    """How many incidents each option would leave if it alone were chosen in its filter.

    Parameters
    ----------
    known : pyarrow.Table, optional
        The `profile`, where the caller has it.

    Returns
    -------
    dict of str to dict of str to int
        Filter name -> option -> count, in the order of `DataSet.options`; all the other filters
        stay as they are.
    """
    found = profile(data, query) if known is None else known
    chosen = _chosen(data, query, found)
    n = found["n"].to_numpy()
    counts: dict[str, dict[str, int]] = {}
    for key in keys():
        others = [mask for name, mask in chosen.items() if name != key.facet]
        left = np.logical_and.reduce([np.ones(len(n), dtype=bool), *others])
        codes = found[key.column].to_numpy()
        by_code = np.bincount(codes[left], weights=n[left], minlength=len(data.words[key.column]))
        sums: Counter[str] = Counter()
        for number, value in enumerate(data.words[key.column]):
            for option in key.of(value):
                sums[option] += int(by_code[number])
        counts[key.facet] = {option: sums[option] for option in data.options[key.facet]}
    return counts


def totals(data: DataSet, query: Filter, *, known: pa.Table | None = None) -> Totals:
    """Sums over what matches.

    Parameters
    ----------
    known : pyarrow.Table, optional
        The `profile`, where the caller has it.
    """
    found = profile(data, query) if known is None else known
    chosen = _chosen(data, query, found).values()
    kept = found.filter(pa.array(np.logical_and.reduce([np.ones(found.num_rows, bool), *chosen])))
    n = kept["n"].to_numpy()
    mapped = int(n[kept["mapped"].to_numpy()].sum())
    rows = int(n.sum())
    by_status: Counter[str] = Counter()
    given: Counter[str] = Counter()
    for number, size, silent in zip(
        *(kept[name].to_pylist() for name in ("status", "n", "silent")), strict=True
    ):
        by_status[data.words["status"][number]] += size
        given[data.words["status"][number]] += size - silent
    happened = {status: size for status, size in given.items() if status not in UNCOUNTED}
    sums = {name: _sum(kept, name) for name in ("low", "best", "high", "open_ended", "silent")}
    return Totals(
        rows=rows,
        mapped=mapped,
        unlocated=rows - mapped,
        undated=int(n[kept["undated"].to_numpy()].sum()),
        first=pc.min(kept["first"]).as_py(),
        last=pc.max(kept["last"]).as_py(),
        statuses=dict(by_status),
        toll=_without_parts(data, query, sums, happened),
    )


def overview(data: DataSet, query: Filter) -> tuple[Totals, FacetCounts]:
    """Totals and facet counts, both from one small table."""
    known = profile(data, query)
    return totals(data, query, known=known), facet_counts(data, query, known=known)


def _without_parts(
    data: DataSet, query: Filter, sums: dict[str, int], given: dict[str, int]
) -> Toll:
    """Sums less those of records in a larger one; `given` counts by status those with a toll."""
    alleged, counted, inside = given.get("alleged", 0), sum(given.values()), 0
    if data.parts:
        related = relatives(data, query)
        left_out = contained(dict.fromkeys(related), parents(data))
        inside = len(left_out)
        for number in left_out:
            row = related[number]
            alleged -= data.words["status"][row["status"]] == "alleged"
            for name in ("low", "best", "high", "open_ended"):
                sums[name] -= row[name]
    return Toll(
        low=sums["low"],
        best=sums["best"],
        high=sums["high"],
        open_ended=sums["open_ended"] > 0,
        counted=counted - inside,
        alleged=alleged,
        contained=inside,
        silent=sums["silent"],
    )


def _chosen(data: DataSet, query: Filter, found: pa.Table) -> dict[str, Any]:
    """Mask of each facet in use over a profile."""
    return {
        key.facet: np.isin(found[key.column].to_numpy(), chosen_numbers(data, query, key))
        for key in keys()
        if key.facet in query.choices
    }


def _sum(table: pa.Table, column: str) -> int:
    return int(sum(value or 0 for value in table[column].to_pylist()))


# ---------------------------------------------------------------- timeline
def timeline(data: DataSet, query: Filter, *, by: str) -> Timeline:
    """Count incidents by month or year and type, as `geo.collection.memory.timeline` does.

    Parameters
    ----------
    by : {"day", "month", "year"}
        Width of a bin.
    """
    unit = UNIT[by]
    data, query = narrowed(data, query)
    last = unit.of(data.last) if data.last else 0

    def columns(table: ir.Table, own: Unit, _: int) -> dict[str, ir.Value]:
        since, until = ends(table, own, unit)
        # An open end is drawn to the end of the set.
        until = ibis.ifelse(until == OPEN_END, ibis.greatest(since, last), until)
        one = (since == until) & (since != OPEN_START)
        place = ibis.ifelse(one, since, ibis.ifelse(dated(table), OPEN_END, OPEN_START))
        return {"bin": place.cast("int32"), "event_type": table.event_type, "n": table.n}

    shape, values = asked(data, query)

    def build(bound: Bound) -> ir.Table:
        found = matching(data, shape, bound, columns, level=-1, finest=unit)
        return found.group_by("bin", "event_type").agg(n=found.n.sum().cast("int64"))

    bins: list[Bin] = []
    beside: Counter[int] = Counter()
    for row in data.handle.run(("timeline", data.table, by, shape), build, values).to_pylist():
        if row["bin"] in (OPEN_START, OPEN_END):
            beside[row["bin"]] += row["n"]
        else:
            kind = data.words["event_type"][row["event_type"]]
            bins.append(Bin(unit.first(row["bin"]), kind, row["n"]))
    return Timeline(sorted(bins), beside[OPEN_END], beside[OPEN_START])


def dates(data: DataSet, query: Filter, *, by: str) -> pa.Table:
    """Count incidents by first and last day, as `geo.collection.memory.dates` does.

    Parameters
    ----------
    by : {"day", "month"}
        Months are answered from roll-ups: their first and last days stand for all of theirs.
    """
    unit = UNIT[by]
    data, query = narrowed(data, query)
    shape, values = asked(data, query)

    def columns(table: ir.Table, own: Unit, _: int) -> dict[str, ir.Value]:
        since, until = ends(table, own, unit)
        return {"start": since.cast("int32"), "end": until.cast("int32"), "n": table.n}

    def build(bound: Bound) -> ir.Table:
        found = matching(data, shape, bound, columns, level=-1, finest=unit)
        return found.group_by("start", "end").agg(count=found.n.sum().cast("int64"))

    answer = data.handle.run(("dates", data.table, by, shape), build, values)
    if unit is DAY:
        return answer
    for name, edge in (("start", unit.first), ("end", unit.last)):
        numbers = answer[name].to_pylist()
        days = [n if n in (OPEN_START, OPEN_END) else DAY.of(edge(n)) for n in numbers]
        place = answer.column_names.index(name)
        answer = answer.set_column(place, name, pa.array(days, pa.int32()))
    return answer
