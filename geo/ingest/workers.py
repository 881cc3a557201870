"""Processes that read one file each: started when one is needed, or one ahead of it.

A process takes half a second until it can read. `prepare` has one wait for the next file, with
nothing in it but our own code; whoever reads next gets it, and like any other it ends with that
file. Each is a new interpreter, never a fork of the server and its threads.
"""

from __future__ import annotations

import atexit
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from json import loads
from pathlib import Path
from typing import Any

from geo.files import ROOT
from geo.ingest.limits import MEBIBYTE

PASSED_ON = ("PATH", "LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "MARZ_DATA", "TZ")
"""What the process sees of the environment: no password of a database, no token."""
LONGEST_LINE = 16 * MEBIBYTE
IDLE = 300.0
"""Seconds after which a process that nobody has used is ended."""

Worker = subprocess.Popen[bytes]


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
            if not self._fits():
                _end(self._process)
                self._environment = _environment()
                self._process = _start(self._environment)
                if self._timer is None:
                    self._look_again(IDLE)

    def take(self) -> Worker | None:
        """Hand it over, for good."""
        with self._lock:
            process, fits = self._process, self._fits()
            self._process = None
        if not fits:
            _end(process)
        return process if fits else None

    def expire(self) -> None:
        """End it if its time is over, or look again when it is."""
        with self._lock:
            self._timer = None
            left = self.until - time.monotonic()
            if self._process is not None and left <= 0:
                _end(self._process)
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


def prepare() -> None:
    """Start a process ahead of the next file, unless one waits already.

    For a page that is about to be given a file. It takes some 80 MB while it waits, `IDLE`
    seconds at the most.
    """
    _spare.prepare()


def dismiss() -> None:
    """End the process that waits, if there is one."""
    _end(_spare.take())


atexit.register(dismiss)


@contextmanager
def worker() -> Iterator[Worker]:
    """Have a process that reads one file; it is gone on leaving."""
    process = _spare.take() or _start(_environment())
    try:
        yield process
    finally:
        _end(process)


def _environment() -> dict[str, str]:
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return environment | {
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        # One allocator and few arenas, so that the bound of memory means what it says.
        "ARROW_DEFAULT_MEMORY_POOL": "system",
        "MALLOC_ARENA_MAX": "2",
        "OPENBLAS_NUM_THREADS": "1",
    }


def _start(environment: dict[str, str]) -> Worker:
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "geo.ingest.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        cwd=ROOT,
    )


def _end(process: Worker | None) -> None:
    if process is None:
        return
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()


def lines(process: Worker) -> queue.Queue[dict[str, Any] | None]:
    """What a process says, line by line, and None at its end."""
    found: queue.Queue[dict[str, Any] | None] = queue.Queue(maxsize=1000)

    def listen() -> None:
        assert process.stdout is not None
        try:
            while line := process.stdout.readline(LONGEST_LINE):
                found.put(loads(line))
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
