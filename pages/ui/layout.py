"""How a picture is laid out, for the panel that hands it out; every choice is kept in the state."""

from __future__ import annotations

from typing import Any

import streamlit as st

from geo import address
from geo.collection import extents
from geo.collection.packaged import Packaged
from geo.export.formats import Form
from geo.model import MAX_TEXT, PRESETS, RESOLUTIONS, STYLES, Bbox, Scene
from geo.package.load import Package
from pages.ui import compare, map_view, state
from pages.ui.state import State, bound

PAPERS = {
    "a4": "A4",
    "a4-portrait": "A4, portrait",
    "a3": "A3",
    "a3-portrait": "A3, portrait",
    "slide": "Slide, 16:9",
    "square": "Square",
    "column": "Journal column",
}
LOOKS = {"light": "Light", "dark": "Dark", "grey": "Greyscale"}
EACH = {
    "": "One map",
    "year": "One map per year",
    "month": "One map per month",
    "type": "One map per event type",
}
SHOWN, TYPED = "shown", "typed"
WRONG = "take-wrong"
"""Key of what is wrong with the extent that was typed or chosen."""


def choose(package: Package, current: State, form: Form) -> Scene:
    """Draw the options of a picture, a film or a bundle; the scene as chosen."""
    sheet = current.scene.sheet
    # A pair a row: below each other on a phone, they keep this order.
    left, right = st.columns(2)
    with left:
        _select("Paper", "preset", PAPERS, sheet.preset, PRESETS[0])
    with right:
        _select("Look", "style", LOOKS, sheet.style, STYLES[0])
    left, right = st.columns(2)
    with left:
        _extent(package, current)
    with right:
        _typed(current)
    left, right = st.columns(2)
    with left:
        _line("Title", "title", sheet.title)
    with right:
        _line("Subtitle", "subtitle", sheet.subtitle)
    if form.kind == "film":
        return current.scene
    left, right = st.columns(2)
    with left:
        _select("Maps", "each", EACH, sheet.each, "")
    if form.ending in (".png", ".zip"):
        offered = sorted({*RESOLUTIONS, sheet.dpi})
        said = {str(dpi): f"{dpi} dpi" for dpi in offered}
        with right:
            _select("PNG resolution", "dpi", said, str(sheet.dpi), "300")
    compare.field(sheet)
    st.toggle(
        "Timeline below the map",
        **bound("w-timeline", sheet.timeline, lambda on: state.put("timeline", "on" * on)),
    )
    return current.scene


def _line(label: str, name: str, value: str) -> None:
    st.text_input(
        label,
        max_chars=MAX_TEXT,
        placeholder="written by Marz if left empty",
        **bound(f"w-{name}", value, lambda text: state.put(name, text or ""), typed=True),
    )


def _select(label: str, name: str, options: dict[str, str], value: str, usual: str) -> None:
    st.selectbox(
        label,
        list(options),
        format_func=options.__getitem__,
        **bound(
            f"w-{name}", value, lambda chosen: state.put(name, "" if chosen == usual else chosen)
        ),
    )


def _extent(package: Package, current: State) -> None:
    """What the picture shows: chosen by name here, told in degrees beside it."""
    words = {
        extents.BORDERS: "Both borders",
        SHOWN: "Current map view",
        extents.FILTER: "These incidents",
    }
    for name in extents.names(package)[2:]:
        words[name] = f"The border {name}"
    words[TYPED] = "Custom"
    bbox = current.scene.bbox
    chosen, of = st.session_state.get("export-extent", (TYPED, bbox))
    if bbox is None:
        chosen = extents.BORDERS
    elif of != bbox:
        chosen = TYPED
    st.selectbox(
        "Extent",
        list(words),
        format_func=words.__getitem__,
        **bound("w-extent", chosen, lambda name: _chosen(package, name)),
    )


def _chosen(package: Package, name: str) -> None:
    current = state.read(package)
    with state.refusals(WRONG):
        if name == SHOWN:
            # While that is what the map opens on for everybody, the borders.
            view = current.view
            _put(name, extents.seen(view, *map_view.size()) if view else None)
        elif name != TYPED:
            rows = Packaged(package).select(current.query)
            _put(name, extents.named(package, rows, name))


def _put(name: str, bbox: Bbox | None) -> None:
    state.put("bbox", dict(address.pairs(Scene(bbox=bbox))).get("bbox", ""))
    st.session_state["export-extent"] = (name, bbox)


def _typed(current: State) -> None:
    value = dict(address.pairs(current.scene)).get("bbox", "")
    st.text_input(
        "West, south, east, north (degrees)",
        placeholder="67,36.5,75,41",
        max_chars=MAX_TEXT,
        **bound("w-bbox", value, _write, typed=True),
    )
    if wrong := st.session_state.get(WRONG):
        st.text(wrong)


def _write(text: Any) -> None:
    with state.refusals(WRONG):
        _put(TYPED, address.bbox_of(text) if (text or "").strip() else None)
