"""Opens the view of a file that was exported, and says what has changed since."""

from __future__ import annotations

import streamlit as st

from geo import address, describe
from geo.export import state as file_state
from geo.export.state import changes
from pages.ui import data, state

KEY = "reopened"
"""What a reader is told of the file, line by line: what was opened, what has changed since."""
LARGEST = 64
"""Megabytes of a file that may be dropped here; the command line opens larger ones."""


def take(content: bytes, name: str) -> None:
    """Set the view to that of a file.

    Raises
    ------
    StateError
        If it has none; the view is then as it was.
    """
    found = file_state.read(content, name)
    package = address.package_of(data.load(), found.parameters)
    reading = address.read(package, found.parameters)
    changed = changes.changes(package, found)
    state.replace_all(reading.scene)
    st.session_state[KEY] = (
        f"This is the view of “{name[:100]}”, made on {describe.day(found.made)} with Marz "
        f"{found.software}: {describe.count(found.records.count, 'record')} then.",
        *reading.notices,
        *(changed or ("The data have not changed since.",)),
    )


def tell() -> None:
    """Say what was opened, until the reader has read it."""
    told: tuple[str, ...] = st.session_state.get(KEY, ())
    if not told:
        return
    with st.container(border=True, key="reopened"):
        for line in told:
            st.text(line)
        st.button(
            "Dismiss",
            on_click=state.whole(lambda: st.session_state.pop(KEY, None)),
            key="w-reopened",
        )
