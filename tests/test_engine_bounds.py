"""What must not go wrong in the engine: hostile files and words, threads, questions cut short."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sets
from patience import seconds, until

from geo import __main__ as command
from geo import files
from geo.collection.engine import cells, duck, questions, servers
from geo.collection.engine.latest import Newest, Work
from geo.collection.engine.schema import Words, prepared, restored
from geo.collection.folding import fold
from geo.collection.schema import SCHEMA
from geo.collection.words import padded
from geo.days import day_number
from geo.model import Bbox, Cancelled, EngineError, Filter


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sets.write(tmp_path_factory.mktemp("sets") / "it's a “set”.parquet", sets.rows(300))


def prepared_files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob(".*"))


# ---------------------------------------------------------------- opening
def test_a_set_is_prepared_once_and_anew_when_it_changes(tmp_path: Path) -> None:
    path = sets.write(tmp_path / "one.parquet", sets.rows(50))
    told: list[tuple[int, int]] = []

    def tell(done: int, of: int) -> bool:
        told.append((done, of))
        return True

    duck.open_set(path, "one", progress=tell).close()
    assert told[-1] == (100, 100) and told == sorted(told)
    once = prepared_files(tmp_path)
    told.clear()
    duck.open_set(path, "one", progress=tell).close()
    assert told == [] and prepared_files(tmp_path) == once
    sets.write(path, sets.rows(60))
    changed = duck.open_set(path, "one")
    assert (
        changed.size == 60
        and len(prepared_files(tmp_path)) == 1
        and prepared_files(tmp_path) != once
    )


def test_what_cannot_be_written_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = sets.write(tmp_path / "one.parquet", sets.rows(50))
    monkeypatch.setattr(files, "unfinished", lambda path: tmp_path / "missing" / path.name)
    with pytest.raises(EngineError, match="could not be prepared"):
        duck.open_set(path, "one")


def test_a_torn_file_is_prepared_anew(tmp_path: Path) -> None:
    path = sets.write(tmp_path / "one.parquet", sets.rows(50))
    duck.open_set(path, "one").close()
    [name] = prepared_files(tmp_path)
    (tmp_path / name).write_bytes(b"torn")
    assert duck.open_set(path, "one").size == 50


def test_a_set_opens_twice_at_once(file: Path) -> None:
    one, two = duck.open_set(file, "one"), duck.open_set(file, "two")
    one.close()
    assert questions.count(two, Filter()) == 300
    with pytest.raises(EngineError, match="closed"):
        questions.count(one, Filter())


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "is no data set"), (b"PAR1 and nothing more PAR1", "is no data set"), (None, "lacks")],
)
def test_what_is_no_data_set_is_refused(tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "other.parquet"
    if content is None:
        pq.write_table(pa.table({"number": [1], "title": ["no more"]}), path)
    else:
        path.write_bytes(content)
    with pytest.raises(EngineError, match=said):
        duck.open_set(path, "other")
    assert prepared_files(tmp_path) == []
    with pytest.raises(EngineError, match="cannot be read"):
        duck.open_set(tmp_path / "nothing.parquet", "nothing")


def test_an_empty_set_answers_everything(tmp_path: Path) -> None:
    data = duck.open_set(sets.write(tmp_path / "none.parquet", []), "none")
    assert questions.extent(data) == (None, None, None)
    assert questions.count(data, Filter()) == questions.totals(data, Filter()).rows == 0
    assert questions.timeline(data, Filter(start=date(2000, 1, 1)), by="year").bins == []
    assert cells.cells(data, Filter(text="a"), bbox=sets.WORLD, zoom=3).num_rows == 0
    assert cells.extents(data, Filter(), bbox=sets.WORLD).num_rows == 0
    assert questions.facet_counts(data, Filter()) == {"country": {}, "type": {}, "status": {}}


def test_places_off_the_earth_are_nowhere(tmp_path: Path) -> None:
    row = sets.rows(5)[0]
    wrong = [(float("nan"), 1.0), (1e308, 0.0), (10.0, 130.0), (float("inf"), float("-inf"))]
    right = [(180.0, 90.0), (-180.0, -90.0), (0.0, 0.0)]
    made = [
        {**row, "number": n, "lon": lon, "lat": lat, "geo_precision": "exact", "geometry": None}
        for n, (lon, lat) in enumerate(wrong + right)
    ]
    data = duck.open_set(sets.write(tmp_path / "set.parquet", made), "set")
    assert questions.totals(data, Filter()).mapped == 3
    grid = cells.cells(data, Filter(), bbox=Bbox(-180, -90, 180, 90), zoom=1)
    assert sorted(zip(grid["lon"].to_pylist(), grid["lat"].to_pylist(), strict=True)) == sorted(
        right
    )


def test_the_extremes_of_time_are_kept(tmp_path: Path) -> None:
    row = sets.rows(5)[0]
    ends = [(date.min, date.min), (date.max, date.max), (date.min, date.max)]
    made = [
        {**row, "number": n, "start": day_number(a), "end": day_number(b)}
        for n, (a, b) in enumerate(ends)
    ]
    data = duck.open_set(sets.write(tmp_path / "set.parquet", made), "set")
    assert questions.extent(data)[:2] == (date.min, date.max)
    for match, found in (("possibly", 3), ("certainly", 3)):
        asked = Filter(start=date.min, end=date.max, match=match)
        assert questions.count(data, asked) == found
    assert questions.count(data, Filter(start=date.max)) == 2
    assert questions.timeline(data, Filter(), by="year").beside == 1


# ---------------------------------------------------------------- only its own file
@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_text('README.md')",
        "ATTACH 'other.duckdb' AS other",
        "COPY (SELECT 1) TO 'out.csv'",
        "INSTALL spatial",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET threads = 64",
        "DELETE FROM prepared.incidents",
    ],
)
def test_duckdb_reaches_nothing_else(file: Path, sql: str) -> None:
    data = duck.open_set(file, "set")
    with pytest.raises(duckdb.Error), data.handle._connection.cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(sql)


def test_options_that_are_none_are_refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARZ_DUCKDB_MEMORY", "much")
    with pytest.raises(EngineError, match="MARZ_DUCKDB_MEMORY"):
        duck.open_set(file, "set")


# ---------------------------------------------------------------- many at once
def test_many_threads_ask_at_once(file: Path) -> None:
    data = duck.open_set(file, "set")
    asked = [Filter(text=word) for word in ("row 1", "row 2", "night", "100%")] * 3
    asked += [Filter(text=f"row {n}") for n in range(20)]
    expected = [questions.totals(data, one) for one in asked]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda one: questions.totals(data, one), asked * 3)) == expected * 3
    tables = data.handle._connection.execute("SHOW TABLES").fetchall()  # type: ignore[attr-defined]
    assert len(tables) <= duck.SEARCHES


def test_a_newer_question_stops_the_older(file: Path) -> None:
    data = duck.open_set(file, "set")
    newest = Newest()
    begun = threading.Event()
    endless = "SELECT count(*) FROM range(100000000000) a WHERE a.range % 7 = 3"

    def older() -> None:
        with data.handle._asking() as cursor:  # type: ignore[attr-defined]
            begun.set()
            cursor.execute(endless)

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(newest.turn(older))
        assert begun.wait(seconds(10))
        assert newest.turn(lambda: questions.count(data, Filter()))() == 300
        with pytest.raises(Cancelled):
            waiting.result(seconds(10))
        begun.clear()
        waiting = pool.submit(newest.turn(older))
        assert begun.wait(seconds(10))
        newest.cancel()
        with pytest.raises(Cancelled):
            waiting.result(seconds(10))
    assert newest.turn(lambda: questions.count(data, Filter()))() == 300


def test_stopping_is_tried_until_it_helps() -> None:
    work = Work()
    tries: list[None] = []
    before = set(threading.enumerate())
    with work.doing(lambda: tries.append(None)):
        work.cancel()
        until(lambda: len(tries) >= 3)
    # What tries again is a thread, and it ends when there is nothing left to stop.
    until(lambda: set(threading.enumerate()) <= before)
    with pytest.raises(Cancelled), work.doing(lambda: None):
        pass


def test_what_was_cancelled_asks_nothing_more(file: Path) -> None:
    data = duck.open_set(file, "set")
    newest = Newest()

    def two_questions() -> int:
        questions.count(data, Filter())
        newest.cancel()
        return questions.count(data, Filter(chosen={"type": ("Riots",)}, start=date(2001, 1, 1)))

    with pytest.raises(Cancelled):
        newest.turn(two_questions)()


# ---------------------------------------------------------------- the form
def test_preparing_and_restoring_is_nothing(file: Path) -> None:
    table = pq.read_table(file)
    words = Words()
    there = prepared(table, words)
    known = {column: list(values) for column, values in words.numbers.items()}
    assert restored(there, known).equals(table) and table.schema.equals(SCHEMA)


def test_folding_without_python_is_the_same_folding(tmp_path: Path) -> None:
    row = dict.fromkeys(SCHEMA.names) | {"number": 1, "id": "A-1`'"}
    texts = ["O'Neill—x", "Plain-Text `quoted`", "ÀÉ", "", None, "TAB\tand\nline", "İstanbul ß"]
    table = pa.Table.from_pylist([{**row, "title": text} for text in texts], SCHEMA)
    for text, folded in zip(texts, prepared(table, Words())["folded"].to_pylist(), strict=True):
        assert folded == padded(fold(f"A-1`' {text or ''}"))


# ---------------------------------------------------------------- addresses
def test_load_says_what_is_wrong(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["load", str(file), "--to", "mysql://u:secret@h/d"]) == 1
    said = capsys.readouterr().err
    assert "MARZ_DATABASE_URL" in said and "secret" not in said
    assert command.main(["load", "missing.parquet", "--to", "postgresql://h/d"]) == 1
    assert "missing.parquet" in capsys.readouterr().err


def test_addresses_are_taken_apart() -> None:
    found = servers.address("postgresql://me:secret@host:5/db?table=acled&sslmode=require")
    assert found[:3] == ("postgresql", "postgresql://me:secret@host:5/db?sslmode=require", "acled")
    found = servers.address("spark://master?data=shared/sets&table=ged")
    assert found == ("spark", "spark://master:7077", "ged", Path("shared/sets/ged"))


@pytest.mark.parametrize(
    "url",
    ["", "mysql://x", "spark://h:7077", "postgresql://u:p/secret@h:port/x", "postgresql://h/d?table=A;--",
     "spark://h?data=x&table=../y"],
)  # fmt: skip
def test_other_addresses_are_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(EngineError) as refused:
        servers.address(url)
    assert "secret" not in str(refused.value)


def test_a_question_that_comes_late_does_not_stop_a_newer_one() -> None:
    newest = Newest()
    older, newer = newest.turn(lambda: "older"), newest.turn(lambda: "newer")
    # Threads begin in any order.
    assert newer() == "newer"
    with pytest.raises(Cancelled):
        older()
    older.cancel()
    assert newer() == newest.turn(lambda: "newer")()
