"""Reading a layer, and what is refused in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from madeup import feature, line, point, square

from geo.package import layers


def read(tmp_path: Path, document: Any) -> tuple[Any, list[str]]:
    path = tmp_path / "l.geojson"
    path.write_text(document if isinstance(document, str) else json.dumps(document), "utf-8")
    frame, problems = layers.read(path)
    return frame, [str(problem) for problem in problems]


def collection(*features: Any, **members: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features), **members}


def test_good_features_keep_ids_properties_and_crs(tmp_path: Path) -> None:
    frame, problems = read(
        tmp_path, collection(feature("a", point(1, 2), rank=3), feature("b", line(4)))
    )
    assert problems == []
    assert frame["id"].tolist() == ["a", "b"]
    assert frame.crs == "EPSG:4326"
    assert frame["valid_from"].tolist() == ["", ""]
    assert frame.geometry.iloc[0].coords[0] == (1, 2)


@pytest.mark.parametrize(
    ("geometry", "part"),
    [
        (point(39.1, 170.5) | {"coordinates": [39.1, 170.5]}, "Longitude comes before latitude"),
        ({"type": "Point", "coordinates": [500000, 4300000]}, "outside ±180°, ±90°"),
        ({"type": "Point", "coordinates": ["1", "2"]}, "no position"),
        ({"type": "Point", "coordinates": [1]}, "no position"),
        ({"type": "Point", "coordinates": [True, False]}, "no position"),
        ({"type": "Point", "coordinates": []}, "not lists of positions"),
        ({"type": "Point", "coordinates": None}, "not lists of positions"),
        ({"type": "LineString", "coordinates": [[1, 2]]}, "do not make a LineString"),
        ({"type": "Polygon", "coordinates": [[1, 2], [3, 4]]}, "do not make a Polygon"),
        ({"type": "Circle", "coordinates": [1, 2]}, "no geometry of a known type"),
        ({"type": "GeometryCollection", "geometries": []}, "no geometry of a known type"),
        (None, "no geometry of a known type"),
        (
            {"type": "Polygon", "coordinates": [[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]]},
            "invalid: Self-intersection",
        ),
        (
            {"type": "Polygon", "coordinates": [[[0, 0], [0, 1], [1, 1], [1, 0], [0, 0]]]},
            "right-hand rule",
        ),
    ],
)
def test_a_wrong_geometry_is_told_and_loses_no_other(
    tmp_path: Path, geometry: Any, part: str
) -> None:
    frame, problems = read(
        tmp_path,
        collection(feature("bad", geometry), feature("good", square(0, 0, 1, 1))),
    )
    assert frame["id"].tolist() == ["good"]
    assert len(problems) == 1
    assert problems[0].startswith("l.geojson:bad: feature 1:") and part in problems[0]


def test_a_polygon_that_is_not_of_polygons_is_no_crash(tmp_path: Path) -> None:
    deep: Any = [1, 2]
    for _ in range(60):
        deep = [deep]
    frame, problems = read(tmp_path, collection(feature("a", {"type": "Polygon",
                                                              "coordinates": deep})))  # fmt: skip
    assert frame.empty and len(problems) == 1


@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity"])
def test_numbers_that_json_does_not_know_are_refused(tmp_path: Path, constant: str) -> None:
    text = json.dumps(collection(feature("a", point(1, 2)))).replace("[1, 2]", f"[{constant}, 2]")
    frame, problems = read(tmp_path, text)
    assert frame.empty and constant in problems[0]


def test_a_number_too_large_to_be_finite_is_refused(tmp_path: Path) -> None:
    text = json.dumps(collection(feature("a", point(1, 2)))).replace("[1, 2]", "[1e999, 2]")
    frame, problems = read(tmp_path, text)
    assert frame.empty and "no position" in problems[0]


def test_a_crs_member_is_told(tmp_path: Path) -> None:
    frame, problems = read(tmp_path, collection(feature("a", point(1, 2)), crs={"type": "name"}))
    assert len(frame) == 1
    assert "crs member" in problems[0]


@pytest.mark.parametrize(
    "text",
    ["", "{", "[1]", '{"type": "Feature"}', '{"type": "FeatureCollection"}', "[" * 100_000,
     '<VRT srcfile="/etc/passwd"/>'],
)  # fmt: skip
def test_what_is_no_geojson_is_a_problem_and_no_crash(tmp_path: Path, text: str) -> None:
    frame, problems = read(tmp_path, text)
    assert frame.empty and len(problems) == 1


def test_ids_must_be_there_and_differ(tmp_path: Path) -> None:
    nameless = feature("x", point(1, 2))
    del nameless["id"]
    frame, problems = read(
        tmp_path, collection(nameless, feature("a", point(1, 2)), feature("a", point(3, 4)), 7)
    )
    assert frame["id"].tolist() == ["a"]
    assert len(problems) == 4
    assert any("is not a Feature" in problem for problem in problems)
    assert any("has no id" in problem for problem in problems)
    assert any("id of an earlier feature" in problem for problem in problems)


def test_half_a_sign_is_told_and_loses_no_other(tmp_path: Path) -> None:
    odd = feature("b", point(1, 2), name="\ud83d")
    frame, problems = read(tmp_path, collection(feature("a", point(1, 2)), odd))
    assert frame["id"].tolist() == ["a"]
    assert "lone surrogate" in problems[0]
    whole, none = read(tmp_path, collection(feature("c", point(1, 2), name="\U0001f728")))
    assert none == [] and whole["name"].tolist() == ["\U0001f728"]


def test_a_missing_file_is_a_problem(tmp_path: Path) -> None:
    assert "missing" in layers.read(tmp_path / "none.geojson")[1][0].message
