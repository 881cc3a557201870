"""What stands beside the rows on every engine: words, facts, roll-ups."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from geo.collection.engine.collection import Queried
from geo.collection.engine.data import Handle, Rollup
from geo.collection.engine.rollups import (
    beside,
    made,
    named,
    plan,
    rollup_table,
    rows_table,
    weighted,
)
from geo.collection.engine.schema import Key, Words, form, key_columns, keys
from geo.collection.grid import FINE, NOWHERE
from geo.collection.steps import MONTH, YEAR
from geo.collection.words import Names
from geo.days import OPEN_END, OPEN_START, day_of
from geo.model import Bbox, EngineError, Progress, tell

WORDS_SCHEMA = ibis.schema({"field": "string", "number": "int32", "value": "string"})
FACTS_SCHEMA = ibis.schema({"key": "string", "value": "string"})
MISPLACED = ";(swapped|far|zero);"
"""Flags of rows whose point is perhaps wrong: while there are others, they set no extent."""
WORTH = 0.5
"""A roll-up is kept if it has at most this share of the rows of what it is made of."""


@dataclass
class Facts:
    """What is learnt of a data set while its rows go by."""

    rows: int = 0
    first: int | None = None
    last: int | None = None
    west: float | None = None
    south: float | None = None
    east: float | None = None
    north: float | None = None
    doubtful: tuple[float, float, float, float] | None = None
    form: str = field(default_factory=form)
    parts: bool = False
    rollups: list[str] = field(default_factory=list)
    counts: dict[str, list[int]] = field(default_factory=dict)

    def see(self, table: pa.Table) -> None:
        """Take in some prepared rows."""
        self.rows += table.num_rows
        self.parts = self.parts or table["part_of"].null_count < table.num_rows
        for column in key_columns():
            before = np.array(self.counts.get(column, []), dtype=np.int64)
            seen = np.bincount(table[column].to_numpy(), minlength=len(before))
            seen[: len(before)] += before
            self.counts[column] = seen.tolist()
        since, until = table["since"].to_numpy(), table["until"].to_numpy()
        days = np.concatenate([since, until])
        days = days[(days != OPEN_START) & (days != OPEN_END)]
        placed = table.filter(pc.not_equal(table["drawn"], NOWHERE))
        misplaced = pc.fill_null(pc.match_substring_regex(table["flags"], MISPLACED), False)
        misplaced = misplaced.filter(pc.not_equal(table["drawn"], NOWHERE))
        self._doubt(placed.filter(misplaced))
        placed = placed.filter(pc.invert(misplaced))
        for values, least, most in (
            (days, "first", "last"),
            (placed["lon"].to_numpy(), "west", "east"),
            (placed["lat"].to_numpy(), "south", "north"),
        ):
            if len(values):
                for name, of, found in ((least, min, values.min()), (most, max, values.max())):
                    old = getattr(self, name)
                    setattr(self, name, of([found.item(), *([] if old is None else [old])]))

    def _doubt(self, table: pa.Table) -> None:
        """Widen the extent of what is perhaps elsewhere."""
        if table.num_rows:
            lon, lat = (table[name].to_numpy() for name in ("lon", "lat"))
            west, south, east, north = self.doubtful or (180.0, 90.0, -180.0, -90.0)
            self.doubtful = (
                min(west, lon.min().item()),
                min(south, lat.min().item()),
                max(east, lon.max().item()),
                max(north, lat.max().item()),
            )

    def table(self) -> pa.Table:
        """As the table of facts."""
        values = {key: json.dumps(value) for key, value in vars(self).items()}
        return pa.table({"key": list(values), "value": list(values.values())})


def roll_up(
    table: str,
    facts: Facts,
    words: Words,
    create: Callable[[str, ir.Table], int],
    drop: Callable[[str], None],
    progress: Progress | None = None,
) -> None:
    """Make the roll-ups that are worth it, each of the coarsest one that can make it.

    Parameters
    ----------
    create : callable
        Makes a table of a name and an expression; returns its number of rows.
    drop : callable
        Takes it away again.
    progress : callable
        Told of the second half of the work, after the rows.
    """
    rows = weighted(rows_table(table), list(words.numbers["status"]))
    sizes: dict[Rollup, int] = {}
    planned = plan(facts.rows)
    for done, rollup in enumerate(planned):
        tell(progress, int(facts.rows * (1 + done / len(planned))), 2 * facts.rows)
        parents = [
            known
            for known in sizes
            if (known.unit is MONTH or rollup.unit is YEAR)
            # The coarser grids hold points alone.
            and (known.level in (rollup.level, FINE) or 0 <= rollup.level <= known.level)
        ]
        parent = min(parents, key=lambda p: sizes[p], default=None)
        source = rollup_table(table, parent) if parent else rows
        size = create(f"{table}_{rollup.name}", made(rollup, source, parent))
        spatial_index = parent is None and rollup.level == FINE
        if spatial_index or size <= WORTH * (sizes[parent] if parent else facts.rows):
            sizes[rollup] = size
        else:
            drop(f"{table}_{rollup.name}")
    facts.rollups = [rollup.name for rollup in sizes]


def opened(
    name: str,
    handle: Handle,
    table: str,
    names: Names | None = None,
    catalog: str = "",
) -> Queried:
    """Read what stands beside the rows.

    Raises
    ------
    EngineError
        If it is not of the form that this version of Marz makes.
    """
    listed = handle.run("facts", lambda _: beside(FACTS_SCHEMA, f"{table}_facts", catalog), {})
    facts: dict[str, Any] = {row["key"]: json.loads(row["value"]) for row in listed.to_pylist()}
    if facts.get("form") != form():
        raise EngineError(f"“{name}” was prepared by another version of Marz. Load it again.")
    words: dict[str, list[str]] = {column: [] for column in key_columns()}
    listed = handle.run("words", lambda _: beside(WORDS_SCHEMA, f"{table}_words", catalog), {})
    for row in sorted(listed.to_pylist(), key=lambda row: int(row["number"])):
        words[row["field"]].append(row["value"])
    box = [facts[edge] for edge in ("west", "south", "east", "north")]
    if None in box:
        box = facts.get("doubtful") or box
    return Queried(
        name=name,
        handle=handle,
        table=table,
        size=facts["rows"],
        first=day_of(facts["first"]),
        last=day_of(facts["last"]),
        bbox=None if None in box else Bbox(*box),
        words=words,
        options={key.facet: _options(key, words, facts["counts"]) for key in keys()},
        rollups=tuple(named(rollup) for rollup in facts["rollups"]),
        catalog=catalog,
        parts=facts["parts"],
        names=names or Names(),
    )


def _options(key: Key, words: dict[str, list[str]], counts: dict[str, list[int]]) -> list[str]:
    total: Counter[str] = Counter()
    for value, number in zip(words[key.column], counts.get(key.column, []), strict=False):
        for option in key.of(value):
            total[option] += number
    order = {value: number for number, value in enumerate(key.first)}
    there = (option for option, number in total.items() if number)
    return sorted(there, key=lambda o: (order.get(o, len(order)), o == "", -total[o], o))


def quoted(name: str) -> str:
    """A table's name in SQL; only of the kind that Marz itself gives.

    Raises
    ------
    EngineError
        If it is another.
    """
    if not re.fullmatch(r"[a-z_][a-z0-9_]*", name):
        raise EngineError("A table's name has small letters, digits and underscores alone.")
    return f'"{name}"'
