"""The timeline: counts by month or year, uncertain dates as spans, a brush and a slider."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

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


def window(package: Package, current: State) -> tuple[date, date]:
    """First and last day of the timeline: those of the data, widened to the filter's."""
    first, last = query.extent(package)
    start, end = current.query.start, current.query.end
    return min(first, start or first), max(last, end or last)


def slider(package: Package, current: State) -> None:
    """The keyboard's way to what the brush does."""
    first, last = query.extent(package)
    if first == last:
        return  # a single day leaves nothing to slide over
    start = min(max(current.query.start or first, first), last)
    end = max(min(current.query.end or last, last), first)
    st.slider(
        "Dates shown",
        min_value=first,
        max_value=last,
        key=state.set_widget("w-window", (min(start, end), max(start, end))),
        format="D MMM YYYY",
        step=timedelta(days=1),
        on_change=state.when_changed("w-window", lambda value: _set(value, first, last)),
    )


def _set(value: tuple[date, date], first: date, last: date) -> None:
    state.put("from", value[0].isoformat() if value[0] > first else "")
    state.put("to", value[1].isoformat() if value[1] < last else "")


def chart(package: Package, current: State) -> None:
    """Counts stacked by type over the spans of uncertain dates; drag over it to filter."""
    first, last = current.query.start, current.query.end
    by = "month" if first and last and last - first <= MONTHS_AT_MOST else "year"
    frame, undated = _rows(package, replace(current.query, start=None, end=None), by)
    if current.query.start or current.query.end:
        start, end = window(package, current)
        shade = {
            "what": "window",
            "start": _ms(current.query.start or start),
            "end": _ms((current.query.end or end) + timedelta(days=1)),
        }
        frame = pd.concat([pd.DataFrame([shade], columns=frame.columns), frame])
    st.vega_lite_chart(
        frame,
        _spec(window(package, current), current.query, by, frame),
        key=BRUSH,
        on_select=lambda: _brushed(package),
        width="stretch",
        theme=None,
        alt=f"Incidents by {by} and type; the same numbers are in the table below it.",
    )
    note = f"Counts by {by}; lines below are dates known less exactly than that."
    if undated:
        note += f" {words.count(undated, 'incident')} without any date."
    st.caption(note + " Drag across the chart to filter.")


def table(package: Package, current: State) -> pd.DataFrame:
    """The numbers of the chart: year, type, incidents."""
    bins, spans, _ = query.timeline(package, current.query, by="year")
    rows = [(str(b.start.year), b.event_type, b.count) for b in bins]
    counted: dict[tuple[str, str], int] = {}
    for span in spans:
        key = (f"{span.start.year}–{span.end.year}", span.event_type)
        counted[key] = counted.get(key, 0) + 1
    rows += [(years, kind, number) for (years, kind), number in counted.items()]
    return pd.DataFrame(sorted(rows), columns=["Year", "Type", "Incidents"])


@st.cache_data(max_entries=256, show_spinner=False)
def _cached_rows(version: str, wanted: Filter, by: str, _package: Package) -> Any:
    return _make_rows(_package, wanted, by)


def _rows(package: Package, wanted: Filter, by: str) -> tuple[pd.DataFrame, int]:
    result: tuple[pd.DataFrame, int] = _cached_rows(package.version, wanted, by, package)
    return result


def _make_rows(package: Package, wanted: Filter, by: str) -> tuple[pd.DataFrame, int]:
    """Rows of the chart: bars with a count, spans with a lane of their own each."""
    bins, spans, undated = query.timeline(package, wanted, by=by)
    rows = [
        {"what": "bar", "start": _ms(b.start), "end": _ms(_next(b.start, by)),
         "type": b.event_type, "count": b.count, "lane": 0}
        for b in bins
    ]  # fmt: skip
    ends: list[date] = []
    for span in spans:
        lane = next((n for n, end in enumerate(ends) if end < span.start), len(ends))
        ends[lane : lane + 1] = [span.end]
        rows.append(
            {"what": "span", "start": _ms(span.start), "end": _ms(span.end + timedelta(days=1)),
             "type": span.event_type, "count": 0, "lane": lane}
        )  # fmt: skip
    columns = ["what", "start", "end", "type", "count", "lane"]
    return pd.DataFrame(rows, columns=columns), undated


def _ms(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)


def _moment(day: date) -> dict[str, int | bool]:
    """A day as Vega-Lite writes it in the domain of a scale."""
    return {"year": day.year, "month": day.month, "date": day.day, "utc": True}


def _next(start: date, by: str) -> date:
    if by == "year":
        return start.replace(year=start.year + 1)
    return (start.replace(day=28) + timedelta(days=4)).replace(day=1)


BARS, LABELS, LANE = 78, 26, 6
"""Heights in pixels of the bars, of the axis's labels and of one lane of spans."""


def _spec(
    window: tuple[date, date], wanted: Filter, by: str, frame: pd.DataFrame
) -> dict[str, Any]:
    """Vega-Lite: bars above, spans below, the filter's window as a veil behind both.

    The data are given apart, so that a change of filter changes them and not the chart.
    """
    last = window[1].replace(day=1) if by == "month" else date(window[1].year, 1, 1)
    end_of_axis = _next(last, by)
    start_of_axis = window[0].replace(day=1) if by == "month" else date(window[0].year, 1, 1)
    scale = {"type": "utc", "domain": [_moment(start_of_axis), _moment(end_of_axis)]}
    lanes = int(frame.loc[frame["what"] == "span", "lane"].max() + 1) if _has_spans(frame) else 0
    height = BARS + (LABELS + LANE * lanes if lanes else 0)
    color = {
        "field": "type",
        "type": "nominal",
        "legend": None,
        "scale": {"domain": list(EVENT_TYPES), "range": [c for c, _ in EVENT_TYPES.values()]},
    }
    axis = {
        "title": None,
        "grid": False,
        "format": "%Y" if by == "year" else "%b %Y",
        "offset": BARS - height,
        "labelOverlap": True,
        "labelColor": INK,
        "tickColor": INK,
        "domainColor": INK,
    }
    count_axis = {
        "title": "incidents",
        "tickMinStep": 1,
        "tickCount": 3,
        "labelColor": INK,
        "titleColor": INK,
        "titleAnchor": "end",
        "gridOpacity": 0.25,
        "domain": False,
        "ticks": False,
    }
    x = {"field": "start", "type": "temporal", "scale": {"type": "utc"}, "axis": axis}
    x2 = {"field": "end"}
    about = [
        {"field": "start", "type": "temporal", "format": "%-d %b %Y", "title": "From"},
        {"field": "type", "type": "nominal", "title": "Type"},
    ]
    layers: list[dict[str, Any]] = [
        {
            "transform": [{"filter": "datum.what === 'window'"}],
            "mark": {"type": "rect", "color": INK, "opacity": 0.2},
            "encoding": {"x": {**x, "scale": scale}, "x2": x2},
        },
        {
            "transform": [{"filter": "datum.what === 'bar'"}],
            "params": [{"name": "brush", "select": {"type": "interval", "encodings": ["x"]}}],
            "mark": {"type": "bar", "orient": "vertical"},
            "encoding": {
                "x": x,
                "x2": x2,
                "y": {
                    "field": "count",
                    "type": "quantitative",
                    "stack": "zero",
                    "scale": {"range": [BARS, 0]},
                    "axis": count_axis,
                },
                "color": color,
                "tooltip": [*about, {"field": "count", "type": "quantitative", "title": "Count"}],
            },
        },
        {
            "transform": [{"filter": "datum.what === 'span'"}],
            "mark": {"type": "rule", "strokeWidth": 3, "strokeCap": "round"},
            "encoding": {
                "x": x,
                "x2": x2,
                "y": {
                    "field": "lane",
                    "type": "quantitative",
                    "scale": {"domain": [0, max(lanes, 1)], "range": [BARS + LABELS, height]},
                    "axis": None,
                },
                "color": color,
                "tooltip": about,
            },
        },
    ]
    return {
        "height": height,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "layer": layers,
        "resolve": {"scale": {"y": "independent"}},
        "padding": {"left": 0, "right": 8, "top": 4, "bottom": 0},
        "background": "transparent",
        "config": {"view": {"stroke": None}, "font": "Noto Sans"},
    }


def _has_spans(frame: pd.DataFrame) -> bool:
    return bool((frame["what"] == "span").any())


def _brushed(package: Package) -> None:
    """Take the brush's window over as the date filter; an emptied brush changes nothing."""
    chosen = (st.session_state.get(BRUSH) or {}).get("selection", {}).get("brush", {})
    bounds = next(iter(chosen.values()), None) if chosen else None
    if not bounds or len(bounds) != 2:
        return
    start, end = (datetime.fromtimestamp(ms / 1000, UTC).date() for ms in sorted(bounds))
    first, last = query.extent(package)
    _set((max(start, first), min(max(end, first), last)), first, last)
