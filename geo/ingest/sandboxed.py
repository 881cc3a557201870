"""Inspects and imports files as `geo.ingest` does, each in a process of its own.

A file that eats memory or time ends its own process, and its reader gets a clear refusal; whoever
else uses the server notices nothing.

A process takes half a second until it can read. `prepare` has one wait for the next file, with
nothing in it but our own code; whoever reads next gets it, and like any other it ends with that
file. Each is a new interpreter, never a fork of the server and its threads.

At most `most` run at once, for all readers together; the next files wait for their turn.
"""

from __future__ import annotations

import atexit
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from geo import model
from geo.files import ROOT
from geo.ingest.importing import READING, StepProgress, tell
from geo.ingest.inspection import Inspection, Question
from geo.ingest.limits import MEBIBYTE, Limits, whole_number
from geo.ingest.mapping import Mapping
from geo.ingest.parts import discard, folder_beside
from geo.ingest.report import Report
from geo.model import GeoError, LimitError, QuestionError, ReadError

PASSED_ON = ("PATH", "LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "MARZ_DATA", "TZ")
"""What the process sees of the environment: no password of a database, no token."""
LONGEST_LINE = 16 * MEBIBYTE
TICK = 0.2
"""Seconds between two looks at a process that says nothing."""
IDLE = 300.0
"""Seconds after which a process that nobody has used is ended."""

AT_ONCE = "MARZ_IMPORTS"
"""Environment: how many files are read at once, 2 without."""
WAITING = "waiting"
"""What `StepProgress` is told before its turn, with the number of those that wait before it."""

READER = "geo.ingest.worker"
"""What runs in a process that reads a file."""
Worker = subprocess.Popen[bytes]


def most() -> int:
    """How many files are read at once.

    Raises
    ------
    ReadError
        If `AT_ONCE` is no whole number above 0.
    """
    return whole_number(AT_ONCE) or 2


class _Turns:
    """Whose turn it is, first come, first served."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: deque[object] = deque()
        self.running = 0

    @contextmanager
    def take(self, progress: StepProgress | None = None) -> Iterator[None]:
        """Wait for a turn, and have it until leaving."""
        me = object()
        with self._changed:
            self._waiting.append(me)
            try:
                while self._waiting[0] is not me or self.running >= most():
                    ahead = self._waiting.index(me)
                    tell(progress, WAITING, ahead, None)
                    self._changed.wait(TICK)
                self.running += 1
            finally:
                self._waiting.remove(me)
                self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self.running -= 1
                self._changed.notify_all()


_turns = _Turns()
turn = _turns.take
"""Context in which a file's reader is one of the `most` that work at once."""


class _Spare:
    """The process that waits, if there is one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: Worker | None = None
        self._environment: dict[str, str] = {}
        self._timer: threading.Timer | None = None
        self.until = 0.0

    def prepare(self) -> None:
        """Have one, and keep it a while longer."""
        with self._lock:
            self.until = time.monotonic() + IDLE
            # It counts: whoever has the next turn takes it.
            if not self._fits() and _turns.running < most():
                end(self._process)
                self._environment = _environment()
                self._process = start(READER, self._environment, errors=subprocess.DEVNULL)
                if self._timer is None:
                    self._look_again(IDLE)

    def take(self) -> Worker | None:
        """Hand it over, for good."""
        with self._lock:
            process, fits = self._process, self._fits()
            self._process = None
        if not fits:
            end(process)
        return process if fits else None

    def expire(self) -> None:
        """End it if its time is over, or look again when it is."""
        with self._lock:
            self._timer = None
            left = self.until - time.monotonic()
            if self._process is not None and left <= 0:
                end(self._process)
                self._process = None
            elif self._process is not None:
                self._look_again(left)

    def _fits(self) -> bool:
        return (
            self._process is not None
            and self._process.poll() is None
            and self._environment == _environment()
        )

    def _look_again(self, seconds: float) -> None:
        self._timer = threading.Timer(seconds, self.expire)
        self._timer.daemon = True
        self._timer.start()


_spare = _Spare()
prepare = _spare.prepare
"""Start a process ahead of the next file, unless one waits already: for a page that is about to be
given a file. It takes some 80 MB while it waits, `IDLE` seconds at the most."""


def dismiss() -> None:
    """End the process that waits, if there is one."""
    end(_spare.take())


atexit.register(dismiss)


@contextmanager
def worker() -> Iterator[Worker]:
    """Have a process that reads one file; it is gone on leaving."""
    process = _spare.take() or start(READER, _environment(), errors=subprocess.DEVNULL)
    try:
        yield process
    finally:
        end(process)


def _environment() -> dict[str, str]:
    # One allocator and few arenas, so that the bound of memory means what it says.
    return environment(ARROW_DEFAULT_MEMORY_POOL="system", OPENBLAS_NUM_THREADS="1")


def environment(**more: str) -> dict[str, str]:
    """What a process of ours sees: `PASSED_ON`, where our code lies, and what is named here."""
    passed = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    own = {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", "MALLOC_ARENA_MAX": "2"}
    return passed | own | more


def start(module: str, environment: dict[str, str], *, errors: int | None = None) -> Worker:
    """Start a module of ours in a process of its own, which hears and answers by pipes.

    Parameters
    ----------
    errors : int, optional
        Where what it writes to standard error goes, as `subprocess` says it; else to the log.
    """
    return subprocess.Popen(
        [sys.executable, "-P", "-X", "utf8", "-m", module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        env=environment,
        cwd=ROOT,
    )


def end(process: Worker | None) -> None:
    """End a process of ours at once, whatever it does, and close what leads to it."""
    if process is None:
        return
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()


def lines_of(process: Worker) -> queue.Queue[dict[str, Any] | None]:
    """What a process says, line by line, and None at its end."""
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


def resident(process: Worker) -> int:
    """Bytes of memory of a process; 0 where the system does not say."""
    try:
        pages = Path(f"/proc/{process.pid}/statm").read_text("ascii").split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0


def inspect(
    path: Path,
    name: str,
    *,
    mapping: Mapping | None = None,
    limits: Limits | None = None,
    progress: StepProgress | None = None,
) -> Inspection:
    """Look at a file; see `geo.ingest.inspection.inspect`.

    Raises
    ------
    Cancelled
        If `progress` said so.
    LimitError
        Also if it takes more memory or time than `limits` allow.
    ReadError
        If it cannot be read at all.
    """
    limits = limits or Limits.from_environment()
    request = _request("inspect", path, name, mapping, limits)
    given: dict[str, Any] = _run(request, limits, progress)["inspection"]
    given |= {name: tuple(given[name]) for name in ("columns", "notes", "sheets")}
    given["sample"] = tuple(tuple(row) for row in given["sample"])
    given["mapping"] = Mapping.from_json(json.dumps(given["mapping"]))
    given["questions"] = tuple(
        Question(q["code"], q["text"], tuple((a, b) for a, b in q["answers"]))
        for q in given["questions"]
    )
    return Inspection(**given)


def import_file(
    path: Path,
    name: str,
    out: Path,
    *,
    mapping: Mapping | None = None,
    limits: Limits | None = None,
    progress: StepProgress | None = None,
) -> Report:
    """Read a file into a data set of its reader's own; see `geo.ingest.importing.import_file`.

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
    request = _request("import", path, name, mapping, limits) | {"out": str(out)}
    try:
        return Report.from_json(_run(request, limits, progress)["report"])
    except BaseException:
        discard(folder_beside(out))
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


def _run(
    request: dict[str, Any], limits: Limits, progress: StepProgress | None = None
) -> dict[str, Any]:
    """Run the worker until it answers, or until it may not go on."""
    with turn(progress), worker() as process:
        assert process.stdin is not None
        with suppress(BrokenPipeError):
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
        lines = lines_of(process)
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
            tell(progress, *last)
            if time.monotonic() > deadline:
                raise _slow(limits)
            if resident(process) > limits.memory:
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
