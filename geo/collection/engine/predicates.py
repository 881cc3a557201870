"""The tests that a `Filter` is made of, as Ibis expressions: the one place that knows them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import ibis
import ibis.expr.types as ir

from geo.collection.engine import time_range
from geo.collection.engine.data import DataSet
from geo.collection.engine.prepared import Bound, Value
from geo.collection.engine.rollups import LEVELS, rows_of, sources
from geo.collection.engine.schema import keys, lean, members
from geo.collection.engine.time_range import Test, Window, within
from geo.collection.facets import refused
from geo.collection.folding import fold
from geo.collection.grid import FINE, Cells
from geo.collection.steps import DAY, YEAR, Unit
from geo.model import Filter


@dataclass(frozen=True, slots=True)
class Shape:
    """Of a filter what decides how it is asked for; the rest are bound values.

    Attributes
    ----------
    window : Window
        Of dates.
    chosen : tuple of (str, str, int)
        Facets that are filtered by, their columns, and of how many numbers.
    nothing : bool
        Whether no row can match.
    words : tuple of int
        Parts that must all occur, each in one of so many spellings.
    placed : bool
        Whether an extent is asked for.
    """

    window: Window
    chosen: tuple[tuple[str, str, int], ...]
    nothing: bool
    words: tuple[int, ...]
    placed: bool


class Asked(NamedTuple):
    """A filter taken apart."""

    shape: Shape
    values: dict[str, Value]


def asked(data: DataSet, query: Filter, where: Cells | None = None) -> Asked:
    """Take a filter apart into its shape and its values.

    Parameters
    ----------
    where : Cells, optional
        Of the finest grid.

    Raises
    ------
    FilterError
        If it chooses in a facet that the data set has no column for.
    """
    refuse(data, query)
    values: dict[str, Value] = dict(time_range.values(query))
    chosen: list[tuple[str, str, int]] = []
    for key in keys():
        options = set(query.options(key.facet))
        if options:
            numbers = [
                number
                for number, value in enumerate(data.words[key.column])
                if (options & set(members(value)) if key.many else value in options)
            ]
            chosen.append((key.facet, key.column, len(numbers)))
            values |= {f"{key.facet}_{n}": number for n, number in enumerate(numbers)}
    parts = _words(data, query.text)
    for part, names in enumerate(parts):
        values |= {f"word_{part}_{n}": name for n, name in enumerate(names)}
    if where is not None:
        for level in LEVELS:
            edges = where.at(FINE - level)._asdict()
            values |= {f"{side}_{level}": edge for side, edge in edges.items()}
    shape = Shape(
        window=Window.of(query),
        chosen=tuple(chosen),
        nothing=any(not n for *_, n in chosen),
        words=tuple(len(names) for names in parts),
        placed=where is not None,
    )
    return Asked(shape, values)


def refuse(data: DataSet, query: Filter) -> None:
    """Refuse what the data set cannot tell, instead of passing it over.

    Raises
    ------
    FilterError
        Names the facet and the data set.
    """
    for name in query.choices:
        if name not in data.options:
            raise refused(name, data.name)


def _words(data: DataSet, text: str) -> list[list[str]]:
    """What must be found, each part in any of its spellings, as `memory.found` does."""

    def spellings(asked: str) -> list[str]:
        return sorted(data.spellings.get(asked.strip(), {asked}))

    if not text:
        return []
    whole = spellings(fold(text))
    return [whole] if len(whole) > 1 else [spellings(fold(word)) for word in text.split()]


def tests(
    table: ir.Table, shape: Shape, bound: Bound, unit: Unit, coarser: Unit | None, level: int
) -> list[Test]:
    """Tests of a table; all must hold.

    Parameters
    ----------
    unit, coarser : Unit
        As for `geo.collection.engine.time_range.within`.
    level : int
        Of the grid of ``x`` and ``y``.
    """
    found = within(table, shape.window, bound, unit, coarser)
    for facet, column, size in shape.chosen:
        found.append(table[column].isin([bound.number(f"{facet}_{n}") for n in range(size)]))
    for part, size in enumerate(shape.words):
        names = [bound.text(f"word_{part}_{n}") for n in range(size)]
        found.append(ibis.or_(*(table.folded.contains(name) for name in names)))
    if shape.placed:
        for column, first, last in (("x", "west", "east"), ("y", "north", "south")):
            edges = (bound.number(f"{edge}_{level}") for edge in (first, last))
            found.append(table[column].between(*edges))
        found.append(table.drawn > 0)
    return [ibis.literal(False)] if shape.nothing else found


def rows(data: DataSet, shape: Shape, bound: Bound) -> ir.Table:
    """Rows that match, asked of the rows alone."""
    table = rows_of(data)
    found = tests(table, shape, bound, DAY, None, FINE)
    return table.filter(*found) if found else table


def narrowed(data: DataSet, query: Filter) -> tuple[DataSet, Filter]:
    """What holds all the words as a set of its own, where the engine keeps such.

    Searching words reads all texts; whatever is asked after the first time reads only what was
    found.
    """
    parts = tuple(tuple(names) for names in _words(data, query.text))
    if not parts or data.lean:
        return data, query
    kept = data.handle.narrow(data, parts)
    return (data, query) if kept is None else (kept, replace(query, text=""))


def holding(data: DataSet, sizes: tuple[int, ...], bound: Bound) -> ir.Table:
    """The lean rows that hold all words; they are bound as ``word_0_0`` and so on."""
    table = rows_of(data)
    parts = [
        ibis.or_(*(table.folded.contains(bound.text(f"word_{part}_{n}")) for n in range(size)))
        for part, size in enumerate(sizes)
    ]
    return table.filter(*parts).select(*lean())


Columns = Callable[[ir.Table, Unit, int], dict[str, ir.Value]]


def matching(
    data: DataSet,
    shape: Shape,
    bound: Bound,
    columns: Columns,
    *,
    level: int,
    finest: Unit = YEAR,
    more: Callable[[ir.Table], list[Test]] = lambda _: [],
) -> ir.Table:
    """What matches, each row standing for `n` incidents, from as few rows as possible.

    Parameters
    ----------
    columns : callable
        Table, its unit and the level of its grid -> columns wanted of it.
    level : int
        Of the grid that is asked for; -1 where the place does not matter. An extent must be made
        of whole cells of it.
    finest : Unit
        No roll-up coarser than this may answer.
    more : callable
        Further tests of a table.

    Returns
    -------
    ibis table
        The union of the parts.
    """
    parts: list[ir.Table] = []
    for table, unit, coarser, fineness in sources(data, level, finest):
        if shape.words and unit is not DAY:
            continue
        before = None if shape.words else coarser
        found = [*tests(table, shape, bound, unit, before, fineness), *more(table)]
        kept = table.filter(*found) if found else table
        parts.append(kept.select(**columns(table, unit, fineness)))
        if not shape.words and not shape.window.undecided(unit):
            break
    return ibis.union(*parts) if len(parts) > 1 else parts[0]
