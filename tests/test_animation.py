"""Play of data sets: the numbers that the browser steps through."""

from __future__ import annotations

import base64
import zlib
from collections import Counter
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import sets

from geo.collection.engine import cells, duck, onset_counts, questions
from geo.collection.engine.data import DataSet
from geo.collection.schema import SCHEMA
from geo.collection.steps import Steps
from geo.model import Filter
from geo.vocabulary import EVENT_TYPES
from geo.webmap import animation
from geo.webmap import datasets as dataset_layer
from geo.webmap.animation import CHANNELS, KINDS, LOW, MORE

STEPS = Steps.over(date(1999, 6, 5), date(2004, 2, 3))


def unpacked(play: dict[str, Any]) -> dict[tuple[int, int, int], int]:
    """(Place, channel, step) -> value, read as static/map/onsets.js reads it."""
    planes = np.frombuffer(zlib.decompress(base64.b64decode(play["data"])), np.uint8)
    numbers = planes.reshape(4, -1).T.copy().view("<i4").ravel()
    gaps, values = np.split(numbers, 2)
    keys = np.cumsum(gaps.astype(np.int64))
    steps = len(play["ends"])
    return {
        (key // steps // CHANNELS, key // steps % CHANNELS, key % steps): value
        for key, value in zip(keys.tolist(), values.tolist(), strict=True)
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


@pytest.fixture(scope="module", params=["cells", "areas", "areas of records"])
def part(request: pytest.FixtureRequest, data: DataSet) -> tuple[pa.Table, pa.Table]:
    """Places, and what began in them."""
    if request.param == "areas of records":
        _, hung = dataset_layer.placed(questions.select(data, Filter(), limit=1000))
        places = dataset_layer.gathered(hung)
        return places, animation.of_records(places, hung, STEPS)
    points = request.param == "cells"
    places = (
        cells.cells(data, Filter(), bbox=sets.WORLD, zoom=5)
        if points
        else cells.extents(data, Filter(), bbox=sets.WORLD)
    )
    begun = onset_counts.begun(data, Filter(), bbox=sets.WORLD, zoom=5, steps=STEPS, points=points)
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
    assert play["undated"] == sum(n for (_, kind), n in undated.items() if kind < KINDS) > 0
    found: Counter[tuple[int, int]] = Counter()
    for (place, channel, step), value in unpacked(play).items():
        assert 0 <= step < len(play["ends"])
        found[place - 7, channel] += value
    assert Counter({key: value for key, value in found.items() if value}) == whole(places, undated)
    assert play["ends"][-1] == STEPS.ends()[-1]
    assert len(play["data"]) <= room


def test_steps_become_coarser_where_there_is_little_room(
    data: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(animation, "LEAST_ROOM", 0)
    places = cells.cells(data, Filter(), bbox=sets.WORLD, zoom=5)
    begun = onset_counts.begun(data, Filter(), bbox=sets.WORLD, zoom=5, steps=STEPS)
    part = animation.of_places(places, begun)
    fine = animation.packed([(0, part)], STEPS)
    coarse = animation.packed([(0, part)], STEPS, len(fine["data"]) * 3 // 4)
    assert fine["ends"] == STEPS.ends() and 1 < len(coarse["ends"]) < len(fine["ends"])
    assert set(coarse["ends"]) <= set(fine["ends"])
    counts = unpacked(fine)
    ends = coarse["ends"]
    for (place, channel, step), value in unpacked(coarse).items():
        within = [
            at
            for at, end in enumerate(fine["ends"])
            if end <= ends[step] and (not step or end > ends[step - 1])
        ]
        assert value == sum(counts.get((place, channel, at), 0) for at in within)


def test_nothing_to_play_is_an_answer_too() -> None:
    play = animation.packed([], STEPS)
    assert unpacked(play) == {} and play["undated"] == 0


def test_a_record_begins_on_its_last_day_where_the_first_is_open() -> None:
    base: dict[str, Any] = {"lon": 70.0, "lat": 39.0}
    rows = [
        {**base, "number": 1, "start": None, "end": STEPS.ends()[3]},
        {**base, "number": 2, "start": STEPS.ends()[3] + 1, "end": None},
        {**base, "number": 3, "start": 10**5, "end": None},
        {**base, "number": 4},
    ]
    table = pa.Table.from_pylist([{**dict.fromkeys(SCHEMA.names), **row} for row in rows], SCHEMA)
    found = animation.of_records(dataset_layer.gathered(table), table, STEPS)
    assert found["step"].to_pylist() == [3, 4, STEPS.size - 1, -1]
    days = dataset_layer.records(0, table)["properties"]["c"][4]
    assert days == [STEPS.ends()[3], STEPS.ends()[3] + 1, 10**5, None]
