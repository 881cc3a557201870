"""Page What's new: what lies between two releases of the data, and how to follow it."""

import streamlit as st

from geo.address import TITLES
from geo.collection.packaged import Packaged
from geo.package import releases
from geo.package.load import Package
from pages.ui import changes, frame, head, panel
from pages.ui.state import State, limits

TITLE = TITLES["changes"]


def body(package: Package, current: State) -> None:
    """What changed in the records that the filter leaves, and the rest of the data in numbers."""
    if len(releases.numbers(package)) < 2:
        st.title(TITLE, anchor=False)
        st.text("These data have no two releases to compare.")
        return
    found = changes.between(package, current)
    with head.row(TITLE, current.query, changes.status(found)):
        changes.follow(package, current)
    panel.draw(current.query, [Packaged(package).facet_counts(current.query)], *limits(package))
    changes.choose(package, current)
    changes.table(found)
    changes.rest(package, current)


frame.page(body, "changes")
