"""Films: their frames are Play's steps, they tell how far they are, and stop when told to."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import numpy as np
import numpy.typing as npt
import pytest
from embedding import TOKEN
from madeup import HOSTILE, hostile_parts, noted, point
from PIL import Image, ImageChops

from geo import address, places
from geo.collection import memory
from geo.export import formats
from geo.export import state as file_state
from geo.model import Bbox, Cancelled, Filter, FilterError, Scene, Sheet, WriteError
from geo.package.load import Package
from geo.picture import film, film_file, fonts, sheet_map
from geo.picture.exported import Export
from geo.picture.film import Below
from geo.picture.imprint import pixels_of
from geo.picture.paper import Paper, drawing, sheet_of
from geo.picture.sheet import Plan, draw_beside, draw_lines, plan
from geo.vocabulary import EVENT_TYPES

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(film, "LONG", {"gif": 320, "mp4": 320})


def made(data: Package, form: str, asked: Filter | None = None, **options: object) -> bytes:
    asked = asked or Filter()
    shown = Scene(query=asked, sheet=Sheet(preset="slide"))
    rows = memory.select(data, asked)
    return film.film(Export(data, shown, rows, form, NOW, state=TOKEN, **options))  # type: ignore[arg-type]


def test_a_gif_has_a_frame_a_moment_and_the_state(data: Package) -> None:
    told: list[tuple[int, int]] = []
    content = made(data, "gif", progress=noted(told))
    assert content == made(data, "gif")
    image: Any = Image.open(BytesIO(content))
    # 199X, 2020-01-15, 2020-02, 2020-03-01~, 2021, 2025-05-05 with a place and a date, but for one
    # that is known only to what stands in the box beside the map.
    assert image.n_frames == 5 and image.size == (320, 180)
    assert told == [(n, 5) for n in range(1, 6)]
    assert TOKEN.encode() in content
    # Whoever skips the state by the lengths of sub-blocks comes to the end of the file.
    at = content.index(b"!\xff\x0bXMP DataXMP") + 14
    while content[at]:
        at += content[at] + 1
    assert content[at + 1 :] == b";"
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
    # The preview is its last frame, before a palette takes some colours.
    asked = memory.select(data, Filter())
    still = film.still(Export(data, Scene(sheet=Sheet(preset="slide")), asked, "gif", NOW))
    with Image.open(BytesIO(still)) as preview:
        assert preview.size == image.size
        apart = ImageChops.difference(preview.convert("RGB"), frames[-1])
    assert np.asarray(apart).mean() < 3
    colours = {color for _, color in frames[-1].getcolors(99999) or []}
    battles = EVENT_TYPES["Battles"][0]
    assert tuple(bytes.fromhex(battles[1:])) in colours


def test_an_mp4_plays_and_holds_the_state(data: Package, tmp_path: Path) -> None:
    content = made(data, "mp4")
    assert content == made(data, "mp4")
    frames, said = played(content, tmp_path)
    assert b"h264" in said and b"320x180" in said
    assert len(frames) > 6 * film_file.FRAME_RATE and not (frames[0] == frames[-1]).all()
    assert TOKEN.encode() in content and b"ldes" in content


def played(content: bytes, folder: Path) -> tuple[npt.NDArray[np.uint8], bytes]:
    """Frames of an MP4, and what ffmpeg says of it."""
    path = folder / "film.mp4"
    path.write_bytes(content)
    program = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-i", str(path)]
    read = subprocess.run(
        [*program, "-f", "rawvideo", "-pix_fmt", "rgb24", "-"], capture_output=True, check=True
    )
    return np.frombuffer(read.stdout, np.uint8).reshape(-1, 180, 320, 3), read.stderr


# ---------------------------------------------------------------- lines and areas
WIDE = Bbox(10, 50, 12, 52)


def planned(data: Package) -> Plan:
    shown = Scene(bbox=WIDE, sheet=Sheet(preset="slide", timeline=True))
    with drawing():
        return plan(data, shown, memory.select(data, Filter()), now=NOW, address="")


def dark(pixels: npt.NDArray[np.uint8], plan: Plan, lon: float) -> bool:
    """Whether a strong line runs along a meridian."""
    x, y = plan.basemap.point(lon, 51.6)
    scale = pixels.shape[1] / plan.layout.width
    column = round((plan.frame[0] + x) * scale)
    row = round((plan.layout.height - plan.frame[1] - y) * scale)
    return bool(pixels[row - 1 : row + 2, column - 1 : column + 2, :3].max(axis=-1).min() < 60)


def test_borders_are_those_of_the_day_of_each_frame(
    data: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(film, "LONG", {"gif": 960, "mp4": 960})
    frames: list[npt.NDArray[np.uint8]] = []

    def keep(shown: Iterator[npt.NDArray[np.uint8]], *_: object) -> bytes:
        frames.extend(shown)
        return b""

    monkeypatch.setattr(film_file, "gif", keep)
    shown = Scene(bbox=WIDE, sheet=Sheet(preset="slide"))
    film.film(Export(data, shown, memory.select(data, Filter()), "gif", NOW))
    on = planned(data)
    # It moved in 2024, and the last of five moments is of 2025.
    assert [dark(one, on, 11.0) for one in frames] == [True] * 4 + [False]
    assert [dark(one, on, 11.1) for one in frames] == [False] * 4 + [True]


def test_a_frame_tints_lines_and_areas_as_a_picture_of_the_same_days_does(data: Package) -> None:
    day = date(2020, 12, 31)
    whole = planned(data)
    shown = memory.select(data, Filter(end=day))
    drawn = {site for symbol in whole.symbols for site in symbol.sites}
    sites = [s for s in (places.site_of(data, int(row)) for row in shown) if s in drawn]
    layout, dpi = whole.layout, 72.0
    with drawing():
        below = Below(whole, dpi)
        bare, tinted = below.pixels(day, []), below.pixels(day, sites)
        assert below.pixels(day, sites) is tinted
        paper = sheet_of(layout.width, layout.height, whole.palette)
        view = paper.view(whole.frame)
        sheet_map.draw_basemap(view, whole.basemap, layout.scale)
        sheet_map.draw_area_shading(view, whole.basemap, sites, layout.scale)
        draw_lines(view, whole, day)
        draw_beside(paper, whole, rest="in Marz")
        single = pixels_of(paper.figure, dpi)
    assert np.abs(tinted.astype(int) - single)[..., :3].max() <= 3
    changed = np.abs(tinted.astype(int) - bare)[..., :3].max(axis=-1) > 3
    x, y = whole.basemap.point(10.2, 50.2)  # in the Marches, which a protest is known to
    row, column = round(layout.height - whole.frame[1] - y), round(whole.frame[0] + x)
    assert changed[row - 12 : row + 12, column - 12 : column + 12].any()
    assert not changed[:, round(whole.frame[2]) + 12 :].any()


# ---------------------------------------------------------------- hostile texts
DAYS = ("2019-05-01", "2020-02", "2023-07-07~", "2025-01-01")


@pytest.fixture
def hostile_days(make: Callable[..., Package]) -> Package:
    """Every hostile text, each at a place of its own, begun on one of several days."""
    parts = hostile_parts()
    for number, incident in enumerate(parts["incidents"]):
        incident["date"] = DAYS[number % len(DAYS)]
    for place in parts["layers"]["places"]:
        mark, _, number = place["id"].partition("-")
        if mark == "h":
            line, column = divmod(int(number), 5)
            place["geometry"] = point(9.3 + column * 0.8, 49.4 + line * 0.75)
    return make(**parts)


@pytest.mark.parametrize("form", film.FORMS)
def test_hostile_texts_are_filmed(
    hostile_days: Package, form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: set[str] = set()
    write = Paper.text

    def noted(self: Paper, x: float, y: float, text: str, size: float, **more: object) -> object:
        written.add(text)
        return write(self, x, y, text, size, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Paper, "text", noted)
    for title, subtitle in (HOSTILE[:6], HOSTILE[6:11]), (HOSTILE[11:16], HOSTILE[16:]):
        sheet = Sheet(preset="slide", title=" ".join(title), subtitle=" ".join(subtitle))
        shown = Scene(bbox=Bbox(9, 49, 13, 53), sheet=sheet)
        content = formats.make(hostile_days, shown, f".{form}", day=NOW.date())
        assert file_state.read(content).parameters == address.grouped(address.pairs(shown))
    # Each is written as it is, the name of a place; and none is what a template makes of it.
    assert {fonts.drawable(text, bold=True) for text in HOSTILE} <= written
    assert "49" not in written
    if form == "gif":
        image: Any = Image.open(BytesIO(content))
        frames = []
        for number in range(image.n_frames):
            image.seek(number)
            frames.append(np.asarray(image.convert("RGB")))
    else:
        shown_frames, _ = played(content, tmp_path)
        frames = [shown_frames[round((n + 0.5) * film_file.FRAME_RATE)] for n in range(len(DAYS))]
    assert len(frames) == len(DAYS)
    for one, other in itertools.pairwise(frames):
        assert (one != other).any()


def test_hostile_texts_come_back_from_the_metadata(hostile_days: Package) -> None:
    rows = memory.select(hostile_days, Filter())
    shown = Scene(sheet=Sheet(preset="slide"))
    content = film.film(Export(hostile_days, shown, rows, "mp4", NOW, state=TOKEN))
    title = str(hostile_days.descriptor["title"])
    assert TOKEN.encode() in content and title.encode() in content


@pytest.mark.parametrize("form", film.FORMS)
def test_it_stops_when_told_to(data: Package, form: str) -> None:
    with pytest.raises(Cancelled):
        made(data, form, progress=lambda done, _: done < 3)


def test_without_ffmpeg_it_is_said_how_to_get_it_and_a_gif_is_made(
    data: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(WriteError, match=r"apt-get install ffmpeg.* choose GIF"):
        made(data, "mp4")
    assert made(data, "gif")


def test_the_ffmpeg_of_the_system_is_taken_where_the_package_is_not_installed(
    data: Package, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    packaged = made(data, "mp4")
    program = imageio_ffmpeg.get_ffmpeg_exe()
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    monkeypatch.setattr("shutil.which", lambda _: program)
    assert made(data, "mp4") == packaged


def test_an_ffmpeg_that_cannot_write_h264_is_named_with_its_reason(
    data: Package, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "ffmpeg"
    program.write_text("#!/bin/sh\necho 'Unknown encoder libx264' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setattr(film_file, "ffmpeg", lambda: str(program))
    with pytest.raises(WriteError, match="Unknown encoder libx264"):
        made(data, "mp4")


def test_many_moments_are_thinned_out(marz: Package, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(film, "MOST_FRAMES", 5)
    seen: list[tuple[int, int]] = []
    made(marz, "gif", progress=noted(seen))
    assert [of for _, of in seen] == [5] * 5


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
