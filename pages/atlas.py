"""Page Atlas: the sentence, the map, the timeline, the list and the detail."""

import streamlit as st

from geo import describe
from geo.collection import memory
from geo.package.load import Package
from pages.ui import (
    datasets,
    detail,
    embed,
    export_panel,
    frame,
    listing,
    map_view,
    panel,
    timeline,
)
from pages.ui.state import State, limits


def body(package: Package, current: State) -> None:
    """The map is drawn first: it is what a reader who filters waits for."""
    rows = memory.select(package, current.query)
    if st.context.is_embedded:
        embed.view(package, current, rows)
        return
    panel.search(current.query)
    head = st.container(horizontal=True, vertical_alignment="center", key="head")
    left, right = st.columns([1.9, 1], gap="medium")
    with left:
        map_view.show(package, current, rows, height=470)
    with head:
        with st.container(key="sentence", width="stretch"):
            st.text(describe.summary(package, current.query, rows))
        map_view.options(current)
        export_panel.show(package)
    with left:
        if not len(rows):
            panel.nothing(current.query, [datasets.marz(package).data])
    counts = [memory.facet_counts(package, current.query)]
    panel.options(current.query, counts, *limits(package))
    with left:
        timeline.show([datasets.marz(package)], current.query)
    with right:
        listing.cards(package, current, rows)
        detail.show(package, current, rows)


frame.page(body, "Atlas")
