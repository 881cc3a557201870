"""The pages and their addresses."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from geo.address import TITLES

# Absolute, so that a page run by itself, as a test does, finds its siblings.
PAGES = Path(__file__).resolve().parents[1]
INCIDENT = PAGES / "incident.py"
"""The page of one record; it is not in the menu, only behind links and its own address."""
HOME = "atlas"
_declared = False


def declare() -> StreamlitPage:
    """Declare the pages to Streamlit; returns the one that was asked for."""
    global _declared  # noqa: PLW0603 - a server declares its pages once
    _declared = True
    return st.navigation(
        [
            *(
                st.Page(PAGES / f"{name or HOME}.py", title=title, default=not name)
                for name, title in TITLES.items()
                if name != INCIDENT.stem
            ),
            st.Page(INCIDENT, title=TITLES[INCIDENT.stem], visibility="hidden"),
        ],
        # A newsroom's readers see the map alone; a link below it leads to the rest.
        position="hidden" if st.context.is_embedded else "top",
    )


def ensure() -> None:
    """Declare the pages if main.py has not, and begin again.

    When the first visit to a fresh server goes to a page's own address, Streamlit runs that
    page without main.py, because there is a folder called pages/. From the first declaration
    on, for all sessions, it runs main.py, under which widgets have other ids: without a new
    run, the first thing that this reader presses would be forgotten.
    """
    if not _declared:
        declare()
        st.rerun()
