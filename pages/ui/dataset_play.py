"""Play of cells and areas: asked once, when the reader presses it; the browser does the rest."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pyarrow as pa
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geo.collection import protocol
from geo.collection.steps import Steps
from geo.model import Filter
from geo.webmap import animation
from geo.webmap import datasets as dataset_layer
from pages.ui import work
from pages.ui.dataset_places import Places
from pages.ui.datasets import Entry

ASKED, SEEN = "sets-play", "sets-play-seen"
FINE = 600
"""Steps of days where the view holds few enough incidents to be drawn one by one."""
ANSWER, PAGE = 200_000, 50_000
"""Bytes that a change may take on the line, and what of it the rest of the page takes."""


def ask(value: Any) -> None:
    """Note that the reader pressed Play; each press has a number of its own."""
    if isinstance(value, int) and value != st.session_state.get(SEEN):
        st.session_state[SEEN] = value
        st.session_state[ASKED] = True


def span(entries: list[Entry], query: Filter) -> tuple[date, date] | None:
    """First and last day of what is shown, within the window; None for a single day."""
    reach = protocol.reach(one.data for one in entries)
    if reach is None:
        return None
    first, last = max(reach[0], query.start or date.min), min(reach[1], query.end or date.max)
    return (first, last) if first < last else None


def possible(entries: list[Entry], query: Filter) -> bool:
    """Whether there is time to step through."""
    return span(entries, query) is not None


def answer(
    entries: list[Entry],
    found: list[Places],
    query: Filter,
    features: list[dict[str, Any]],
    slot: DeltaGenerator,
) -> dict[str, Any] | None:
    """What the browser needs to play what it is sent now, if the reader has just asked for it.

    Parameters
    ----------
    features : list of dict
        What is sent besides, in the same message.
    """
    days = span(entries, query)
    if not st.session_state.pop(ASKED, False) or days is None:
        return None
    few = sum(one.incidents for one in found) <= dataset_layer.PLAYED
    steps = Steps.over(*days, days=FINE) if few else Steps.over(*days)
    asked = [(one.key, places.view) for one, places in zip(entries, found, strict=True)]
    parts: list[tuple[int, pa.Table]] = work.remembered(
        ("play", query, tuple(asked), steps),
        lambda: work.ask(lambda: list(_parts(entries, found, query, steps)), slot),
    )
    room = ANSWER - PAGE - len(json.dumps(features, separators=(",", ":")))
    return animation.packed(parts, steps, room)


def _parts(
    entries: list[Entry], found: list[Places], query: Filter, steps: Steps
) -> Iterator[tuple[int, pa.Table]]:
    """Areas and points of each set, in the order in which they are sent."""
    first = 0
    for one, places in zip(entries, found, strict=True):
        for table, points in ((places.areas, False), (places.points, True)):
            if table.num_rows and places.view is not None:
                box, zoom = places.view
                begun = one.data.onsets(query, bbox=box, zoom=zoom, steps=steps, points=points)
                yield first, animation.of_places(table, begun)
            elif table.num_rows and not points and places.hung is not None:
                yield first, animation.of_records(table, places.hung, steps)
            first += table.num_rows
