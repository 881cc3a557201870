"""Questions that can be stopped: a newer one of the same reader takes the older one's place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from contextvars import ContextVar, copy_context
from threading import Lock
from typing import TypeVar

from geo.engine.data import Superseded

T = TypeVar("T")
EVERY = 0.05
"""Seconds."""


class Work:
    """Something under way that can be cancelled from another thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._stops: list[Callable[[], None]] = []
        self.cancelled = False

    def cancel(self) -> None:
        """Stop the query that runs, and refuse those that would follow."""
        with self._lock:
            self.cancelled = True
            for stop in self._stops:
                # A query that has just ended has nothing left to stop.
                with suppress(Exception):
                    stop()

    def check(self) -> None:
        """Raise `Superseded` if this was cancelled."""
        if self.cancelled:
            raise Superseded("A newer question took the place of this one.")

    @contextmanager
    def doing(self, stop: Callable[[], None]) -> Iterator[None]:
        """Say how the query that runs now is stopped."""
        with self._lock:
            self.check()
            self._stops.append(stop)
        try:
            yield
        finally:
            with self._lock:
                self._stops.remove(stop)


_CURRENT: ContextVar[Work | None] = ContextVar("work", default=None)


def current() -> Work | None:
    """What is being asked by this thread, if it can be cancelled."""
    return _CURRENT.get()


@contextmanager
def running(stop: Callable[[], None]) -> Iterator[None]:
    """Let the current `Work`, if there is any, stop a query by calling `stop`."""
    work = _CURRENT.get()
    if work is None:
        yield
        return
    with work.doing(stop):
        yield


def _waited(question: Callable[[], T], work: Work, meanwhile: Callable[[], object]) -> T:
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(copy_context().run, question)
        try:
            while True:
                with suppress(TimeoutError):
                    return answer.result(EVERY)
                meanwhile()
        except BaseException:
            # Leaving the pool waits for the thread, which is as quick as the engine stops.
            work.cancel()
            raise


class Newest:
    """One a reader: asks one thing at a time, and always the newest.

    Examples
    --------
    >>> newest = Newest()
    >>> newest.ask(lambda: 6 * 7)
    42
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._work = Work()

    def ask(self, question: Callable[[], T], *, meanwhile: Callable[[], object] | None = None) -> T:
        """Ask; whatever this reader still asks elsewhere is cancelled.

        Parameters
        ----------
        meanwhile : callable, optional
            Called every `EVERY` seconds until the answer is there, which then is sought in
            another thread. What it raises cancels the question: so a page that Streamlit wants
            to run anew gives up at once, and may show that it waits.

        Raises
        ------
        Superseded
            If a newer question came, or `cancel` was called, before the answer.
        """
        with self._lock:
            self._work.cancel()
            work = self._work = Work()
        token = _CURRENT.set(work)
        try:
            answer = question() if meanwhile is None else _waited(question, work, meanwhile)
        finally:
            _CURRENT.reset(token)
        work.check()
        return answer

    def cancel(self) -> None:
        """Stop what is being asked."""
        self._work.cancel()
