"""The facets as buttons: how many incidents each option would leave, those in use pressed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st

from geo.collection.facets import Facet
from geo.collection.protocol import FacetCounts
from geo.files import STATIC
from geo.model import Filter
from pages.ui import data, state

AT_MOST = 300
"""Options of a facet that are offered; the commonest of what a file says in its own words."""

_facets = data.component("facets", STATIC / "facets.css")


def draw(key: str, facets: Sequence[Facet], query: Filter, counts: Sequence[FacetCounts]) -> None:
    """Draw facets with their counts in all collections.

    Parameters
    ----------
    key : str
        Of the part of the panel that they stand in.
    counts : sequence of FacetCounts
        Of each collection that is shown.
    """
    shown = []
    for facet in facets:
        by_collection = [one[facet.name] for one in counts if facet.name in one]
        # A filter that no collection can answer stays in sight as long as it is in use.
        if any(by_collection) or query.options(facet.name):
            shown.append(_options(facet, query.options(facet.name), by_collection))
    heard: dict[str, Any] = {
        f"on_{facet.name}_change": state.whole(partial(_chosen, key, facet.name))
        for facet in facets
    }
    turn = st.session_state.get(f"{key}-turn", 0)
    _facets(key=key, data={"facets": shown, "turn": turn}, **heard)


def _options(
    facet: Facet, chosen: Sequence[str], counts: Sequence[dict[str, int]]
) -> dict[str, Any]:
    """What is shown of a facet: our own words in their order, then a file's, commonest first."""
    summed = Counter(dict.fromkeys((option for one in counts for option in one), 0))
    for one in counts:
        summed.update(one)
    words = set(facet.vocabulary())
    own = [option for option in summed if facet.further or option in words]
    others = sorted((o for o in summed if o and o not in own), key=lambda option: -summed[option])
    kept = [*own, *others][:AT_MOST]
    kept += [option for option in chosen if option not in kept]
    return {
        "name": facet.name,
        "label": facet.label,
        "options": [[option, facet.say(option)] for option in kept],
        "counts": [summed[option] for option in kept],
        "chosen": list(chosen),
    }


def _chosen(key: str, name: str) -> None:
    """Take over what the reader chose; what comes from a browser is looked at first."""
    message = getattr(st.session_state.get(key), name, None)
    if not isinstance(message, list) or len(message) != 2 or not isinstance(message[0], list):
        return
    values, turn = message
    st.session_state[f"{key}-turn"] = turn if isinstance(turn, int) else 0
    state.put(name, *(value for value in values if isinstance(value, str)))
