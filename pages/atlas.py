"""Page Atlas: what there is and how much of it, map and timeline, the list and one record."""

import streamlit as st

from geo import describe
from geo.collection.packaged import Packaged
from geo.package.load import Package
from pages.ui import (
    dataset_choice,
    dataset_views,
    datasets,
    detail,
    embed,
    export_panel,
    frame,
    head,
    importing,
    listing,
    map_view,
    own_data,
    panel,
    timeline,
    timeline_fragment,
)
from pages.ui.state import State, limits


def body(package: Package, current: State) -> None:
    """Marz's records, or where the reader has brought a data set, all sets as on Your data."""
    own = own_data.existing()
    if st.context.is_embedded:
        embed.view(package, current, Packaged(package).select(current.query))
    elif own and own.job is not None:
        with st.container(key="explore-sets"):
            st.title(package.title, anchor=False)
            importing.show(package)
    elif _has_own():
        dataset_views.look(package, current, dataset_views.MAP, package.title)
        importing.offer(package)
    else:
        records(package, current)
        if own and own.entries:
            with st.sidebar:
                dataset_choice.choice(datasets.everything(package), {}, own=True)
        importing.offer(package)


def _has_own() -> bool:
    own = own_data.existing()
    return own is not None and any(one.is_own for one in datasets.shown(own.entries))


def records(package: Package, current: State) -> None:
    """Counts, list and map come first: a reader who filters waits for them."""
    rows = Packaged(package).select(current.query)
    panel.search(current.query)
    line, tools = head.places(current.query)
    with st.container(key="desk"):
        left, right = st.columns([1.9, 1], gap="medium")
    above, below = left.container(key="part-map"), left.container(key="part-timeline")
    timeline_fragment.show(
        package,
        current,
        [(line, _counts), (right.container(key="part-list"), _list)],
        (below, _timeline),
    )
    with right:
        detail.show(package, current, rows)
    with above:
        map_view.show(package, current, rows, height=470)
    with tools:
        map_view.options(current)
        export_panel.show(package)
    counts = [Packaged(package).facet_counts(current.query)]
    panel.options(current.query, counts, *limits(package))


def _counts(package: Package, current: State) -> None:
    rows = Packaged(package).select(current.query)
    head.line(package.title, current.query, describe.status_line(package, rows))


def _list(package: Package, current: State) -> None:
    rows = Packaged(package).select(current.query)
    if len(rows):
        listing.incidents(package, current, len(rows))
    else:
        panel.nothing(current.query, [datasets.marz(package).data])


def _timeline(package: Package, current: State) -> None:
    timeline.show([datasets.marz(package)], current.query)


frame.page(body, "", others=_has_own)
