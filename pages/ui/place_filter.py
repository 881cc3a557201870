"""The filter by place: kilometres around one, or only what the map shows."""

from __future__ import annotations

import streamlit as st

from geo import places
from geo.collection import extents
from geo.model import MAX_KM, Bbox, Filter
from geo.package.load import Package
from pages.ui import data, state
from pages.ui.state import bound

KM = 25
"""Kilometres around a place to begin with."""
HEIGHT = 470.0
"""Pixels of the map where it has not told its own."""
NEAR, DISTANCE, SHOWN = "w-near", "w-km", "w-within"


def draw(query: Filter) -> None:
    """Draw the fields; what cannot be understood of them is said as of an address."""
    columns = st.columns([1.6, 1])
    near = query.near
    named = (near.name or f"{near.lat:g}, {near.lon:g}") if near else ""
    columns[0].text_input(
        "Near",
        placeholder="Isfara",
        max_chars=state.MAX_TEXT,
        **bound(NEAR, named, lambda _: _put(), typed=True),
        help="A town or village in any of its spellings, or latitude, longitude. An incident that "
        "is known only to lie in a district is possibly near it, where part of the district is.",
    )
    distance = round(near.km) if near else st.session_state.get(DISTANCE, KM)
    columns[1].number_input(
        "Kilometres",
        1,
        MAX_KM,
        **bound(DISTANCE, distance, lambda _: _put(), typed=True),
    )
    st.checkbox(
        "Only what the map shows",
        **bound(
            SHOWN,
            query.within is not None,
            lambda on: follow(data.shown()) if on else state.put("within"),
        ),
    )


def _put() -> None:
    where = (st.session_state.get(NEAR) or "").strip()
    state.put("near", f"{where},{st.session_state.get(DISTANCE) or KM}" if where else "")


def follow(package: Package) -> None:
    """Filter by what the map shows now."""
    edges = shown(package)
    state.put("within", ",".join(f"{edge:.3f}".rstrip("0").rstrip(".") for edge in edges))


def shown(package: Package) -> Bbox:
    """What the map shows, or opens on."""
    size = st.session_state.get("map-size", extents.FRAME)
    view = state.read(package).view
    return extents.seen(view or extents.opening(places.extent_of(package), size[0], HEIGHT), *size)
