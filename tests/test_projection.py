"""Sheets and their projections: they hold what they should and are true to scale."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.patches import Polygon
from matplotlib.text import Annotation
from matplotlib_scalebar.scalebar import ScaleBar
from pyproj import Geod

from geo.model import Bbox
from geo.package.load import Package
from geo.picture import furniture, projection
from geo.picture.basemap import BaseMap, base_map
from geo.picture.imprint import pixels_of
from geo.picture.layout import Box
from geo.picture.palette import PALETTES
from geo.picture.paper import Paper, drawing, sheet_of

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


TEN = [
    Bbox(67, 36.5, 75.5, 41), Bbox(69.8, 39.4, 71.5, 40.6), Bbox(70.5, 39.8, 70.7, 39.95),
    Bbox(-10, 35, 40, 70), Bbox(30, -5, 42, 6), Bbox(140, -45, 155, -30), Bbox(-125, 25, -65, 50),
    Bbox(5, 60, 30, 71), Bbox(-80, -20, -60, 0), Bbox(60, 20, 100, 50),
]  # fmt: skip


def drawn(basemap: BaseMap, scale: float = 1.0) -> tuple[Paper, Box, npt.NDArray[np.bool_]]:
    """Bar and arrow on an empty paper of the map's size, their box, and where ink is at 300 dpi."""
    paper = sheet_of(basemap.width, basemap.height, PALETTES["light"])
    wide, tall = furniture.size_of(basemap, scale)
    box = (5.0, 5.0, 5 + wide, 5 + tall)
    with drawing():
        furniture.draw_bar(paper, basemap, box, scale)
        pixels = pixels_of(paper.figure, 300)
    return paper, box, (pixels != pixels[0, 0]).any(axis=-1)


@pytest.mark.parametrize("bbox", TEN)
def test_scale_bars_are_within_one_in_a_hundred_of_a_geodesic(data: Package, bbox: Bbox) -> None:
    basemap = base_map(data, bbox, 500, 400, relief=False)
    paper, _, ink = drawn(basemap)
    (bar,) = paper.figure.findobj(ScaleBar)
    number, unit = bar.info.scale_text.split()
    # The bar is the longest row of ink from where it begins.
    length = ink[:, int(bar.info.window_extent.x0) - 5 :].sum(axis=1).max() / 300 * 72
    assert 40 < length < 200
    x, y = (
        (basemap.sheet.left + basemap.sheet.right) / 2,
        (basemap.sheet.bottom + basemap.sheet.top) / 2,
    )
    half = length / basemap.scale / 2
    (lon1, lat1), (lon2, lat2) = (
        basemap.sheet.forward.transform(x + side * half, y, direction="INVERSE") for side in (-1, 1)
    )
    metres = Geod(ellps="WGS84").inv(lon1, lat1, lon2, lat2)[2]
    assert metres == pytest.approx(float(number) * {"km": 1000, "m": 1}[unit], rel=0.01)


@pytest.mark.parametrize("scale", [0.58, 1, 1.3])
@pytest.mark.parametrize("bbox", TEN)
def test_bar_and_arrow_keep_to_their_box(data: Package, bbox: Bbox, scale: float) -> None:
    basemap = base_map(data, bbox, 500, 400, relief=False)
    paper, box, ink = drawn(basemap, scale)
    left, bottom, right, top = (value * 300 / 72 for value in box)
    rows, columns = np.nonzero(ink[::-1])
    assert left < columns.min() and columns.max() < right
    assert bottom < rows.min() and rows.max() < top
    (bar,), (arrow,) = paper.figure.findobj(ScaleBar), paper.figure.findobj(Annotation)
    assert arrow.get_window_extent().x1 < bar.info.window_extent.x0


@pytest.mark.parametrize("bbox", TEN)
def test_the_arrow_points_to_true_north(data: Package, bbox: Bbox) -> None:
    basemap = base_map(data, bbox, 500, 400, relief=False)
    paper, _, _ = drawn(basemap)
    (arrow,) = paper.figure.findobj(Annotation)
    assert arrow.arrow_patch is not None
    vertices = np.asarray(arrow.arrow_patch.get_path().vertices, dtype=float)
    tip, _, foot = vertices[:3] * 72 / paper.figure.dpi
    lons = [
        basemap.sheet.forward.transform(
            basemap.sheet.left + x / basemap.scale,
            basemap.sheet.bottom + y / basemap.scale,
            direction="INVERSE",
        )[0]
        for x, y in (foot, tip)
    ]
    assert tip[1] > foot[1]
    assert lons[0] == pytest.approx(lons[1], abs=(bbox.east - bbox.west) / 2000)


def test_the_locator_marks_the_frame_of_the_map(data: Package) -> None:
    shown = base_map(data, Bbox(10.9, 50.9, 11.1, 51.1), 500, 400, relief=False)
    assert furniture.needs_locator(data, shown)
    with drawing():
        paper = sheet_of(120, 90, PALETTES["light"])
        view = paper.view((0, 0, 120, 90))
        furniture.draw_locator(view, data, shown)
        corners = [
            np.asarray(patch.get_xy())
            for patch in paper.figure.findobj(Polygon)
            if isinstance(patch, Polygon)
        ]
    (width, height) = np.ptp(corners[-1], axis=0)
    assert 0 < width < 30 and 0 < height < 30
