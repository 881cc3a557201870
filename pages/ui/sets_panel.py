"""The filter panel of the data sets: each option says how many incidents it would leave."""

from __future__ import annotations

from collections import Counter
from datetime import date
from functools import partial

import streamlit as st

from geo.address import EARLIEST, LATEST
from geo.collection.engine import predicates
from geo.collection.facets import FACETS, Facet
from geo.model import MATCHES, Filter, FilterError, Scene
from pages.ui import panel, sets, state
from pages.ui.sets import Held
from pages.ui.state import State, set_widget, when_changed

LONGEST = 200
PILLS, OTHERS = 12, 300
"""Options that stand open, and those offered behind a field; the commonest first."""


def wanted() -> tuple[Filter, str]:
    """The filter that the address asks for, and what of it could not be read.

    Words that Marz's vocabulary does not have are fair here: a file may have types of its own.
    """
    given = state.parameters()

    def values(name: str) -> tuple[str, ...]:
        return tuple(value[:LONGEST] for value in given.get(name, []))

    days, wrong = {}, []
    for name, field in (("from", "start"), ("to", "end")):
        for text in values(name)[:1]:
            try:
                days[field] = date.fromisoformat(text)
            except ValueError:
                wrong.append(f"“{name}={text}” is not a day such as 2022-09-14. It was left out.")
    match = next(iter(values("match")), MATCHES[0])
    asked = {
        "chosen": {facet.name: values(facet.name) for facet in FACETS},
        "text": next(iter(values("q")), ""),
        "match": match if match in MATCHES else MATCHES[0],
    }
    try:
        return Filter(**days, **asked), " ".join(wrong)  # type: ignore[arg-type]
    except FilterError as error:
        return Filter(**asked), str(error)  # type: ignore[arg-type]


def answering(held: list[Held], query: Filter) -> tuple[list[Held], list[str]]:
    """The sets that can tell all that the filter asks, and why the others cannot."""
    able, refusals = [], []
    for one in held:
        try:
            predicates.refuse(one.data, query)
            able.append(one)
        except FilterError as error:
            refusals.append(str(error))
    return able, refusals


def draw(
    current: State, query: Filter, held: list[Held], counts: list[dict[str, dict[str, int]]]
) -> None:
    """Draw the sets and the filters into the sidebar."""
    with st.sidebar:
        st.text_input(
            "Search",
            key=set_widget("w-q", query.text),
            on_change=when_changed("w-q", lambda text: state.put("q", text or "")),
            placeholder="drone, Isfara, Исфара …",
            max_chars=state.MAX_TEXT,
        )
        panel.dates(State(scene=Scene(query=query)), EARLIEST, LATEST)
        for facet in FACETS:
            # A filter that no set can answer stays in sight as long as it is in use.
            if query.options(facet.name) or any(facet.name in one for one in counts):
                summed: Counter[str] = Counter()
                for one in counts:
                    summed.update(one.get(facet.name, {}))
                _facet(facet, query, summed)
        st.button(
            "Clear all filters",
            on_click=state.clear_filter,
            width="stretch",
            disabled=query == Filter(),
        )


def _facet(facet: Facet, query: Filter, counts: Counter[str]) -> None:
    """Options of the vocabulary as pills; the file's own words where nothing is Markdown."""
    chosen = query.options(facet.name)
    known = list(facet.vocabulary())  # safe where labels are Markdown
    ordered = sorted(counts, key=lambda option: -counts[option])
    order = ordered if facet.ranked else known
    pills = [o for o in order if o in known and (counts.get(o) or o in chosen)][:PILLS]
    if pills:
        key = set_widget(f"w-{facet.name}", [o for o in pills if o in chosen])
        st.pills(
            facet.label,
            pills,
            selection_mode="multi",
            key=key,
            format_func=lambda option: f"{facet.say(option)} · {counts[option]:,}",
            on_change=when_changed(
                key, lambda found: _put(facet, [*found, *(o for o in chosen if o not in pills)])
            ),
        )
    others = [o for o in ordered if o and o not in pills and (counts[o] or o in chosen)][:OTHERS]
    others += [o for o in chosen if o not in pills and o not in others]
    if others:
        key = set_widget(f"w-other-{facet.name}", [o for o in others if o in chosen])
        st.multiselect(
            f"{facet.label}, others",
            others,
            key=key,
            format_func=lambda option: f"{facet.say(option)} · {counts[option]:,}",
            placeholder="All",
            on_change=when_changed(
                key, lambda found: _put(facet, [*found, *(o for o in chosen if o not in others)])
            ),
        )


def _put(facet: Facet, chosen: list[str]) -> None:
    state.put(facet.name, *chosen)


def choice(all_sets: list[Held], totals: dict[str, int]) -> None:
    """The sets with their shapes, counts and switches; names by `st.text`, as they are."""
    hidden = sets.hidden(all_sets)
    with st.container(key="sets-choice", gap="xsmall"):
        for number, held in enumerate(all_sets):
            key = set_widget(f"w-set-{held.key}", held.key not in hidden)
            with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
                st.checkbox(
                    f"Show data set {number + 1}",
                    key=key,
                    label_visibility="collapsed",
                    on_change=when_changed(key, partial(sets.switch, all_sets, held.key)),
                )
                count = totals.get(held.key)
                said = (
                    f"{held.data.rows:,}" if count is None else f"{count:,} of {held.data.rows:,}"
                )
                mark = sets.MARKS[number % len(sets.MARKS)]
                st.text(f"{mark} {held.title} · {said}", width="stretch")
