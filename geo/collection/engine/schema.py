"""The prepared form that all engines ask: one wide table of rows, its words, its roll-ups.

It is made from `geo.collection.schema.SCHEMA` by Arrow and numpy alone, so that DuckDB,
PostgreSQL and
Spark hold the very same numbers: grid cells, folded text and coordinates are computed once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from geo.collection.facets import FACETS
from geo.collection.folding import fold
from geo.collection.grid import EDGES, placed
from geo.collection.schema import SCHEMA
from geo.collection.words import padded
from geo.days import OPEN_END, OPEN_START
from geo.vocabulary import country_name


class Key(NamedTuple):
    """A column that a filter chooses from; rows hold the number of its value.

    Attributes
    ----------
    facet : str
        Name of the filter.
    column : str
        Of the data set.
    many : bool
        Whether a value is a list, ``;`` between its members and at both ends.
    first : tuple of str
        Values that get the first numbers, in this order.
    """

    facet: str
    column: str
    many: bool
    first: tuple[str, ...]

    def of(self, value: str) -> list[str]:
        """What can be chosen of a value: its members, or itself."""
        return [part for part in value.split(";") if part] if self.many else [value]


def keys() -> tuple[Key, ...]:
    """The facets that a data set has a column for."""
    return tuple(
        Key(f.name, f.column, f.many, () if f.ranked else tuple(f.vocabulary()))
        for f in FACETS
        if f.column in SCHEMA.names and pa.types.is_string(SCHEMA.field(f.column).type)
    )


def key_columns() -> tuple[str, ...]:
    """Their columns."""
    return tuple(dict.fromkeys(key.column for key in keys()))


UNCOUNTED = ("announced", "planned")
"""Statuses whose tolls are not added up, as in `geo.collection.tolls`; blank is not known to be a
plan."""


_NUMBERS = ("since", "until", "since_month", "until_month", "drawn", "x", "y", *EDGES)


def rows_schema() -> pa.Schema:
    """Columns of the rows: those of a data set, `keys` as numbers, and some more.

    ``since``, ``until``
        First and last possible day since 1970-01-01, `OPEN_START` and `OPEN_END` where open.
    ``since_month``, ``until_month``
        Their months: 12 times the year, plus 0 to 11.
    ``drawn``
        `NOWHERE`, `POINT`, a number of `DRAWN` or `SHAPE`.
    ``x``, ``y``
        Web Mercator cell, from the north-western corner of the world; 0 where nowhere.
    ``lon6``, ``lat6``
        Millionths of a degree: whole numbers, so that sums are exact in any order.
    ``west``, ``south``, ``east``, ``north``
        Edges of the line or area that it is known to lie in, in the same unit.
    ``folded``
        What a search by words looks in: `geo.collection.words.padded`.
    """
    coded = key_columns()
    return pa.schema(
        [
            *(f for f in SCHEMA if f.name not in (*coded, "start", "end")),
            *(pa.field(name, pa.int32(), nullable=False) for name in (*coded, *_NUMBERS)),
            pa.field("lon6", pa.int64(), nullable=False),
            pa.field("lat6", pa.int64(), nullable=False),
            pa.field("folded", pa.string(), nullable=False),
        ]
    )


def lean() -> tuple[str, ...]:
    """Columns that every question but that for whole rows is answered from."""
    figures = ("number", "low", "best", "high")
    return (*figures, *key_columns(), *_NUMBERS, "lon6", "lat6")


def form() -> str:
    """Of the prepared tables; another one makes them anew, as other columns or facets do."""
    columns = ", ".join(f"{field.name} {field.type}" for field in rows_schema())
    return f"4-{crc32(f'{columns} {keys()}'.encode()):08x}"


TEXTS = ("id", "title", "note", "actors", "place", "admin")


@dataclass
class Words:
    """Numbers of the values of the key columns, given as they are met."""

    numbers: dict[str, dict[str, int]] = field(
        default_factory=lambda: {
            key.column: {value: number for number, value in enumerate(key.first)} for key in keys()
        }
    )

    def code(self, column: str, values: pa.ChunkedArray) -> pa.Array:
        """Replace the values of a column by their numbers."""
        known = self.numbers[column]
        coded = pc.fill_null(values, "").combine_chunks().dictionary_encode()
        table = [known.setdefault(value, len(known)) for value in coded.dictionary.to_pylist()]
        return pa.array(table, pa.int32()).take(coded.indices)

    def table(self) -> pa.Table:
        """All of them: ``field``, ``number``, ``value``."""
        found = [
            {"field": column, "number": number, "value": value}
            for column, values in self.numbers.items()
            for value, number in values.items()
        ]
        types = {"field": pa.string(), "number": pa.int32(), "value": pa.string()}
        return pa.Table.from_pylist(found, pa.schema(types))


def prepared(table: pa.Table, words: Words) -> pa.Table:
    """Rows of a data set in the prepared form and the same order.

    Parameters
    ----------
    table : pyarrow.Table
        Some rows in `geo.collection.schema.SCHEMA`.
    words : Words
        Grows by the values that it does not know yet.

    Returns
    -------
    pyarrow.Table
        Of `rows_schema`.
    """
    schema = rows_schema()
    columns: dict[str, Any] = {name: table[name] for name in SCHEMA.names if name in schema.names}
    for column in key_columns():
        columns[column] = words.code(column, table[column])
    since, until = _days(table["start"], OPEN_START), _days(table["end"], OPEN_END)
    columns |= {"since": since, "until": until}
    columns |= {"since_month": _months(since), "until_month": _months(until)}
    columns |= placed(table)
    columns["folded"] = _folded(table)
    return pa.table([columns[name] for name in schema.names], names=schema.names).cast(schema)


def within_a_month(table: pa.Table) -> pa.Array:
    """Which rows of a data set have a date that lies in one month."""
    since, until = (
        _months(_days(table[n], o)) for n, o in (("start", OPEN_START), ("end", OPEN_END))
    )
    return pa.array(since == until)


def _days(values: pa.ChunkedArray, absent: int) -> npt.NDArray[np.int32]:
    found: npt.NDArray[np.int32] = pc.fill_null(values, absent).to_numpy().astype(np.int32)
    return found


def _months(days: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    is_open = np.isin(days, (OPEN_START, OPEN_END))
    months = np.where(is_open, 0, days).astype("datetime64[D]").astype("datetime64[M]")
    return np.where(is_open, days, months.astype(np.int64) + 1970 * 12).astype(np.int32)


def _folded(table: pa.Table) -> pa.Array:
    """All that is written, folded and padded; ASCII, most of it, without Python."""
    codes = pc.fill_null(table["countries"], "").combine_chunks().dictionary_encode()
    names = [
        " ".join(country_name(code) for code in value.split(";") if code)
        for value in codes.dictionary.to_pylist()
    ]
    countries = pa.array(names, pa.string()).take(codes.indices)
    parts = [pc.fill_null(table[name], "").combine_chunks() for name in TEXTS]
    text = pc.binary_join_element_wise(*parts, countries, " ")
    text = pc.binary_join_element_wise("", text, "", " ")
    plain = pc.ascii_lower(pc.if_else(pc.string_is_ascii(text), text, ""))
    for pattern, instead in (("['`]", ""), ("[^0-9a-z]+", " ")):
        plain = pc.replace_substring_regex(plain, pattern, instead)
    other = pc.invert(pc.string_is_ascii(text))
    if not pc.any(other).as_py():
        return plain
    folded = [padded(fold(value)) for value in text.filter(other).to_pylist()]
    return pc.replace_with_mask(plain, other, pa.array(folded, pa.string()))


def restored(table: pa.Table, words: dict[str, list[str]]) -> pa.Table:
    """Rows as a data set again: the inverse of `prepared`, in `geo.collection.schema.SCHEMA`."""
    schema = rows_schema()
    columns: dict[str, Any] = {name: table[name] for name in SCHEMA.names if name in schema.names}
    for name in key_columns():
        values = pa.array([value or None for value in words[name]], pa.string())
        columns[name] = values.take(table[name].combine_chunks())
    for name, column, absent in (("start", "since", OPEN_START), ("end", "until", OPEN_END)):
        days = table[column]
        columns[name] = pc.if_else(pc.equal(days, absent), pa.scalar(None, pa.int32()), days)
    return pa.table([columns[name] for name in SCHEMA.names], schema=SCHEMA)
