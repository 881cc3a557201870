"""``python -m geo import``: progress, questions, killed and begun again, old files kept whole."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from exports import acled, taken
from madeup import ROOT, noted

from geo import __main__ as command
from geo.ingest.importing import import_file
from geo.ingest.mapping import Mapping
from geo.ingest.parts import folder_beside
from geo.model import Cancelled, WriteError

KILLED = """
import os, signal, sys
from pathlib import Path
from geo.ingest import delimited, importing
delimited.Delimited.__init__.__kwdefaults__["block"] = 20_000
def progress(step, done, total):
    if step == sys.argv[3] and done > 60_000 * (step == "reading"):
        os.kill(os.getpid(), signal.SIGKILL)
    return True
importing.import_file(Path(sys.argv[1]), "many.csv", Path(sys.argv[2]), progress=progress)
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
    assert "500 rows read, 490 imported, 10 refused" in told
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


@pytest.mark.parametrize("step", ["reading", "sorting"])
def test_a_killed_import_leaves_the_old_file_and_begins_again(
    many: Path, tmp_path: Path, step: str
) -> None:
    out = tmp_path / "d.parquet"
    out.write_bytes(b"old")
    before = {*tmp_path.iterdir()}
    done = subprocess.run(
        [sys.executable, "-c", KILLED, many, out, step],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        check=False,
    )
    assert done.returncode == -signal.SIGKILL and out.read_bytes() == b"old"
    assert {*tmp_path.iterdir()} == before | {folder_beside(out)}
    steps: list[Any] = []
    report = import_file(many, "many.csv", out, progress=noted(steps))
    assert steps[0][0] == "reading"
    whole, rows = taken(tmp_path, many.read_bytes(), "fresh.csv")
    assert pq.read_table(out).to_pylist() == rows
    assert (report.read, report.imported, report.refused) == (500, 490, 10)
    assert (report.sha256, report.groups) == (whole.sha256, whole.groups)
    assert Path(report.problems).read_bytes() == Path(whole.problems).read_bytes()
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


@pytest.mark.usefixtures("blocks")
@pytest.mark.parametrize("after", [1, 4])
def test_a_stopped_import_leaves_nothing_behind(many: Path, tmp_path: Path, after: int) -> None:
    out = tmp_path / "d.parquet"
    before = {*tmp_path.iterdir()}
    calls: list[int] = []

    def stop(_: str, done: int, __: int | None) -> bool:
        calls.append(done)
        return len(calls) < after

    with pytest.raises(Cancelled, match="nothing was imported"):
        import_file(many, "m", out, progress=stop)
    assert len(calls) == after
    assert {*tmp_path.iterdir()} == before


@pytest.mark.parametrize("name", ["a.json", "a.parquet", "a.xlsx"])
def test_other_formats_come_in_parts_too(
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
    steps: list[Any] = []
    report = import_file(path, name, out, progress=noted(steps))
    assert sum(step == "reading" for step, _, _ in steps) > 3
    assert (report.read, report.imported) == (50, 50)
    assert pq.read_table(out)["id"].to_pylist() == [f"i{n}" for n in range(50)]


def test_a_failed_write_leaves_the_old_file_whole(
    many: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "d.parquet"
    out.write_bytes(b"old")
    monkeypatch.setattr(Path, "replace", _full)
    with pytest.raises(WriteError, match="What stood there is untouched"):
        import_file(many, "many.csv", out)
    assert out.read_bytes() == b"old"
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]
    with pytest.raises(WriteError):
        import_file(many, "many.csv", tmp_path / "none" / "d.parquet", mapping=Mapping())


def _full(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_text_of_a_file_cannot_steer_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(acled({"event_date": "\x1b[31mred\x07"}), "utf-8")
    assert import_(path, "-o", tmp_path / "a.parquet") == 1
    assert "\x1b" not in capsys.readouterr().err
