"""The timeline: counts by month or year, uncertain dates as spans, a brush and a slider."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pyarrow as pa
import streamlit as st

from geo.collection import protocol
from geo.collection.protocol import Timeline
from geo.describe import NOT_REPORTED, count
from geo.model import Filter
from geo.vocabulary import EVENT_TYPES
from pages.ui import time_chart, work
from pages.ui.datasets import Entry
from pages.ui.time_chart import BARS, MONTHS_AT_MOST, Axis, ms

BRUSH = "timeline"
LABELS, LANE = 26, 6
"""Heights in pixels of the axis's labels and of one lane of spans."""
OTHER, GREY = "Other type", "#77736a"
"""What no vocabulary has, and its colour."""
SET_COLORS = ("#33373d", "#8a6a12", "#6a3d9a", "#9c2f4a", "#4d7326", "#2f6f73")
"""As static/map colours the sets."""

Ask = Callable[[Callable[[], Timeline]], Timeline]


def show(
    shown: Sequence[Entry],
    query: Filter,
    *,
    by_set: bool = False,
    ask: Ask = lambda question: question(),
) -> None:
    """Draw slider, chart and table of one collection or several.

    Parameters
    ----------
    by_set : bool
        Whether colour tells the data set instead of the type of event.
    ask : callable
        Asks a question that may take a while.
    """
    first, last = protocol.reach(one.data for one in shown) or (date(1970, 1, 1),) * 2
    time_chart.slide(first, last, query)
    axis = Axis.over(first, last, query)
    if last - first <= MONTHS_AT_MOST:
        axis = axis._replace(by="month")
    # The chart does not depend on the window but for its axis: what lies outside is veiled by the
    # style sheet. A chart that changed with every step of the slider would be drawn anew each
    # time, and Vega keeps memory of each.
    found = [_asked(one, replace(query, start=None, end=None), axis, ask) for one in shown]
    _chart(shown, query, found, axis, (first, last), by_set=by_set)
    _table(shown, query, axis, ask)


def _asked(entry: Entry, query: Filter, axis: Axis, ask: Ask) -> Timeline:
    return work.remembered(
        ("timeline", entry.key, entry.data, query, axis.by),
        lambda: ask(lambda: entry.data.timeline(query, by=axis.by)),
    )


def _chart(
    shown: Sequence[Entry],
    query: Filter,
    found: list[Timeline],
    axis: Axis,
    reach: tuple[date, date],
    *,
    by_set: bool,
) -> None:
    """Counts stacked by type or set over the spans of uncertain dates; drag over it to filter."""
    wanted = replace(query, start=None, end=None)
    rows, lanes = work.remembered(
        ("chart", tuple((one.key, one.data) for one in shown), wanted, axis, by_set),
        lambda: _rows(found, axis, by_set=by_set),
    )
    st.html(time_chart.veils(axis, query))
    told = "data set" if by_set else "type"
    with st.container(key="timeline-chart"):
        st.vega_lite_chart(
            rows,
            _spec(axis, lanes, len(shown) if by_set else 0),
            key=BRUSH,
            on_select=lambda: time_chart.brushed(BRUSH, *reach),
            width="stretch",
            theme=None,
            alt=f"Incidents by {axis.by} and {told}; the same numbers are in the table below it.",
        )
    note = f"Incidents by {axis.by}"
    note += "; lines below are dates known less exactly than that." if lanes else "."
    beside = sum(one.beside - len(one.spans) for one in found)
    if beside:
        note += f" Not in the bars: {count(beside, 'incident')} whose date is not known to the "
        note += f"{axis.by}."
    undated = sum(one.undated for one in found)
    if undated:
        note += f" {count(undated, 'incident')} without any date."
    st.caption(note + " Drag across the chart to filter.")


def _table(shown: Sequence[Entry], query: Filter, axis: Axis, ask: Ask) -> None:
    """The numbers of the chart for the filter: years or months, data set, type, incidents."""
    opened = st.expander("The timeline as a table", key="w-timeline-table", on_change="rerun")
    if not opened.open:
        return
    counted: Counter[tuple[str, str, str]] = Counter()
    for entry in shown:
        timeline = _asked(entry, query, axis, ask)
        for one in timeline.bins:
            when = one.start.isoformat()[: 7 if axis.by == "month" else 4]
            counted[when, entry.title, one.event_type or NOT_REPORTED] += one.count
        for span in timeline.spans:
            when = f"{span.start.year}–{span.end.year}"
            counted[when, entry.title, span.event_type or NOT_REPORTED] += 1
    names = [axis.by.capitalize(), "Data set", "Type", "Incidents"]
    frame = pd.DataFrame([(*key, number) for key, number in sorted(counted.items())], columns=names)
    with opened:
        st.dataframe(
            frame if len(shown) > 1 else frame.drop(columns="Data set"),
            hide_index=True,
            alt="The timeline as a table",
        )


def _rows(found: list[Timeline], axis: Axis, *, by_set: bool) -> tuple[pa.Table, int]:
    """Rows of the chart, bars with a count and spans with a lane; and the number of lanes."""

    def kind(number: int, event_type: str) -> str:
        if by_set:
            return _set_name(number)
        return event_type if event_type in EVENT_TYPES else OTHER

    counts: Counter[tuple[date, str]] = Counter()
    spans = []
    for number, timeline in enumerate(found):
        for one in timeline.bins:
            counts[one.start, kind(number, one.event_type)] += one.count
        spans += [(one.start, one.end, kind(number, one.event_type)) for one in timeline.spans]
    rows = [
        ("bar", ms(start), ms(axis.after(start)), what, number, 0)
        for (start, what), number in counts.items()
    ]
    ends: list[date] = []
    # Of one set they stand in order already, which ties keep.
    for start, end, what in sorted(spans, key=lambda span: span[0]) if len(found) > 1 else spans:
        lane = next((n for n, last in enumerate(ends) if last < start), len(ends))
        ends[lane : lane + 1] = [end]
        rows.append(("span", ms(start), ms(end + timedelta(days=1)), what, 0, lane))
    # As Streamlit sends it: a pandas frame would be turned into it anew at every run.
    named = [dict(zip(ROW.names, row, strict=True)) for row in rows]
    return pa.Table.from_pylist(named, ROW), len(ends)


ROW = pa.schema(
    [
        ("what", pa.string()),
        ("start", pa.int64()),
        ("end", pa.int64()),
        ("kind", pa.string()),
        ("count", pa.int64()),
        ("lane", pa.int64()),
    ]
)


def _set_name(number: int) -> str:
    """What a chart calls a set: its own name is text from data."""
    return f"Data set {number + 1}"


def _spec(axis: Axis, lanes: int, sets: int) -> dict[str, Any]:
    """Vega-Lite: bars above, spans below; coloured by set where `sets` says how many."""
    height = BARS + (LABELS + LANE * lanes if lanes else 0)
    time = time_chart.over_time(axis, offset=BARS - height)
    if sets:
        domain = [_set_name(number) for number in range(sets)]
        colors = [SET_COLORS[number % len(SET_COLORS)] for number in range(sets)]
    else:
        domain = [*EVENT_TYPES, OTHER]
        colors = [*(color for color, _ in EVENT_TYPES.values()), GREY]
    color = time_chart.colored("kind", domain, colors)
    title = "Data set" if sets else "Type"
    bars = {
        "transform": [{"filter": "datum.what === 'bar'"}],
        **time_chart.bars(time, color, "kind", title),
    }
    spans = {
        "transform": [{"filter": "datum.what === 'span'"}],
        "mark": {"type": "rule", "strokeWidth": 3, "strokeCap": "round", "clip": True},
        "encoding": {
            "x": time,
            "x2": {"field": "end"},
            "y": {
                "field": "lane",
                "type": "quantitative",
                "scale": {"domain": [0, max(lanes, 1)], "range": [BARS + LABELS, height]},
                "axis": None,
            },
            "color": color,
            "tooltip": time_chart.about("kind", title),
        },
    }
    marks = {"layer": [bars, spans], "resolve": {"scale": {"y": "independent"}}}
    return time_chart.framed(height, marks)
