"""Films: their frames are Play's steps, they tell how far they are, and stop when told to."""

from __future__ import annotations

import itertools
import json
import subprocess
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest
from PIL import Image, ImageChops

from geo import query
from geo.errors import Cancelled, FilterError
from geo.model import Filter, Scene, Sheet
from geo.package import Package
from geo.picture import film, filmfile
from geo.vocabulary import EVENT_TYPES

NOW = datetime(2026, 11, 22, tzinfo=UTC)
STATE = json.dumps({"a": ["„ü“", "\\", "=", "\n", "x" * 700]}, ensure_ascii=False)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(film, "LONG", {"gif": 320, "mp4": 320})


def made(data: Package, form: str, asked: Filter | None = None, **options: object) -> bytes:
    asked = asked or Filter()
    scene = Scene(query=asked, sheet=Sheet(preset="slide"))
    rows = query.select(data, asked)
    return film.film(data, scene, rows, form=form, now=NOW, state=STATE, **options)  # type: ignore[arg-type]


def test_a_gif_has_a_frame_a_moment_and_the_state(data: Package) -> None:
    told: list[tuple[int, int]] = []
    content = made(data, "gif", progress=lambda done, of: told.append((done, of)) is None)
    assert content == made(data, "gif")
    image = Image.open(BytesIO(content))
    # 199X, 2020-01-15, 2020-02, 2020-03-01~, 2021, 2025-05-05 with a place and a date.
    assert image.n_frames == 6 and image.size == (320, 180)
    assert told == [(n, 6) for n in range(1, 7)]
    assert image.info["comment"].decode("utf-8") == STATE
    frames = []
    for number in range(image.n_frames):
        image.seek(number)
        frames.append(image.convert("RGB"))
    for one, other in itertools.pairwise(frames):
        assert ImageChops.difference(one, other).getbbox()
    # The legend is at the right and no frame changes it.
    legend = (245, 30, 320, 150)
    assert all(not ImageChops.difference(frames[0].crop(legend), f.crop(legend)).getbbox()
               for f in frames)  # fmt: skip
    colours = {color for _, color in frames[-1].getcolors(99999) or []}
    battles = EVENT_TYPES["Battles"][0]
    assert tuple(bytes.fromhex(battles[1:])) in colours


def test_an_mp4_plays_and_holds_the_state(data: Package, tmp_path: Path) -> None:
    content = made(data, "mp4")
    assert content == made(data, "mp4")
    path = tmp_path / "film.mp4"
    path.write_bytes(content)
    program = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-i", str(path)]
    read = subprocess.run(
        [*program, "-f", "rawvideo", "-pix_fmt", "rgb24", "-"], capture_output=True, check=True
    )
    assert b"h264" in read.stderr and b"320x180" in read.stderr
    frames = np.frombuffer(read.stdout, np.uint8).reshape(-1, 180, 320, 3)
    assert len(frames) > 6 * filmfile.FRAME_RATE and not (frames[0] == frames[-1]).all()
    assert STATE.encode() in content and b"\xa9cmt" in content


@pytest.mark.parametrize("form", film.FORMS)
def test_it_stops_when_told_to(data: Package, form: str) -> None:
    with pytest.raises(Cancelled):
        made(data, form, progress=lambda done, of: done < 3)


def test_many_moments_are_thinned_out(marz: Package, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(film, "MOST_FRAMES", 5)
    seen: list[int] = []
    made(marz, "gif", progress=lambda done, of: seen.append(of) is None)
    assert seen == [5] * 5


@pytest.mark.parametrize(
    ("form", "asked", "said"),
    [
        ("avi", Filter(), "gif, mp4"),
        ("gif", Filter(text="nothing like it"), "two moments"),
        ("mp4", Filter(start=date(2025, 1, 1), match="certainly"), "two moments"),
    ],
)
def test_what_cannot_be_filmed_is_said(data: Package, form: str, asked: Filter, said: str) -> None:
    with pytest.raises(FilterError, match=said):
        made(data, form, asked)


def test_hostile_texts_are_filmed(hostile: Package) -> None:
    with pytest.raises(FilterError, match="two moments"):
        made(hostile, "gif")


@pytest.mark.parametrize(
    ("news", "said"),
    [
        ([[0, 0, 1, -1, 18276, 18276]], "15 January 2020"),
        ([[0, 0, 1, -1, 18276, 18300]], "January 2020"),
        ([[0, 0, 1, -1, 18276, 18700]], "2020"),
        ([[0, 0, 1, -1, 18276, 18700], [0, 0, 1, -1, 18276, 18276]], "15 January 2020"),
    ],
)
def test_a_moment_is_said_as_exactly_as_it_is_known(news: list[list[int]], said: str) -> None:
    assert film.moment_in_words(18276, news) == said
