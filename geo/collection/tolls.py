"""Sums of deaths and injuries as ranges, in which no event is counted twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.package.load import Package, Rows
from geo.package.tables import Key, holders

MEASURES = {"fatalities": "deaths", "injuries": "injured"}
"""Stem of the two columns -> what they count, in words."""
HAPPENED = ("occurred", "alleged")
"""Statuses whose tolls are added up: what is announced or planned has not hurt anybody."""


@dataclass(frozen=True, slots=True)
class Toll:
    """A sum over incidents.

    Attributes
    ----------
    low, best, high : int
        Sum of the lowest, of the best (the lowest where none is called so) and of the highest
        figures that the sources give. Where a record says “at least”, its lower figure stands in
        all and `open_ended` is set; where it says “at most”, nothing is added to `low`.
    open_ended : bool
        Whether the true sum may lie above `high`.
    counted : int
        Records in the sum.
    alleged : int
        Those of them whose event is alleged by one side only.
    contained : int
        Records left out because a larger event that includes them is in the sum.
    silent : int
        Records of which no source gives a toll.
    """

    low: int
    best: int
    high: int
    open_ended: bool
    counted: int
    alleged: int
    contained: int
    silent: int


def total(package: Package, rows: Rows, measure: str) -> Toll:
    """Add up a toll over incidents.

    Parameters
    ----------
    measure : {"fatalities", "injuries"}
        What to add up.
    """
    counts = counted_rows(package, rows, measure)
    status = package.incidents["status"]
    low, high = (end.iloc[counts] for end in _ends(package, measure))
    happened = int(status.iloc[rows].isin(HAPPENED).sum())
    with_toll = int(_given(package, measure)[rows].sum())
    best = int(low.fillna(0).sum())
    return Toll(
        low=best,
        best=best,
        high=int(high.fillna(low).sum()),
        open_ended=bool(high.isna().any()),
        counted=len(counts),
        alleged=int((status.iloc[counts] == "alleged").sum()),
        contained=with_toll - len(counts),
        silent=happened - with_toll,
    )


def counted_rows(package: Package, rows: Rows, measure: str) -> Rows:
    """Those of the rows that enter a sum.

    A record with a toll counts, unless a larger event that it is part of (at any remove) is
    among the rows as well and gives a toll of its own: that one includes it.

    Returns
    -------
    numpy.ndarray of int
        In the order given.
    """
    given = _given(package, measure)[rows]
    return rows[given & ~inside(package, rows, [None] * len(rows), measure)]


def inside(
    package: Package,
    rows: Rows,
    sums: Sequence[object],
    measure: str = "fatalities",
) -> npt.NDArray[np.bool_]:
    """Which of the rows a larger event includes that enters the same sum.

    Parameters
    ----------
    sums : sequence
        Of each row, in which sum it stands: of a cell, or of all.
    """
    frame, given = package.incidents, _given(package, measure)
    ids = frame["id"].to_numpy()
    summed = {str(ids[row]): one for row, one in zip(rows, sums, strict=True) if given[row]}
    within = contained(summed, dict(zip(ids, frame["part_of"], strict=True)))
    return np.fromiter((str(ids[row]) in within for row in rows), dtype=bool, count=len(rows))


def _given(package: Package, measure: str) -> npt.NDArray[np.bool_]:
    """Which incidents happened, or are said to have, and have a toll."""
    low, high = _ends(package, measure)
    happened = package.incidents["status"].isin(HAPPENED)
    found: npt.NDArray[np.bool_] = ((low.notna() | high.notna()) & happened).to_numpy()
    return found


def contained(summed: Mapping[Key, object], parents: Mapping[Key, Key]) -> set[Key]:
    """Those of some records with a toll that a larger one among them includes, at any remove.

    Parameters
    ----------
    summed : mapping
        Record that gives a toll -> in which sum it stands; only one in the same sum includes it.
    parents : mapping
        Record -> the larger event that it is part of, whether that is among them or not.
    """
    return {
        one
        for one, its_sum in summed.items()
        if any(
            larger != one and larger in summed and summed[larger] == its_sum
            for larger in holders(one, parents)
        )
    }


def _ends(package: Package, measure: str) -> tuple[pd.Series, pd.Series]:
    if measure not in MEASURES:
        raise KeyError(measure)
    return package.incidents[f"{measure}_low"], package.incidents[f"{measure}_high"]
