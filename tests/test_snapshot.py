"""The picture: what it holds, that nothing overlaps, and that it is true to scale."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from madeup import HOSTILE, ROOT
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image
from pyproj import Geod

from geo import fonts, places, projection, query, snapshot, symbols
from geo.ground import BOTTOM, LEFT, RIGHT, TOP, focus_of, ground
from geo.model import Bbox, Filter, Scene, Sheet
from geo.package import Package
from geo.vocabulary import EVENT_TYPES

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ALL = Filter()


def picture(data: Package, asked: Filter = ALL, **options: Any) -> Image.Image:
    scene = Scene(query=asked, sheet=Sheet(dpi=60), **options)
    content = snapshot.picture(data, scene, query.select(data, asked), form="png", now=NOW)
    image = Image.open(BytesIO(content))
    image.load()
    return image


def figure(data: Package, asked: Filter = ALL, bbox: Bbox | None = None) -> Figure:
    made = snapshot.compose(data, asked, query.select(data, asked), bbox=bbox, now=NOW)
    FigureCanvasAgg(made).draw()
    return made


def texts(made: Figure) -> list[Any]:
    return [text for text in made.axes[0].texts if text.get_text()]


def test_the_picture_is_a_png_of_the_size_asked_for(data: Package) -> None:
    image = picture(data)
    assert image.format == "PNG" and image.size == (720, 480)


def test_the_chunks_say_what_it_is(data: Package) -> None:
    asked = Filter(start=date(2020, 1, 1), end=date(2020, 12, 31), countries=("IS",))
    info = picture(data, asked).info
    assert info["Title"] == "Made-up incidents"
    assert "1 January 2020" in info["Description"]
    assert "The Gazette" in info["Source"]
    assert "© Nobody" in info["Copyright"] and "Public domain" in info["Copyright"]
    assert info["Creation Time"] == "2026-11-22"
    assert info["Software"].startswith("Marz")
    assert info["Marz-Data-Version"] == data.version
    again = json.loads(info["Marz-Filter"])
    assert again["start"] == "2020-01-01" and again["countries"] == ["IS"]
    assert Filter(
        start=date.fromisoformat(again.pop("start")),
        end=date.fromisoformat(again.pop("end")),
        **{k: tuple(v) if isinstance(v, list) else v for k, v in again.items()},
    ) == asked  # fmt: skip


def test_equal_input_gives_equal_pixels(data: Package) -> None:
    one, other = picture(data), picture(data)
    assert one.tobytes() == other.tobytes()


def test_hostile_texts_are_drawn_as_they_are(hostile: Package) -> None:
    assert picture(hostile).size == (720, 480)
    made = figure(hostile)
    shown = " ".join(text.get_text() for text in texts(made))
    assert "{{7*7}}" in shown and "$x^$" in shown
    assert not any(text.get_parse_math() for text in made.axes[0].texts)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_line_fit_for_drawing_has_no_sign_without_a_shape(text: str) -> None:
    drawable = fonts.drawable(text)
    assert "\u2028" not in drawable and "\x1b" not in drawable and "\u202e" not in drawable


def test_an_empty_selection_is_a_map_that_says_so(data: Package) -> None:
    made = figure(data, Filter(text="nothing like it"))
    shown = [text.get_text() for text in texts(made)]
    assert any(text.startswith("No incident matches") for text in shown)
    assert "Incidents" not in shown


def test_the_legend_explains_only_what_is_there(data: Package) -> None:
    shown = " ".join(t.get_text() for t in texts(figure(data, Filter(types=("Riots",)))))
    assert "Riots" in shown and "Battles" not in shown
    assert "hollow" not in shown and "outer ring" not in shown


@pytest.mark.parametrize("bbox", [None, Bbox(10.2, 50.8, 11.8, 51.4), Bbox(9, 49, 13, 53)])
def test_no_name_covers_another_or_leaves_the_frame(data: Package, bbox: Bbox | None) -> None:
    made = figure(data, bbox=bbox)
    boxes = [t.get_window_extent() for t in texts(made) if t.get_gid() == "label"]
    assert boxes
    for one, other in itertools.combinations(boxes, 2):
        assert not one.overlaps(other)
    dpi = made.dpi / 72
    for one in boxes:
        assert LEFT * dpi <= one.x0 and one.x1 <= RIGHT * dpi
        assert BOTTOM * dpi <= one.y0 and one.y1 <= TOP * dpi


@pytest.mark.parametrize("which", ["data", "hostile"])
def test_nothing_is_cut_at_the_paper_and_no_line_of_text_covers_another(
    request: pytest.FixtureRequest, which: str
) -> None:
    made = figure(request.getfixturevalue(which))
    paper = made.bbox
    lines = [t for t in texts(made) if len(t.get_text()) > 3 and not t.get_rotation()]
    boxes = [t.get_window_extent() for t in lines]
    for text, one in zip(lines, boxes, strict=True):
        assert one.x0 >= 0 and one.y0 >= 0 and one.x1 <= paper.x1 and one.y1 <= paper.y1, text
    for (a, one), (b, other) in itertools.combinations(zip(lines, boxes, strict=True), 2):
        wide = min(one.x1, other.x1) - max(one.x0, other.x0)
        # Boxes hold the leading too; letters themselves keep clear of a third of it.
        tall = min(one.y1, other.y1) - max(one.y0, other.y0)
        assert wide <= 1 or tall <= 0.34 * min(one.height, other.height), (a, b)


def test_a_place_beyond_the_frame_is_told(data: Package) -> None:
    shown = " ".join(t.get_text() for t in texts(figure(data, bbox=Bbox(10.8, 50.2, 11.2, 50.6))))
    assert "Beyond the frame: " in shown and "Westham (" in shown


def test_the_legend_names_the_types_that_are_drawn_and_no_others(data: Package) -> None:
    box = Bbox(10.8, 50.2, 11.2, 50.6)
    frame = shapely.box(*box)
    found = query.select(data, ALL)
    inside = {
        list(EVENT_TYPES)[member[1]]
        for feature in places.features(data, found)["features"]
        for site in [places.sites(data)[feature["properties"]["n"]]]
        if not site.is_point or frame.contains(shapely.Point(site.lon, site.lat))
        for member in feature["properties"]["m"]
    }
    written = {t.get_text() for t in texts(figure(data, bbox=box))}
    beyond = set(data.incidents["event_type"]) - inside
    assert beyond and not beyond & written
    assert written & inside


def test_the_focus_is_a_country_of_the_borders(data: Package) -> None:
    assert focus_of(data) in {"IS", "MT"}


def test_the_ground_is_prepared_once(data: Package) -> None:
    assert ground(data, None) is ground(data, None)
    kept = [ground(data, Bbox(10, 50, 11 + n / 10, 51)) for n in range(6)]
    assert ground(data, Bbox(10, 50, 11.5, 51)) is kept[-1]


LATITUDES = st.floats(-70, 70)


@settings(max_examples=40)
@given(st.floats(-160, 160), LATITUDES, st.floats(0.2, 8))
def test_any_extent_has_a_sheet_that_holds_it(lon: float, lat: float, size: float) -> None:
    bbox = Bbox(lon, lat, lon + size * 1.5, lat + size)
    sheet = projection.sheet(bbox, aspect=1.4, pad=0.05)
    assert (sheet.right - sheet.left) / (sheet.top - sheet.bottom) == pytest.approx(1.4)
    found = sheet.bounds()
    assert found.west <= bbox.west + 1e-6 and found.east >= bbox.east - 1e-6
    assert found.south <= bbox.south + 1e-6 and found.north >= bbox.north - 1e-6


@settings(max_examples=25)
@given(st.floats(-70, 70), st.floats(10, 200))
def test_the_scale_bar_is_true_on_the_ellipsoid(lat: float, kilometres: float) -> None:
    sheet = projection.sheet(Bbox(65, lat, 75, lat + 6), aspect=1.4, pad=0)
    length = projection.bar_length(sheet, kilometres)
    x, y = (sheet.left + sheet.right) / 2, (sheet.bottom + sheet.top) / 2
    (lon1, lat1), (lon2, lat2) = (
        sheet.forward.transform(x + side * length / 2, y, direction="INVERSE") for side in (-1, 1)
    )
    metres = Geod(ellps="WGS84").inv(lon1, lat1, lon2, lat2)[2]
    assert metres / 1000 == pytest.approx(kilometres, rel=2e-3)


def test_the_relief_lands_where_it_belongs() -> None:
    # One white pixel row of a Mercator picture, found again at its own latitude.
    bounds = Bbox(66, 36, 76, 42)
    rows = 600
    picture = np.zeros((rows, 800, 3), dtype=np.uint8)
    picture[300] = 255
    northing = [np.log(np.tan(np.pi / 4 + np.radians(lat) / 2)) for lat in (42, 36)]
    middle = northing[0] + (northing[1] - northing[0]) * 300.5 / rows
    latitude = float(np.degrees(2 * np.arctan(np.exp(middle)) - np.pi / 2))
    sheet = projection.sheet(Bbox(67, 37, 75, 41), aspect=1.4, pad=0)
    warped = projection.warp(picture, bounds, sheet, 700)
    height = warped.shape[0]
    for column in (50, 350, 650):
        row = int(warped[:, column, 0].argmax())
        x = sheet.left + (column + 0.5) * (sheet.right - sheet.left) / 700
        y = sheet.top - (row + 0.5) * (sheet.top - sheet.bottom) / height
        found = sheet.forward.transform(x, y, direction="INVERSE")[1]
        assert found == pytest.approx(latitude, abs=0.012)


def test_the_relief_ends_softly() -> None:
    picture = np.full((50, 50, 3), 200, dtype=np.uint8)
    sheet = projection.sheet(Bbox(65, 35, 77, 43), aspect=1.4, pad=0)
    alpha = projection.warp(picture, Bbox(68, 37, 74, 41), sheet, 300)[..., 3]
    assert alpha[0, 0] == 0 and alpha[alpha.shape[0] // 2, 150] == 255
    assert alpha[(alpha > 0) & (alpha < 255)].size > 0


@pytest.mark.parametrize(
    ("value", "found"), [(7, 5), (5, 5), (4.9, 2), (1, 1), (0.3, 0.2), (99, 50), (1000, 1000)]
)
def test_a_scale_bar_has_a_round_length(value: float, found: float) -> None:
    assert projection.nice(value) == pytest.approx(found)


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.floats(100, 500), st.floats(100, 400)), min_size=1, max_size=12),
    st.booleans(),
)
def test_symbols_are_pushed_apart_and_stay_on_the_map(
    anchors: list[tuple[float, float]], same: bool
) -> None:
    made = [
        symbols.Symbol(None, anchors[0] if same else at, at, (("#000000", True, 1 + n),))
        for n, at in enumerate(anchors)
    ]
    placed = symbols.apart(made, (LEFT, BOTTOM, RIGHT, TOP))
    for one, other in itertools.combinations(placed, 2):
        distance = np.hypot(one.at[0] - other.at[0], one.at[1] - other.at[1])
        assert distance >= one.reach + other.reach
    for one in placed:
        assert one.at[0] - one.reach >= LEFT and one.at[0] + one.reach <= RIGHT
        assert one.at[1] - one.reach >= BOTTOM and one.at[1] + one.reach <= TOP


def test_the_ring_grows_with_the_root_of_the_dead() -> None:
    def extra(deaths: int) -> float:
        symbol = symbols.Symbol(None, (0, 0), (0, 0), (("#000000", True, 1),), deaths)
        return symbol.reach - symbol.radius

    assert extra(-1) == extra(0) == 0
    assert extra(400) - extra(100) == pytest.approx((extra(100) - extra(25)) * 2)


@given(st.text(max_size=80), st.floats(30, 300))
def test_wrapped_lines_fit_and_lose_nothing(text: str, measure: float) -> None:
    lines = fonts.wrap(text, 8, measure)
    assert "".join(lines).replace(" ", "") == fonts.drawable(text).replace(" ", "")
    assert all(fonts.width(line, 8) <= measure or len(line) == 1 for line in lines)
    assert len(fonts.wrap(text, 8, measure, most=2)) <= 2


def test_no_picture_needs_pyplot() -> None:
    code = "import sys, geo.snapshot; sys.exit('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
