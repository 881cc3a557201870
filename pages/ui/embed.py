"""The view for newsrooms: map and timeline alone, and the lines that put it into a page."""

from __future__ import annotations

import os
from html import escape
from urllib.parse import urlencode

import numpy as np
import streamlit as st

from geo import address, describe
from geo.package.load import Package, Rows
from pages.ui import address as bar
from pages.ui import datasets, head, map_view, state, timeline
from pages.ui.state import State

MAP_HEIGHT = 320
"""Pixels of the map before the style sheet has given it what the frame leaves."""
HEIGHT = 720
"""Pixels of the frame that is offered; the view fits itself into any other as well."""


def link(*, embedded: bool = False) -> str:
    """Address of what is shown, with or without the view for newsrooms.

    Where ``MARZ_SITE`` says that the atlas lies as files, the view for newsrooms is that of these:
    an article's readers are then none of the dashboard's.
    """
    given = state.parameters()
    # How a picture is laid out is nothing to a map in a page.
    names = [name for name in given if name not in (*address.LAID_OUT, state.STAR)]
    pairs = [(name, value) for name in names for value in given[name]]
    if embedded and (site := os.environ.get("MARZ_SITE", "").strip()):
        return f"{site.rstrip('/')}/index.html#{urlencode(pairs) or 'all'}"
    # Streamlit keeps this one to itself: neither its address nor its parameters hold it.
    asked = urlencode([*([("embed", "true")] if embedded else []), *pairs])
    return f"{bar.root(st.context.url or '')}{'?' if asked else ''}{asked}"


def code(package: Package) -> str:
    """The lines to paste into a page: a frame with the view of what is shown."""
    title = f"{package.title}: map and timeline"
    return (
        f'<iframe src="{escape(link(embedded=True))}" title="{escape(title)}"\n'
        f'  loading="lazy" width="100%" height="{HEIGHT}" style="border:0"></iframe>'
    )


def offer(package: Package) -> None:
    """The lines to paste, and what they need to work."""
    st.caption("To embed this map and timeline in your own page, paste this code:")
    st.code(code(package), language="html", wrap_lines=True)
    st.caption(
        "Your readers must be able to reach this dashboard; a copy running only on your "
        "computer will not work."
    )


def view(package: Package, current: State, rows: Rows) -> None:
    """A headline, map and timeline, and one line that leads to the whole."""
    with st.container(key="embed"):
        status = describe.status_line(package, rows)
        head.heading(package.title, level=1, status=status, key="w-embed")
        map_view.show(package, current, rows, height=MAP_HEIGHT)
        if current.selected:
            chosen = describe.as_table(package, np.array([package.row_of(current.selected)]))
            st.text(f"{chosen['when'].iat[0]}: {chosen['title'].iat[0]}")
        if not len(rows):
            st.text("No incidents match these filters.")
        timeline.show([datasets.marz(package)], current.query)
        with st.container(horizontal=True, vertical_alignment="center", key="embed-line"):
            asked = describe.filter_in_words(current.query) or "all incidents"
            st.text(asked[:1].upper() + asked[1:], width="stretch")
            st.link_button("Open in Marz", link(), icon=":material/open_in_new:")
