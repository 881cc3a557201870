"""Questions written once a shape: Ibis makes the SQL, the engine's driver binds the values.

Making SQL of an expression costs more than answering it from a small set. What a reader's moves
change are values, seldom the shape; so an expression is made with stand-ins, and no value of a
reader or of the data ever stands in the text of a query.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping
from typing import NamedTuple

import ibis
import ibis.expr.types as ir
import pyarrow as pa

Value = int | str
KEPT = 512
"""Questions kept a data set; a page asks some tens."""
FIRST = 2_047_000_000
"""Stand-ins of numbers count from here: no day, month, cell or number of a value is that high."""
_STANDIN = re.compile(r"'marz bound (\d+)'|\b2047(\d{6})\b")


class Bound:
    """Hands out stand-ins for values, by name."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def raw(self, name: str) -> int:
        """Stand-in of a number, for what takes no expression."""
        self.names.append(name)
        return FIRST + len(self.names) - 1

    def number(self, name: str) -> ir.IntegerScalar:
        """Stand-in of a number."""
        return ibis.literal(self.raw(name), "int32")

    def text(self, name: str) -> ir.StringScalar:
        """Stand-in of a text."""
        self.names.append(name)
        return ibis.literal(f"marz bound {len(self.names) - 1}")


Build = Callable[[Bound], ir.Table]


class Statement(NamedTuple):
    """A query with markers.

    Attributes
    ----------
    sql : str
        In the engine's dialect.
    names : frozenset of str
        Of the values that it needs.
    schema : pyarrow.Schema
        Of the answer.
    """

    sql: str
    names: frozenset[str]
    schema: pa.Schema

    def bind(self, values: Mapping[str, Value]) -> dict[str, Value]:
        """Those of the values that it needs."""
        return {name: values[name] for name in self.names}


class Statements:
    """The questions met so far of one data set on one engine.

    Parameters
    ----------
    dialect : str
        As Ibis calls it.
    marker : str
        How the engine's driver wants a value named; ``{}`` stands for the name.
    """

    def __init__(self, dialect: str, marker: str) -> None:
        self._dialect, self._marker = dialect, marker
        self._known: dict[Hashable, Statement] = {}

    def of(self, key: Hashable, build: Build) -> Statement:
        """The question of a key; made if it is new.

        Parameters
        ----------
        key : hashable
            All that decides what `build` makes.
        """
        statement = self._known.get(key)
        if statement is None:
            if len(self._known) >= KEPT:
                self._known.clear()
            statement = self._known[key] = self.made(build)
        return statement

    def made(self, build: Build) -> Statement:
        """Make a question."""
        bound = Bound()
        question = build(bound)
        used: set[str] = set()

        def marker(found: re.Match[str]) -> str:
            name = bound.names[int(found[1] or found[2])]
            used.add(name)
            return self._marker.format(name)

        sql = ibis.to_sql(question, dialect=self._dialect)
        sql = sql.replace("%", "%%") if "%" in self._marker else sql
        sql = _STANDIN.sub(marker, sql)
        return Statement(sql, frozenset(used), question.schema().to_pyarrow())
