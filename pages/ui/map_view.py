"""The map on the page: an empty folium map, and the incidents as one layer that changes."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import folium
import numpy as np
import streamlit as st
from streamlit_folium import st_folium

from geo import places
from geo.collection import extents
from geo.collection.packaged import Packaged
from geo.days import day_number
from geo.model import Filter
from geo.package.load import Package, Rows
from geo.webmap import incidents as incident_layer
from pages.ui import annotate, data, place_filter, state
from pages.ui.state import State

KEY = "atlas-map"
SEEN = "w-seen"
FRAME = "iframe[title*=folium]"
"""Where the map is in the page, as CSS finds it."""
TURN = "timeline-turn"
"""How often the reader has set the dates on the timeline: what the server sends is no newer."""
DRAWN = "map-drawn"
FIRST_MAP = 10.0
"""Seconds after which the page goes on though the first map of a visit has not said it is drawn."""

_seen = data.component("seen", isolated=True)


def show(package: Package, current: State, rows: Rows, height: int) -> None:
    """Draw the map of the incidents at `rows`.

    Where these are what the filter leaves, the browser gets what it leaves but for its dates, and
    shows those within them itself: so the timeline moves the map without the server.

    Moves and picks of the reader come back through the component's value, which our script sets
    itself: streamlit-folium's own would come a quarter of a second later.
    """
    query = current.query
    collection = Packaged(package)
    is_dated = (query.start or query.end) and np.array_equal(rows, collection.select(query))
    sent = collection.select(replace(query, start=None, end=None)) if is_dated else rows
    asked = collection.places_asked(query)
    group = incident_layer.incident_group(
        places.features(package, sent),
        view_of(current, places.vintage_day(package, rows), query if is_dated else Filter()),
        selected=package.row_of(current.selected),
        seek=bool(current.selected) and current.selected != st.session_state.get("picked"),
        named=[site.number for site in places.sites(package) if site.place_id in asked],
    )
    draw(package, current, group, lambda: _picked(package), key=KEY, height=height, awaited=True)
    annotate.on_map(current, FRAME, edit=not st.context.is_embedded)
    _await_first_map()


def view_of(current: State, vintage: date, query: Filter) -> incident_layer.View:
    """What a map shows besides its symbols: the borders of a day, and the dates of a filter."""
    return incident_layer.View(
        day_number(vintage), current.tiles, current.language, range_of(query), turn()
    )


def draw(
    package: Package,
    current: State,
    group: folium.FeatureGroup,
    told: Callable[[], None],
    *,
    key: str,
    height: int,
    awaited: bool = False,
) -> None:
    """Put a layer on the base map of a page.

    Parameters
    ----------
    told : callable
        Takes what else the reader did, when the map has told something.
    awaited : bool
        Whether the map says when it is drawn.
    """
    if "opened-at" not in st.session_state:
        # The view is handed over once a visit: feeding moves back would remount the map.
        bbox = (
            current.scene.bbox
        )  # where only the extent of a picture is known, the map opens there
        of_picture = extents.opening(bbox, extents.FRAME[0], height) if bbox else None
        st.session_state["opened-at"] = current.view or of_picture
    st_folium(
        incident_layer.base_map(
            data.base_address(package, package.version),
            places.extent_of(package),
            st.session_state["opened-at"],
            awaited=awaited,
        ),
        key=key,
        height=height,
        use_container_width=True,
        returned_objects=[],
        # Rendering the figure around the map once more would change nothing.
        render=False,
        feature_group_to_add=group,
        on_change=state.whole(lambda: _moved(package, key, told)),
    )


def _moved(package: Package, key: str, told: Callable[[], None]) -> None:
    """Take over what the reader did on the map; values from a browser are checked."""
    value: dict[str, Any] = st.session_state.get(key) or {}
    state.told()
    before = state.parameters().get("at")
    _take(value.get("view"), value.get("size"))
    if "within" in state.parameters() and state.parameters().get("at") != before:
        place_filter.follow(package)
    told()


def range_of(query: Filter) -> dict[str, Any]:
    """The dates of a filter as the browser has them: `DateRange` of static/types.d.ts."""
    days = {"from": query.start, "to": query.end}
    found = {name: day_number(day) if day else None for name, day in days.items()}
    return {**found, "certainly": query.match == "certainly"}


def turn() -> int:
    """How often the reader has set the dates on the timeline in this session."""
    found: int = st.session_state.get(TURN, 0)
    return found


def count_turn(number: Any) -> bool:
    """Take over the number of a change of the timeline; False where it is an old one or none."""
    if not isinstance(number, int) or isinstance(number, bool) or number <= turn():
        return False
    st.session_state[TURN] = min(number, 1 << 30)
    return True


def _await_first_map() -> None:
    """Send nothing more before the first map of a visit is drawn.

    For chart, list and panel the browser fetches and compiles a megabyte and a half of Streamlit's
    scripts, and opens the map's frame only after all that. Whoever has no browser (a test, the
    server's own visit) is not waited for.
    """
    if DRAWN in st.session_state or not st.context.headers:
        return
    until = time.monotonic() + FIRST_MAP
    while time.monotonic() < until and DRAWN not in st.session_state:
        # The map's word begins a new run, and asking for the state is where this one ends.
        time.sleep(0.02)
    st.session_state[DRAWN] = True


def size() -> tuple[float, float]:
    """Pixels of the map's frame, as it told last; a usual size before."""
    known: tuple[float, float] = st.session_state.get("map-size", extents.FRAME)
    return known


def _picked(package: Package) -> None:
    """Take over which incident the reader clicked, and that the map is drawn."""
    value: dict[str, Any] = st.session_state.get(KEY) or {}
    st.session_state[DRAWN] = True
    row, sequence = value.get("pick"), value.get("seq")
    if sequence != st.session_state.get("pick-sequence") and isinstance(row, int):
        st.session_state["pick-sequence"] = sequence
        if 0 <= row < len(package.incidents):
            st.session_state["picked"] = package.incidents["id"].iat[row]
            state.put("id", st.session_state["picked"])


def ask(current: State) -> None:
    """Ask the map what it shows: it may have moved by itself since it last told.

    To be called where the map cannot be moved meanwhile, as in a panel over it; what it answers
    is in the state in the run that follows, and no run follows where it is known.
    """
    _seen(
        key=SEEN,
        data={
            "frame": FRAME,
            "known": [*current.view, *size()] if current.view else None,
        },
        on_seen_change=state.whole(_answered),
        height=1,
    )


def _answered() -> None:
    value = getattr(st.session_state.get(SEEN), "seen", None)
    state.told()
    if isinstance(value, list):
        _take(value[:3], value[3:])


def are_numbers(value: Any, count: int) -> bool:
    """Whether a value from a browser is a list of so many numbers."""
    return (
        isinstance(value, list)
        and len(value) == count
        and all(isinstance(v, (int, float)) and math.isfinite(v) for v in value)
    )


def _take(view: Any, frame: Any) -> None:
    """Take over view and size of the map; values from a browser are checked."""
    if are_numbers(view, 3):
        state.put("at", ",".join(f"{part:g}" for part in view))
    if isinstance(frame, list) and len(frame) == 2 and all(isinstance(v, int) for v in frame):
        st.session_state["map-size"] = tuple(max(50, min(10_000, pixels)) for pixels in frame)


def options(current: State) -> None:
    """Language of the names, and online tiles, which are off until somebody wants them."""
    with st.popover("Map options", icon=":material/layers:"):
        st.selectbox(
            "Names in",
            list(state.LANGUAGES),
            format_func=state.LANGUAGES.__getitem__,
            help="A place without a name in this language has its English one, with a star.",
            **state.bound("w-lang", current.language, lambda code: state.put("lang", code)),
        )
        st.toggle(
            "Online background map",
            help="Loads map tiles from tile.openstreetmap.org, which can then see which area "
            "you are viewing. When off, the map contacts no other server.",
            **state.bound("w-tiles", current.tiles, lambda on: state.put("tiles", "on" * on)),
        )
        annotate.form(current)
