"""A data set that can be asked: its facts, its words, and what answers."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, Protocol

import pyarrow as pa

from geo.collection.engine.prepared import Build, Value
from geo.collection.steps import Unit
from geo.collection.words import Names, Sought
from geo.model import Bbox


class Handle(Protocol):
    """What answers questions: safe to use from several threads."""

    def run(self, key: Hashable, build: Build, values: Mapping[str, Value]) -> pa.Table:
        """Answer one question.

        Parameters
        ----------
        key : hashable
            All that decides what `build` makes.
        values : mapping of str to int or str
            Bound by name; there may be more than needed.
        """
        ...

    def narrow(self, data: DataSet, sought: Sought) -> DataSet | None:
        """Keep the rows that have what is looked for; None to search every time."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...


class Rollup(NamedTuple):
    """A table whose rows stand for several incidents.

    Attributes
    ----------
    name : str
        After the name of the rows' table.
    unit : Unit
        Of ``since`` and ``until``.
    level : int
        Of ``x`` and ``y``: the world's edge is 2 ** level cells; -1 without a place.
    """

    name: str
    unit: Unit
    level: int


@dataclass(frozen=True, eq=False)
class DataSet:
    """A data set that is not Marz's own. Share it; it holds nothing of any reader's question.

    Attributes
    ----------
    name : str
        For people.
    handle : Handle
        What answers.
    table : str
        Name of the rows' table; those of the roll-ups begin with it.
    size : int
        Incidents in all.
    first, last : datetime.date or None
        First and last day that any names; None without any date.
    bbox : Bbox or None
        Of the points, EPSG:4326, as in `geo.collection.protocol.Extent`; None without any.
    words : mapping of str to list of str
        Column -> its values in the order of their numbers.
    options : mapping of str to list of str
        Facet -> what can be chosen in it: values of a vocabulary in its order, then
        the others by their number in the whole set; "" where the set does not say.
    rollups : tuple of Rollup
        Those there are.
    catalog : str
        Where the tables stand, for an engine that has several.
    parts : bool
        Whether any row is part of a larger event, which includes its toll.
    lean : bool
        Whether the rows have no texts: they are what a search by words has found.
    names : Names
        That a search by words knows.
    """

    name: str
    handle: Handle
    table: str
    size: int
    first: date | None
    last: date | None
    bbox: Bbox | None
    words: Mapping[str, list[str]] = field(repr=False)
    options: Mapping[str, list[str]] = field(repr=False)
    rollups: tuple[Rollup, ...]
    catalog: str = ""
    parts: bool = False
    lean: bool = False
    names: Names = field(default_factory=Names, repr=False)

    def close(self) -> None:
        """Let go of files and connections; whoever still asks gets an `EngineError`."""
        self.handle.close()
