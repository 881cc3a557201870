"""Candidate matches between two data sets: near in time and place, with similar actors.

They are pairs to look at. Nothing is merged and nothing is dropped: whether two records tell of
one incident is for a person to say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from pyproj import Geod

from geo.collection.folding import fold

GEOD = Geod(ellps="WGS84")
SPAN = 31
"""Days. A date known less exactly than that is near to too much to tell anything."""
MARGINS = {"exact": 0.0, "near": 10.0, "district": 50.0, "province": 150.0}
"""Geographic precision -> kilometres by which the point may lie off; others are not compared."""
MOST = 1000
"""Pairs kept, the nearest first."""
ROWS = 20_000
"""Records of a data set that are compared at a time; more are refused, not sampled."""
STEM = 5
"""Letters of a word that are compared, so that Tajik and Tajikistan are alike."""
GENERIC = frozenset(
    fold(word)[:STEM]
    for word in "forces force military armed group groups government unidentified unknown army "
    "civilians police security members people state with from local".split()
)
"""Words that half of all actors are called by."""


@dataclass(frozen=True, slots=True)
class Nearness:
    """How near two records must be to be shown as a pair.

    Attributes
    ----------
    days : int
        Between the last possible day of one and the first of the other.
    km : float
        Geodesic, on the WGS 84 ellipsoid, beyond what the precision of both places leaves open.
    actors : bool
        Whether both must name an actor and share a word of its name.
    """

    days: int = 2
    km: float = 20.0
    actors: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records that may tell of one incident.

    Attributes
    ----------
    left, right : int
        Positions in the two tables.
    days : int
        Between their dates; 0 where these overlap.
    km : float
        Geodesic distance between their points.
    alike : float or None
        Share of the words of the actors of one that the other has too; None where one names none.
    """

    left: int
    right: int
    days: int
    km: float
    alike: float | None


@dataclass(frozen=True, slots=True)
class Candidates:
    """What a comparison found.

    Attributes
    ----------
    pairs : tuple of Pair
        The nearest first, at most `MOST`.
    found : int
        How many there are in all.
    left, right : int
        Records that could be compared: dated to a month or better, with a place.
    """

    pairs: tuple[Pair, ...]
    found: int
    left: int
    right: int


def pairs(left: pd.DataFrame, right: pd.DataFrame, nearness: Nearness) -> Candidates:
    """Pair the records of two data sets.

    Parameters
    ----------
    left, right : pandas.DataFrame
        Columns ``start``, ``end`` (days since 1970-01-01), ``lon``, ``lat`` (EPSG:4326),
        ``geo_precision`` and ``actors`` of `geo.collection.schema.SCHEMA`.
    nearness : Nearness
        How near they must be.

    Returns
    -------
    Candidates
        A record may be in several pairs.
    """
    ours, theirs = _comparable(left), _comparable(right)
    order = theirs[np.argsort(right["start"].to_numpy(float)[theirs], kind="stable")]
    b = _Columns.of(right, order)
    a = _Columns.of(left, ours)
    words_a = [_words(text) for text in left["actors"].iloc[ours]]
    words_b = [_words(text) for text in right["actors"].iloc[order]]
    found: list[tuple[float, Pair]] = []
    for at in range(len(ours)):
        low = np.searchsorted(b.start, a.start[at] - nearness.days - SPAN, "left")
        high = np.searchsorted(b.start, a.end[at] + nearness.days, "right")
        near = np.arange(low, high)
        near = near[b.end[near] >= a.start[at] - nearness.days]
        reach = nearness.km + a.margin[at] + b.margin[near]
        # A degree of latitude is never shorter than 110.5 km.
        near = near[np.abs(b.lat[near] - a.lat[at]) * 110.5 <= reach]
        if not len(near):
            continue
        count = len(near)
        _, _, metres = GEOD.inv(
            np.full(count, a.lon[at]), np.full(count, a.lat[at]), b.lon[near], b.lat[near]
        )
        for other, metre in zip(near.tolist(), metres.tolist(), strict=True):
            if metre / 1000 > nearness.km + a.margin[at] + b.margin[other]:
                continue
            alike = _alike(words_a[at], words_b[other])
            if nearness.actors and not alike:
                continue
            days = int(max(0, b.start[other] - a.end[at], a.start[at] - b.end[other]))
            pair = Pair(int(ours[at]), int(order[other]), days, metre / 1000, alike)
            found.append((_distance(pair, nearness), pair))
    found.sort(key=lambda entry: (entry[0], entry[1].left, entry[1].right))
    return Candidates(tuple(pair for _, pair in found[:MOST]), len(found), len(ours), len(order))


@dataclass(frozen=True, slots=True)
class _Columns:
    """Columns of the records that can be compared."""

    start: npt.NDArray[np.float64]
    end: npt.NDArray[np.float64]
    lon: npt.NDArray[np.float64]
    lat: npt.NDArray[np.float64]
    margin: npt.NDArray[np.float64]

    @classmethod
    def of(cls, frame: pd.DataFrame, rows: npt.NDArray[np.intp]) -> _Columns:
        part = frame.iloc[rows]
        numbers = {name: part[name].to_numpy(float) for name in ("start", "end", "lon", "lat")}
        margin = part["geo_precision"].fillna("exact").map(MARGINS).to_numpy(float)
        return cls(margin=margin, **numbers)


def _comparable(frame: pd.DataFrame) -> npt.NDArray[np.intp]:
    """Records with a point, and with a date that says enough."""
    span = frame["end"].to_numpy(float) - frame["start"].to_numpy(float)
    placed = frame["lon"].notna() & frame["lat"].notna()
    placed &= frame["geo_precision"].isna() | frame["geo_precision"].isin(list(MARGINS))
    with np.errstate(invalid="ignore"):
        return np.flatnonzero(placed.to_numpy(bool) & (span <= SPAN))


def _words(actors: str | None) -> frozenset[str]:
    """Beginnings of the telling words of actors, without regard to case and diacritics."""
    if not isinstance(actors, str):
        return frozenset()
    stems = {word[:STEM] for word in re.findall(r"[^\W\d_]{4,}", fold(actors))}
    return frozenset(stems - GENERIC)


def _alike(left: frozenset[str], right: frozenset[str]) -> float | None:
    if not left or not right:
        return None
    return len(left & right) / min(len(left), len(right))


def _distance(pair: Pair, nearness: Nearness) -> float:
    """What the pairs are ordered by; each part counts as much as the others."""
    days = pair.days / max(1, nearness.days)
    km = pair.km / max(1.0, nearness.km)
    return days + km - (pair.alike or 0.0)
