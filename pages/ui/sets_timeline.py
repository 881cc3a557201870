"""The timeline of the data sets: a slider, counts by month or year, and their table."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from geo.collection.engine.questions import Timeline
from geo.describe import NOT_REPORTED, count
from geo.model import Filter
from geo.vocabulary import EVENT_TYPES
from pages.ui import time_chart
from pages.ui.sets import Held
from pages.ui.time_chart import BARS, MONTHS_AT_MOST, Axis, ms

BRUSH = "sets-timeline"
GREY = "#77736a"
SET_COLORS = ("#33373d", "#8a6a12", "#6a3d9a", "#9c2f4a", "#4d7326", "#2f6f73")
"""As static/map/shapes.js colours the sets."""


def reach(held: list[Held]) -> tuple[date, date]:
    """First and last day of all sets."""
    firsts = [one.data.first for one in held if one.data.first]
    lasts = [one.data.last for one in held if one.data.last]
    if not firsts or not lasts:
        return date(1970, 1, 1), date(1970, 1, 1)
    return min(firsts), max(lasts)


def slider(held: list[Held], query: Filter) -> None:
    """The keyboard's way to what the brush does."""
    time_chart.slide(*reach(held), query)


def axis(held: list[Held], query: Filter) -> Axis:
    """The years of the sets, or those of a short window."""
    first, last = reach(held)
    laid = Axis.over(first, last, query)
    return laid._replace(by="month") if last - first <= MONTHS_AT_MOST else laid


def chart(
    held: list[Held], query: Filter, found: list[Timeline], laid: Axis, *, by_set: bool
) -> None:
    """Counts stacked by type, or by set where colour tells the set."""
    rows = _stacked(found, laid, by_set=by_set)
    st.html(time_chart.veils(laid, query))
    with st.container(key="timeline-chart"):
        st.vega_lite_chart(
            rows,
            _spec(laid, len(held), by_set=by_set),
            key=BRUSH,
            on_select=lambda: time_chart.brushed(BRUSH, *reach(held)),
            width="stretch",
            theme=None,
            alt=f"Incidents by {laid.by}; the same numbers are in the table below it.",
        )
    beside, undated = sum(one.spans for one in found), sum(one.undated for one in found)
    note = f"Incidents by {laid.by}. Drag across the chart to filter."
    if beside:
        many = count(beside, "incident")
        note += f" Not in the bars: {many} whose date is not known to the {laid.by}."
    if undated:
        note += f" {count(undated, 'incident')} without any date."
    st.caption(note)


def table(held: list[Held], found: list[Timeline], laid: Axis) -> None:
    """The numbers of the chart: time, set, type, incidents."""
    opened = st.expander("The timeline as a table", key="w-sets-timeline-table", on_change="rerun")
    if not opened.open:
        return
    rows = [
        (
            one.start.isoformat()[: 7 if laid.by == "month" else 4],
            held[number].title,
            one.event_type or NOT_REPORTED,
            one.count,
        )
        for number, timeline in enumerate(found)
        for one in timeline.bins
    ]
    with opened:
        st.dataframe(
            pd.DataFrame(sorted(rows), columns=["When", "Data set", "Type", "Incidents"]),
            hide_index=True,
            alt="The timeline as a table",
        )


def _stacked(found: list[Timeline], laid: Axis, *, by_set: bool) -> pd.DataFrame:
    counts: Counter[tuple[date, str]] = Counter()
    for number, timeline in enumerate(found):
        for one in timeline.bins:
            kind = one.event_type if one.event_type in EVENT_TYPES else "Other type"
            counts[one.start, f"Data set {number + 1}" if by_set else kind] += one.count
    days = [day for day, _ in counts]
    return pd.DataFrame(
        {
            "start": [ms(day) for day in days],
            "end": [ms(laid.after(day)) for day in days],
            "kind": [kind for _, kind in counts],
            "count": list(counts.values()),
        }
    )


def _spec(laid: Axis, sets: int, *, by_set: bool) -> dict[str, Any]:
    domain = [f"Data set {number + 1}" for number in range(sets)]
    colors = [SET_COLORS[number % len(SET_COLORS)] for number in range(sets)]
    if not by_set:
        domain = [*EVENT_TYPES, "Other type"]
        colors = [*(color for color, _ in EVENT_TYPES.values()), GREY]
    color = time_chart.colored("kind", domain, colors)
    bars = time_chart.bars(time_chart.over_time(laid), color, "kind", "What")
    return time_chart.framed(BARS, bars)
