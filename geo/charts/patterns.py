"""What an analyst asks first: incidents and tolls by year, type, month of the year and place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from geo import describe, places
from geo.charts import vegalite
from geo.charts.vegalite import Chart
from geo.collection import actors, tolls
from geo.collection.packaged import Packaged
from geo.days import OPEN_END, OPEN_START, day_of
from geo.package.load import Package, Rows
from geo.vocabulary import ESTABLISHED, EVENT_TYPES

MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
AT_MOST = 15
"""Places in the chart; the table has them all."""


def year_of(package: Package, row: int) -> int | None:
    """The year that holds all of an incident's date; None where no single one does."""
    first, last = _ends(package, row)
    return first.year if first and last and first.year == last.year else None


def month_of(package: Package, row: int) -> int | None:
    """The month of the year, 1 to 12, that holds all of an incident's date; or None."""
    first, last = _ends(package, row)
    same = first and last and (first.year, first.month) == (last.year, last.month)
    return first.month if same and first else None


def by_year(package: Package, rows: Rows, border: str, name: str) -> Chart:
    """Incidents of one border by year and type.

    Parameters
    ----------
    rows : array of int
        Positions in ``package.incidents``; those of other borders are left out.
    border, name : str
        Place id of the border and how it is called.
    """
    own = _of(package, rows, border)
    counts, unsure = _counted(package, own, [year_of(package, row) for row in own.tolist()])
    return Chart(
        name=f"incidents-by-year-{border.lower()}",
        title=f"Incidents by year: {name}",
        alt=f"Bars, {describe.count(len(own), 'incident')} by year and event type; {_peak(counts)}",
        spec=vegalite.columns(_values(counts, "year"), vegalite.year_axis(_years(package))),
        table=_table(counts, "Year", unsure),
        note=_beside(unsure, "year"),
    )


def tolls_by_year(package: Package, rows: Rows, border: str, name: str, measure: str) -> Chart:
    """Deaths or injured of one border by year, as ranges from the lowest to the highest figure."""
    # What counts is decided over all that is shown: a larger event may stand in another year.
    own = _of(package, tolls.counted_rows(package, rows, measure), border)
    what = tolls.MEASURES[measure]
    groups: dict[int | None, list[int]] = {}
    for row in own.tolist():
        groups.setdefault(year_of(package, row), []).append(row)
    sums = {
        year: tolls.total(package, np.array(members), measure) for year, members in groups.items()
    }
    values = [
        {"year": year, "low": toll.low, "high": toll.high, "said": describe.toll_sum(toll),
         "open": toll.open_ended}
        for year, toll in sums.items() if year is not None
    ]  # fmt: skip
    ordered = sorted(sums.items(), key=lambda pair: pair[0] or 9999)
    table = pd.DataFrame(
        [
            (str(year) if year else "not certain", toll.low, toll.high,
             "yes" if toll.open_ended else "", toll.counted, toll.alleged)
            for year, toll in ordered
        ],
        columns=["Year", "Lowest", "Highest", "More possible", "Records", "Of them alleged"],
    )  # fmt: skip
    of_border = _of(package, rows, border)
    here = tolls.total(package, of_border, measure)
    unsure = len(groups.get(None, []))
    notes = [
        "A line runs from the lowest to the highest figure that the sources give; an arrow means "
        "“or more”; the scale is that of square roots. "
        f"No figure: {describe.count(here.silent, 'incident')} of this border.",
        f"{describe.count(here.contained, 'record')} left out, as part of a larger event "
        f"counted here."
        if here.contained
        else "",
        _beside(unsure, "year"),
    ]
    return Chart(
        name=f"{measure}-by-year-{border.lower()}",
        title=f"{what.capitalize()} by year: {name}",
        alt=f"Ranges of {what} by year. In all {describe.toll_sum(here)}.",
        spec=vegalite.ranges(values, _years(package)),
        table=table,
        note=" ".join(note for note in notes if note),
    )


def by_type(package: Package, rows: Rows) -> Chart:
    """Incidents by event type; the table has the sub-event types."""
    frame = package.incidents.iloc[rows]
    counts, _ = _counted(package, rows, frame["event_type"].tolist())
    subs = Counter(zip(frame["event_type"], frame["sub_event_type"], strict=True))
    table = pd.DataFrame(
        [
            {"Type": kind, "Sub-event type": sub or "not given", "Incidents": number}
            for (kind, sub), number in sorted(subs.items(), key=lambda p: (p[0][0], -p[1]))
        ],
        columns=["Type", "Sub-event type", "Incidents"],
    )
    order = [kind for kind in EVENT_TYPES if kind in set(frame["event_type"])]
    return Chart(
        name="incidents-by-type",
        title="Incidents by type",
        alt=f"Bars, {describe.count(len(rows), 'incident')} by event type.",
        spec=vegalite.bars(_values(counts, "type"), "type", order),
        table=table,
        note="Paler: alleged, announced or planned.",
    )


def by_month(package: Package, rows: Rows) -> Chart:
    """Incidents by month of the year, whatever the year."""
    found = [month_of(package, row) for row in rows.tolist()]
    counts, unsure = _counted(package, rows, [n and MONTHS[n - 1] for n in found])
    axis = {"field": "month", "type": "ordinal", "sort": MONTHS, "title": None,
            "scale": {"domain": MONTHS}, "axis": {"labelAngle": 0}}  # fmt: skip
    return Chart(
        name="incidents-by-month",
        title="Incidents by month of the year",
        alt=f"Bars, incidents by month of the year, all years together; {_peak(counts)}",
        spec=vegalite.columns(_values(counts, "month"), axis),
        table=_table(counts, "Month", unsure, order=MONTHS),
        note=_beside(unsure, "month"),
    )


def by_place(package: Package, rows: Rows) -> Chart:
    """Incidents by the place that the record names, be it a village or a whole border."""
    ids = package.incidents["place_id"].to_numpy()[rows]
    labels = _labels(package, [str(place) for place in ids])
    found = [labels[str(place)] if place else None for place in ids]
    counts, unsure = _counted(package, rows, found)
    sums: Counter[str] = Counter(label for label in found if label)
    order = [label for label, _ in sorted(sums.items(), key=lambda pair: (-pair[1], pair[0]))]
    top = order[:AT_MOST]
    values = [value for value in _values(counts, "place") if value["place"] in top]
    rest = sum(sums[label] for label in order[AT_MOST:])
    notes = [
        f"{describe.count(len(order) - AT_MOST, 'further place')} "
        f"with {describe.count(rest, 'incident')}: see the table."
        if len(order) > AT_MOST
        else "",
        f"{describe.count(unsure, 'incident')} without a place." if unsure else "",
    ]
    return Chart(
        name="incidents-by-place",
        title="Incidents by place",
        alt=f"Bars, incidents by place named; most at {order[0] if order else 'no place'}.",
        spec=vegalite.bars(values, "place", top),
        table=_table(counts, "Place", unsure, order=order),
        note=" ".join(note for note in notes if note),
    )


def against(package: Package, rows: Rows) -> pd.DataFrame:
    """Set out who acts against whom among incidents.

    Returns
    -------
    pandas.DataFrame
        ``Acts``, ``Acted upon`` and ``Incidents``, the most first: names of actors, or
        `geo.collection.actors.NO_ONE`.
    """
    table = actors.opponents(package, rows)
    for name in ("acts", "acted_upon"):
        table[name] = [actors.name_of(package, actor) for actor in table[name]]
    table.columns = pd.Index(["Acts", "Acted upon", "Incidents"])
    return table


def _labels(package: Package, ids: Sequence[str]) -> dict[str, str]:
    """A name for each place; where two are called alike, what holds them is said as well."""
    names = {}
    for place in dict.fromkeys(filter(None, ids)):
        names[place] = [entry.name for entry in places.chain(package, place)] or [place]
    alike = Counter(name[0] for name in names.values())
    return {
        place: name[0] if alike[name[0]] == 1 else f"{', '.join(name[:2])} ({place})"
        for place, name in names.items()
    }


def _ends(package: Package, row: int) -> tuple[date | None, date | None]:
    start, end = package.incidents["start"].iat[row], package.incidents["end"].iat[row]
    if start == OPEN_START or end == OPEN_END:
        return None, None
    return day_of(int(start)), day_of(int(end))


def _of(package: Package, rows: Rows, border: str) -> Rows:
    kept: Rows = rows[(package.incidents["border"].to_numpy() == border)[rows]]
    return kept


def _years(package: Package) -> list[int]:
    """All years of the package, so that charts of two borders can be laid side by side."""
    first, last = Packaged(package).days()
    return list(range(first.year, last.year + 1))


Counts = Counter[tuple[Any, str, str]]


def _counted(package: Package, rows: Rows, keys: Sequence[Any]) -> tuple[Counts, int]:
    """Count by key, type and standing; and how many have no key."""
    frame = package.incidents
    counts: Counts = Counter()
    for row, key in zip(rows.tolist(), keys, strict=True):
        if key is None:
            continue
        standing = "established" if frame["status"].iat[row] in ESTABLISHED else "not established"
        counts[key, frame["event_type"].iat[row], standing] += 1
    return counts, sum(key is None for key in keys)


def _values(counts: Counts, field: str) -> list[dict[str, Any]]:
    """The pieces of bars; `rank` orders them by type, what is established first."""
    kinds = list(EVENT_TYPES)
    return [
        {field: key, "type": kind, "standing": standing, "count": number,
         "rank": 2 * kinds.index(kind) + (standing != "established")}
        for (key, kind, standing), number in counts.items()
    ]  # fmt: skip


def _table(
    counts: Counts, heading: str, unsure: int, order: Sequence[str] = ()
) -> pd.DataFrame:  # fmt: skip
    """One line a key, with a column a type, the total, and how many are not established."""
    known = {key for key, _, _ in counts}
    keys = [key for key in order if key in known] if order else sorted(known)
    kinds = [kind for kind in EVENT_TYPES if any(kind == k for _, k, _ in counts)]
    lines = []
    for key in keys:
        own = {(k, s): number for (one, k, s), number in counts.items() if one == key}
        by_kind = {kind: sum(n for (k, _), n in own.items() if k == kind) for kind in kinds}
        pale = sum(n for (_, s), n in own.items() if s == "not established")
        lines.append(
            {heading: str(key), "Incidents": sum(own.values()), **by_kind, "Not established": pale}
        )
    if unsure:
        label = "no place" if heading == "Place" else "not certain"
        lines.append({heading: label, "Incidents": unsure})
    frame = pd.DataFrame(lines, columns=[heading, "Incidents", *kinds, "Not established"])
    numbers = frame.columns[1:]
    frame[numbers] = frame[numbers].astype("Int64")
    return frame


def _peak(counts: Counts) -> str:
    sums: Counter[Any] = Counter()
    for (key, _, _), number in counts.items():
        sums[key] += number
    return f"most in {sums.most_common(1)[0][0]}." if sums else "none."


def _beside(unsure: int, what: str) -> str:
    if not unsure:
        return ""
    return f"{describe.count(unsure, 'incident')} not shown: {what} uncertain."
