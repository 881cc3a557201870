"""Page Your data: a reader's own data sets beside Marz's, on the map and compared."""

import streamlit as st

from geo.package.load import Package
from pages.ui import explored, frame, taking_in
from pages.ui.state import State


def body(package: Package, current: State) -> None:
    """Three views of the same sets: what there is, the map, the comparison."""
    view = explored.choose(package)
    if view == explored.SETS:
        with st.container(key="explore-sets"):
            explored.manage(package)
            taking_in.show(package)
            explored.reported(package)
            explored.explain()
    else:
        explored.look(package, current, view)


frame.page(body, "Your data", own_words=True)
