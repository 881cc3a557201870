"""The timeline of the data sets: a slider, counts by month or year, and their table."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from geo.engine import Timeline
from geo.model import Filter
from geo.vocabulary import EVENT_TYPES
from geo.words import count
from pages.ui.sets import Held
from pages.ui.timeline import (
    BARS,
    INK,
    LABEL,
    MONTHS_AT_MOST,
    PADDING,
    Axis,
    moment,
    put,
    slide,
    veils,
)

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
    slide(*reach(held), query)


def axis(held: list[Held], query: Filter) -> Axis:
    """The years of the sets, or those of a short window."""
    first, last = reach(held)
    by = "year"
    if query.start and query.end and query.end - query.start <= MONTHS_AT_MOST:
        first, last, by = query.start, query.end, "month"
    elif last - first <= MONTHS_AT_MOST:
        by = "month"
    return Axis(date(first.year, 1, 1), date(last.year, 12, 31), by)


def chart(
    held: list[Held], query: Filter, found: list[Timeline], laid: Axis, *, by_set: bool
) -> None:
    """Counts stacked by type, or by set where colour tells the set."""
    rows = _stacked(found, laid, by_set=by_set)
    st.html(veils(laid, query))
    with st.container(key="timeline-chart"):
        st.vega_lite_chart(
            rows,
            _spec(laid, len(held), by_set=by_set),
            key=BRUSH,
            on_select=lambda: _brushed(*reach(held)),
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
            one.event_type or "not said",
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
            "start": [_ms(day) for day in days],
            "end": [_ms(_next(day, laid.by)) for day in days],
            "kind": [kind for _, kind in counts],
            "count": list(counts.values()),
        }
    )


def _ms(day: date) -> int:
    return (day - date(1970, 1, 1)).days * 86_400_000


def _next(start: date, by: str) -> date:
    if by == "year":
        return start.replace(year=start.year + 1) if start.year < 9999 else date.max
    return (start.replace(day=28) + timedelta(days=4)).replace(day=1)


def _spec(laid: Axis, sets: int, *, by_set: bool) -> dict[str, Any]:
    ink = {"labelColor": INK, "tickColor": INK, "domainColor": INK}
    domain = [f"Data set {number + 1}" for number in range(sets)]
    colors = [SET_COLORS[number % len(SET_COLORS)] for number in range(sets)]
    if not by_set:
        domain = [*EVENT_TYPES, "Other type"]
        colors = [*(color for color, _ in EVENT_TYPES.values()), GREY]
    return {
        "height": BARS,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "padding": {"left": 0, "right": PADDING, "top": 4, "bottom": 0},
        "background": "transparent",
        "config": {"view": {"stroke": None}, "font": "Noto Sans"},
        "params": [
            {
                "name": "brush",
                "select": {
                    "type": "interval",
                    "encodings": ["x"],
                    "mark": {"fillOpacity": 0.08, "strokeOpacity": 0},
                },
            }
        ],
        "mark": {"type": "bar", "orient": "vertical", "clip": True},
        "encoding": {
            "x": {
                "field": "start",
                "type": "temporal",
                "scale": {
                    "type": "utc",
                    "domain": [moment(laid.first), moment(laid.last + timedelta(days=1))],
                },
                "axis": {
                    **ink,
                    "title": None,
                    "grid": False,
                    "format": "%Y" if laid.by == "year" else "%b %Y",
                    "labelOverlap": True,
                    "labelFlush": 4,
                    "labelBound": True,
                },
            },
            "x2": {"field": "end"},
            "y": {
                "field": "count",
                "type": "quantitative",
                "stack": "zero",
                "axis": {
                    **ink,
                    "title": None,
                    "tickMinStep": 1,
                    "tickCount": 3,
                    "format": "~s",
                    "minExtent": LABEL,
                    "maxExtent": LABEL,
                    "gridOpacity": 0.25,
                    "domain": False,
                    "ticks": False,
                },
            },
            "color": {
                "field": "kind",
                "type": "nominal",
                "legend": None,
                "scale": {"domain": domain, "range": colors},
            },
            "tooltip": [
                {"field": "start", "type": "temporal", "format": "%-d %b %Y", "title": "From"},
                {"field": "kind", "type": "nominal", "title": "What"},
                {"field": "count", "type": "quantitative", "format": ",", "title": "Incidents"},
            ],
        },
    }


def _brushed(first: date, last: date) -> None:
    """Take the brush's window over as the date filter; an emptied brush changes nothing."""
    chosen = (st.session_state.get(BRUSH) or {}).get("selection", {}).get("brush", {})
    bounds = next(iter(chosen.values()), None) if chosen else None
    if not bounds or len(bounds) != 2:
        return
    start, end = (date(1970, 1, 1) + timedelta(milliseconds=ms) for ms in sorted(bounds))
    put((max(start, first), min(max(end, first), last)), first, last)
