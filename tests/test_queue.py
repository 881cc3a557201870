"""A large file is made beside the page, one at a time, and stopping really stops it."""

from __future__ import annotations

import threading

import pytest
from patience import seconds

from geo.model import Cancelled, GeoError, Progress
from pages.ui import queue
from pages.ui.queue import Job

PATIENCE = seconds(20)


class Film:
    """Frames that wait to be let go one by one."""

    def __init__(self, frames: int) -> None:
        self.frames, self.made = frames, 0
        self.next = threading.Semaphore(0)
        self.begun = threading.Event()

    def __call__(self, progress: Progress) -> bytes:
        for _ in range(self.frames):
            self.begun.set()
            assert self.next.acquire(timeout=PATIENCE)
            self.made += 1
            if not progress(self.made, self.frames):
                raise Cancelled("stopped")
        return b"film"

    def go(self, frames: int) -> None:
        for _ in range(frames):
            self.next.release()


def test_a_file_is_made_to_its_end() -> None:
    film = Film(3)
    job = Job(film)
    film.go(3)
    assert job.wait(PATIENCE)
    assert (job.content, job.error, job.done, job.of) == (b"film", "", 3, 3)


def test_stopping_really_stops_and_keeps_nothing() -> None:
    film = Film(100)
    job = Job(film)
    film.go(2)
    assert film.begun.wait(PATIENCE)
    job.stop()
    film.go(98)
    assert job.wait(PATIENCE)
    assert film.made <= 3 and job.content is None and job.error == ""


def test_a_file_that_nobody_waits_for_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "ABANDONED", -1.0)
    film = Film(100)
    job = Job(film)
    film.go(100)
    assert job.wait(PATIENCE)
    assert film.made <= 1 and job.content is None


def test_one_is_made_at_a_time_and_a_waiting_one_can_be_stopped() -> None:
    first, second, third = Film(1), Film(1), Film(1)
    a = Job(first)
    assert first.begun.wait(PATIENCE)
    b, c = Job(second), Job(third)
    c.stop()
    assert c.wait(PATIENCE) and not third.begun.is_set() and not second.begun.is_set()
    first.go(1)
    second.go(1)
    assert a.wait(PATIENCE) and b.wait(PATIENCE)
    assert (a.content, b.content, c.content) == (b"film", b"film", None)


def test_what_goes_wrong_is_said_to_the_reader() -> None:
    def too_many(_: Progress) -> bytes:
        raise GeoError("Too many months. Choose years.")

    job = Job(too_many)
    assert job.wait(PATIENCE)
    assert (job.content, job.error) == (None, "Too many months. Choose years.")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_what_nobody_foresaw_is_said_too_and_the_next_is_made() -> None:
    def broken(_: Progress) -> bytes:
        raise ZeroDivisionError

    job = Job(broken)
    assert job.wait(PATIENCE)
    assert "could not be made" in job.error
    film = Film(1)
    film.go(1)
    again = Job(film)
    assert again.wait(PATIENCE) and again.content == b"film"
