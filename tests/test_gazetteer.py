"""Places without a point: what holds them, how they are said, where they are drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from madeup import INCIDENTS, feature, line, made_up_layers

from geo import describe, places
from geo.package.load import Package
from geo.places import site_of

Make = Callable[..., Package]


def nowhere(place_id: str, within: str, **properties: Any) -> dict[str, Any]:
    """A feature without a geometry."""
    one = feature(place_id, {}, within=within, **properties)
    return {**one, "geometry": None}


@pytest.fixture
def data(make: Make) -> Package:
    """A village in a district without a polygon, and one on a stretch of the border."""
    layers = made_up_layers()
    layers["places"] += [
        nowhere("hill", "northmarch", name="Hill", kind="place", names_other=["Пригорок"]),
        nowhere("northmarch", "IS-MAR", name="Northmarch", kind="district"),
        nowhere("ford", "SAR-LOW-north", name="Ford", kind="place"),
    ]
    layers["stretches"] = [
        feature("SAR-LOW-north", line(11), name="northern stretch", kind="stretch")
    ]
    at = [("hill", "district"), ("northmarch", "district"), ("ford", "border")]
    rows = [
        {**INCIDENTS[1], "id": f"G-{place}", "place_id": place, "geo_precision": precision}
        for place, precision in at
    ]
    return make(incidents=[*INCIDENTS, *rows], layers=layers)


@pytest.mark.parametrize(
    ("incident_id", "drawn", "said"),
    [
        ("G-hill", "IS-MAR", "Hill, Northmarch, Marches (no point known)"),
        ("G-northmarch", "IS-MAR", "somewhere in Northmarch, Marches"),
        ("G-ford", "SAR-LOW-north", "Ford, on the northern stretch (no point known)"),
        ("SL-2020-01-15-clash", "westham", "Westham"),
    ],
)
def test_a_place_without_a_point_is_drawn_on_what_holds_it(
    data: Package, incident_id: str, drawn: str, said: str
) -> None:
    assert data.problems == ()
    row = data.row_of(incident_id)
    site = site_of(data, row)
    assert site is not None
    assert site.place_id == drawn
    assert describe.place_of(data, row) == said


def test_a_chain_runs_from_the_inside_out(data: Package) -> None:
    assert [held.place_id for held in places.chain(data, "hill")] == [
        "hill",
        "northmarch",
        "IS-MAR",
    ]
    assert places.chain(data, "atlantis") == []
    assert places.drawn_on(data, "atlantis") == ""


def test_an_entry_knows_all_its_names(data: Package) -> None:
    hill = places.entry(data, "hill")
    assert hill is not None
    assert hill.names == ("Hill", "Пригорок")
    assert not hill.located


def test_unlocated_places_stay_out_of_the_layers(data: Package) -> None:
    assert data.layers["places"].geometry.notna().all()
    assert set(data.unlocated["id"]) == {"hill", "northmarch", "ford"}


@pytest.mark.parametrize(
    ("places", "told"),
    [
        ([nowhere("hill", "atlantis")], "leads to none"),
        ([nowhere("hill", "dale"), nowhere("dale", "hill")], "leads to none"),
        ([nowhere("IS-MAR", "IS")], "is a place of regions already"),
        ([nowhere("{{7}}", "IS-MAR")], "not letters, digits, hyphens"),
    ],
)
def test_a_place_that_leads_nowhere_is_told(
    make: Make, places: list[dict[str, Any]], told: str
) -> None:
    layers = made_up_layers()
    layers["places"] += places
    assert any(told in str(problem) for problem in make(layers=layers).problems)


def test_no_geometry_and_no_holder_is_a_problem(make: Make) -> None:
    layers = made_up_layers()
    layers["places"].append({**feature("hill", {}), "geometry": None})
    assert any("has no geometry" in str(problem) for problem in make(layers=layers).problems)


def test_an_unlocated_place_can_not_be_exact(make: Make) -> None:
    layers = made_up_layers()
    layers["places"].append(nowhere("hill", "IS-MAR"))
    rows = [{**INCIDENTS[1], "place_id": "hill", "geo_precision": "exact"}]
    data = make(incidents=rows, layers=layers, claims=[])
    assert any("'exact' does not go with 'hill'" in str(problem) for problem in data.problems)
