"""Looks at files and takes them in as `geo.readers` does, each in a process of its own.

A file that eats memory or time ends its own process, and its reader gets a clear refusal; whoever
else uses the server notices nothing.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from geo import errors
from geo.errors import LimitError, ReadError
from geo.readers.limits import MEBIBYTE, Limits
from geo.readers.mapping import Mapping
from geo.readers.report import Report
from geo.readers.sniffing import Question, Sniffed
from geo.readers.store import discard
from geo.readers.taking import Cancelled, Progress, problems_beside, working_folder

ROOT = Path(__file__).resolve().parents[2]
PASSED_ON = ("PATH", "LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "MARZ_DATA", "TZ")
"""What the process sees of the environment: no password of a database, no token."""
TICK = 0.2
LONGEST_LINE = 16 * MEBIBYTE


def sniff(
    path: Path, name: str, *, mapping: Mapping | None = None, limits: Limits | None = None
) -> Sniffed:
    """Look at a file; see `geo.readers.sniff`.

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
    problems: Path | None = None,
    share: bool = False,
) -> Report:
    """Read a file into a data set; see `geo.readers.take_in`.

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
    problems = (problems or problems_beside(out)).absolute()
    request = _request("take_in", path, name, mapping, limits)
    request |= {"out": str(out), "problems": str(problems), "share": share}
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
    with _worker() as process:
        assert process.stdin is not None
        with suppress(BrokenPipeError):
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
        lines = _lines(process)
        deadline = time.monotonic() + limits.seconds
        last: tuple[int, int | None] = (0, None)
        while True:
            try:
                line = lines.get(timeout=TICK)
            except queue.Empty:
                line = {}
            if line is None:
                process.wait()
                raise _ended(process.returncode, limits)
            if "done" in line:
                last = (line["done"], line["total"])
            elif "error" in line:
                raise _error(line, limits)
            elif line:
                return line
            if progress is not None and not progress(*last):
                raise Cancelled("Stopped; nothing was taken in.")
            if time.monotonic() > deadline:
                raise _slow(limits)
            if _resident(process.pid) > limits.memory:
                raise _large(limits)


@contextmanager
def _worker() -> Iterator[subprocess.Popen[bytes]]:
    """Start a worker; it is gone on leaving."""
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    environment |= {
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        # One allocator and few arenas, so that the bound of memory means what it says.
        "ARROW_DEFAULT_MEMORY_POOL": "system",
        "MALLOC_ARENA_MAX": "2",
        "OPENBLAS_NUM_THREADS": "1",
    }
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "geo.readers.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        cwd=ROOT,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()


def _lines(process: subprocess.Popen[bytes]) -> queue.Queue[dict[str, Any] | None]:
    """What the worker says, line by line, and None at its end."""
    found: queue.Queue[dict[str, Any] | None] = queue.Queue(maxsize=1000)

    def listen() -> None:
        assert process.stdout is not None
        try:
            while line := process.stdout.readline(LONGEST_LINE):
                found.put(json.loads(line))
        except (ValueError, OSError):
            pass
        found.put(None)

    threading.Thread(target=listen, daemon=True).start()
    return found


def _error(line: dict[str, Any], limits: Limits) -> errors.GeoError:
    kind = line["error"]
    if kind == "memory":
        return _large(limits)
    if kind == "QuestionError":
        return errors.QuestionError(line["message"], line["questions"])
    if kind == "unknown":
        return ReadError(f"The file cannot be read ({line['message']}). Save it as CSV and retry.")
    known = getattr(errors, kind, ReadError)
    return known(line["message"]) if issubclass(known, errors.GeoError) else ReadError(kind)


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


def _resident(pid: int) -> int:
    """Bytes of memory of a process; 0 where the system does not say."""
    try:
        pages = Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0
