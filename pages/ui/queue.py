"""The files that readers wait for: made one at a time, in turn, beside the pages.

All kinds of files of all readers stand in one line, so that however much is asked for, one file at
a time takes a core and its memory, and everybody else's page answers meanwhile.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from geo.model import Cancelled, GeoError, Progress
from pages.ui import sessions

ABANDONED = 90.0
"""Seconds after which a file that nobody has asked about is not finished: its reader has gone. A
browser lets a tab in the background ask once a minute."""
GONE = 15.0
"""Seconds without a connection after which a reader has closed the tab."""
LONGEST, OF_A_SESSION = 24, 3
"""Files that may wait, of all readers and of one."""
TICK = 0.2

_changed = threading.Condition()
_line: list[Job] = []
"""Those that wait and, first, the one that is being made."""


class Job:
    """One file that is being made.

    Parameters
    ----------
    make : callable
        Makes it; it is handed a function to call with the number of parts made and of all,
        which answers False when it is to stop.
    session : str
        Id of the session that wants it.

    Attributes
    ----------
    done, of : int
        Frames, maps or files made, and of all; 0 of 0 before the first.
    content : bytes or None
        The finished file.
    error : str
        What went wrong, for a reader.
    """

    def __init__(self, make: Callable[[Progress], bytes], session: str = "") -> None:
        self.done = self.of = 0
        self.content: bytes | None = None
        self.error = ""
        self.session = session
        self._make = make
        self._stopped = threading.Event()
        self._seen = self._connected = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="marz-making", daemon=True)
        with _changed:
            if len(_line) >= LONGEST:
                self.error = "Too many files are waiting to be made. Try again in some minutes."
            elif session and sum(one.session == session for one in _line) >= OF_A_SESSION:
                self.error = "Three files of yours are waiting already. Let one be made first."
            else:
                _line.append(self)
        if not self.error:
            self._thread.start()

    @property
    def is_running(self) -> bool:
        """Whether it is being made, or waits for others to be finished."""
        return self._thread.is_alive()

    @property
    def ahead(self) -> int:
        """How many files come before it."""
        with _changed:
            return _line.index(self) if self in _line else 0

    def look(self) -> None:
        """Say that somebody still waits for it."""
        self._seen = time.monotonic()

    def stop(self) -> None:
        """Stop it; what was made is thrown away."""
        self._stopped.set()
        self.content = None

    def wait(self, seconds: float) -> bool:
        """Wait until it is finished or stopped; returns whether it is."""
        if self._thread.ident is not None:
            self._thread.join(seconds)
        return not self.is_running

    def _goes_on(self) -> bool:
        now = time.monotonic()
        if sessions.is_connected(self.session):
            self._connected = now
        left = now - self._connected > GONE or now - self._seen > ABANDONED
        return not self._stopped.is_set() and not left

    def _progress(self, done: int, of: int) -> bool:
        self.done, self.of = done, of
        return self._goes_on()

    def _run(self) -> None:
        try:
            with _changed:
                while _line[0] is not self:
                    if not self._goes_on():
                        return
                    _changed.wait(TICK)
            self._finish()
        finally:
            with _changed:
                _line.remove(self)
                _changed.notify_all()

    def _finish(self) -> None:
        try:
            content = self._make(self._progress)
            if self._goes_on():
                self.content = content
        except Cancelled:
            pass
        except GeoError as error:
            self.error = str(error)
        except Exception:
            # Nobody else would hear of it: an error in a thread is shown to no reader.
            self.error = "The file could not be made. The reason is in the server log."
            raise


def made(make: Callable[[Progress], bytes], session: str) -> bytes:
    """Make a file in its turn, and wait for it: for one that takes a moment.

    Raises
    ------
    GeoError
        If it cannot be made, or its reader has gone.
    """
    job = Job(make, session)
    while not job.wait(TICK):
        job.look()
    if job.content is None:
        raise GeoError(job.error or "It was stopped.")
    return job.content
