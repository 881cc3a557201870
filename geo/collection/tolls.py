"""Sums of deaths and injuries as ranges, in which no event is counted twice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.package.load import Package

MEASURES = {"fatalities": "deaths", "injuries": "injured"}
"""Stem of the two columns -> what they count, in words."""
HAPPENED = ("occurred", "alleged")
"""Statuses whose tolls are added up: what is announced or planned has not hurt anybody."""


@dataclass(frozen=True, slots=True)
class Toll:
    """A sum over incidents.

    Attributes
    ----------
    low, high : int
        Sum of the lowest and of the highest figures that the sources give. Where a record says
        “at least”, its lower figure stands in both and `open_ended` is set; where it says “at
        most”, nothing is added to `low`.
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
    high: int
    open_ended: bool
    counted: int
    alleged: int
    contained: int
    silent: int


def total(package: Package, rows: npt.NDArray[np.intp], measure: str) -> Toll:
    """Add up a toll over incidents.

    Parameters
    ----------
    rows : array of int
        Positions in ``package.incidents``.
    measure : {"fatalities", "injuries"}
        What to add up.
    """
    counts = counted_rows(package, rows, measure)
    frame = package.incidents
    low, high = _ends(package, measure)
    given = low.notna() | high.notna()
    happened = frame["status"].isin(HAPPENED)
    with_toll = int((given & happened).to_numpy()[rows].sum())
    lows, highs = low.iloc[counts], high.iloc[counts]
    return Toll(
        low=int(lows.fillna(0).sum()),
        high=int(highs.fillna(lows).sum()),
        open_ended=bool(highs.isna().any()),
        counted=len(counts),
        alleged=int((frame["status"].iloc[counts] == "alleged").sum()),
        contained=with_toll - len(counts),
        silent=int((~given & happened).to_numpy()[rows].sum()),
    )


def counted_rows(
    package: Package, rows: npt.NDArray[np.intp], measure: str
) -> npt.NDArray[np.intp]:
    """Those of the rows that enter a sum.

    A record with a toll counts, unless a larger event that it is part of (at any remove) is
    among the rows as well and gives a toll of its own: that one includes it.

    Returns
    -------
    numpy.ndarray of int
        In the order given.
    """
    frame = package.incidents
    low, high = _ends(package, measure)
    given = ((low.notna() | high.notna()) & frame["status"].isin(HAPPENED)).to_numpy()
    ids = frame["id"].to_numpy()
    summed = {str(ids[row]) for row in rows if given[row]}
    parents = dict(zip(ids, frame["part_of"], strict=True))
    kept = [row for row in rows if given[row] and not _within(str(ids[row]), parents, summed)]
    return np.array(kept, dtype=np.intp)


def in_words(toll: Toll) -> str:
    """A sum as “1,203 to 1,890 or more”; “none given” where no record gives any."""
    if not toll.counted:
        return "none given"
    span = f"{toll.low:,}" if toll.low == toll.high else f"{toll.low:,} to {toll.high:,}"
    if toll.open_ended:
        return f"at least {span}" if toll.low == toll.high else f"{span} or more"
    return span


def explained(toll: Toll) -> str:
    """A sum with what it leaves out and what it rests on.

    Returns
    -------
    str
        Such as “1,203 to 1,890 or more, from 95 records, 12 of them alleged. Not added: 9 records
        that a larger event counted here includes. 98 records give none.”
    """
    if not toll.counted:
        return f"{in_words(toll)}."
    said = f"{in_words(toll)}, from {_records(toll.counted)}"
    said += f", {toll.alleged} of them alleged." if toll.alleged else "."
    if toll.contained:
        includes = "a larger event counted here includes"
        said += f" Not added, so that nobody is counted twice: {_records(toll.contained)} that "
        said += f"{includes}."
    if toll.silent:
        said += f" {_records(toll.silent)} {'gives' if toll.silent == 1 else 'give'} none."
    return said


def _records(number: int) -> str:
    return f"{number:,} record" if number == 1 else f"{number:,} records"


def _ends(package: Package, measure: str) -> tuple[pd.Series, pd.Series]:
    if measure not in MEASURES:
        raise KeyError(measure)
    return package.incidents[f"{measure}_low"], package.incidents[f"{measure}_high"]


def _within(row_id: str, parents: dict[str, str], summed: set[str]) -> bool:
    seen = {row_id}
    current = parents.get(row_id, "")
    while current and current not in seen:
        if current in summed:
            return True
        seen.add(current)
        current = parents.get(current, "")
    return False
