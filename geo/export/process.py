"""Makes files as `geo.export.formats` does, in a process of its own, one at a time.

A sheet of A3 at 600 dpi keeps a processor busy for many seconds and takes some hundred megabytes.
Made within the server it would hold up everybody else's page; here it gives way to them, is ended
when nobody wants it any more, and gives its memory back.
"""

from __future__ import annotations

import atexit
import pickle
import queue
import threading
from contextlib import suppress
from datetime import date
from typing import Any

from geo.export.worker import THREADS, Request
from geo.ingest import sandboxed
from geo.model import Cancelled, GeoError, Progress, Scene
from geo.package.load import Package

TICK = 0.2
"""Seconds between two looks at a process that says nothing."""
IDLE = 120.0
"""Seconds after which a process that nobody has used is ended."""
LARGE = 350 * 2**20
"""Bytes of memory with which a process is not kept for the next file."""


class _Process:
    """The process, started when it is needed and ended when it is not."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: sandboxed.Worker | None = None
        self._timer: threading.Timer | None = None

    def run(self, request: Request | None, progress: Progress | None) -> bytes:
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            if self._process is None or self._process.poll() is not None:
                self._process = _start()
            answer: Any = None
            try:
                answer = _ask(self._process, request, progress)
            finally:
                if answer is None or sandboxed.resident(self._process) > LARGE:
                    self.kill()
                else:
                    self._timer = threading.Timer(IDLE, self.end)
                    self._timer.daemon = True
                    self._timer.start()
        if isinstance(answer, GeoError):
            raise answer
        made: bytes = answer
        return made

    def end(self) -> None:
        """End it, once it has made what it is making."""
        with self._lock:
            self.kill()

    def kill(self) -> None:
        """End it at once, whatever it makes."""
        process, self._process = self._process, None
        sandboxed.end(process)


_process = _Process()
atexit.register(_process.kill)


def make(
    package: Package,
    shown: Scene,
    ending: str,
    *,
    day: date,
    progress: Progress | None = None,
    preview: bool = False,
) -> bytes:
    """Make a file of a scene, or its preview; see `geo.export.formats.make`.

    Raises
    ------
    Cancelled
        If `progress` said so; what was begun is ended at once.
    GeoError
        If it cannot be made.
    """
    asked = {"shown": shown, "ending": ending, "day": day, "preview": preview}
    request = str(package.directory.resolve()), package.version, asked
    return _process.run(request, progress)


def prepare() -> None:
    """Have a process ready, if none is: a page is about to offer files."""
    if _process._process is None and not _process._lock.locked():
        threading.Thread(target=lambda: _process.run(None, None), daemon=True).start()


def _start() -> sandboxed.Worker:
    return sandboxed.start(
        "geo.export.worker", sandboxed.environment(**dict.fromkeys(THREADS, "1"))
    )


def _ask(
    process: sandboxed.Worker, request: Request | None, progress: Progress | None
) -> bytes | GeoError:
    """Its answer; the error of whoever stopped it."""
    assert process.stdin is not None
    with suppress(BrokenPipeError):
        pickle.dump(request, process.stdin, protocol=pickle.HIGHEST_PROTOCOL)
        process.stdin.flush()
    told: queue.Queue[tuple[str, Any]] = queue.Queue()
    threading.Thread(target=_listen, args=(process, told), daemon=True).start()
    last = (0, 0)
    while True:
        kind = ""
        what: Any = None
        with suppress(queue.Empty):
            kind, what = told.get(timeout=TICK)
        if kind == "progress":
            last = what
        elif kind == "answer":
            answer: bytes | GeoError = what
            return answer
        elif kind == "end":
            raise GeoError("It could not be made. The server's log says why.")
        if progress is not None and not progress(*last):
            raise Cancelled("It was stopped.")


def _listen(process: sandboxed.Worker, told: queue.Queue[tuple[str, Any]]) -> None:
    assert process.stdout is not None
    kind = ""
    try:
        while kind != "answer":
            kind, what = pickle.load(process.stdout)  # noqa: S301 - written by our own process
            told.put((kind, what))
    except (EOFError, OSError, ValueError, pickle.UnpicklingError):
        told.put(("end", None))
