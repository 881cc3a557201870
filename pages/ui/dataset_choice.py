"""Which data sets are asked: their switches, and those that can tell what the filter asks."""

from __future__ import annotations

from functools import partial

import streamlit as st

from geo.model import Filter, FilterError
from pages.ui import datasets
from pages.ui.datasets import Entry
from pages.ui.state import bound


def answering(entries: list[Entry], query: Filter) -> tuple[list[Entry], list[str]]:
    """The sets that can tell all that the filter asks, and why the others cannot."""
    able, refusals = [], []
    for one in entries:
        try:
            one.data.refuse(query)
            able.append(one)
        except FilterError as error:
            refusals.append(str(error))
    return able, refusals


def choice(all_sets: list[Entry], totals: dict[str, int], *, own: bool = False) -> None:
    """All sets, or the reader's own, with shapes, counts and switches; names are text from data."""
    hidden = datasets.hidden(all_sets)
    with st.container(key="sets-choice", gap="xsmall"):
        for number, entry in enumerate(all_sets):
            if own and not entry.is_own:
                continue
            shown = entry.key not in hidden
            with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
                st.checkbox(
                    f"Show data set {number + 1}",
                    label_visibility="collapsed",
                    **bound(
                        f"w-set-{entry.key}", shown, partial(datasets.switch, all_sets, entry.key)
                    ),
                )
                count = totals.get(entry.key)
                said = (
                    f"{entry.data.size:,}" if count is None else f"{count:,} of {entry.data.size:,}"
                )
                mark = datasets.MARKS[number % len(datasets.MARKS)]
                st.text(f"{mark} {entry.title} · {said}", width="stretch")
