"""Points far outside the country that their row names, as a package's layer of them tells."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from geo.ingest.country_check import CountryAreas


# The codes are nobody's, so that no other layer knows them.
def square(west: float, south: float) -> list[list[list[float]]]:
    """Ring of a square of four degrees."""
    east, north = west + 4, south + 4
    return [[[west, south], [east, south], [east, north], [west, north], [west, south]]]


FEATURES = [
    {
        "type": "Feature",
        "properties": {"country": code, "clipped": clipped, "coordinates": [1, 2], "note": note},
        "geometry": {"type": kind, "coordinates": coordinates},
    }
    for code, clipped, note, kind, coordinates in (
        ("AA", False, 'says "coordinates": [[7, 8]]', "Polygon", square(68, 37)),
        ("QM", True, None, "MultiPolygon", [square(72, 41), square(76, 41)]),
    )
]


@pytest.fixture(params=["given", "file", "indented"])
def areas(tmp_path: Path, request: pytest.FixtureRequest) -> CountryAreas:
    """The same countries, handed over and read from a package."""
    if request.param == "given":
        return CountryAreas(FEATURES)
    descriptor = {"resources": [{"name": "countries", "path": "countries.geojson"}]}
    (tmp_path / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")
    document = {"type": "FeatureCollection", "features": FEATURES}
    text = json.dumps(document, indent=1 if request.param == "indented" else None)
    (tmp_path / "countries.geojson").write_text(text, "utf-8")
    return CountryAreas.load(tmp_path)


def test_a_margin_is_left_and_nothing_is_told_beyond_a_layer_that_is_cut(
    areas: CountryAreas,
) -> None:
    lon = np.array([70.0, 72.4, 73.0, 78.0, 10.0])
    lat = np.array([39.0, 39.0, 39.0, 43.0, 10.0])
    assert areas.far("AA", lon, lat).tolist() == [False, False, True, True, True]
    assert areas.far("QM", lon, lat).tolist() == [True, True, True, False, False]
    # Of a country that is not in the layer only what lies well within another is far.
    assert areas.far("QN", lon, lat).tolist() == [True, False, False, True, False]
    assert areas.within("AA", lon, lat).tolist() == [True, True, False, False, False]
    assert np.allclose(areas.bounds, [67.5, 36.5, 80.5, 45.5])


@pytest.mark.parametrize("text", ["", "{}", '{"features": [{"properties": {}, "geometry": null}]}'])
def test_a_layer_that_cannot_be_read_tells_nothing(tmp_path: Path, text: str) -> None:
    descriptor = {"resources": [{"name": "countries", "path": "countries.geojson"}]}
    (tmp_path / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")
    (tmp_path / "countries.geojson").write_text(text, "utf-8")
    areas, there = CountryAreas.load(tmp_path), np.array([70.0])
    assert not areas.far("AA", there, there).any() and not areas.within("AA", there, there).any()
