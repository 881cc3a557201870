"""Opens the view of a file that was exported, and says what has changed since."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from geo import address, describe
from geo.export import state as file_state
from geo.export.state import changes
from pages.ui import data, state

KEY = "reopened"
LARGEST = 64
"""Megabytes of a file that may be dropped here; the command line opens larger ones."""


@dataclass(frozen=True)
class Told:
    """What a reader is told of the file; texts of the file and of records are shown as text only.

    Attributes
    ----------
    opened : str
        What was opened.
    changed : tuple of str
        What has changed since, and what of it could not be read.
    """

    opened: str
    changed: tuple[str, ...]


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
    st.session_state[KEY] = Told(
        f"This is the view of “{name[:100]}”, made on {describe.day(found.made)} with Marz "
        f"{found.software}: {describe.count(found.records.count, 'record')} then.",
        (*reading.notices, *(changed or ("The data have not changed since.",))),
    )


def tell() -> None:
    """Say what was opened, until the reader has read it."""
    told: Told | None = st.session_state.get(KEY)
    if told is None:
        return
    with st.container(border=True, key="reopened"):
        st.text(told.opened)
        for line in told.changed:
            st.text(line)
        st.button(
            "Dismiss",
            on_click=state.whole(lambda: st.session_state.pop(KEY, None)),
            key="w-reopened",
        )
