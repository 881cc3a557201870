"""The process that waits for the next file: used once, and never longer than it should."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from exports import acled
from patience import seconds

from geo.ingest import sandboxed
from geo.model import Cancelled, ReadError


@pytest.fixture(autouse=True)
def _none_left() -> Iterator[None]:
    yield
    sandboxed.dismiss()


def waiting() -> int | None:
    """Number of the process that waits."""
    process = sandboxed._spare._process
    return process.pid if process and process.poll() is None else None


def test_one_waits_and_reads_one_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(acled({}, {"event_date": "soon"}), "utf-8")
    sandboxed.prepare()
    first = waiting()
    sandboxed.prepare()
    assert first is not None and waiting() == first
    report = sandboxed.import_file(path, "a.csv", tmp_path / "a.parquet")
    assert (report.imported, report.refused) == (1, 1)
    assert waiting() is None and not Path(f"/proc/{first}").exists()
    sandboxed.prepare()
    assert waiting() not in (None, first)
    assert sandboxed.inspect(path, "a.csv").form == "acled"
    # Without `prepare` each file has a process of its own all the same.
    assert waiting() is None
    assert sandboxed.import_file(path, "a.csv", tmp_path / "a.parquet").imported == report.imported


def test_one_that_has_ended_or_knows_another_package_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandboxed.prepare()
    first = sandboxed._spare._process
    assert first is not None
    first.kill()
    first.wait()
    with sandboxed.worker() as process:
        assert process is not first and process.poll() is None
    sandboxed.prepare()
    second = waiting()
    monkeypatch.setenv("MARZ_DATA", str(tmp_path))
    with sandboxed.worker() as process:
        assert process.pid != second and not Path(f"/proc/{second}").exists()
    sandboxed.prepare()
    third = waiting()
    monkeypatch.setenv("MARZ_DATA", os.devnull)
    sandboxed.prepare()
    assert waiting() not in (None, third) and not Path(f"/proc/{third}").exists()


def test_one_that_nobody_uses_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    sandboxed.prepare()
    sandboxed._spare.expire()
    assert waiting() is not None
    sandboxed._spare.until = 0.0
    sandboxed._spare.expire()
    assert waiting() is None


def test_one_whose_server_has_gone_ends_by_itself() -> None:
    sandboxed.prepare()
    with sandboxed.worker() as process:
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(timeout=seconds(15)) == 0


def test_no_more_are_read_at_once_than_the_operator_lets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(sandboxed.AT_ONCE, "2")
    told: list[tuple[str, int, int | None]] = []

    def tell(*what: Any) -> bool:
        told.append(what)
        return len(told) < 2

    with ExitStack() as taken:
        for _ in range(2):
            taken.enter_context(sandboxed.turn())
        sandboxed.prepare()
        assert sandboxed._spare._process is None, "one that waits counts too"
        with pytest.raises(Cancelled), sandboxed.turn(tell):
            raise AssertionError
    assert told == [(sandboxed.WAITING, 0, None)] * 2
    with sandboxed.turn():
        assert sandboxed._turns.running == 1
    monkeypatch.setenv(sandboxed.AT_ONCE, "none")
    with pytest.raises(ReadError, match="whole number"):
        sandboxed.most()
