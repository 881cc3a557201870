"""Extents: what a map in a browser shows, and those with a name."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from geo import places
from geo.collection import extents, memory
from geo.files import DATA
from geo.model import Bbox, Filter, FilterError
from geo.package.load import Package, load_package


def test_what_a_map_shows_is_web_mercator() -> None:
    # At zoom 0 and 256 pixels each way: the whole earth as Leaflet draws it.
    assert extents.seen((0, 0, 0), 256, 256) == Bbox(-180, -85, 180, 85)
    # 900 pixels at zoom 8 are 900 / 65536 of the way round; tests/browser asks Leaflet itself.
    assert extents.seen((39.9, 70.6, 8), 900, 470) == pytest.approx(
        (68.128, 38.902, 73.072, 40.884), abs=2e-3
    )


def test_where_a_record_stands_by_itself() -> None:
    package = load_package(DATA)
    points = [site for site in places.sites(package) if site.is_point]
    for row in range(len(package.incidents)):
        site, at = places.site_of(package, row), extents.alone(package, row)
        if site is None or at is None:
            assert site is None and at is None
            continue
        shown = extents.seen(at, *extents.FRAME)
        assert shown.west < site.lon < shown.east and shown.south < site.lat < shown.north
        if site.is_point and at[2] < extents.APART:
            # What a map of a symbol's width shows holds no other place.
            near = extents.seen(at, *[2 * 24 / 2**0.5] * 2)
            inside = [
                other
                for other in points
                if near.west < other.lon < near.east and near.south < other.lat < near.north
            ]
            assert inside == [site]


@example(0.0, 101.0, 10.0, 20.0, 1446.0, 200.0)
@given(
    st.floats(-60, 60), st.floats(-120, 120), st.floats(0.5, 20), st.floats(0.5, 20),
    st.floats(300, 1600), st.floats(200, 900),
)  # fmt: skip
def test_a_map_opened_on_an_extent_shows_it(
    south: float, west: float, wide: float, tall: float, width: float, height: float
) -> None:
    bbox = Bbox(west, south, west + wide, south + tall)
    at = extents.opening(bbox, width, height)
    if at[2] == 3:
        return  # the map zooms out no further
    found = extents.seen(at, width, height)
    assert found.west <= bbox.west + 1e-3 and found.south <= bbox.south + 1e-3
    assert found.east >= bbox.east - 1e-3 and found.north >= bbox.north - 1e-3
    if found.west > -180 and found.east < 180:  # else cut off at the edge of the map
        again = extents.opening(found, width, height)
        assert again[:2] == pytest.approx(at[:2], abs=2e-3)


def test_an_extent_of_incidents_holds_their_places(data: Package) -> None:
    rows = memory.select(data, Filter())
    bbox = extents.named(data, rows, "filter")
    assert bbox is not None
    for row in rows:
        site = places.site_of(data, int(row))
        if site and site.layer != "countries":
            assert bbox.west <= site.lon <= bbox.east and bbox.south <= site.lat <= bbox.north


def test_one_place_is_shown_in_its_land(data: Package) -> None:
    bbox = extents.named(data, np.array([data.row_of("SL-2020-01-15-clash")]), "filter")
    assert bbox is not None
    assert bbox.north - bbox.south == pytest.approx(extents.LEAST, abs=0.01)
    assert bbox.east - bbox.west > extents.LEAST


def test_names_are_the_borders(data: Package) -> None:
    assert extents.names(data) == ["borders", "filter", "SAR-LOW"]
    assert extents.named(data, np.arange(2), "borders") is None
    # Both vintages are in it.
    bbox = extents.named(data, np.arange(2), "SAR-LOW")
    assert bbox is not None and bbox.west < 11 and bbox.east > 11.1


@pytest.mark.parametrize(("rows", "name"), [([], "filter"), ([0], "moon")])
def test_what_has_no_extent_is_said(data: Package, rows: list[int], name: str) -> None:
    with pytest.raises(FilterError, match="Choose"):
        extents.named(data, np.array(rows, dtype=int), name)


def test_acts_in_capitals_far_away_do_not_widen_an_extent() -> None:
    marz = load_package(DATA)
    rows = memory.select(marz, Filter(start=date(2022, 9, 1), end=date(2022, 9, 30)))
    names = {site.name for row in rows if (site := places.site_of(marz, int(row)))}
    assert {"Bishkek", "New York", "Batken"} <= names
    bbox = extents.named(marz, rows, extents.FILTER)
    assert bbox is not None
    assert bbox.west < 69.3 and bbox.east > 71 and 40.3 < bbox.north < 41.5 and bbox.south > 37
    # Where nothing else is, it is all there is to show.
    bishkek = [row for row in rows if (s := places.site_of(marz, int(row))) and s.name == "Bishkek"]
    alone = extents.named(marz, np.array(bishkek), extents.FILTER)
    assert alone is not None and alone.south < 42.87 < alone.north
