"""What is written in any format is read back the same: CSV, XLSX, Parquet, GeoJSON."""

from __future__ import annotations

import csv
import gzip
import io
import json
import tempfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from exports import taken
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.ingest.inspection import inspect
from geo.ingest.mapping import Mapping
from geo.model import ReadError

Row = dict[str, Any]
COLUMNS = ("id", "date", "title", "lat", "lon", "best")
# Sheets have no control characters, and take what begins with = for a formula.
CHARACTERS = st.characters(exclude_categories=("Cs", "Cc", "Cn"), exclude_characters="\ufeff")
TEXT = (
    st.text(CHARACTERS, max_size=30)
    .map(lambda t: " ".join(t.split()))
    .filter(lambda t: t[:1] != "=")
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "date": st.dates(date(1900, 1, 1), date(2020, 12, 31)),
            "title": TEXT,
            "lat": st.floats(-90, 90).map(lambda v: round(v, 6)),
            "lon": st.floats(-180, 180).map(lambda v: round(v, 6)),
            "best": st.none() | st.integers(0, 2**31 - 1),
        }
    ),
    min_size=1,
    max_size=6,
)


def csv_text(rows: list[Row], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, delimiter=delimiter)
    writer.writeheader()
    writer.writerows({**row, "best": "" if row["best"] is None else row["best"]} for row in rows)
    return out.getvalue().encode(encoding)


def xlsx(rows: list[Row]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(COLUMNS)
    for row in rows:
        sheet.append([row[name] if row[name] != "" else None for name in COLUMNS])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def parquet(rows: list[Row]) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([{n: row[n] for n in COLUMNS} for row in rows]), out)
    return out.getvalue()


def geoparquet(rows: list[Row]) -> bytes:
    points = shapely.points([row["lon"] for row in rows], [row["lat"] for row in rows])
    data = [{n: row[n] for n in COLUMNS if n not in ("lat", "lon")} for row in rows]
    frame = gpd.GeoDataFrame(data, geometry=points, crs="EPSG:4326")
    out = io.BytesIO()
    frame.to_parquet(out)
    return out.getvalue()


def features(rows: list[Row]) -> list[Row]:
    return [
        {
            "type": "Feature",
            "id": row["id"],
            "properties": {"date": str(row["date"]), "title": row["title"], "best": row["best"]},
            "geometry": {"type": "Point", "coordinates": [row["lon"], row["lat"]]},
        }
        for row in rows
    ]


def geojson(rows: list[Row]) -> bytes:
    document = {"type": "FeatureCollection", "features": features(rows)}
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def lines(rows: list[Row]) -> bytes:
    return "".join(f"\x1e{json.dumps(one)}\n" for one in features(rows)).encode()


WRITERS: dict[str, Callable[[list[Row]], bytes]] = {
    "comma.csv": csv_text,
    "semicolon.csv": lambda rows: csv_text(rows, ";", "utf-8-sig"),
    "table.tsv": lambda rows: csv_text(rows, "\t", "utf-16"),
    "packed.csv.gz": lambda rows: gzip.compress(csv_text(rows)),
    "book.xlsx": xlsx,
    "table.parquet": parquet,
    "geo.parquet": geoparquet,
    "map.geojson": geojson,
    "map.geojsonl": lines,
    "map.geojson.gz": lambda rows: gzip.compress(geojson(rows)),
}


@pytest.mark.parametrize("name", WRITERS)
@given(rows=ROWS)
@settings(max_examples=8)
def test_what_is_written_is_read_back(name: str, rows: list[Row]) -> None:
    rows = [{**row, "id": f"i{number}"} for number, row in enumerate(rows)]
    with tempfile.TemporaryDirectory() as folder:
        report, found = taken(Path(folder), WRITERS[name](rows), name)
    assert (report.read, report.imported, report.refused) == (len(rows), len(rows), 0)
    by_id = {row["id"]: row for row in found}
    for row in rows:
        back = by_id[row["id"]]
        assert back["date"] == row["date"].isoformat()
        assert (back["title"] or "") == row["title"]
        assert (back["lat"], back["lon"], back["best"]) == (row["lat"], row["lon"], row["best"])


# ---------------------------------------------------------------- CSV
@given(
    rows=st.lists(
        st.tuples(*[st.text(st.sampled_from("ab \",;\n\r\t'é"), max_size=6)] * 2), min_size=1
    )
)
@settings(max_examples=12)
def test_whatever_the_csv_module_quotes_is_read_back(rows: list[tuple[str, str]]) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(("id", "date", "title", "note"))
    writer.writerows((f"i{n}", "2022-01-01", *row) for n, row in enumerate(rows))
    with tempfile.TemporaryDirectory() as folder:
        report, found = taken(Path(folder), out.getvalue())
    assert report.refused == 0
    for (title, note), row in zip(rows, found, strict=True):
        # A line end within a cell may be written in any of three ways.
        for said, read in ((title, row["title"]), (note, row["note"])):
            assert " ".join((read or "").split()) == " ".join(said.split())


# ---------------------------------------------------------------- workbooks
def test_a_workbook_with_dates_blank_rows_and_several_sheets(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.title = "Read me"
    first.append(["Nothing", "here"])
    sheet = book.create_sheet("Events")
    sheet.append([])
    sheet.append(["Date", "Title", "Deaths"])
    sheet.append([datetime.fromisoformat("2022-09-14"), "Ford", 3])
    sheet.append([])
    sheet.append([date(2022, 9, 16), "Bridge", 2.0])
    sheet.append(["soon", "Gate", None])
    path = tmp_path / "book.xlsx"
    book.save(path)
    assert inspect(path, "book.xlsx").sheets == ("Read me", "Events")
    report, rows = taken(tmp_path, path.read_bytes(), mapping=Mapping(sheet="Events"))
    assert [(r["number"], r["date"], r["best"]) for r in rows] == [
        (3, "2022-09-14", 3),
        (5, "2022-09-16", 2),
    ]
    assert report.groups[0].examples == [(6, "soon")]
    assert "“Events” is read, of 2" in report.notes[0]
    with pytest.raises(ReadError, match="no sheet “None”"):
        taken(tmp_path, path.read_bytes(), mapping=Mapping(sheet="None"))


def test_rows_and_columns_of_a_workbook_are_counted_from_its_corner(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    cells = {"C5": "date", "D5": "title", "C6": "2022-09-14", "D6": "Ford"}
    for place, cell in {**cells, "B8": "stray", "D8": "Bridge", "F8": "beyond"}.items():
        sheet[place] = cell
    path = tmp_path / "book.xlsx"
    book.save(path)
    found = inspect(path, "book.xlsx")
    assert found.columns == ("column 1", "column 2", "date", "title")
    report, rows = taken(tmp_path, path.read_bytes())
    assert [(row["number"], row["title"]) for row in rows] == [(6, "Ford")]
    assert report.groups[0].examples == [(8, "")]


# ---------------------------------------------------------------- Parquet
def test_parquet_types_become_text_and_lists_are_left_out(tmp_path: Path) -> None:
    table = pa.table(
        {
            "date": pa.array([datetime.fromisoformat("2022-09-14"), None], pa.timestamp("us")),
            "title": pa.array(["a", "b"]).dictionary_encode(),
            "deaths": pa.array([3, None], pa.int16()),
            "many": pa.array([[1], [2]]),
            "flag": pa.array([True, None]),
        }
    )
    path = tmp_path / "x.parquet"
    pq.write_table(table, path)
    report, rows = taken(tmp_path, path.read_bytes())
    assert (rows[0]["date"], rows[0]["title"], rows[0]["best"]) == ("2022-09-14", "a", 3)
    assert rows[1]["date"] is None and rows[1]["best"] is None
    assert json.loads(rows[0]["other"]) == {"flag": "true"}
    assert "left out: many" in report.notes[0]


def test_geoparquet_in_another_system_is_refused(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame({"id": [1]}, geometry=shapely.points([0], [0]), crs="EPSG:3857")
    frame.to_parquet(tmp_path / "m.parquet")
    with pytest.raises(ReadError, match="another system"):
        taken(tmp_path, (tmp_path / "m.parquet").read_bytes())


def test_text_that_is_none_costs_its_row(tmp_path: Path) -> None:
    words = pa.array([b"good", b"\xff\xfe", b"fine"], pa.binary())
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table({"title": words.view(pa.string()), "date": ["2022"] * 3}), path)
    report, rows = taken(tmp_path, path.read_bytes())
    assert [row["title"] for row in rows] == ["good", "fine"]
    assert (report.groups[0].kind, report.groups[0].examples) == ("bytes", [(2, "")])


# ---------------------------------------------------------------- GeoJSON
def test_lines_and_areas_keep_their_shape_and_get_a_point_within(tmp_path: Path) -> None:
    ring = [[70, 39], [71, 39], [71, 40], [70, 39]]
    shapes = [
        {"type": "LineString", "coordinates": [[70, 39], [71, 40]]},
        {"type": "MultiPolygon", "coordinates": [[ring]]},
        None,
        {"type": "Point", "coordinates": [70.5, 39.5, 800]},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 1], [1, 0], [0, 0]]]},
        {"type": "Point", "coordinates": [39.5]},
        {"type": "Point", "coordinates": [70, 130]},
        {"type": "GeometryCollection", "geometries": []},
    ]
    document = {
        "type": "FeatureCollection",
        "name": 'a {"features": [1]} in a text',
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}},
        "features": [
            {"type": "Feature", "properties": {"date": "2022", "n": n}, "geometry": shape}
            for n, shape in enumerate(shapes)
        ],
    }
    report, rows = taken(tmp_path, json.dumps(document), "x.geojson")
    assert (report.form, report.imported, report.refused) == ("geojson", 5, 3)
    line, area, nowhere, point, crossing = rows
    assert crossing["flags"] == ";crossing;"
    assert shapely.from_wkb(crossing["geometry"]).area == pytest.approx(0.5)
    assert shapely.from_wkb(line["geometry"]).geom_type == "LineString"
    assert shapely.from_wkb(area["geometry"]).covers(shapely.Point(area["lon"], area["lat"]))
    assert nowhere["lon"] is None and nowhere["geometry"] is None
    assert (point["lon"], point["lat"], point["geometry"]) == (70.5, 39.5, None)
    assert {g.kind: g.count for g in report.groups} == {
        "geometry": 2, "position-range": 1, "crossing": 1,
    }  # fmt: skip


def test_a_geometry_goes_before_columns_of_degrees(tmp_path: Path) -> None:
    line = {"type": "LineString", "coordinates": [[70, 39], [71, 40]]}
    properties = {"date": "2022", "lat": 1, "lon": 2}
    feature = {"type": "Feature", "properties": properties, "geometry": line}
    report, rows = taken(tmp_path, json.dumps(feature), "one.geojson")
    assert rows[0]["geometry"] is not None and rows[0]["lat"] > 38
    assert report.notes == (
        "Positions are those of the geometries; lat and lon count where there is no geometry.",
    )


def test_a_broken_record_does_not_break_others(tmp_path: Path) -> None:
    content = (
        '[{"id": "a", "date": "2022"}, 17, {"id": "b", "date": NaN}, {"id": "c", "d": '
        + "[" * 5000
        + "]" * 5000
        + '}, {"id": "d", "date": "2021", "t": "\\ud800"}, '
        '{"id": "e", "date": "2020", "x": {"y": [1]}}]'
    )
    report, rows = taken(tmp_path, content, "x.json")
    # Python writes NaN for a value that is not there.
    assert [(row["id"], row["date"]) for row in rows] == [("e", "2020"), ("a", "2022"), ("b", None)]
    assert [row["number"] for row in rows] == [6, 1, 3]
    assert {g.kind: g.count for g in report.groups} == {"record": 2, "bytes": 1}
    report, rows = taken(tmp_path, '{"id":"a"}\n{"id":"b"}\n{"id":"c', "torn.jsonl")
    assert [row["id"] for row in rows] == ["a", "b"] and report.refused == 1


def test_small_blocks_of_json_give_the_same_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [{"id": f"é{n}", "date": "2022", "title": 'a "{[' * (n % 7)} for n in range(60)]
    text = json.dumps({"data": rows, "after": [1, {"x": 2}]}, ensure_ascii=False)
    _, whole = taken(tmp_path, text, "a.json")
    monkeypatch.setattr("geo.ingest.documents.Documents.__init__.__kwdefaults__", {"block": 61})
    _, parts = taken(tmp_path, text, "b.json")
    assert len(whole) == 60 and whole == parts
