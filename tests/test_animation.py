"""Data sets by steps of time: the numbers that the browser counts dates by."""

from __future__ import annotations

import base64
import zlib
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import sets

from geo.collection.engine import cells, duck
from geo.collection.engine.data import DataSet
from geo.collection.schema import SCHEMA
from geo.collection.steps import Steps
from geo.days import OPEN_END, OPEN_START
from geo.model import Filter
from geo.vocabulary import EVENT_TYPES
from geo.webmap import animation
from geo.webmap import datasets as dataset_layer
from geo.webmap.animation import CHANNELS, KINDS, LOW, MORE

STEPS = Steps.over(date(1999, 6, 5), date(2004, 2, 3))


def unpacked(play: dict[str, Any]) -> dict[tuple[int, int, int, int], int]:
    """(Place, channel, step, last) -> value, read as static/map/onsets.js reads it."""
    planes = np.frombuffer(zlib.decompress(base64.b64decode(play["data"])), np.uint8)
    numbers = planes.reshape(4, -1).T.copy().view("<i4").ravel()
    gaps, lengths, values = np.split(numbers, 3)
    keys = np.cumsum(gaps.astype(np.int64))
    steps = len(play["ends"])
    return {
        (
            key // steps // CHANNELS,
            key // steps % CHANNELS,
            key % steps,
            key % steps + length,
        ): value
        for key, length, value in zip(keys.tolist(), lengths.tolist(), values.tolist(), strict=True)
    }


def whole(places: pa.Table, undated: Counter[tuple[int, int]]) -> Counter[tuple[int, int]]:
    """(Place, channel) -> what cells or areas say, without what has no date."""
    found: Counter[tuple[int, int]] = Counter()
    for place, row in enumerate(places.to_pylist()):
        for kind, name in enumerate((*EVENT_TYPES, "other")):
            found[place, kind] = row[name]
        found[place, LOW], found[place, MORE] = row["low"], row["high"] - row["low"]
    found.subtract(undated)
    return Counter({key: value for key, value in found.items() if value})


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> DataSet:
    folder = tmp_path_factory.mktemp("sets")
    return duck.open_set(sets.write(folder / "made-up.parquet", sets.rows(600)), "made up")


@pytest.fixture(scope="module", params=["cells", "areas"])
def part(request: pytest.FixtureRequest, data: DataSet) -> tuple[pa.Table, pa.Table]:
    """Places, and what began in them."""
    points = request.param == "cells"
    places = (
        cells.cells(data, Filter(), bbox=sets.WORLD, zoom=5)
        if points
        else cells.extents(data, Filter(), bbox=sets.WORLD)
    )
    begun = cells.onsets(data, Filter(), bbox=sets.WORLD, zoom=5, steps=STEPS, points=points)
    return places, animation.of_places(places, begun)


@pytest.mark.parametrize("room", [1 << 30, 900])
def test_all_steps_together_are_what_the_map_says(
    part: tuple[pa.Table, pa.Table], room: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(animation, "LEAST_ROOM", 0)
    places, begun = part
    undated: Counter[tuple[int, int]] = Counter()
    for row in begun.to_pylist():
        if row["step"] < 0:
            undated[row["item"], row["kind"]] += row["count"]
            undated[row["item"], LOW] += row["low"]
            undated[row["item"], MORE] += row["high"] - row["low"]
    play = animation.packed([(7, begun)], STEPS, room)
    assert sum(n for (_, kind), n in undated.items() if kind < KINDS) > 0
    found: Counter[tuple[int, int]] = Counter()
    for (place, channel, step, last), value in unpacked(play).items():
        assert 0 <= step <= last < len(play["ends"])
        found[place - 7, channel] += value
    assert Counter({key: value for key, value in found.items() if value}) == whole(places, undated)
    assert play["ends"][-1] == STEPS.ends()[-1]
    assert len(play["data"]) <= room


def test_steps_become_coarser_where_there_is_little_room(
    data: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(animation, "LEAST_ROOM", 0)
    places = cells.cells(data, Filter(), bbox=sets.WORLD, zoom=5)
    begun = cells.onsets(data, Filter(), bbox=sets.WORLD, zoom=5, steps=STEPS)
    part = animation.of_places(places, begun)
    fine = animation.packed([(0, part)], STEPS)
    coarse = animation.packed([(0, part)], STEPS, len(fine["data"]) * 3 // 4)
    assert fine["ends"] == STEPS.ends() and 1 < len(coarse["ends"]) < len(fine["ends"])
    assert set(coarse["ends"]) <= set(fine["ends"])
    ends = coarse["ends"]
    at = [next(n for n, end in enumerate(ends) if day <= end) for day in fine["ends"]]
    summed: Counter[tuple[int, int, int, int]] = Counter()
    for (place, channel, step, last), value in unpacked(fine).items():
        summed[place, channel, at[step], at[last]] += value
    assert unpacked(coarse) == dict(summed)


def test_nothing_by_steps_is_an_answer_too() -> None:
    assert unpacked(animation.packed([], STEPS)) == {}


def test_an_open_end_lies_beyond_all_steps_and_an_open_beginning_at_the_end(
    tmp_path: Path,
) -> None:
    days = STEPS.ends()
    rows = [(days[1], days[4]), (days[3] + 1, None), (10**5, None), (None, days[3]), (None, None)]
    base = {**dict.fromkeys(SCHEMA.names), "lon": 70.0, "lat": 39.0}
    table = pa.Table.from_pylist(
        [
            {**base, "number": n, "id": str(n), "start": start, "end": end}
            for n, (start, end) in enumerate(rows, 1)
        ],
        SCHEMA,
    )
    data = duck.open_set(sets.write(tmp_path / "made-up.parquet", table.to_pylist()), "made up")
    begun = cells.onsets(data, Filter(), bbox=sets.WORLD, zoom=5, steps=STEPS).to_pylist()
    last = STEPS.size - 1
    steps = sorted((row["step"], row["last"]) for row in begun)
    assert steps == [(-1, -1), (1, 4), (3, 3), (4, last), (last, last)]
    assert dataset_layer.records(0, table)["properties"]["c"][4:] == [
        [days[1], days[3] + 1, 10**5, OPEN_START, OPEN_START],
        [days[4], OPEN_END, OPEN_END, days[3], OPEN_END],
    ]
