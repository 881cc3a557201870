"""A large file is made beside the page, one at a time, and stopping really stops it."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from patience import seconds

from geo.export import formats, process
from geo.files import DATA
from geo.model import Cancelled, Filter, GeoError, Progress, Scene, Sheet
from geo.package.load import load_package
from pages.ui import queue, sessions
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


def test_a_file_whose_reader_has_closed_the_tab_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "is_connected", lambda _: False)
    monkeypatch.setattr(queue, "GONE", -1.0)
    film = Film(100)
    job = Job(film, "closed")
    film.go(100)
    assert job.wait(PATIENCE)
    assert film.made <= 1 and job.content is None


def test_the_line_is_bounded_for_one_reader_and_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "LONGEST", 4)
    films = [Film(1) for _ in range(4)]
    jobs = [Job(film, "greedy") for film in films[:3]]
    assert "Three files of yours" in Job(Film(1), "greedy").error
    jobs.append(Job(films[3], "other"))
    late = Job(Film(1), "late")
    assert "Too many files" in late.error and not late.is_running and late.wait(0)
    for film in films:
        film.go(1)
    assert all(job.wait(PATIENCE) and job.content == b"film" for job in jobs)


def test_one_is_made_at_a_time_and_a_waiting_one_can_be_stopped() -> None:
    first, second, third = Film(1), Film(1), Film(1)
    a = Job(first)
    assert first.begun.wait(PATIENCE)
    b, c = Job(second), Job(third)
    assert (a.ahead, b.ahead, c.ahead) == (0, 1, 2)
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


def test_a_process_of_its_own_makes_what_the_library_makes() -> None:
    package, day = load_package(DATA), date(2026, 11, 27)
    told: list[tuple[int, int]] = []

    def tell(done: int, of: int) -> bool:
        told.append((done, of))
        return len(told) < 5

    csv = process.make(package, Scene(), ".csv", day=day)
    assert csv == formats.make(package, Scene(), ".csv", day=day)
    nobody = Scene(Filter(text="zeppelin"), sheet=Sheet(each="year"))
    with pytest.raises(GeoError, match="Widen the filter"):
        process.make(package, nobody, ".png", day=day)
    with pytest.raises(Cancelled):
        process.make(package, Scene(), ".gif", day=day, progress=tell)
    assert process._process._process is None, "it is ended at once"
