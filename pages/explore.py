"""Page Your data: a reader's own data sets beside Marz's, on the map and compared."""

import streamlit as st

from geo.package.load import Package
from pages.ui import dataset_views, frame, importing
from pages.ui.state import State


def body(package: Package, current: State) -> None:
    """Three views of the same sets: what there is, the map, the comparison."""
    view = dataset_views.choose(package)
    if view == dataset_views.SETS:
        with st.container(key="explore-sets"):
            dataset_views.manage(package)
            importing.show(package)
            dataset_views.reported()
            dataset_views.explain()
    else:
        dataset_views.look(package, current, view)


frame.page(body, "explore", others=lambda: True)
