"""Page of one incident, by its own address, such as /incident?id=TJAF-2018-08-26-airstrikes."""

import streamlit as st

from geo import records
from geo.package.load import Package
from pages.ui import changes, corrections, detail, frame, head, incident, nav
from pages.ui.state import State


def body(package: Package, current: State) -> None:
    """Everything known of it, what belongs to it, and how to cite it."""
    if not current.selected:
        st.title("No incident selected", anchor=False)
        st.text(
            "The address of an incident’s page ends in its ID, such as "
            f"?id={package.incidents['id'].iat[0]}. Choose one on the map or in the list."
        )
        st.page_link(nav.PAGES / "atlas.py", label="Open the atlas", icon=":material/map:")
        st.page_link(nav.PAGES / "records.py", label="Open the records", icon=":material/list:")
        return
    row = package.row_of(current.selected)
    found = records.record(package, row)
    st.set_page_config(page_title=f"{found['title']} · Marz")
    incident.steps(package, current, row)
    left, right = st.columns([1.5, 1], gap="large")
    with left, st.container(key="detail"):
        head.heading(found["title"], level=1)
        st.text(found["summary"])
        detail.facts(found)
        detail.accounts(found["accounts"])
        detail.claims(found["claims"])
        detail.sources(found)
        changes.of_record(package, found["id"])
        incident.citing(package, row, found)
        corrections.offer(package, found)
    with right:
        incident.locate(package, current, row)
        with st.container(key="relations", gap="xsmall"):
            incident.relations(package, row)


frame.page(body, "incident")
