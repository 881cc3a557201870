"""The timeline: counts by month or year, uncertain dates as spans, a brush and a slider."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

import pandas as pd
import streamlit as st

from geo import query, words
from geo.model import Filter
from geo.package import Package
from geo.vocabulary import EVENT_TYPES
from pages.ui import state
from pages.ui.state import State

BRUSH = "timeline"
INK = "#8a857a"
MONTHS_AT_MOST = timedelta(days=3 * 366)
"""Windows up to this long are counted by month, longer ones by year."""
LABEL, PADDING = 26, 8
"""Pixels for the labels of the counts left of the plot, and for room right of it."""
LEFT, RIGHT = LABEL + 5, PADDING + 4
"""The same with what Vega adds, as measured; the veils keep to the plot."""
BARS, LABELS, LANE = 78, 26, 6
"""Heights in pixels of the bars, of the axis's labels and of one lane of spans."""


class Axis(NamedTuple):
    """What the chart reaches over, in whole years, and the width of its bins."""

    first: date
    last: date
    by: str


def slider(package: Package, current: State) -> None:
    """The keyboard's way to what the brush does."""
    slide(*query.extent(package), current.query)


def slide(first: date, last: date, wanted: Filter) -> None:
    """A slider from the first to the last day; its window goes into the address."""
    if first == last:
        return  # a single day leaves nothing to slide over
    start = min(max(wanted.start or first, first), last)
    end = max(min(wanted.end or last, last), first)
    st.slider(
        "Dates shown",
        min_value=first,
        max_value=last,
        key=state.set_widget("w-window", (min(start, end), max(start, end))),
        format="D MMM YYYY",
        step=timedelta(days=1),
        on_change=state.when_changed("w-window", lambda value: put(value, first, last)),
    )


def put(value: tuple[date, date], first: date, last: date) -> None:
    """Put a window into the address, without the ends that are those of the data."""
    state.put("from", value[0].isoformat() if value[0] > first else "")
    state.put("to", value[1].isoformat() if value[1] < last else "")


def chart(package: Package, current: State) -> None:
    """Counts stacked by type over the spans of uncertain dates; drag over it to filter.

    The chart does not depend on the window but for its axis: what lies outside is veiled by the
    style sheet. A chart that changed with every step of the slider would be drawn anew each
    time, and Vega keeps memory of each.
    """
    axis = _axis(package, current.query)
    frame, undated = _rows(package.version, query.without_dates(current.query), axis.by, package)
    st.html(veils(axis, current.query))
    with st.container(key="timeline-chart"):
        st.vega_lite_chart(
            frame,
            _spec(axis, _lanes(frame)),
            key=BRUSH,
            on_select=lambda: _brushed(package),
            width="stretch",
            theme=None,
            alt=f"Incidents by {axis.by} and type; the same numbers are in the table below it.",
        )
    note = f"Incidents by {axis.by}; lines below are dates known less exactly than that."
    if undated:
        note += f" {words.count(undated, 'incident')} without any date."
    st.caption(note + " Drag across the chart to filter.")


def table(package: Package, current: State) -> None:
    """The numbers of the chart for the filter: years, type, incidents."""
    with st.expander("The timeline as a table"):
        st.dataframe(_counts(package.version, current.query, package), hide_index=True)


@st.cache_data(max_entries=256, show_spinner=False)
def _counts(version: str, wanted: Filter, _package: Package) -> pd.DataFrame:
    bins, spans, _ = query.timeline(_package, wanted, by="year")
    counted: dict[tuple[str, str], int] = {}
    for found in bins:
        counted[str(found.start.year), found.event_type] = found.count
    for span in spans:
        key = (f"{span.start.year}–{span.end.year}", span.event_type)
        counted[key] = counted.get(key, 0) + 1
    rows = [(years, kind, number) for (years, kind), number in sorted(counted.items())]
    return pd.DataFrame(rows, columns=["Year", "Type", "Incidents"])


def _axis(package: Package, wanted: Filter) -> Axis:
    """The years of the data, or those of a short window."""
    first, last = query.extent(package)
    by = "year"
    if wanted.start and wanted.end and wanted.end - wanted.start <= MONTHS_AT_MOST:
        first, last, by = wanted.start, wanted.end, "month"
    return Axis(date(first.year, 1, 1), date(last.year, 12, 31), by)


def veils(axis: Axis, wanted: Filter) -> str:
    """Style of the two veils beside the window: numbers only."""
    whole = (axis.last - axis.first).days + 1

    def share(day: date | None, default: float) -> float:
        if day is None:
            return default
        return min(1.0, max(0.0, (day - axis.first).days / whole))

    before = share(wanted.start, 0)
    after = 1 - share(wanted.end and wanted.end + timedelta(days=1), 1)
    plot = f"(100% - {LEFT + RIGHT}px)"
    return (
        "<style>"
        f".st-key-timeline-chart::before {{left:{LEFT}px;width:calc({plot} * {before:.4f})}}"
        f".st-key-timeline-chart::after {{right:{RIGHT}px;width:calc({plot} * {after:.4f})}}"
        "</style>"
    )


@st.cache_data(max_entries=256, show_spinner=False)
def _rows(version: str, wanted: Filter, by: str, _package: Package) -> tuple[pd.DataFrame, int]:
    """Rows of the chart: bars with a count, spans with a lane of their own each."""
    bins, spans, undated = query.timeline(_package, wanted, by=by)
    rows = [("bar", _ms(b.start), _ms(_next(b.start, by)), b.event_type, b.count, 0) for b in bins]
    ends: list[date] = []
    for span in spans:
        lane = next((n for n, end in enumerate(ends) if end < span.start), len(ends))
        ends[lane : lane + 1] = [span.end]
        end = _ms(span.end + timedelta(days=1))
        rows.append(("span", _ms(span.start), end, span.event_type, 0, lane))
    columns = ["what", "start", "end", "type", "count", "lane"]
    return pd.DataFrame(rows, columns=columns), undated


def _lanes(frame: pd.DataFrame) -> int:
    spans = frame[frame["what"] == "span"]
    return 0 if spans.empty else int(spans["lane"].max()) + 1


def _ms(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)


def moment(day: date) -> dict[str, int | bool]:
    """A day as Vega-Lite writes it in the domain of a scale."""
    return {"year": day.year, "month": day.month, "date": day.day, "utc": True}


def _next(start: date, by: str) -> date:
    if by == "year":
        return start.replace(year=start.year + 1)
    return (start.replace(day=28) + timedelta(days=4)).replace(day=1)


def _spec(axis: Axis, lanes: int) -> dict[str, Any]:
    """Vega-Lite: bars above, spans below."""
    height = BARS + (LABELS + LANE * lanes if lanes else 0)
    ink = {"labelColor": INK, "tickColor": INK, "domainColor": INK}
    time = {
        "field": "start",
        "type": "temporal",
        "scale": {
            "type": "utc",
            "domain": [moment(axis.first), moment(axis.last + timedelta(days=1))],
        },
        "axis": {
            **ink,
            "title": None,
            "grid": False,
            "format": "%Y" if axis.by == "year" else "%b %Y",
            "labelOverlap": True,
            "labelFlush": 4,
            "labelBound": True,
            "offset": BARS - height,
        },
    }
    color = {
        "field": "type",
        "type": "nominal",
        "legend": None,
        "scale": {"domain": list(EVENT_TYPES), "range": [c for c, _ in EVENT_TYPES.values()]},
    }
    about = [
        {"field": "start", "type": "temporal", "format": "%-d %b %Y", "title": "From"},
        {"field": "type", "type": "nominal", "title": "Type"},
    ]
    bars = {
        "transform": [{"filter": "datum.what === 'bar'"}],
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
            "x": time,
            "x2": {"field": "end"},
            "y": {
                "field": "count",
                "type": "quantitative",
                "stack": "zero",
                "scale": {"range": [BARS, 0]},
                "axis": {
                    **ink,
                    "title": None,
                    "tickMinStep": 1,
                    "tickCount": 3,
                    "minExtent": LABEL,
                    "maxExtent": LABEL,
                    "gridOpacity": 0.25,
                    "domain": False,
                    "ticks": False,
                },
            },
            "color": color,
            "tooltip": [*about, {"field": "count", "type": "quantitative", "title": "Incidents"}],
        },
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
            "tooltip": about,
        },
    }
    return {
        "height": height,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "layer": [bars, spans],
        "resolve": {"scale": {"y": "independent"}},
        "padding": {"left": 0, "right": PADDING, "top": 4, "bottom": 0},
        "background": "transparent",
        "config": {"view": {"stroke": None}, "font": "Noto Sans"},
    }


def _brushed(package: Package) -> None:
    """Take the brush's window over as the date filter; an emptied brush changes nothing."""
    chosen = (st.session_state.get(BRUSH) or {}).get("selection", {}).get("brush", {})
    bounds = next(iter(chosen.values()), None) if chosen else None
    if not bounds or len(bounds) != 2:
        return
    start, end = (datetime.fromtimestamp(ms / 1000, UTC).date() for ms in sorted(bounds))
    first, last = query.extent(package)
    put((max(start, first), min(max(end, first), last)), first, last)
