"""``python -m geo import``: progress, questions, killed and gone on with, old files kept whole."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from exports import acled, taken
from madeup import ROOT

from geo import __main__ as command
from geo.ingest.importing import Cancelled, take_in, working_folder
from geo.ingest.mapping import Mapping
from geo.model import WriteError

KILLED = """
import os, signal, sys
from pathlib import Path
from geo.readers import delimited, take_in
delimited.Delimited.__init__.__kwdefaults__["block"] = 20_000
calls = 0
def progress(step, done, total):
    global calls
    calls += 1
    if calls == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return True
take_in(Path(sys.argv[1]), "many.csv", Path(sys.argv[2]), progress=progress)
"""


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """A file of 500 rows, some of them wrong."""
    path = tmp_path / "many.csv"
    rows = ({"event_date": "soon"} if n % 50 == 7 else {"notes": f'"{n}"'} for n in range(500))
    path.write_text(acled(*rows), "utf-8")
    return path


@pytest.fixture
def blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read files in blocks of 20,000 bytes."""
    monkeypatch.setattr("geo.ingest.delimited.Delimited.__init__.__kwdefaults__", {"block": 20_000})


def import_(*arguments: str | Path) -> int:
    return command.main(["import", *map(str, arguments)])


def test_import_writes_and_tells(
    many: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, listed = tmp_path / "d.parquet", tmp_path / "bad.csv"
    assert import_(many, "-o", out, "--report", listed, "--share") == 1
    told = capsys.readouterr().err
    assert 0 <= told.find("100 % read") < told.find("sorting …")
    assert "500 rows read, 490 taken, 10 refused" in told
    assert "row 9: soon" in told and "Write 2022-09-14" in told
    assert pq.read_metadata(out).num_rows == 490
    assert listed.read_text("utf-8-sig").count("date-unreadable") == 10


def test_import_asks_and_a_mapping_can_be_saved_and_used_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out, saved = tmp_path / "a.csv", tmp_path / "a.parquet", tmp_path / "mapping.json"
    path.write_text("id,date,What\na,03/04/2022,Ford\n", "utf-8")
    assert import_(path, "-o", out) == 1
    assert "--day-first or --month-first" in capsys.readouterr().err
    assert not out.exists()
    assert import_(path, "-o", out, "--day-first") == 0
    assert pq.read_table(out)["date"].to_pylist() == ["2022-04-03"]
    assert import_(path, "--look") == 0
    shown = capsys.readouterr()
    assert "Which is it?" in shown.err
    mapping = json.loads(shown.out)
    saved.write_text(json.dumps({**mapping, "title": ["What"], "kept": []}), "utf-8")
    assert import_(path, "-o", out, "--mapping", saved, "--month-first") == 0
    (row,) = pq.read_table(out).to_pylist()
    assert (row["date"], row["title"], row["other"]) == ("2022-03-04", "Ford", None)
    saved.write_text("{", "utf-8")
    assert import_(path, "-o", out, "--mapping", saved) == 1
    assert import_(path) == 2
    assert "-o is missing" in capsys.readouterr().err


@pytest.mark.usefixtures("blocks")
def test_a_kill_costs_only_what_was_not_yet_written(many: Path, tmp_path: Path) -> None:
    out = tmp_path / "d.parquet"
    done = subprocess.run(
        [sys.executable, "-c", KILLED, many, out],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        check=False,
    )
    assert done.returncode == -signal.SIGKILL and not out.exists()
    # As if it had been stopped in the midst of a write.
    journal = working_folder(out) / "journal.jsonl"
    with journal.open("a", encoding="utf-8") as file:
        file.write('{"part": "part-')
    with (working_folder(out) / "problems.csv").open("a", encoding="utf-8") as file:
        file.write("torn")
    told: list[int] = []
    report = take_in(many, "many.csv", out, progress=lambda _, n, __: not told.append(n))
    assert told[0] > 60_000
    whole, rows = taken(tmp_path, many.read_bytes(), "fresh.csv")
    assert pq.read_table(out).to_pylist() == rows
    assert (report.read, report.taken, report.refused) == (500, 490, 10)
    assert (report.sha256, report.groups) == (whole.sha256, whole.groups)
    assert Path(report.problems).read_bytes() == Path(whole.problems).read_bytes()
    assert not working_folder(out).exists()


@pytest.mark.usefixtures("blocks")
def test_another_file_or_mapping_begins_anew(many: Path, tmp_path: Path) -> None:
    out = tmp_path / "d.parquet"

    calls: list[int] = []

    def twice(_: str, done: int, __: int | None) -> bool:
        calls.append(done)
        return len(calls) < 2

    with pytest.raises(Cancelled):
        take_in(many, "m", out, progress=twice)
    assert working_folder(out).is_dir()
    many.write_text(acled({"event_id_cnty": "NEW"}), "utf-8")
    report = take_in(many, "m", out)
    assert report.read == 1
    assert pq.read_table(out)["id"].to_pylist() == ["NEW"]


@pytest.mark.parametrize("name", ["a.json", "a.parquet", "a.xlsx"])
def test_other_formats_go_on_too(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from test_readers_formats import geojson, parquet, xlsx

    rows = [
        {"id": f"i{n}", "date": "2022-01-01", "title": "x" * 30, "lat": 1.0, "lon": 2.0, "best": n}
        for n in range(50)
    ]
    monkeypatch.setattr("geo.ingest.documents.Documents.__init__.__kwdefaults__", {"block": 500})
    monkeypatch.setattr("geo.ingest.parquet.ROWS", 7)
    monkeypatch.setattr("geo.ingest.sheets.ROWS", 7)
    writers = {"a.json": geojson, "a.parquet": parquet, "a.xlsx": xlsx}
    path, out = tmp_path / name, tmp_path / "out.parquet"
    path.write_bytes(writers[name](rows))
    calls: list[int] = []

    def stop(_: str, done: int, __: int | None) -> bool:
        calls.append(done)
        return len(calls) < 3

    with pytest.raises(Cancelled):
        take_in(path, name, out, progress=stop)
    report = take_in(path, name, out)
    assert (report.read, report.taken) == (50, 50)
    assert pq.read_table(out)["id"].to_pylist() == [f"i{n}" for n in range(50)]


def test_a_failed_write_leaves_the_old_file_whole(
    many: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "d.parquet"
    out.write_bytes(b"old")
    monkeypatch.setattr(Path, "replace", _full)
    with pytest.raises(WriteError, match="What stood there is untouched"):
        take_in(many, "many.csv", out)
    assert out.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.glob(".d.parquet-*")] == []
    with pytest.raises(WriteError):
        take_in(many, "many.csv", tmp_path / "none" / "d.parquet", mapping=Mapping())


def _full(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_text_of_a_file_cannot_steer_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(acled({"event_date": "\x1b[31mred\x07"}), "utf-8")
    assert import_(path, "-o", tmp_path / "a.parquet") == 1
    assert "\x1b" not in capsys.readouterr().err
