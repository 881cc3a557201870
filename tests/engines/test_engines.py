"""Equal answers on DuckDB, PostgreSQL and Spark, the real ones."""

from __future__ import annotations

import threading
from datetime import date
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
import pytest
import sets
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.collection.engine import cells, questions, servers
from geo.collection.engine.data import DataSet
from geo.collection.engine.latest import Newest
from geo.collection.engine.prepared import Bound
from geo.collection.engine.rollups import rows_of
from geo.collection.steps import Steps
from geo.model import Bbox, Cancelled, EngineError, Filter, FilterError, Near

# Spark's own bridge to Java leaves its sockets to the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
VIEW = Bbox(60, 30, 80, 45)
FILTERS = [
    Filter(),
    Filter(start=date(2000, 5, 3), end=date(2002, 8, 20)),
    Filter(start=date(2000, 5, 3), end=date(2002, 8, 20), match="certainly"),
    Filter(start=date(2001, 1, 1), end=date(2001, 12, 31), match="certainly"),
    Filter(end=date(2001, 3, 31)),
    Filter(chosen={"type": ("Battles", "", "Riots"), "country": ("TJ",)}, start=date(2000, 2, 2)),
    Filter(chosen={"status": ("planned", "alleged")}),
    Filter(text="ворух"),
    Filter(text="100% _sure_", start=date(2000, 5, 3), chosen={"type": ("Battles", "Protests")}),
    Filter(text="' OR 1=1 --"),
    Filter(text="marz bound 0"),
    Filter(chosen={"country": ("US",)}),
    Filter(text="voruh strikes | ambush", near=Near(70.6, 39.9, 150)),
    Filter(within=Bbox(69, 39, 70.6, 41), start=date(2000, 5, 3), match="certainly"),
]


STEPS = (
    Steps.over(date(1999, 6, 5), date(2004, 2, 3)),
    Steps.over(date(2000, 2, 3), date(2001, 11, 30), days=600),
)


def onsets(data: DataSet, asked: Filter) -> list[list[tuple[Any, ...]]]:
    """When what cells and areas hold began; the answers are in no order."""
    found = [
        cells.onsets(data, asked, bbox=bbox, zoom=zoom, steps=steps, points=points)
        for bbox, zoom in ((sets.WORLD, 2), (VIEW, 7))
        for steps in STEPS
        for points in (True, False)
    ]
    assert all(table.schema.names[-3:] == ["count", "low", "high"] for table in found)
    return [sorted(tuple(row.values()) for row in table.to_pylist()) for table in found]


def answers(data: DataSet, asked: Filter) -> dict[str, Any]:
    """All that can be asked, in plain values."""
    return {
        "count": questions.count(data, asked),
        "count in view": questions.count(data, asked, VIEW),
        "facets": questions.facet_counts(data, asked),
        "totals": questions.totals(data, asked),
        "months": questions.timeline(data, asked, by="month"),
        "years": questions.timeline(data, asked, by="year"),
        "cells": cells.cells(data, asked, bbox=sets.WORLD, zoom=2).to_pylist(),
        "near cells": cells.cells(data, asked, bbox=VIEW, zoom=7).to_pylist(),
        "onsets": onsets(data, asked),
        "extents": cells.extents(data, asked, bbox=VIEW).to_pylist(),
        "newest": questions.select(data, asked, limit=20, offset=3).to_pylist(),
        "oldest in view": questions.select(
            data, asked, bbox=VIEW, limit=20, newest_first=False
        ).to_pylist(),
    }


@pytest.mark.parametrize("asked", FILTERS, ids=str)
def test_all_engines_answer_alike(on_all: dict[str, DataSet], asked: Filter) -> None:
    expected = answers(on_all["duckdb"], asked)
    for name in ("postgresql", "spark"):
        found = answers(on_all[name], asked)
        for question, answer in expected.items():
            assert found[question] == answer, (name, question)


def test_what_a_set_cannot_tell_is_refused_by_all(on_all: dict[str, DataSet]) -> None:
    for data in on_all.values():
        with pytest.raises(FilterError, match="border"):
            answers(data, Filter(chosen={"border": ("TJ-AF",)}))


def test_the_answers_are_not_empty(on_all: dict[str, DataSet], made: list[sets.Row]) -> None:
    for data in on_all.values():
        for asked in FILTERS:
            right = sum(sets.matches(row, asked, sets.NAMES) for row in made)
            assert questions.count(data, asked) == right
    assert sum(sets.matches(row, FILTERS[8], sets.NAMES) for row in made) > 3


DAYS = st.one_of(st.none(), st.dates(date(1999, 11, 1), date(2004, 2, 28)))


@settings(max_examples=12)
@given(
    one=DAYS,
    other=DAYS,
    match=st.sampled_from(["possibly", "certainly"]),
    types=st.sets(st.sampled_from(["Battles", "Something of its own", ""]), max_size=2),
    countries=st.sets(st.sampled_from(["TJ", "KG", "RU"]), max_size=2),
    text=st.sampled_from(["", "", "night", "kyrgyz line", "ambush 'night'"]),
)
def test_any_filter_is_answered_alike(
    on_all: dict[str, DataSet],
    one: date | None,
    other: date | None,
    match: str,
    types: set[str],
    countries: set[str],
    text: str,
) -> None:
    start, end = (min(one, other), max(one, other)) if one and other else (one, other)
    chosen = {"country": tuple(countries), "type": tuple(types)}
    asked = Filter(start, end, match, chosen, text)
    told = [
        (
            questions.totals(data, asked),
            questions.facet_counts(data, asked),
            questions.timeline(data, asked, by="month"),
            cells.cells(data, asked, bbox=sets.WORLD, zoom=3).to_pylist(),
        )
        for data in on_all.values()
    ]
    assert told[0] == told[1] == told[2]


def test_one_record_is_the_same_everywhere(
    on_all: dict[str, DataSet], made: list[sets.Row]
) -> None:
    for row in (made[0], made[300]):
        records = [questions.record(data, row["number"]) for data in on_all.values()]
        assert records[0] == records[1] == records[2]
        assert records[0]["title"] == row["title"]
    for data in on_all.values():
        with pytest.raises(EngineError, match="no incident number"):
            questions.record(data, 10_000)
        assert questions.extent(data) == questions.extent(on_all["duckdb"])


@pytest.mark.parametrize("name", ["duckdb", "postgresql", "spark"])
def test_a_question_is_cancelled_on_each(on_all: dict[str, DataSet], name: str) -> None:
    data = on_all[name]

    def build(bound: Bound) -> ir.Table:
        rows = [rows_of(data).select(**{f"n{side}": "number"}) for side in range(4)]
        pairs = rows[0].cross_join(*rows[1:])
        # 600 to the power of four: no engine is done with that in an hour.
        odd = pairs.filter((pairs.n0 * pairs.n1 + pairs.n2 * pairs.n3) % 1000 == 7)
        return odd.agg(n=odd.count())

    newest = Newest()
    timer = threading.Timer(2, newest.cancel)
    timer.start()
    with pytest.raises(Cancelled):
        newest.turn(lambda: data.handle.run("endless", build, {}))()
    timer.join()
    assert newest.turn(lambda: questions.count(data, Filter()))() == 600


def test_loading_again_replaces(on_all: dict[str, DataSet], tmp_path: Path) -> None:
    for name in ("postgresql", "spark"):
        url = sets.address(name, "replaced")
        for size in (30, 40):
            path = sets.write(tmp_path / "some.parquet", sets.rows(size))
            assert servers.load(path, url) == size
        data = servers.database(url)
        assert (data.name, questions.count(data, Filter()), data.rollups) == ("replaced", 40, ())


def test_what_is_not_there_is_said(on_all: dict[str, DataSet]) -> None:
    for name in ("postgresql", "spark"):
        with pytest.raises(EngineError, match=r"no (such )?data set"):
            servers.database(sets.address(name, "missing"))
    with pytest.raises(EngineError, match="cannot be reached"):
        servers.database("postgresql://marz@127.0.0.1:1/postgres")


def test_the_server_is_only_read(on_all: dict[str, DataSet]) -> None:
    handle = on_all["postgresql"].handle
    # 25006 is read_only_sql_transaction; no words of the driver go further.
    with pytest.raises(EngineError, match="25006"), handle._connected() as connection:  # type: ignore[attr-defined]
        connection.execute("DELETE FROM made_up")
