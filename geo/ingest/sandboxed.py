"""Looks at files and takes them in as `geo.ingest` does, each in a process of its own.

A file that eats memory or time ends its own process, and its reader gets a clear refusal; whoever
else uses the server notices nothing.
"""

from __future__ import annotations

import json
import queue
import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from geo import model
from geo.ingest import workers
from geo.ingest.importing import READING, Cancelled, Progress, working_folder
from geo.ingest.inspection import Question, Sniffed
from geo.ingest.limits import MEBIBYTE, Limits
from geo.ingest.mapping import Mapping
from geo.ingest.report import Report
from geo.ingest.store import discard
from geo.model import GeoError, LimitError, QuestionError, ReadError

TICK = 0.2


def prepare() -> None:
    """Have a process ready for a file that may soon be given; see `geo.ingest.workers`."""
    workers.prepare()


def sniff(
    path: Path, name: str, *, mapping: Mapping | None = None, limits: Limits | None = None
) -> Sniffed:
    """Look at a file; see `geo.ingest.sniff`.

    Raises
    ------
    LimitError
        Also if it takes more memory or time than `limits` allow.
    ReadError
        If it cannot be read at all.
    """
    limits = limits or Limits.from_environment()
    given: dict[str, Any] = _run(_request("sniff", path, name, mapping, limits), limits, None)[
        "sniffed"
    ]
    questions = tuple(
        Question(q["code"], q["text"], tuple((a, b) for a, b in q["answers"]))
        for q in given.pop("questions")
    )
    found = Mapping.from_json(json.dumps(given.pop("mapping")))
    return Sniffed(
        name=given["name"],
        form=given["form"],
        container=given["container"],
        encoding=given["encoding"],
        delimiter=given["delimiter"],
        columns=tuple(given["columns"]),
        sample=tuple(tuple(row) for row in given["sample"]),
        mapping=found,
        notes=tuple(given["notes"]),
        questions=questions,
        sheets=tuple(given["sheets"]),
    )


def take_in(
    path: Path,
    name: str,
    out: Path,
    *,
    mapping: Mapping | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Report:
    """Read a file into a data set of its reader's own; see `geo.ingest.take_in`.

    Nothing is left behind by a file that is refused, or given up on through `progress`.

    Raises
    ------
    LimitError
        Also if it takes more memory or time than `limits` allow.
    QuestionError, ReadError, WriteError, Cancelled
        As there.
    """
    limits = limits or Limits.from_environment()
    # The process has another folder to start from.
    out = out.absolute()
    request = _request("take_in", path, name, mapping, limits) | {"out": str(out)}
    try:
        return Report.from_json(_run(request, limits, progress)["report"])
    except BaseException:
        discard(working_folder(out))
        raise


def _request(
    what: str, path: Path, name: str, mapping: Mapping | None, limits: Limits
) -> dict[str, Any]:
    return {
        "what": what,
        "path": str(path.resolve()),
        "name": name,
        "mapping": mapping.to_json() if mapping else "",
        "limits": asdict(limits),
    }


def _run(request: dict[str, Any], limits: Limits, progress: Progress | None) -> dict[str, Any]:
    """Run the worker until it answers, or until it may not go on."""
    with workers.worker() as process:
        assert process.stdin is not None
        with suppress(BrokenPipeError):
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
        lines = workers.lines(process)
        deadline = time.monotonic() + limits.seconds
        last: tuple[str, int, int | None] = (READING, 0, None)
        while True:
            try:
                line = lines.get(timeout=TICK)
            except queue.Empty:
                line = {}
            if line is None:
                process.wait()
                raise _ended(process.returncode, limits)
            if "step" in line:
                last = (line["step"], line["done"], line["total"])
            elif "error" in line:
                raise _error(line, limits)
            elif line:
                return line
            if progress is not None and not progress(*last):
                raise Cancelled("Stopped; nothing was taken in.")
            if time.monotonic() > deadline:
                raise _slow(limits)
            if workers.resident(process) > limits.memory:
                raise _large(limits)


def _error(line: dict[str, Any], limits: Limits) -> GeoError:
    kind = line["error"]
    if kind == "memory":
        return _large(limits)
    if kind == "QuestionError":
        return QuestionError(line["message"], line["questions"])
    if kind == "unknown":
        return ReadError(f"The file cannot be read ({line['message']}). Save it as CSV and retry.")
    known = getattr(model, kind, ReadError)
    return known(line["message"]) if issubclass(known, GeoError) else ReadError(kind)


def _ended(status: int, limits: Limits) -> ReadError:
    """The process was stopped by the system: for time, or, as far as one can tell, for memory."""
    import signal

    if -status == getattr(signal, "SIGXCPU", 0):
        return _slow(limits)
    return _large(limits)


def _slow(limits: Limits) -> LimitError:
    return LimitError(
        f"Reading the file takes longer than {limits.seconds} seconds. Split it, import it on the "
        "command line, or raise MARZ_LIMIT_SECONDS."
    )


def _large(limits: Limits) -> LimitError:
    return LimitError(
        f"Reading the file takes more memory than {limits.memory // MEBIBYTE:,} MiB, as bombs do. "
        "Save it as CSV, split it, or raise MARZ_LIMIT_MEMORY."
    )
