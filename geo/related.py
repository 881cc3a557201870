"""What else belongs to an incident: the larger event, its parts, its place, its days."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo.package import OPEN_END, OPEN_START, Package
from geo.places import GEOD, site_of
from geo.tables import split

NEAR_KM = 5
"""Points closer than this are near each other."""
DAYS = 30
"""Days before and after an incident's date that are around it."""


@dataclass(frozen=True)
class Related:
    """Rows of the incidents table, each list in the order of time.

    Attributes
    ----------
    above : tuple of int
        The larger event, and the one that includes that; from the inside out.
    parts, siblings : tuple of int
        What it includes, and the other parts of its larger event.
    distinct : tuple of int
        Records of the same border, day and place that are another event.
    here : tuple of int
        At the same place, or at a point within `NEAR_KM` of it.
    around : tuple of int
        On the same border, possibly within `DAYS` of it, and in none of the lists above.
    """

    above: tuple[int, ...]
    parts: tuple[int, ...]
    siblings: tuple[int, ...]
    distinct: tuple[int, ...]
    here: tuple[int, ...]
    around: tuple[int, ...]


def related(package: Package, row: int) -> Related:
    """Find what else belongs to an incident.

    Parameters
    ----------
    row : int
        Position in ``package.incidents``.
    """
    frame = package.incidents
    ids = frame["id"].tolist()
    own_id, parent = ids[row], frame["part_of"].iat[row]
    part_of = frame["part_of"].to_numpy()
    parts = _others(np.flatnonzero(part_of == own_id), row)
    siblings = _others(np.flatnonzero(part_of == parent), row) if parent else ()
    named = set(split(frame["distinct_from"].iat[row]))
    distinct = tuple(
        other
        for other, other_id in enumerate(ids)
        if other_id in named or own_id in split(frame["distinct_from"].iat[other])
    )
    above = _above(package, row)
    known = {row, *above, *parts, *siblings, *distinct}
    return Related(
        above=above,
        parts=parts,
        siblings=siblings,
        distinct=distinct,
        here=_here(package, row),
        around=tuple(other for other in _around(package, row) if other not in known),
    )


def _others(rows: np.ndarray, row: int) -> tuple[int, ...]:
    return tuple(int(other) for other in rows if other != row)


def _above(package: Package, row: int) -> tuple[int, ...]:
    found: list[int] = []
    current = package.row_of(package.incidents["part_of"].iat[row])
    while current >= 0 and current != row and current not in found:
        found.append(current)
        current = package.row_of(package.incidents["part_of"].iat[current])
    return tuple(found)


def _here(package: Package, row: int) -> tuple[int, ...]:
    frame = package.incidents
    place, site = frame["place_id"].iat[row], site_of(package, row)
    if not place or site is None:
        return ()
    found = []
    for other, other_place in enumerate(frame["place_id"]):
        if other == row:
            continue
        if other_place == place:
            found.append(other)
        elif site.is_point:
            near = site_of(package, other)
            if near is not None and near.is_point:
                _, _, metres = GEOD.inv(site.lon, site.lat, near.lon, near.lat)
                if metres <= NEAR_KM * 1000:
                    found.append(other)
    return tuple(found)


def _around(package: Package, row: int) -> tuple[int, ...]:
    frame = package.incidents
    start, end = int(frame["start"].iat[row]), int(frame["end"].iat[row])
    # A date that is open or spans years has no days around it that would tell anything.
    if start == OPEN_START or end == OPEN_END or end - start > 366:
        return ()
    starts, ends = frame["start"].to_numpy(), frame["end"].to_numpy()
    short = (ends - starts) <= 366
    near = (starts <= end + DAYS) & (ends >= start - DAYS) & short
    same = (frame["border"] == frame["border"].iat[row]).to_numpy()
    return _others(np.flatnonzero(near & same), row)
