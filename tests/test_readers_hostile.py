"""Hostile files in the process that reads uploads: refused or read in bounds, nothing reached."""

from __future__ import annotations

import gzip
import io
import json
import socket
import tempfile
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from exports import acled
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.ingest import sandboxed, worker
from geo.ingest.importing import import_file
from geo.ingest.limits import MEBIBYTE, Limits
from geo.model import Cancelled, GeoError, LimitError, QuestionError, ReadError

LIMITS = Limits(memory=1024 * MEBIBYTE, seconds=60)
SECRET = "TheWordThatNobodyMayRead"


class Listener:
    """A server that counts who knocks."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.knocks = 0
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                self._socket.accept()[0].close()
            except OSError:
                return
            self.knocks += 1

    def close(self) -> None:
        """Stop listening."""
        self._socket.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    server = Listener()
    yield server
    server.close()


def refused(
    folder: Path, name: str, content: bytes, limits: Limits = LIMITS, *, alone: bool = True
) -> str:
    """Take a file in, which must be refused; nothing may be left of it.

    What cannot harm this process is read in it where `alone` is False, since a process takes
    half a second to start.
    """
    path, out = folder / name, folder / "out.parquet"
    path.write_bytes(content)
    with pytest.raises(ReadError) as caught:
        (sandboxed.import_file if alone else import_file)(path, name, out, limits=limits)
    path.unlink()
    assert {entry.name for entry in folder.iterdir()} <= {"secret.csv"}
    return str(caught.value)


def test_an_upload_is_taken_in_and_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = Path("a.csv")
    path.write_text(acled({}, {"event_date": "soon"}), "utf-8")
    assert sandboxed.inspect(path, "a.csv").form == "acled"
    told: list[tuple[str, int, int | None]] = []

    def progress(step: str, done: int, total: int | None) -> bool:
        told.append((step, done, total))
        return True

    out = Path("a.parquet")
    report = sandboxed.import_file(path, "a.csv", out, progress=progress)
    assert (report.imported, report.refused) == (1, 1) and out.is_file()
    assert Path(report.problems).read_text("utf-8-sig").count("soon") == 1
    assert ("reading", path.stat().st_size, path.stat().st_size) in told
    assert told[-1] == ("sorting", 1, 1)


def test_a_question_passes_through(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("date\n03/04/2022\n", "utf-8")
    with pytest.raises(QuestionError) as caught:
        sandboxed.import_file(path, "a.csv", tmp_path / "a.parquet")
    assert caught.value.questions == ("day-first",)


def test_what_poses_as_geojson_reads_no_file_and_makes_no_request(
    tmp_path: Path, listener: Listener
) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text(f"id,date\n{SECRET},2022\n", "utf-8")
    vrt = (
        f'<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>{secret}</SrcDataSource>'
        f"<SrcDataSource>/vsicurl/{listener.address}/x.csv</SrcDataSource></OGRVRTLayer>"
        "</OGRVRTDataSource>"
    )
    gdalg = {"type": "gdal_streamed_alg", "command_line": f"gdal vector convert {secret} x"}
    feature = {"type": "Feature", "properties": {"date": "2022"}, "geometry": None}
    for href in (secret.as_uri(), listener.address):
        crs = {"type": "link", "properties": {"href": href, "type": "proj4"}}
        for document in (
            {"type": "FeatureCollection", "crs": crs, "features": [feature]},
            {"type": "FeatureCollection", "features": [feature], "crs": crs},
        ):
            told = refused(tmp_path, "x.geojson", json.dumps(document).encode(), alone=False)
            assert "never follows" in told
    assert "XML" in refused(tmp_path, "x.geojson", vrt.encode())
    assert "gdal_streamed_alg" in refused(tmp_path, "x.geojson", json.dumps(gdalg).encode())
    topology = json.dumps({"type": "Topology", "objects": {"data": 1}}).encode()
    assert "Topology" in refused(tmp_path, "x.geojson", topology, alone=False)
    for text in (str(secret), listener.address, f"{listener.address}/x.parquet"):
        # A text that a database or Arrow would take for a table, a file or an address.
        path = tmp_path / "x.csv"
        path.write_text(f"id,date,source\n{text},2022,{text}\n", "utf-8")
        import_file(path, text, tmp_path / "x.parquet")
        (tmp_path / "x.csv").unlink()
        (tmp_path / "x.problems.csv").unlink()
        content = (tmp_path / "x.parquet").read_bytes()
        (tmp_path / "x.parquet").unlink()
        assert SECRET.encode() not in content
    assert listener.knocks == 0


def test_columns_and_nesting_without_end(tmp_path: Path) -> None:
    wide = ",".join(f"c{n}" for n in range(200_000))
    content = f"{wide}\n{wide}\n".encode()
    assert "columns" in refused(tmp_path, "wide.csv", content, alone=False)
    properties = {f"c{n}": n for n in range(200_000)}
    feature = {"type": "Feature", "properties": properties, "geometry": None}
    content = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    assert "properties" in refused(tmp_path, "wide.geojson", content)
    names = {f"c{n}": [1] for n in range(2_000)}
    sink = io.BytesIO()
    pq.write_table(pa.table(names), sink)
    assert "columns" in refused(tmp_path, "wide.parquet", sink.getvalue(), alone=False)
    deep = b"[" * 5_000 + b"]" * 5_000
    assert "record" in refused(tmp_path, "deep.json", deep, alone=False)
    told = refused(tmp_path, "deep.geojson", b'{"a":' * 5_000 + b"1" + b"}" * 5_000)
    assert "list of features" in told


def test_bombs(tmp_path: Path) -> None:
    zeros = b"0" * (24 * MEBIBYTE)
    assert "unpacks" in refused(tmp_path, "bomb.csv.gz", gzip.compress(b"id,date\n" + zeros))
    book = openpyxl.Workbook()
    saved = io.BytesIO()
    book.save(saved)
    with zipfile.ZipFile(saved, "a", zipfile.ZIP_DEFLATED) as archive:
        for number in range(2):
            archive.writestr(f"xl/worksheets/more{number}.xml", zeros)
    small = replace(LIMITS, size=40 * MEBIBYTE)
    assert "unpacks" in refused(tmp_path, "bomb.xlsx", saved.getvalue(), small, alone=False)
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["XFD1048576"] = "id", 1
    saved = io.BytesIO()
    book.save(saved)
    assert "blank ones" in refused(tmp_path, "corners.xlsx", saved.getvalue(), alone=False)


def test_parquet_bombs(tmp_path: Path) -> None:
    sink = io.BytesIO()
    with pq.ParquetWriter(sink, pa.schema([("id", pa.int8())])) as writer:
        for _ in range(25):
            writer.write_table(pa.table({"id": pa.repeat(pa.scalar(1, pa.int8()), 10**6)}))
    assert "25,000,000 rows" in refused(tmp_path, "rows.parquet", sink.getvalue(), alone=False)
    # One text of a megabyte in a dictionary, and half a million rows that name it.
    names = pa.DictionaryArray.from_arrays(pa.repeat(pa.scalar(0), 500_000), ["x" * MEBIBYTE])
    sink = io.BytesIO()
    pq.write_table(pa.table({"title": names, "date": pa.repeat("2022", 500_000)}), sink)
    assert len(sink.getvalue()) < 2 * MEBIBYTE
    told = refused(
        tmp_path, "texts.parquet", sink.getvalue(), replace(LIMITS, memory=600 * MEBIBYTE)
    )
    assert "MiB" in told


@pytest.fixture(params=["started", "waiting"])
def ahead(request: pytest.FixtureRequest) -> Iterator[Callable[[], None]]:
    """What to call before a file is read: nothing, or what has a process wait for it."""
    yield sandboxed.prepare if request.param == "waiting" else lambda: None
    sandboxed.dismiss()


def test_memory_and_time_are_bounded_by_the_system(
    tmp_path: Path, ahead: Callable[[], None]
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(acled({}), "utf-8")
    out = tmp_path / "a.parquet"
    ahead()
    with pytest.raises(LimitError, match="more memory"):
        sandboxed.import_file(path, "a.csv", out, limits=Limits(memory=20 * MEBIBYTE))
    ahead()
    with pytest.raises(LimitError, match="longer than"):
        sandboxed.import_file(path, "a.csv", out, limits=Limits(seconds=0))
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.csv"]


def test_giving_up_ends_the_process_and_leaves_nothing(
    tmp_path: Path, ahead: Callable[[], None]
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(acled(*({"notes": "x" * 1000} for _ in range(20_000))), "utf-8")
    before = _children()
    ahead()
    with pytest.raises(Cancelled):
        sandboxed.import_file(path, "a.csv", tmp_path / "a.parquet", progress=lambda *_: False)
    assert _children() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.csv"]


def test_coordinates_that_are_none(tmp_path: Path) -> None:
    values = ["NaN", "1e308", "-1e308", "130", "inf", "1e400", "0x10", "39°51'E"]
    path = tmp_path / "a.csv"
    path.write_text(acled(*({"latitude": value} for value in values), {}), "utf-8")
    report = sandboxed.import_file(path, "a.csv", tmp_path / "a.parquet")
    assert (report.imported, report.refused) == (1, len(values))
    point = '{"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": '
    numbers = [f"{point}[70, {value}]}}}}" for value in ("NaN", "1e308", "1e400", "130", "39")]
    path.write_text("\n".join(numbers), "utf-8")
    report = import_file(path, "a.geojsonl", tmp_path / "a.parquet")
    assert (report.imported, report.refused) == (1, 4)


def test_what_is_no_data_at_all(tmp_path: Path) -> None:
    for content, part in (
        (b"", "empty"),
        (b"\x00\x01\x02" * 100, "no text"),
        (b"\xd0\xcf\x11\xe0 old", ".xls"),
        (b"%PDF-1.7", "PDF"),
        (b"\x1f\x8b\x08\x00broken", "gzip"),
        (b"PAR1 torn", "Parquet"),
        (b"PK\x03\x04 torn", "workbook"),
        (b"{", "JSON"),
        (b"just words\n", "no rows"),
    ):
        told = refused(tmp_path, "x", content, alone=False)
        assert part in told, (content, told)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("a.csv", "id\n1\n")
    assert "ZIP" in refused(tmp_path, "x", archive.getvalue(), alone=False)


def test_a_binary_file_is_called_by_its_name(tmp_path: Path) -> None:
    told = refused(tmp_path, "photo.jpg", b"\x89PNG" + bytes(range(256)) * 9, alone=False)
    assert told.startswith("“photo.jpg” is a picture")


def test_the_process_sees_no_secret_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, ahead: Callable[[], None]
) -> None:
    monkeypatch.setenv("MARZ_DATABASE_URL", "postgresql://user:word@host/db")
    ahead()
    with sandboxed.worker() as process:
        held = Path(f"/proc/{process.pid}/environ")
        assert not held.exists() or b"MARZ_DATABASE_URL" not in held.read_bytes()


def _children() -> set[str]:
    """Processes that this one has started and that are still there."""
    found = set()
    for task in Path("/proc/self/task").glob("*/children"):
        found |= set(task.read_text("ascii").split())
    return found


@pytest.mark.parametrize("start", [b"", b"id,date\n", b'[{"id": ', b"PAR1", b"PK\x03\x04"])
@given(rest=st.binary(max_size=200))
@settings(max_examples=10)
def test_no_bytes_raise_anything_but_our_errors(start: bytes, rest: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x"
        path.write_bytes(start + rest)
        with suppress(GeoError):
            report = import_file(path, "x", Path(folder) / "out.parquet")
            assert report.read == report.imported + report.refused + report.joined


def test_requests_and_programs_are_forbidden_while_a_file_is_read() -> None:
    for event in ("socket.connect", "subprocess.Popen", "os.system", "urllib.Request"):
        with pytest.raises(PermissionError):
            worker._guard(event, ())
    worker._guard("open", ("x", "r", 0))
