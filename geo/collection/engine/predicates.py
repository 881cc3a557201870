"""The tests that a `Filter` is made of, as Ibis expressions: the one place that knows them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import ibis
import ibis.expr.types as ir

from geo.collection.engine import space, time_range
from geo.collection.engine.data import DataSet
from geo.collection.engine.prepared import Bound, Value
from geo.collection.engine.rollups import LEVELS, rows_of, sources
from geo.collection.engine.schema import Key, keys, lean
from geo.collection.engine.time_range import Test, TimeRange, within
from geo.collection.facets import refused
from geo.collection.grid import FINE, Cells
from geo.collection.steps import DAY, YEAR, Unit
from geo.collection.words import Sought
from geo.model import Filter


@dataclass(frozen=True, slots=True)
class Shape:
    """Of a filter what decides how it is asked for; the rest are bound values.

    Attributes
    ----------
    time_range : TimeRange
        Of dates.
    chosen : tuple of (str, str, int)
        Facets that are filtered by, their columns, and of how many numbers.
    nothing : bool
        Whether no row can match.
    words : tuple of tuple of int
        Alternatives, each of parts that must all occur in one of so many forms.
    placed : bool
        Whether the points of an extent are asked for.
    space : tuple of str
        Of ``near`` and ``within`` those that are asked for.
    ids : int
        Incidents that are picked by hand; 0 where all are meant.
    """

    time_range: TimeRange
    chosen: tuple[tuple[str, str, int], ...]
    nothing: bool
    words: Sizes
    placed: bool
    space: tuple[str, ...]
    ids: int = 0

    @property
    def rows_only(self) -> bool:
        """Whether only rows can answer: no roll-up keeps texts, outlines or ids."""
        return bool(self.words or self.space or self.ids)


def asked(
    data: DataSet, query: Filter, where: Cells | None = None
) -> tuple[Shape, dict[str, Value]]:
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
        if key.facet in query.choices:
            numbers = chosen_numbers(data, query, key)
            chosen.append((key.facet, key.column, len(numbers)))
            values |= {f"{key.facet}_{n}": number for n, number in enumerate(numbers)}
    words, bound_words = words_bound(data.names.sought(query.text))
    values |= bound_words | space.values(query)
    values |= {f"id_{n}": one for n, one in enumerate(query.ids)}
    if where is not None:
        for level in LEVELS:
            edges = where.at(FINE - level)._asdict()
            values |= {f"{side}_{level}": edge for side, edge in edges.items()}
    shape = Shape(
        time_range=TimeRange.of(query),
        chosen=tuple(chosen),
        nothing=any(not n for *_, n in chosen) or bool(query.text and not words),
        words=words,
        placed=where is not None,
        space=tuple(name for name in ("near", "within") if getattr(query, name)),
        ids=len(query.ids),
    )
    return shape, values


def chosen_numbers(data: DataSet, query: Filter, key: Key) -> list[int]:
    """Numbers of the values of a column that a filter chooses."""
    options = set(query.options(key.facet))
    return [
        n for n, value in enumerate(data.words[key.column]) if options.intersection(key.of(value))
    ]


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


Sizes = tuple[tuple[int, ...], ...]


def words_bound(sought: Sought) -> tuple[Sizes, dict[str, Value]]:
    """What is looked for as the shape of a test and its values: `_has_words` binds them."""
    sizes = tuple(tuple(len(part) for part in parts) for parts in sought)
    values: dict[str, Value] = {
        f"word_{one}_{part}_{n}": text
        for one, parts in enumerate(sought)
        for part, texts in enumerate(parts)
        for n, text in enumerate(texts)
    }
    return sizes, values


def _has_words(table: ir.Table, sizes: Sizes, bound: Bound) -> Test:
    return ibis.or_(
        *(
            ibis.and_(
                *(
                    ibis.or_(
                        *(
                            table.folded.contains(bound.text(f"word_{one}_{part}_{n}"))
                            for n in range(size)
                        )
                    )
                    for part, size in enumerate(parts)
                )
            )
            for one, parts in enumerate(sizes)
        )
    )


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
    found = within(table, shape.time_range, bound, unit, coarser)
    for facet, column, size in shape.chosen:
        found.append(table[column].isin([bound.number(f"{facet}_{n}") for n in range(size)]))
    if shape.ids:
        found.append(table.id.isin([bound.text(f"id_{n}") for n in range(shape.ids)]))
    if shape.words:
        found.append(_has_words(table, shape.words, bound))
    if shape.space:
        found += space.tests(table, shape.space, shape.time_range.match, bound)
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
    sought = data.names.sought(query.text)
    if not sought or data.lean or query.ids:  # a handful of rows, and what is narrowed has no ids
        return data, query
    kept = data.handle.narrow(data, sought)
    return (data, query) if kept is None else (kept, replace(query, text=""))


def holding(data: DataSet, sizes: Sizes, bound: Bound) -> ir.Table:
    """The lean rows that have what is looked for, as `words_bound` says it."""
    table = rows_of(data)
    return table.filter(_has_words(table, sizes, bound)).select(*lean())


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
        if shape.rows_only and unit is not DAY:
            continue
        before = None if shape.rows_only else coarser
        found = [*tests(table, shape, bound, unit, before, fineness), *more(table)]
        kept = table.filter(*found) if found else table
        parts.append(kept.select(**columns(table, unit, fineness)))
        if not shape.rows_only and not shape.time_range.undecided(unit):
            break
    return ibis.union(*parts) if len(parts) > 1 else parts[0]
