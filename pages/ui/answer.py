"""The answer to new dates: the parts of a page that a reader waits for are drawn before the rest.

The map has moved by then, in the browser. The parts are fragments of Streamlit: a callback that
has changed the dates has them run alone (`state.whole`), and the page follows as a whole.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import streamlit as st

from geo.model import GeoError
from geo.package.load import Package
from pages.ui import data, state
from pages.ui.state import State

PAUSE = 0.15
"""Seconds between the answer and the page. A browser does not paint while messages come in: without
it the answer is seen with the last of the page (benchmarks/interaction.py: 340 ms, with it 130)."""


def part(
    package: Package, current: State, name: str, draw: Callable[[Package, State], None]
) -> None:
    """Draw a part of the answer where the page stands.

    Parameters
    ----------
    name : str
        Of the part, one of a kind on the page.
    draw : callable
        Draws it, for the package and the state that it is given: by then they may be others.
    """

    @st.fragment(key=name)
    def run() -> None:
        waiting = state.answering()
        if name not in waiting:
            draw(package, current)
            return
        try:
            now = data.shown()
            draw(now, state.read(now))
        except GeoError:
            st.rerun()  # the page says what is wrong
        waiting.remove(name)
        if not waiting:
            time.sleep(PAUSE)
            st.rerun()

    run()
    state.has_part(name)
