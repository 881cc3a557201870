"""Page Records: what the filter leaves as a sortable table, and the selected record whole."""

import streamlit as st

from geo import describe
from geo.collection import memory
from geo.package.load import Package
from pages.ui import datasets, detail, export_panel, frame, listing, panel
from pages.ui.state import State, limits

COLUMNS = ["short", "title", "where", "type", "status", "deaths", "countries", "when", "date", "id"]


def body(package: Package, current: State) -> None:
    """The same filters as the atlas."""
    rows = memory.select(package, current.query)
    with st.container(horizontal=True, vertical_alignment="center", key="head"):
        with st.container(key="sentence", width="stretch"):
            st.text(describe.summary(package, current.query, rows))
        export_panel.show(package)
    counts = [memory.facet_counts(package, current.query)]
    panel.draw(current.query, counts, *limits(package))
    if len(rows):
        listing.table(package, current, columns=COLUMNS, height=520)
    else:
        panel.nothing(current.query, [datasets.marz(package).data])
    detail.show(package, current, rows)


frame.page(body, "Records")
