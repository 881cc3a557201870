"""Where incidents may be: footprints, and what lies near a place possibly or certainly."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from geo import address, describe, places
from geo.collection import memory, space, suggest
from geo.collection.packaged import Packaged
from geo.model import Bbox, Filter, FilterError, Near, Scene
from geo.package.load import Package

ISFARA = Near(70.62526, 40.12649, 25.0, "isfara", "Isfara")
SPHERE = Geod(a=space.EARTH_KM * 1000, f=0)


def rows(package: Package, match: str, **where: Near | Bbox) -> set[int]:
    return set(memory.select(package, Filter(match=match, **where)).tolist())  # type: ignore[arg-type]


@given(st.floats(-180, 180), st.floats(-84, 84), st.floats(-180, 180), st.floats(-84, 84))
def test_a_distance_is_that_on_a_sphere(lon: float, lat: float, east: float, north: float) -> None:
    *_, metres = SPHERE.inv(lon, lat, east, north)
    assert float(space.half_chord(lon, lat, east, north)) == pytest.approx(
        space.reach(metres / 1000), abs=1e-12
    )


def test_what_is_known_to_a_region_is_possibly_near_and_not_certainly(marz: Package) -> None:
    possibly, certainly = (rows(marz, match, near=ISFARA) for match in ("possibly", "certainly"))
    in_batken = {
        row
        for row in range(len(marz.incidents))
        if (site := places.site_of(marz, row)) and site.place_id == "KG-B"
    }
    assert in_batken and in_batken <= possibly and not in_batken & certainly
    assert 0 < len(certainly) < len(possibly) < len(marz.incidents)
    assert in_batken <= rows(marz, "certainly", near=ISFARA._replace(km=600.0))


def test_points_are_near_by_their_distance(marz: Package) -> None:
    near = rows(marz, "certainly", near=ISFARA)
    for row in range(len(marz.incidents)):
        site = places.site_of(marz, row)
        if site is None:
            assert row not in rows(marz, "possibly", within=Bbox(-180, -85, 180, 85))
        elif site.is_point and marz.incidents["geo_precision"].iat[row] in ("exact", "near"):
            *_, metres = SPHERE.inv(site.lon, site.lat, ISFARA.lon, ISFARA.lat)
            assert (row in near) == (metres <= ISFARA.km * 1000)


@pytest.mark.parametrize("where", [{"near": ISFARA}, {"within": Bbox(70.3, 39.6, 71.2, 40.3)}])
def test_boxes_never_miss_what_is_possible_nor_promise_what_is_not(
    marz: Package, where: dict[str, Near | Bbox]
) -> None:
    """Against the outlines themselves; the circle is one of many corners."""
    if "within" in where:
        area = shapely.box(*where["within"])
    else:
        ring = [SPHERE.fwd(ISFARA.lon, ISFARA.lat, turn, 25_000)[:2] for turn in range(0, 360, 5)]
        area = shapely.Polygon(ring)
    found = {match: rows(marz, match, **where) for match in ("possibly", "certainly")}
    shapes = places.geodata(marz, np.arange(len(marz.incidents))).geometry
    inner, outer = area.buffer(-0.002), area.buffer(0.002)
    for row, shape in enumerate(shapes):
        if shape is None:
            continue
        if shape.intersects(inner):
            assert row in found["possibly"]
        if row in found["certainly"]:
            assert shape.within(outer)


def test_boxes_cover_a_shape_and_are_few() -> None:
    ring = shapely.Point(70, 40).buffer(2).difference(shapely.Point(70, 40).buffer(1.5))
    boxes = space.covering(ring)
    assert shapely.union_all(shapely.box(*boxes.T)).covers(ring)
    assert len(boxes) <= space.MOST_BOXES + 4
    hole = Filter(near=Near(70.0, 40.0, 30.0))
    assert not space.possible(boxes, hole).any()  # a single rectangle would say it may be there


@pytest.mark.parametrize("asked", ["isfara,25", "Исфара, 25", "ISFARA,25.0"])
def test_a_place_is_read_by_its_id_or_any_name(marz: Package, asked: str) -> None:
    assert space.near(marz, asked) == ISFARA


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ("Atlantis,25", "no place “Atlantis”"),
        ("isfara", "no place with a distance"),
        ("isfara,far", "no place with a distance"),
        ("Batken Region,25", "no point to measure from"),
        ("isfara,0", "not on a map"),
        ("isfara,nan", "not on a map"),
        ("95,70,25", "not on a map"),
        ("40.1,70.6,9000", "at most 2,000 km"),
    ],
)
def test_what_is_no_place_is_refused_with_a_remedy(marz: Package, asked: str, why: str) -> None:
    with pytest.raises(FilterError, match=why):
        space.near(marz, asked)
    reading = address.read(marz, {"near": [asked], "from": ["2022-01-01"]})
    assert reading.scene.query.near is None and reading.scene.query.start
    assert f"“near={asked}”: " in reading.notices[0] and not reading.reversed_range


@pytest.mark.parametrize(
    ("query", "pairs", "words"),
    [
        (Filter(near=ISFARA), "?near=isfara,25", "within 25 km of Isfara"),
        (
            Filter(near=Near(70.6, -40.125, 2.5), match="certainly"),
            "?match=certainly&near=-40.125,70.6,2.5",
            "certainly within 2.5 km of 40.125° S, 70.6° E",
        ),
        (
            Filter(within=Bbox(67, 36.5, 75, 41)),
            "?within=67,36.5,75,41",
            "between 36.5° N, 67° E and 41° N, 75° E",
        ),
    ],
    ids=str,
)
def test_it_stands_in_the_address_and_is_said(
    marz: Package, query: Filter, pairs: str, words: str
) -> None:
    assert address.of(Scene(query=query)) == pairs
    assert address.read(marz, address.given_in(pairs)).scene.query == query
    assert describe.filter_in_words(query) == words


def test_where_nothing_is_left_stands_what_would_leave_something(marz: Package) -> None:
    atlas = [Packaged(marz)]
    misspelt = suggest.suggestions(marz, atlas, Filter(text="helicoptr"))
    assert misspelt[0][0] == "spelling" and misspelt[0].name == "helicopter"
    asked = Filter(text="drone", near=Near(71.55, 37.49, 5.0), match="certainly")
    assert not len(memory.select(marz, asked))
    found = {one.part: one for one in suggest.suggestions(marz, atlas, asked)}
    assert {"near", "text"} <= set(found)
    for one in found.values():
        assert one.count == len(memory.select(marz, one.query)) > 0
        assert describe.loosened(one.part)
