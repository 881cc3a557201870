"""Cells and areas of data sets by steps of time, as numbers for the browser.

The browser gets them once, packed, and counts by itself what lies within any dates.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from geo.collection.steps import UNDATED, Steps
from geo.vocabulary import EVENT_TYPES

KINDS = len(EVENT_TYPES) + 1
"""Types of the vocabulary, and all others as one."""
LOW, MORE = KINDS, KINDS + 1
"""Channels after those of the types: least deaths, and how many more the most are."""
CHANNELS = KINDS + 2
LEAST_ROOM = 20_000
"""Bytes that any answer may take: coarser steps would hardly be a play."""
_COLUMNS = ("item", "kind", "step", "last", "count", "low", "high")
_SCHEMA = pa.schema([(name, pa.int64()) for name in _COLUMNS])


def of_places(places: pa.Table, onsets: pa.Table) -> pa.Table:
    """What began and ended when, by position of the place.

    Parameters
    ----------
    places : pyarrow.Table
        As `geo.collection.engine.cells` or `geo.collection.engine.extents` gave it.
    onsets : pyarrow.Table
        As `geo.collection.protocol.Collection.onsets` answers for the same view.

    Returns
    -------
    pyarrow.Table
        ``item`` (row of `places`), ``kind`` (number of the type), ``step``, ``last``, ``count``,
        ``low``, ``high``.
    """
    keys = [name for name in ("drawn", "x", "y") if name in places.column_names]
    numbered = places.select(keys).append_column("item", pa.array(range(places.num_rows)))
    found = numbered.join(onsets, keys, join_type="inner", use_threads=False)
    found = found.append_column("kind", pc.min_element_wise(found["event_type"], KINDS - 1))
    return found.select(_COLUMNS)


def packed(
    parts: Iterable[tuple[int, pa.Table]], steps: Steps, room: int = 1 << 30
) -> dict[str, Any]:
    """Everything that is dated, for the browser: as fine in time as there is room for.

    Parameters
    ----------
    parts : iterable of (int, pyarrow.Table)
        Number of a feature's first place among all that are sent, and what `of_places` found of
        it.
    room : int
        Bytes that it should take at most; `LEAST_ROOM` are always granted.

    Returns
    -------
    dict
        ``ends``: last day of each step.
        ``data``: numbers of four bytes each, the first bytes of all first, then the second
        ones and so on, deflated, in base64; first the distances of the keys
        ``(place * CHANNELS + channel) * len(ends) + step``, then how many steps later the last
        day is, then the values.
    """
    given = list(parts)
    tables = [part.select(_COLUMNS).cast(_SCHEMA) for _, part in given]
    table = pa.concat_tables([_SCHEMA.empty_table(), *tables])
    columns = {name: table[name].to_numpy() for name in _COLUMNS}
    sizes = [part.num_rows for _, part in given]
    columns["item"] = columns["item"] + np.repeat([first for first, _ in given], sizes).astype(int)
    ends = steps.ends()
    while True:
        data = _data(columns, len(ends))
        if len(data) <= max(room, LEAST_ROOM) or len(ends) == 1:
            return {"ends": ends, "data": data}
        # Two steps become one; the last may stand alone.
        for name in ("step", "last"):
            columns[name] = np.where(columns[name] >= 0, columns[name] // 2, UNDATED)
        ends = [*ends[1::2], *(ends[-1:] if len(ends) % 2 else [])]


Numbers = npt.NDArray[np.int64]


def _data(columns: dict[str, Numbers], steps: int) -> str:
    """Keys and values of all channels, packed."""
    place = columns["item"] * CHANNELS
    more = columns["high"] - columns["low"]
    channels = (
        (place + columns["kind"], columns["count"]),
        (place + LOW, columns["low"]),
        (place + MORE, more),
    )
    kept = [(columns["step"] >= 0) & (values != 0) for _, values in channels]
    keys = np.concatenate(
        [
            ((at * steps + columns["step"]) * steps + columns["last"] - columns["step"])[mask]
            for (at, _), mask in zip(channels, kept, strict=True)
        ]
    )
    values = np.concatenate([v[mask] for (_, v), mask in zip(channels, kept, strict=True)])
    unique, group = np.unique(keys, return_inverse=True)
    sums = np.zeros(len(unique), np.int64)
    np.add.at(sums, group, values)
    gaps = np.diff(unique // steps, prepend=0)
    numbers = np.concatenate([gaps, unique % steps, sums]).astype("<u4")
    planes = numbers.view(np.uint8).reshape(-1, 4).T
    return base64.b64encode(zlib.compress(planes.tobytes(), 6)).decode("ascii")
