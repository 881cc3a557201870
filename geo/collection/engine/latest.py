"""Questions that can be stopped: a newer one of the same reader takes the older one's place."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from threading import Lock, Thread
from typing import Generic, TypeVar

from geo.model import Cancelled

T = TypeVar("T")
AGAIN = 0.1
"""Seconds between two tries to stop a query."""


class Work:
    """Something under way that can be cancelled from another thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._stops: list[Callable[[], None]] = []
        self.cancelled = False

    def cancel(self) -> None:
        """Stop the query that runs, and refuse those that would follow."""
        self.cancelled = True
        if self._stopped():
            # A query that was about to begin hears nothing the first time.
            Thread(target=self._insist, daemon=True).start()

    def _insist(self) -> None:
        while self._stopped():
            time.sleep(AGAIN)

    def _stopped(self) -> bool:
        """Stop what runs; whether anything did."""
        # Within the lock, or the next query on the same connection could be the one stopped.
        with self._lock:
            for stop in self._stops:
                # A query that has just ended has nothing left to stop.
                with suppress(Exception):
                    stop()
            return bool(self._stops)

    def check(self) -> None:
        """Raise `Cancelled` if this was cancelled."""
        if self.cancelled:
            raise Cancelled("A newer question took the place of this one.")

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


class Turn(Generic[T]):
    """A question with its place among a reader's others; called, it answers.

    Raises
    ------
    Cancelled
        If a newer question came, or `cancel` was called, before the answer.
    """

    def __init__(self, question: Callable[[], T], work: Work) -> None:
        self._question, self._work = question, work
        self.cancel = work.cancel

    def __call__(self) -> T:
        """Ask."""
        self._work.check()
        token = _CURRENT.set(self._work)
        try:
            answer = self._question()
        finally:
            _CURRENT.reset(token)
        self._work.check()
        return answer


class Newest:
    """One a reader: asks one thing at a time, and always the newest.

    Examples
    --------
    >>> newest = Newest()
    >>> newest.turn(lambda: 6 * 7)()
    42
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._work = Work()

    def turn(self, question: Callable[[], T]) -> Turn[T]:
        """Make a question the newest now, to be asked by another thread as soon as it runs.

        Whatever this reader still asks elsewhere is cancelled. A thread that comes late must not
        cancel what was asked after it.
        """
        with self._lock:
            self._work.cancel()
            work = self._work = Work()
        return Turn(question, work)

    def cancel(self) -> None:
        """Stop what is being asked."""
        self._work.cancel()
