"""Makes a large file beside the page, so that the page answers meanwhile and can stop it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from geo.model import Cancelled, GeoError, Progress

ABANDONED = 90.0
"""Seconds after which a file that nobody has asked about is not finished: its reader has gone. A
browser lets a tab in the background ask once a minute."""
_AT_ONCE = threading.Semaphore(1)
"""One for all readers: each takes a core and some hundred megabytes."""


class Job:
    """One file that is being made.

    Parameters
    ----------
    make : callable
        Makes it; it is handed a function to call with the number of parts made and of all,
        which answers False when it is to stop.

    Attributes
    ----------
    done, of : int
        Frames, maps or files made, and of all; 0 of 0 before the first.
    content : bytes or None
        The finished file.
    error : str
        What went wrong, for a reader.
    """

    def __init__(self, make: Callable[[Progress], bytes]) -> None:
        self.done = self.of = 0
        self.content: bytes | None = None
        self.error = ""
        self._make = make
        self._stopped = threading.Event()
        self._seen = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="marz-making", daemon=True)
        self._thread.start()

    @property
    def is_running(self) -> bool:
        """Whether it is being made, or waits for another reader's to be finished."""
        return self._thread.is_alive()

    def look(self) -> None:
        """Say that somebody still waits for it."""
        self._seen = time.monotonic()

    def stop(self) -> None:
        """Stop it at the next frame, map or file; what was made is thrown away."""
        self._stopped.set()
        self.content = None

    def wait(self, seconds: float) -> bool:
        """Wait until it is finished or stopped; returns whether it is."""
        self._thread.join(seconds)
        return not self.is_running

    def _goes_on(self) -> bool:
        return not self._stopped.is_set() and time.monotonic() - self._seen < ABANDONED

    def _progress(self, done: int, of: int) -> bool:
        self.done, self.of = done, of
        return self._goes_on()

    def _run(self) -> None:
        while not _AT_ONCE.acquire(timeout=0.2):
            if not self._goes_on():
                return
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
        finally:
            _AT_ONCE.release()
