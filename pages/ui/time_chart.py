"""What both timelines share: bins over time, the brush and the slider that set the window."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, NamedTuple

import streamlit as st

from geo.days import EPOCH
from geo.model import Filter
from pages.ui import state

INK = "#8a857a"
MONTHS_AT_MOST = timedelta(days=3 * 366)
"""Windows up to this long are counted by month, longer ones by year."""
LABEL, PADDING = 26, 8
"""Pixels for the labels of the counts left of the plot, and for room right of it."""
LEFT, RIGHT = LABEL + 5, PADDING + 4
"""The same with what Vega adds, as measured; the veils keep to the plot."""
BARS = 78
"""Height in pixels of the bars."""
_DAY_MS = 86_400_000


class Axis(NamedTuple):
    """What the chart reaches over, in whole years, and the width of its bins."""

    first: date
    last: date
    by: str

    @classmethod
    def over(cls, first: date, last: date, wanted: Filter) -> Axis:
        """The years of the data, or those of a short window."""
        by = "year"
        if wanted.start and wanted.end and wanted.end - wanted.start <= MONTHS_AT_MOST:
            first, last, by = wanted.start, wanted.end, "month"
        return cls(date(first.year, 1, 1), date(last.year, 12, 31), by)

    def after(self, start: date) -> date:
        """First day of the next bin."""
        if self.by == "year":
            return start.replace(year=start.year + 1) if start.year < 9999 else date.max
        return (start.replace(day=28) + timedelta(days=4)).replace(day=1)


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


def brushed(key: str, first: date, last: date) -> None:
    """Take the brush's window over as the date filter; an emptied brush changes nothing."""
    chosen = (st.session_state.get(key) or {}).get("selection", {}).get("brush", {})
    bounds = next(iter(chosen.values()), None) if chosen else None
    if not bounds or len(bounds) != 2:
        return
    start, end = (EPOCH + timedelta(milliseconds=ms) for ms in sorted(bounds))
    put((max(start, first), min(max(end, first), last)), first, last)


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


# ---------------------------------------------------------------- Vega-Lite
def ms(day: date) -> int:
    """A day as Vega takes it."""
    return (day - EPOCH).days * _DAY_MS


def _moment(day: date) -> dict[str, int | bool]:
    """A day as Vega-Lite writes it in the domain of a scale."""
    return {"year": day.year, "month": day.month, "date": day.day, "utc": True}


def framed(height: int, marks: dict[str, Any]) -> dict[str, Any]:
    """A whole specification of marks, or layers of them."""
    return {
        "height": height,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "padding": {"left": 0, "right": PADDING, "top": 4, "bottom": 0},
        "background": "transparent",
        "config": {"view": {"stroke": None}, "font": "Noto Sans"},
        **marks,
    }


def over_time(axis: Axis, **more: Any) -> dict[str, Any]:
    """The channel ``x`` of what has a start; `more` is added to its axis."""
    return {
        "field": "start",
        "type": "temporal",
        "scale": {
            "type": "utc",
            "domain": [_moment(axis.first), _moment(axis.last + timedelta(days=1))],
        },
        "axis": {
            **_INKED,
            "title": None,
            "grid": False,
            "format": "%Y" if axis.by == "year" else "%b %Y",
            "labelOverlap": True,
            "labelFlush": 4,
            "labelBound": True,
            **more,
        },
    }


def bars(axis: dict[str, Any], color: dict[str, Any], kind: str, title: str) -> dict[str, Any]:
    """Stacked counts with the brush.

    Parameters
    ----------
    axis : dict
        Of `over_time`.
    color : dict
        Of `colored`.
    kind, title : str
        Column of what is stacked, and what a tooltip calls it.
    """
    count = {"field": "count", "type": "quantitative"}
    return {
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
            "x": axis,
            "x2": {"field": "end"},
            "y": {
                **count,
                "stack": "zero",
                "scale": {"range": [BARS, 0], "domain": {"unionWith": [0, 1]}},
                "axis": {
                    **_INKED,
                    "title": None,
                    "tickMinStep": 1,
                    "tickCount": 3,
                    # As a format it would give the zero of an empty chart six decimals.
                    "labelExpr": "format(datum.value, '~s')",
                    "minExtent": LABEL,
                    "maxExtent": LABEL,
                    "gridOpacity": 0.25,
                    "domain": False,
                    "ticks": False,
                },
            },
            "color": color,
            "tooltip": [*about(kind, title), {**count, "format": ",", "title": "Incidents"}],
        },
    }


def colored(field: str, domain: list[str], colors: list[str]) -> dict[str, Any]:
    """The channel ``color``, without a legend of its own."""
    scale = {"domain": domain, "range": colors}
    return {"field": field, "type": "nominal", "legend": None, "scale": scale}


def about(kind: str, title: str) -> list[dict[str, Any]]:
    """What a tooltip says of any mark."""
    return [
        {"field": "start", "type": "temporal", "format": "%-d %b %Y", "title": "From"},
        {"field": kind, "type": "nominal", "title": title},
    ]


_INKED = {"labelColor": INK, "tickColor": INK, "domainColor": INK}
