"""The timeline: counts by month or year, uncertain dates as spans, a brush and a slider."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pandas as pd
import pyarrow as pa
import streamlit as st

from geo import describe
from geo.collection import memory
from geo.model import Filter
from geo.package.load import Package
from geo.vocabulary import EVENT_TYPES
from pages.ui import time_chart
from pages.ui.state import State
from pages.ui.time_chart import BARS, Axis, ms

BRUSH = "timeline"
LABELS, LANE = 26, 6
"""Heights in pixels of the axis's labels and of one lane of spans."""


def slider(package: Package, current: State) -> None:
    """The keyboard's way to what the brush does."""
    time_chart.slide(*memory.extent(package), current.query)


def chart(package: Package, current: State) -> None:
    """Counts stacked by type over the spans of uncertain dates; drag over it to filter.

    The chart does not depend on the window but for its axis: what lies outside is veiled by the
    style sheet. A chart that changed with every step of the slider would be drawn anew each
    time, and Vega keeps memory of each.
    """
    axis = Axis.over(*memory.extent(package), current.query)
    wanted = memory.without_dates(current.query)
    rows, lanes, undated = _rows(package.version, wanted, axis, package)
    st.html(time_chart.veils(axis, current.query))
    with st.container(key="timeline-chart"):
        st.vega_lite_chart(
            rows,
            _spec(axis, lanes),
            key=BRUSH,
            on_select=lambda: time_chart.brushed(BRUSH, *memory.extent(package)),
            width="stretch",
            theme=None,
            alt=f"Incidents by {axis.by} and type; the same numbers are in the table below it.",
        )
    note = f"Incidents by {axis.by}; lines below are dates known less exactly than that."
    if undated:
        note += f" {describe.count(undated, 'incident')} without any date."
    st.caption(note + " Drag across the chart to filter.")


def table(package: Package, current: State) -> None:
    """The numbers of the chart for the filter: years, type, incidents."""
    opened = st.expander("The timeline as a table", key="w-timeline-table", on_change="rerun")
    if opened.open:
        opened.dataframe(_counts(package.version, current.query, package), hide_index=True)


@st.cache_data(max_entries=256, show_spinner=False)
def _counts(version: str, wanted: Filter, _package: Package) -> pd.DataFrame:
    bins, _, _, spans = memory.timeline(_package, wanted, by="year")
    counted: dict[tuple[str, str], int] = {}
    for found in bins:
        counted[str(found.start.year), found.event_type] = found.count
    for span in spans:
        key = (f"{span.start.year}–{span.end.year}", span.event_type)
        counted[key] = counted.get(key, 0) + 1
    rows = [(years, kind, number) for (years, kind), number in sorted(counted.items())]
    return pd.DataFrame(rows, columns=["Year", "Type", "Incidents"])


@st.cache_resource(max_entries=256, show_spinner=False)
def _rows(version: str, wanted: Filter, axis: Axis, _package: Package) -> tuple[pa.Table, int, int]:
    """Rows of the chart, bars with a count and spans with a lane; lanes; incidents without date."""
    bins, _, undated, spans = memory.timeline(_package, wanted, by=axis.by)
    rows = [("bar", ms(b.start), ms(axis.after(b.start)), b.event_type, b.count, 0) for b in bins]
    ends: list[date] = []
    for span in spans:
        lane = next((n for n, end in enumerate(ends) if end < span.start), len(ends))
        ends[lane : lane + 1] = [span.end]
        end = ms(span.end + timedelta(days=1))
        rows.append(("span", ms(span.start), end, span.event_type, 0, lane))
    # As Streamlit sends it: a pandas frame would be turned into it anew at every run.
    named = [dict(zip(ROW.names, row, strict=True)) for row in rows]
    return pa.Table.from_pylist(named, ROW), len(ends), undated


ROW = pa.schema(
    [
        ("what", pa.string()),
        ("start", pa.int64()),
        ("end", pa.int64()),
        ("type", pa.string()),
        ("count", pa.int64()),
        ("lane", pa.int64()),
    ]
)


def _spec(axis: Axis, lanes: int) -> dict[str, Any]:
    """Vega-Lite: bars above, spans below."""
    height = BARS + (LABELS + LANE * lanes if lanes else 0)
    time = time_chart.over_time(axis, offset=BARS - height)
    color = time_chart.colored("type", list(EVENT_TYPES), [c for c, _ in EVENT_TYPES.values()])
    bars = {
        "transform": [{"filter": "datum.what === 'bar'"}],
        **time_chart.bars(time, color, "type", "Type"),
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
            "tooltip": time_chart.about("type", "Type"),
        },
    }
    marks = {"layer": [bars, spans], "resolve": {"scale": {"y": "independent"}}}
    return time_chart.framed(height, marks)
