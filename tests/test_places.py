"""Sites, vintages, lengths and representative points."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiLineString, MultiPolygon, Point, Polygon, box

from geo import places
from geo.package.load import Package


def row(data: Package, incident_id: str) -> int:
    return int(np.flatnonzero(data.incidents["id"] == incident_id)[0])


def site(data: Package, incident_id: str) -> places.Site | None:
    return places.site_of(data, row(data, incident_id))


def test_no_exclave_stands_for_its_country() -> None:
    # shapely alone takes the part that a line through the middle of the whole happens to cross.
    parts = [box(0, 0, 1, 1), *(box(3 * n, 5, 3 * n + 0.5, 5.4) for n in range(9))]
    found = places.representative_point(MultiPolygon(parts))
    assert parts[0].contains(found)


def test_a_degree_of_the_equator_has_its_length() -> None:
    assert places.length_km(LineString([(0, 0), (1, 0)])) == pytest.approx(111.31949, abs=1e-4)


def test_a_degree_of_a_meridian_is_longer_near_the_pole() -> None:
    equator = places.length_km(LineString([(0, 0), (0, 1)]))
    north = places.length_km(LineString([(0, 89), (0, 90)]))
    assert equator == pytest.approx(110.57439, abs=1e-4)
    assert north == pytest.approx(111.69387, abs=1e-4)


def test_the_point_of_a_bent_area_lies_within_it() -> None:
    bent = Polygon([(0, 0), (10, 0), (10, 10), (9, 10), (9, 1), (0, 1)])
    assert not bent.contains(bent.centroid)
    assert bent.contains(places.representative_point(bent))


def test_the_point_of_a_line_lies_on_its_longest_part() -> None:
    lines = MultiLineString([[(0, 0), (1, 0)], [(5, 5), (9, 5)], [(9, 5), (12, 5)]])
    found = places.representative_point(lines)
    assert (found.x, found.y) == (8.5, 5)


@given(st.floats(-180, 180), st.floats(-90, 90))
def test_a_point_stands_for_itself(lon: float, lat: float) -> None:
    assert places.representative_point(Point(lon, lat)) == Point(lon, lat)


def test_an_incident_hangs_on_the_vintage_of_its_day(data: Package) -> None:
    before, after = site(data, "SL-2020-02-shelling"), site(data, "SL-2025-05-05-clash")
    assert before is not None and before.feature_id == "SAR-LOW@old"
    assert after is not None and after.feature_id == "SAR-LOW@new"
    assert (before.lon, after.lon) == (11.0, 11.1)


def test_no_place_is_no_site(data: Package) -> None:
    assert site(data, "SL-2020-06-talks") is None


def test_features_hold_numbers_and_no_text(hostile: Package) -> None:
    rows = np.arange(len(hostile.incidents))
    collection = places.features(hostile, rows)
    for feature in collection["features"]:
        assert set(feature["properties"]) == {"n", "m"}
        for member in feature["properties"]["m"]:
            assert all(type(value) is int for value in member)


def test_features_tell_each_placed_incident_once(data: Package) -> None:
    rows = np.arange(len(data.incidents))
    members = [m for f in places.features(data, rows)["features"] for m in f["properties"]["m"]]
    assert sorted(m[0] for m in members) == [
        int(r) for r in rows if places.site_of(data, int(r)) is not None
    ]
    tolls = {m[0]: m[3] for m in members}
    assert tolls[row(data, "SL-2020-01-15-clash")] == 5
    assert tolls[row(data, "SL-2025-05-05-clash")] == 3
    assert tolls[row(data, "SL-undated")] == -1


def test_the_vintage_day_is_that_of_the_latest_incident(data: Package) -> None:
    assert places.vintage_day(data, np.array([row(data, "SL-2020-01-15-clash")])) == date(
        2020, 1, 15
    )
    assert places.vintage_day(data, np.array([], dtype=int)) == date.today()


def test_vintages_meet_without_a_gap(data: Package) -> None:
    borders = data.layers["borders"]
    assert places.in_force(borders, date(2023, 12, 31)).tolist() == [True, False]
    assert places.in_force(borders, date(2024, 1, 1)).tolist() == [False, True]


def test_geodata_keeps_what_has_no_place(data: Package) -> None:
    frame = places.geodata(data, np.arange(len(data.incidents)))
    assert frame.geometry.isna().sum() == 1
    assert frame.crs == "EPSG:4326"


def test_the_extent_is_that_of_the_borders(data: Package) -> None:
    assert places.extent_of(data) == (11.0, 50.0, 11.1, 52.0)


def test_sites_are_numbered_alike_each_time(data: Package) -> None:
    found = places.sites(data)
    assert [one.number for one in found] == list(range(len(found)))
