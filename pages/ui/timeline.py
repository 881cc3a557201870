"""The timeline: counts over time with handles that set the dates; the browser moves them alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any, NamedTuple

import pandas as pd
import streamlit as st

from geo.collection import protocol
from geo.collection.protocol import Timeline
from geo.days import EPOCH, day_number
from geo.describe import NOT_REPORTED
from geo.files import STATIC
from geo.model import Filter
from geo.vocabulary import EVENT_TYPES
from pages.ui import data, map_view, state, work
from pages.ui.datasets import Entry

KEY, STEPS = "timeline", "w-steps"
MONTHS_AT_MOST = timedelta(days=3 * 366)
"""Spans up to this long are counted by month, longer ones by year."""
DAYS_AT_MOST = timedelta(days=92)
"""Spans up to this long are counted by day."""
OTHER, GREY = "Other type", "#77736a"
"""What no vocabulary has, and its colour."""
SET_COLORS = ("#33373d", "#8a6a12", "#6a3d9a", "#9c2f4a", "#4d7326", "#2f6f73")
"""As static/map colours the sets."""

Ask = Callable[[Callable[[], Any]], Any]

_timeline = data.component("timeline", STATIC / "timeline.css", isolated=True)
_steps = data.component("steps", isolated=True)


class Axis(NamedTuple):
    """What the timeline reaches over, and the width of its bins: year, month or day."""

    first: date
    last: date
    by: str

    @classmethod
    def over(cls, first: date, last: date, wanted: Filter) -> Axis:
        """The years of the data or of a short window; the months of one shorter still."""
        if wanted.start and wanted.end and wanted.end - wanted.start <= MONTHS_AT_MOST:
            first, last = wanted.start, wanted.end
        years = cls(date(first.year, 1, 1), date(last.year, 12, 31), "year")
        if last - first > MONTHS_AT_MOST:
            return years
        if last - first >= DAYS_AT_MOST:
            return years._replace(by="month")
        following = last.replace(day=28) + timedelta(days=4)
        return cls(first.replace(day=1), following - timedelta(days=following.day), "day")


def show(
    shown: Sequence[Entry],
    query: Filter,
    *,
    by_set: bool = False,
    ask: Ask = lambda question: question(),
    steps: Callable[[Axis], dict[str, Any] | None] | None = None,
) -> None:
    """Draw timeline and table of one collection or several.

    Parameters
    ----------
    by_set : bool
        Whether colour tells the data set instead of the type of event.
    ask : callable
        Asks a question that may take a while.
    steps : callable, optional
        Gives for an axis what the map needs to show any dates, where it shows cells.
    """
    first, last = protocol.reach(one.data for one in shown) or (date(1970, 1, 1),) * 2
    axis = Axis.over(first, last, query)
    others = replace(query, start=None, end=None)
    asked = ("counts", tuple((one.key, one.data) for one in shown), others, axis, by_set)
    counted = work.remembered(asked, lambda: _counted(shown, others, axis, ask, by_set=by_set))
    _timeline(
        key=KEY,
        data={
            **counted,
            "extent": [day_number(first), day_number(last)],
            "range": map_view.range_of(query),
            "turn": map_view.turn(),
            "frame": map_view.FRAME,
        },
        on_range_change=state.whole(lambda: _moved(first, last)),
    )
    if steps:
        # By itself: what no date changes Streamlit then sends once.
        _steps(key=STEPS, data={"frame": map_view.FRAME, "steps": steps(axis)}, height=1)
    _table(shown, query, axis, ask)


def _moved(first: date, last: date) -> None:
    """Take over what the reader set; values from a browser are checked."""
    value: Any = getattr(st.session_state.get(KEY), "range", None)
    state.told()
    if not isinstance(value, list) or len(value) != 3 or not map_view.count_turn(value[2]):
        return
    for name, day in zip(("from", "to"), value[:2], strict=True):
        is_day = isinstance(day, int) and day_number(first) <= day <= day_number(last)
        state.put(name, (EPOCH + timedelta(days=day)).isoformat() if is_day else "")


def _asked(entry: Entry, query: Filter, axis: Axis, ask: Ask) -> Timeline:
    found: Timeline = work.remembered(
        ("timeline", entry.key, entry.data, query, axis.by),
        lambda: ask(lambda: entry.data.timeline(query, by=axis.by)),
    )
    return found


def _counted(
    shown: Sequence[Entry], query: Filter, axis: Axis, ask: Ask, *, by_set: bool
) -> dict[str, Any]:
    """What the browser draws, whatever the dates: `TimelineData` of static/types.d.ts."""
    total = sum(ask(partial(entry.data.count, query)) for entry in shown)
    if axis.by != "year":
        # Of many incidents only those that the axis reaches are counted by the day.
        query = replace(query, start=axis.first, end=axis.last, match="possibly")
    numbers = {kind: number for number, kind in enumerate(EVENT_TYPES)}
    bins: Counter[tuple[int, int]] = Counter()
    spans: list[tuple[int, int, int]] = []
    beside = undated = 0
    for number, entry in enumerate(shown):
        found = _asked(entry, query, axis, ask)
        for one in found.bins:
            kind = number if by_set else numbers.get(one.event_type, len(numbers))
            bins[day_number(one.start), kind] += one.count
        for span in found.spans:
            kind = number if by_set else numbers.get(span.event_type, len(numbers))
            spans.append((day_number(span.start), day_number(span.end), kind))
        beside += found.beside - len(found.spans)
        undated += found.undated
    if by_set:
        kinds = [(f"Data set {n + 1}", SET_COLORS[n % len(SET_COLORS)]) for n in range(len(shown))]
    else:
        kinds = [*((kind, color) for kind, (color, _) in EVENT_TYPES.items()), (OTHER, GREY)]
    return {
        "axis": {"first": day_number(axis.first), "last": day_number(axis.last), "by": axis.by},
        "kinds": [{"name": name, "color": color} for name, color in kinds],
        "stacked": "data set" if by_set else "type",
        "bins": [[start, kind, number] for (start, kind), number in sorted(bins.items())],
        "spans": spans,
        "beside": beside,
        "undated": undated,
        "days": _days(shown, query, axis, ask),
        "total": total,
    }


def _days(shown: Sequence[Entry], query: Filter, axis: Axis, ask: Ask) -> list[int]:
    """First day, last day and how many, one after the other: what a range shows is summed of them.

    By year the browser sets whole months, so that counts of months are exact.
    """
    by = "month" if axis.by == "year" else "day"
    found: Counter[tuple[int, int]] = Counter()
    for entry in shown:
        table = ask(partial(entry.data.dates, query, by=by))
        columns = (table[name].to_pylist() for name in ("start", "end", "count"))
        for start, end, number in zip(*columns, strict=True):
            found[start, end] += number
    return [value for days, number in sorted(found.items()) for value in (*days, number)]


def _table(shown: Sequence[Entry], query: Filter, axis: Axis, ask: Ask) -> None:
    """The numbers of the timeline for the filter: when, data set, type, incidents."""
    opened = st.expander("The timeline as a table", key="w-timeline-table", on_change="rerun")
    if not opened.open:
        return
    counted: Counter[tuple[str, str, str]] = Counter()
    for entry in shown:
        timeline = _asked(entry, query, axis, ask)
        for one in timeline.bins:
            when = one.start.isoformat()[: {"year": 4, "month": 7, "day": 10}[axis.by]]
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
