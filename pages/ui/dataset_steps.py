"""Cells and areas by steps of time: what the browser needs to show any dates of many incidents."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pyarrow as pa
from streamlit.delta_generator import DeltaGenerator

from geo.collection.steps import STEPS, Steps
from geo.model import Filter
from geo.webmap import animation
from geo.webmap import datasets as dataset_layer
from pages.ui import dataset_places, work
from pages.ui.dataset_places import Places
from pages.ui.datasets import Entry
from pages.ui.timeline import Axis

FINE = 600
"""Steps of days where the timeline counts by month or day."""
ANSWER, PAGE = 200_000, 50_000
"""Bytes that a change may take on the line, and what of it the rest of the page takes."""


def of(
    entries: list[Entry], found: list[Places], query: Filter, axis: Axis, slot: DeltaGenerator
) -> dict[str, Any] | None:
    """What the sets that are shown as cells hold, by steps of what the timeline reaches over.

    Parameters
    ----------
    found : list of Places
        What the map shows of each set.

    Returns
    -------
    dict or None
        ``features`` as the map's layer has them, without regard to dates; what
        `geo.webmap.animation.packed` makes of them; ``key``, new for each content. None where all
        sets are shown as records, which the browser counts by itself.
    """
    many = [number for number, places in enumerate(found) if places.any_dates]
    if not many or axis.first == axis.last:
        return None
    few = STEPS if axis.by == "year" else FINE
    steps = Steps.over(axis.first, axis.last, days=few)
    asked = dataset_places.undated(query)
    if axis.by != "year":
        asked = replace(asked, start=axis.first, end=axis.last, match="possibly")
    views = tuple((entries[number].key, found[number].any_dates) for number in many)
    key = ("steps", asked, views, steps)
    return work.remembered(
        key,
        lambda: {
            **work.ask(lambda: _packed(entries, found, many, asked, steps), slot),
            "key": str(hash(key)),
        },
    )


def _packed(
    entries: list[Entry], found: list[Places], many: list[int], query: Filter, steps: Steps
) -> dict[str, Any]:
    features: list[dict[str, Any]] = []
    parts: list[tuple[int, pa.Table]] = []
    first = 0
    for number in many:
        for kind, table, onsets in _places(entries[number], found[number], query, steps):
            features.append(dataset_layer.cells(number, kind, table))
            parts.append((first, animation.of_places(table, onsets)))
            first += table.num_rows
    room = ANSWER - PAGE - len(json.dumps(features, separators=(",", ":")))
    return {"features": features, **animation.packed(parts, steps, room)}


def _places(
    entry: Entry, shown: Places, query: Filter, steps: Steps
) -> Iterator[tuple[int, pa.Table, pa.Table]]:
    """Kind, places, and what began and ended in them when; areas first."""
    assert shown.any_dates is not None
    box, zoom = shown.any_dates
    for kind in (dataset_layer.AREAS, dataset_layer.CELLS):
        points = kind == dataset_layer.CELLS
        table = (
            entry.data.cells(query, bbox=box, zoom=zoom)
            if points
            else entry.data.areas(query, bbox=box, limit=dataset_places.AREAS)
        )
        if table.num_rows:
            onsets = entry.data.onsets(query, bbox=box, zoom=zoom, steps=steps, points=points)
            yield kind, table, onsets
