"""Linear referencing: where incidents stand along a border."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from madeup import INCIDENTS, feature, line, made_up_layers, point
from pyproj import Geod

from geo.charts import border_charts, border_strip
from geo.collection import memory
from geo.files import DATA
from geo.model import Filter
from geo.package.load import Package, load_package
from geo.places import length_km

Make = Callable[..., Package]
WGS84 = Geod(ellps="WGS84")


def north_of(lat: float, lon: float = 11.1) -> float:
    """Kilometres along the made-up border from its southern end to a latitude."""
    return float(WGS84.inv(lon, 50, lon, lat)[2]) / 1000


@pytest.fixture
def data(make: Make) -> Package:
    layers = made_up_layers()
    layers["places"] += [
        feature("near", point(11.12, 50.7), name="Near", rank=1),
        feature("far", point(13.0, 51.0), name="Far", rank=2),
    ]
    layers["stretches"] = [
        {
            **feature("SAR-LOW-south", line(11.1), name="southern stretch", border="SAR-LOW"),
            "geometry": {"type": "LineString", "coordinates": [[11.1, 50.0], [11.1, 50.5]]},
        }
    ]
    at = [("near", "exact"), ("far", "exact"), ("SAR-LOW-south", "border"), ("SAR-LOW", "border")]
    rows = [
        {
            **INCIDENTS[1],
            "id": f"S-{place or 'none'}",
            "place_id": place,
            "geo_precision": precision,
        }
        for place, precision in [*at, ("IS-MAR", "province"), ("MT", "country"), ("", "")]
    ]
    return make(incidents=rows, layers=layers, claims=[])


def laid(data: Package) -> border_strip.Strip:
    return border_strip.strip(data, memory.select(data, Filter()), "SAR-LOW")


def ids(data: Package, rows: tuple[int, ...]) -> set[str]:
    return {data.incidents["id"].iat[row] for row in rows}


def test_the_line_is_as_long_as_a_geodesic(data: Package) -> None:
    assert laid(data).length == pytest.approx(north_of(52), rel=1e-6)


def test_a_point_stands_at_its_nearest_place(data: Package) -> None:
    stand = next(s for s in laid(data).stands if data.incidents["id"].iat[s.row] == "S-near")
    end = 0.0 if stand.start < laid(data).length / 2 else laid(data).length
    along = stand.start if end == 0.0 else end - stand.start
    assert along in (
        pytest.approx(north_of(50.7), abs=0.1),
        pytest.approx(laid(data).length - north_of(50.7), abs=0.1),
    )
    assert stand.start == stand.end
    assert stand.off == pytest.approx(float(WGS84.inv(11.1, 50.7, 11.12, 50.7)[2]) / 1000, abs=0.05)


def test_stretches_and_areas_are_intervals(data: Package) -> None:
    stands = {data.incidents["id"].iat[s.row]: s for s in laid(data).stands}
    stretch = stands["S-SAR-LOW-south"]
    assert stretch.end - stretch.start == pytest.approx(north_of(50.5), abs=0.1)
    assert set(stands) == {"S-near", "S-SAR-LOW-south"}


def test_what_has_no_stand_is_counted_elsewhere(data: Package) -> None:
    found = laid(data)
    assert ids(data, found.anywhere) == {"S-SAR-LOW"}
    # The Marches end at 11° E: seven kilometres from the line that moved to 11.1° E.
    assert ids(data, found.beside) >= {"S-far", "S-MT", "S-none"}


def test_landmarks_stand_apart_and_in_order(data: Package) -> None:
    found = laid(data).landmarks
    assert [name for _, name in found] == ["Near"]


@pytest.mark.parametrize("border", ["TJ-AF", "TJ-KG"])
def test_every_incident_of_a_border_is_somewhere(border: str) -> None:
    marz = load_package(DATA)
    found = border_strip.strip(marz, memory.select(marz, Filter()), border)
    own = np.flatnonzero(marz.incidents["border"] == border)
    stands = [stand.row for stand in found.stands]
    assert sorted([*stands, *found.anywhere, *found.beside]) == own.tolist()
    assert all(0 <= s.start <= s.end <= found.length + 1e-6 for s in found.stands)
    latest = border_strip.own(marz, border)["geometry"].iloc[-1]
    assert found.length <= length_km(latest) * 1.001
    kilometres = [kilometre for kilometre, _ in found.landmarks]
    assert kilometres == sorted(kilometres) and len(kilometres) >= 3
    assert found.origin == "Uzbekistan"
    table = border_charts.strip_chart(marz, found, border).table
    assert len(table) == len(own)
    assert (table["On the strip"] == "yes").sum() == len(stands)


def test_density_counts_points_once() -> None:
    marz = load_package(DATA)
    found = border_strip.strip(marz, memory.select(marz, Filter()), "TJ-KG")
    points = [stand for stand in found.stands if stand.end - stand.start < 0.05]
    table = border_charts.density_chart(marz, found, "TJ-KG").table
    assert table["Incidents"].sum() == len(points)
    first = table.iloc[0]
    inside = [s for s in points if first["From km"] <= s.start < first["To km"]]
    assert first["Incidents"] == len(inside)


def test_lengths_that_others_publish_stand_beside_ours() -> None:
    marz = load_package(DATA)
    told = border_strip.published(marz, "TJ-KG").set_index("Who")
    ours = border_strip.own(marz, "TJ-KG")["length_km"].iloc[-1]
    said = told.loc["CIA World Factbook", "Against our latest"]
    assert float(said.removesuffix(" km")) == pytest.approx(984 - ours, abs=0.06)
    assert len(border_strip.vintages(marz, "TJ-KG")) == 2
    whole = border_strip.stretches(marz, "TJ-KG")["Length, km"].sum()
    drawn = border_strip.vintages(marz, "TJ-KG")["As drawn, km"].iloc[-1]
    assert whole == pytest.approx(drawn, rel=0.002)


def test_milestones_are_marked_and_of_this_border() -> None:
    marz = load_package(DATA)
    rows = border_strip.milestones(marz, memory.select(marz, Filter()), "TJ-KG")
    found = marz.incidents.iloc[rows]
    assert "TJKG-2025-03-13-treaty" in set(found["id"])
    assert set(found["border"]) == {"TJ-KG"}
    assert found["start"].is_monotonic_increasing
