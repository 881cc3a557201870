"""Annotations of the reader's own: the tools on the map, and a form for whoever has no mouse."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from geo import address
from geo.model import ANNOTATIONS, MAX_ANNOTATION, MAX_ANNOTATIONS, FilterError
from pages.ui import data, state
from pages.ui.state import State

KEY, NAME, WRONG = "w-annotate", "note", "annotation-wrong"
WORDS = {"callout": "Numbered callout", "text": "Text", "arrow": "Arrow", "circle": "Circle"}

_tools = data.component("annotate", isolated=True)


def on_map(current: State, frame: str, *, edit: bool) -> None:
    """Draw the annotations on the map in a frame, with the tools if they may be changed.

    No word of them passes through folium, which would run it: the browser hands them over.
    """
    notes = address.drawn(current.scene.annotations)
    _tools(
        key=KEY,
        data={"frame": frame, "notes": notes, "edit": edit},
        on_notes_change=state.whole(_taken),
        height=1,
    )


def _taken() -> None:
    """Take over what was drawn on the map; what comes from a browser is read as an address is."""
    told = getattr(st.session_state.get(KEY), "notes", None)
    texts = told.get("texts") if isinstance(told, Mapping) else None
    if isinstance(texts, list):
        _put([text for text in texts[:MAX_ANNOTATIONS] if isinstance(text, str)])


def _put(texts: list[str]) -> None:
    state.put(NAME, *(text[: MAX_ANNOTATION * 2] for text in texts))


def form(current: State) -> None:
    """The annotations as a list, and a form that adds one by its coordinates."""
    texts = address.drawn(current.scene.annotations)
    with st.expander("Annotations", expanded=bool(texts)):
        for number, text in enumerate(texts):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.text(text, width="stretch")
                st.button(
                    "Remove",
                    key=f"w-note-{number}",
                    on_click=state.whole(_remove),
                    args=(texts, number),
                )
        kind = st.selectbox("Kind", ANNOTATIONS, format_func=WORDS.__getitem__, key="w-note-kind")
        with st.form("w-note-form", clear_on_submit=True, border=False):
            st.text_input("Latitude, longitude", key="w-note-at", placeholder="39.9, 70.6")
            if kind == "arrow":
                st.text_input("Its head: latitude, longitude", key="w-note-to")
            if kind == "circle":
                st.number_input("Radius in kilometres", 0.1, 2000.0, 25.0, key="w-note-km")
            st.text_input("Words", key="w-note-words", max_chars=MAX_ANNOTATION)
            st.form_submit_button("Add to the map", on_click=state.whole(_add), args=(texts, kind))
        if wrong := st.session_state.get(WRONG):
            st.text(wrong)


def _remove(texts: list[str], number: int) -> None:
    _put([text for position, text in enumerate(texts) if position != number])


def _add(texts: list[str], kind: str) -> None:
    given = {name: st.session_state.get(f"w-note-{name}", "") for name in ("at", "to", "km")}
    places = [given["at"], *([given["to"]] if kind == "arrow" else [])]
    figures = [part.strip() for one in places for part in str(one).split(",")]
    figures += [f"{given['km']:g}"] if kind == "circle" else []
    text = ",".join([kind, *figures, str(st.session_state.get("w-note-words", ""))])
    with state.refusals(WRONG):
        if len(texts) >= MAX_ANNOTATIONS:
            raise FilterError(f"{MAX_ANNOTATIONS} annotations are the most. Remove one first.")
        _put([*texts, *address.drawn([address.annotation_of(text)])])
