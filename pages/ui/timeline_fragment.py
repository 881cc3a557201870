"""The timeline with its answer, counts and list: new dates draw them before the rest of the page.

The map has moved by then, in the browser. The timeline and what answers it are one fragment of
Streamlit: when the timeline, or a chip above it, changes the dates, the fragment runs alone and
draws the answer, and the page follows as a whole.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geo.model import GeoError
from geo.package.load import Package
from pages.ui import data, state
from pages.ui.state import State

PAUSE = 0.15
"""Seconds between the answer and the page. A browser does not paint while messages come in: without
it the answer is seen with the last of the page (benchmarks/interaction.py: 340 ms, with it 110)."""
Part = tuple[DeltaGenerator, Callable[[Package, State], None]]
"""A container, and what draws into it, for the package and the state that it is given."""


def show(package: Package, current: State, answer: Sequence[Part], asking: Part) -> None:
    """Draw the timeline and what answers it, each in its container.

    Parameters
    ----------
    answer : sequence of Part
        What is drawn before the page when the dates change.
    asking : Part
        The timeline, which changes them.
    """

    @st.fragment
    def run() -> None:
        if not state.is_answering():
            _draw([*answer, asking], package, current)
            return
        try:
            now = data.shown()
            _draw(answer, now, state.read(now))
        except GeoError:
            st.rerun()  # the page says what is wrong
        time.sleep(PAUSE)
        st.rerun()

    for place, _ in (*answer, asking):
        place.empty()  # a fragment writes into no container that holds nothing
    run()


def _draw(parts: Sequence[Part], package: Package, current: State) -> None:
    for place, draw in parts:
        with place:
            draw(package, current)
