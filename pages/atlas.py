"""Page Atlas: what there is and how much of it, map and timeline, the list and one record."""

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
    head,
    listing,
    map_view,
    panel,
    timeline,
)
from pages.ui.state import State, limits


def body(package: Package, current: State) -> None:
    """The map comes before all that takes longer: it is what a reader who filters waits for."""
    rows = memory.select(package, current.query)
    if st.context.is_embedded:
        embed.view(package, current, rows)
        return
    panel.search(current.query)
    title = str(package.descriptor.get("title", "Marz"))
    tools = head.row(title, current.query, describe.status_line(package, rows))
    with st.container(key="desk"):
        left, right = st.columns([1.9, 1], gap="medium")
    with left:
        map_view.show(package, current, rows, height=470)
        timeline.show([datasets.marz(package)], current.query)
    with tools:
        map_view.options(current)
        export_panel.show(package)
    counts = [memory.facet_counts(package, current.query)]
    panel.options(current.query, counts, *limits(package))
    with right:
        if len(rows):
            listing.incidents(package, current, len(rows))
        else:
            panel.nothing(current.query, [datasets.marz(package).data])
        detail.show(package, current, rows)


frame.page(body, "Atlas")
