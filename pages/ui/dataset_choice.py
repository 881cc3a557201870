"""The filter panel of the data sets: each option says how many incidents it would leave."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

import streamlit as st

from geo import address
from geo.collection.facets import FACETS
from geo.model import MATCHES, MAX_CHOSEN, Filter, FilterError
from geo.package.load import Package
from pages.ui import datasets, state
from pages.ui.datasets import Entry
from pages.ui.state import set_widget, when_changed

LONGEST = 200


def wanted(package: Package) -> tuple[Filter, str]:
    """The filter that the address asks for, and what of it could not be read.

    Words that Marz's vocabulary does not have are fair here: a file may have types of its own.
    """
    given = state.parameters()

    def values(name: str) -> tuple[str, ...]:
        return tuple(value[:LONGEST] for value in given.get(name, []))

    days: dict[str, Any] = {}
    wrong: list[str] = []
    for name, field in (("from", "start"), ("to", "end")):
        for text in values(name)[:1]:
            try:
                days[field] = date.fromisoformat(text)
            except ValueError:
                wrong.append(f"“{name}={text}” is not a day such as 2022-09-14. It was left out.")
    match = next(iter(values("match")), MATCHES[0])
    asked: dict[str, Any] = {
        "chosen": {facet.name: values(facet.name) for facet in FACETS},
        "text": next(iter(values("q")), ""),
        "ids": values(address.CHOSEN)[:MAX_CHOSEN],
        "match": match if match in MATCHES else MATCHES[0],
    }
    for name, read in (("near", address.near), ("within", address.extent)):
        if texts := values(name)[:1]:
            asked[name] = read(package, name, texts, wrong)
    try:
        return Filter(**days, **asked), " ".join(wrong)
    except FilterError as error:
        return Filter(**asked), str(error)


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
    """The sets with their shapes, counts and switches; names by `st.text`, as they are.

    Parameters
    ----------
    own : bool
        Whether only the reader's own are offered.
    """
    hidden = datasets.hidden(all_sets)
    with st.container(key="sets-choice", gap="xsmall"):
        for number, entry in enumerate(all_sets):
            if own and not entry.is_own:
                continue
            key = set_widget(f"w-set-{entry.key}", entry.key not in hidden)
            with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
                st.checkbox(
                    f"Show data set {number + 1}",
                    key=key,
                    label_visibility="collapsed",
                    on_change=when_changed(key, partial(datasets.switch, all_sets, entry.key)),
                )
                count = totals.get(entry.key)
                said = (
                    f"{entry.data.size:,}" if count is None else f"{count:,} of {entry.data.size:,}"
                )
                mark = datasets.MARKS[number % len(datasets.MARKS)]
                st.text(f"{mark} {entry.title} · {said}", width="stretch")
