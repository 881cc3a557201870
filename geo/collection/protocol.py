"""What every collection of incidents answers, whatever holds them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from geo.collection.tolls import Toll


class Totals(NamedTuple):
    """Sums over incidents.

    Attributes
    ----------
    rows : int
        Incidents.
    mapped, unlocated, undated : int
        Those with and without a place, and those without a date.
    first, last : int or None
        First and last year that any of them names; open ends do not count.
    statuses : mapping of str to int
        Status -> incidents.
    toll : Toll
        Deaths, added up as in `geo.collection.tolls`.
    """

    rows: int
    mapped: int
    unlocated: int
    undated: int
    first: int | None
    last: int | None
    statuses: Mapping[str, int]
    toll: Toll
