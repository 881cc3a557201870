"""What is shown of the data sets as a file; a reader's own data only if the reader says so."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

import streamlit as st

from geo.export.text import MOST_OF_A_SET, datasets_csv
from geo.model import Filter
from pages.ui import queue, sessions
from pages.ui.datasets import Entry

INCLUDE = "w-include-own"


def offer(entries: list[Entry], query: Filter) -> None:
    """One file of the records that the filter leaves, made when its button is pressed."""
    with st.popover("Export", icon=":material/download:"):
        st.caption(
            f"The records that match the filters, at most {MOST_OF_A_SET:,} of a data set, "
            f"with the "
            "name of the set and the source of each."
        )
        own = [one for one in entries if one.is_own]
        include = bool(own) and st.checkbox(
            "Include my imported data: I have permission to share them",
            key=INCLUDE,
            help="ACLED, for example, does not allow its raw data to be passed on.",
        )
        chosen = [one for one in entries if include or not one.is_own]
        if own and not include:
            st.text("Your own data are not included.")
        st.download_button(
            "Records, CSV",
            partial(queue.made, lambda _: _csv(chosen, query), sessions.identity()),
            file_name=f"marz-data-sets-{datetime.now(UTC):%Y-%m-%d}.csv",
            mime="text/csv",
            key="w-sets-csv",
            on_click="ignore",
            disabled=not chosen,
            width="stretch",
        )


def _csv(chosen: list[Entry], query: Filter) -> bytes:
    tables = [
        (one.title, one.data.rows(query, limit=MOST_OF_A_SET, newest_first=False)) for one in chosen
    ]
    return datasets_csv(tables)
