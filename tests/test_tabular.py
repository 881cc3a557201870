"""GeoParquet and GeoPackage: they read back, say what they are, and are the same each time."""

from __future__ import annotations

import io
import json
import sqlite3
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import geopandas as gpd
import numpy as np
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from embedding import TOKEN
from madeup import HOSTILE, INCIDENTS, feature, made_up_layers, point

from geo.collection import memory
from geo.export import styles, tabular
from geo.model import Filter, Scene
from geo.package.load import Package
from geo.picture.exported import Export
from geo.vocabulary import EVENT_TYPES

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ALL = Filter()
NOTHING = Filter(text="nothing like it")
TABLES = [
    *("incidents_without_place", "claims", "citations", "accounts", "incident_actors"),
    *("sources", "actors", "about", "layer_styles"),
]
LAYERS = ["incidents_points", "incidents_lines", "incidents_areas"]


def parquet(data: Package, asked: Filter = ALL, **more: Any) -> bytes:
    rows = memory.select(data, asked)
    return tabular.geoparquet(Export(data, Scene(asked), rows, "parquet", **{"now": NOW, **more}))


@pytest.fixture
def stored(tmp_path: Path) -> Callable[..., Path]:
    """The GeoPackage of a filter as a file."""

    def store(data: Package, asked: Filter = ALL, **more: Any) -> Path:
        path = tmp_path / "incidents.gpkg"
        rows = memory.select(data, asked)
        of = Export(data, Scene(asked), rows, "gpkg", **{"now": NOW, **more})
        path.write_bytes(tabular.geopackage(of))
        return path

    return store


def rows_of(path: Path, table: str) -> list[dict[str, Any]]:
    with sqlite3.connect(path) as connection:
        connection.row_factory = sqlite3.Row
        found = [dict(row) for row in connection.execute(f'SELECT * FROM "{table}"')]
    connection.close()
    return found


def about(path: Path) -> dict[str, str]:
    return {row["key"]: row["value"] for row in rows_of(path, "about")}


# ---------------------------------------------------------------- GeoParquet
def test_geoparquet_reads_back_with_null_and_mixed_geometry(data: Package) -> None:
    frame = gpd.read_parquet(io.BytesIO(parquet(data)))
    assert frame["id"].tolist() == data.incidents["id"].tolist()
    shapes = frame.set_index("id").geometry
    assert shapes["SL-2020-06-talks"] is None
    kinds = shapes.dropna().geom_type
    assert set(kinds) == {"Point", "LineString", "Polygon"}
    assert frame.crs.to_epsg() == 4326
    assert frame["fatalities_low"].isna().sum() == len(INCIDENTS) - 2
    assert frame["date"].tolist() == data.incidents["date"].tolist()
    first = frame.set_index("id")["start_date"]
    last = frame.set_index("id")["end_date"]
    assert first["SL-1995-riot"] == date(1990, 1, 1) and last["SL-1995-riot"] == date(1999, 12, 31)
    assert first.isna()["SL-2020-06-talks"] and last["SL-2020-06-talks"] == date(2020, 6, 30)
    assert first.isna()["SL-undated"] and last.isna()["SL-undated"]


@pytest.mark.parametrize("asked", [ALL, NOTHING, Filter(text="talks")])
def test_geoparquet_keeps_to_version_1_1(data: Package, asked: Filter) -> None:
    table = pq.read_table(io.BytesIO(parquet(data, asked)))

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    geo = json.loads(table.schema.metadata[b"geo"], parse_constant=refuse)
    assert geo["version"] == "1.1.0" and geo["primary_column"] == "geometry"
    column = geo["columns"]["geometry"]
    assert column["encoding"] == "WKB" and column["orientation"] == "counterclockwise"
    assert column["covering"]["bbox"]["xmin"] == ["bbox", "xmin"]
    shapes = shapely.from_wkb(table["geometry"].to_numpy(zero_copy_only=False))
    assert set(column["geometry_types"]) == {s.geom_type for s in shapes if s is not None}
    for shape, box in zip(shapes, table["bbox"].to_pylist(), strict=True):
        bounds = [None] * 4 if shape is None else list(shape.bounds)
        assert list(box.values()) == bounds
    drawn = [shape for shape in shapes if shape is not None]
    if drawn:
        assert column["bbox"] == list(shapely.total_bounds(drawn))
    else:
        assert "bbox" not in column
    types = {field.name: str(field.type) for field in table.schema}
    assert types["start_date"] == types["end_date"] == "date32[day]"
    assert "string" in types["note"] and types["injuries_high"] == "int64"


def test_geoparquet_says_what_it_is_and_keeps_the_view(data: Package) -> None:
    metadata = pq.read_schema(
        io.BytesIO(parquet(data, Filter(chosen={"type": ("Riots",)}), state=TOKEN))
    ).metadata
    said = json.loads(metadata[b"marz_about"])
    assert said["filter"] == "of type Riots" and said["data_version"] == data.version
    assert said["made"] == "2026-11-22" and said["attribution"] == ["© Nobody"]
    assert metadata[b"marz_state"].decode() == TOKEN
    assert b"marz_state" not in pq.read_schema(io.BytesIO(parquet(data))).metadata


def test_hostile_texts_come_back_from_geoparquet(hostile: Package) -> None:
    frame = gpd.read_parquet(io.BytesIO(parquet(hostile)))
    assert sorted(frame["title"]) == sorted(frame["actors"]) == sorted(HOSTILE)


# ---------------------------------------------------------------- GeoPackage
def test_a_geopackage_opens_in_the_colours_of_the_map(
    data: Package, stored: Callable[..., Path]
) -> None:
    styles = rows_of(stored(data), "layer_styles")
    assert [one["f_table_name"] for one in styles] == LAYERS
    for one in styles:
        assert one["useAsDefault"] == 1 and one["f_geometry_column"] == "geom"
        renderer = ElementTree.fromstring(one["styleQML"].partition("\n")[2])[0]
        assert renderer.get("attr") == "event_type"
        categories = [(c.get("value"), c.get("symbol")) for c in renderer.iter("category")]
        assert [kind for kind, _ in categories] == list(EVENT_TYPES)
        symbols = {one.get("name"): one for one in renderer.iter("symbol")}
        for kind, symbol in categories:
            written = {o.get("value") for o in symbols[symbol].iter("Option")}
            red, green, blue = (int(EVENT_TYPES[str(kind)][0][at : at + 2], 16) for at in (1, 3, 5))
            assert f"{red},{green},{blue},255" in written


def test_a_style_colours_points_lines_and_areas_of_one_layer() -> None:
    root = ElementTree.fromstring(styles.file_of(TOKEN).partition("\n")[2])
    assert root.find("marz").get("state") == TOKEN  # type: ignore[union-attr]
    symbols = {one.get("name"): one for one in root.iter("symbol")}
    groups = root.findall("renderer-v2/rules/rule")
    assert [(one.get("label"), one.get("filter")) for one in groups] == [
        ("Points", "geometry_type($geometry) = 'Point'"),
        ("Lines", "geometry_type($geometry) = 'Line'"),
        ("Areas", "geometry_type($geometry) = 'Polygon'"),
    ]
    for group, kind in zip(groups, ("marker", "line", "fill"), strict=True):
        assert [one.get("label") for one in group] == list(EVENT_TYPES)
        for rule in group:
            name = str(rule.get("label"))
            assert rule.get("filter") == f"{styles.TYPE} = '{name}'"
            symbol = symbols[rule.get("symbol")]
            assert symbol.get("type") == kind
            red, green, blue = (int(EVENT_TYPES[name][0][at : at + 2], 16) for at in (1, 3, 5))
            written = {option.get("value") for option in symbol.iter("Option")}
            assert f"{red},{green},{blue},255" in written


def test_a_geopackage_has_a_layer_for_each_kind(data: Package, stored: Callable[..., Path]) -> None:
    path = stored(data)
    assert pyogrio.list_layers(path).tolist() == [
        ["incidents_points", "Point"],
        ["incidents_lines", "MultiLineString"],
        ["incidents_areas", "MultiPolygon"],
        *([name, None] for name in TABLES),
    ]
    found = [gpd.read_file(path, layer=layer) for layer in LAYERS]
    ids = [one for frame in found for one in frame["id"]]
    ids += [row["id"] for row in rows_of(path, "incidents_without_place")]
    assert sorted(ids) == sorted(data.incidents["id"])
    points = found[0].set_index("id")
    assert points.crs.to_epsg() == 4326
    assert (points.geometry["SL-1995-riot"].x, points.geometry["SL-1995-riot"].y) == (10.4, 51.1)
    assert points["start_date"]["SL-1995-riot"] == np.datetime64("1990-01-01")
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()
    near = gpd.read_file(path, layer="incidents_points", bbox=(10, 51, 10.5, 51.2))
    assert set(near["id"]) == {"SL-1995-riot", "SL-2020-01-15-clash"}
    [talks] = rows_of(path, "incidents_without_place")
    assert talks["id"] == "SL-2020-06-talks"
    assert (talks["start_date"], talks["end_date"]) == (None, "2020-06-30")
    assert [row["claimant"] for row in rows_of(path, "claims")] == ["Sarnia", "Lowmark"]
    assert [row["fatalities"] for row in rows_of(path, "claims")] == [5, None]
    assert len(rows_of(path, "citations")) == len(INCIDENTS)
    assert [row["id"] for row in rows_of(path, "sources")] == ["gazette", "courier"]


def test_a_geopackage_says_what_it_is_and_keeps_the_view(
    data: Package, stored: Callable[..., Path]
) -> None:
    path = stored(data, Filter(chosen={"type": ("Riots",)}), state=TOKEN)
    said = about(path)
    assert said["filter"] == "of type Riots" and said["made"] == "2026-11-22"
    assert json.loads(said["attribution"]) == ["© Nobody"]
    assert rows_of(path, "marz_state") == [{"id": 1, "state": TOKEN}]
    assert TOKEN.encode() in path.read_bytes()
    assert ["marz_state", None] in pyogrio.list_layers(path).tolist()
    assert gpd.read_file(path, layer="marz_state")["state"].tolist() == [TOKEN]
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()
    assert "marz_state" not in pyogrio.list_layers(stored(data))[:, 0]


def test_a_geopackage_of_nothing_has_all_its_layers(
    data: Package, stored: Callable[..., Path]
) -> None:
    path = stored(data, NOTHING)
    assert pyogrio.list_layers(path)[:, 0].tolist() == [*LAYERS, *TABLES]
    filled = {"about", "layer_styles"}
    assert all(rows_of(path, name) == [] for name in {*LAYERS, *TABLES} - filled)


def test_several_points_of_one_place_stay_several(
    make: Callable[..., Package], stored: Callable[..., Path]
) -> None:
    layers = made_up_layers()
    many = {"type": "MultiPoint", "coordinates": [[10.4, 51.1], [10.5, 51.1]]}
    layers["places"] = [
        feature("westham", many, name="Westham", rank=1),
        feature("eastham", point(11.6, 51.0), name="Eastham", rank=2),
    ]
    path = stored(make(layers=layers))
    assert pyogrio.list_layers(path)[0].tolist() == ["incidents_points", "MultiPoint"]
    frame = gpd.read_file(path, layer="incidents_points").set_index("id")
    assert len(frame.geometry["SL-1995-riot"].geoms) == 2


def test_hostile_texts_come_back_from_a_geopackage(
    hostile: Package, stored: Callable[..., Path]
) -> None:
    path = stored(hostile)
    assert sorted(gpd.read_file(path, layer=LAYERS[0])["title"]) == sorted(HOSTILE)
    assert sorted(row["statement"] for row in rows_of(path, "claims")) == sorted(HOSTILE)
    assert about(path)["title"] == " ".join(HOSTILE)


@pytest.mark.parametrize("write", [tabular.geoparquet, tabular.geopackage])
def test_the_same_day_makes_the_same_bytes(data: Package, write: Callable[..., bytes]) -> None:
    rows = memory.select(data, ALL)
    early, late, other = (
        write(Export(data, Scene(), rows, "", now))
        for now in (NOW.replace(hour=1), NOW.replace(hour=23), NOW.replace(day=23))
    )
    assert early == late != other
