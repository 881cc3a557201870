"""Any table: its encoding, its dates, what is wrong with its rows, and the report of it."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from exports import ACLED_OLD, acled, kinds, table, taken, ucdp

from geo.collection import schema
from geo.ingest.importing import import_file
from geo.ingest.inspection import inspect
from geo.ingest.limits import Limits
from geo.ingest.mapping import Mapping
from geo.ingest.report import HEADER, Report
from geo.model import QuestionError, ReadError


# ---------------------------------------------------------------- any table
def test_a_table_of_ones_own(tmp_path: Path) -> None:
    text = (
        "Name;Дата;Lat;LNG;Страна;Killed;Colour\r\n"
        "Ford;14.09.2022;39,5;70,25;Kyrgyz Republic;3;red\r\n"
        "Bridge;;;;TJK;;\r\n"
    )
    report, rows = taken(tmp_path, text)
    assert report.mapping.kept == ("Colour",)
    ford, bridge = rows
    assert (ford["title"], ford["date"], ford["lat"], ford["lon"]) == (
        "Ford", "2022-09-14", 39.5, 70.25,
    )  # fmt: skip
    assert (ford["countries"], ford["best"], ford["id"]) == (";KG;", 3, "2")
    assert json.loads(ford["other"]) == {"Colour": "red"}
    assert (bridge["date"], bridge["lat"], bridge["best"], bridge["other"]) == (None,) * 4
    assert bridge["countries"] == ";TJ;"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp1251"])
def test_encodings_of_cyrillic(tmp_path: Path, encoding: str) -> None:
    words = "Перестрелка на границе возле селения Ворух и есть раненые"
    text = f"id,date,title\n1,2022-09-14,{words}\n2,2022-09-15,Переговоры в городе Исфара\n"
    report, rows = taken(tmp_path, text.encode(encoding))
    assert rows[0]["title"] == words
    assert ("CP1251" in report.encoding) == (encoding == "cp1251")
    assert ("by the look of" in report.notes[0]) == (encoding == "cp1251")


def test_latin_1_and_an_encoding_that_the_reader_names(tmp_path: Path) -> None:
    text = "id,date,title\n1,2022-09-14,Échange de tirs à la frontière près de Frøya più tardi\n"
    report, rows = taken(tmp_path, text.encode("latin-1"))
    assert "Échange de tirs à la frontière" in rows[0]["title"] and "Latin-1" in report.encoding
    cyrillic = "id,date,title\n1,2022-09-14,Ш\n".encode("cp1251")
    _, rows = taken(tmp_path, cyrillic, "short.csv", mapping=Mapping(encoding="cp1251"))
    assert rows[0]["title"] == "Ш"


def test_ambiguous_dates_are_asked_about(tmp_path: Path) -> None:
    text = "id,date\n1,03/04/2022\n2,05/06/2022\n"
    with pytest.raises(QuestionError, match="Row 2, column date: “03/04/2022”") as caught:
        taken(tmp_path, text)
    assert caught.value.questions == ("day-first",)
    asked = inspect(tmp_path / "file.csv", "file.csv")
    assert [question.code for question in asked.questions] == ["day-first"]
    for day_first, expected in ((True, "2022-04-03"), (False, "2022-03-04")):
        _, rows = taken(tmp_path, text, mapping=Mapping(day_first=day_first))
        assert rows[0]["date"] == expected


def test_one_value_that_can_be_read_one_way_decides_for_the_column(tmp_path: Path) -> None:
    report, rows = taken(tmp_path, "id,date\n1,03/04/2022\n2,25/04/2022\n")
    assert rows[0]["date"] == "2022-04-03"
    assert "day first: row 3 holds “25/04/2022”" in report.notes[0]
    assert report.mapping.day_first is True
    both = "id,date\n1,03/04/2022\n2,25/04/2022\n3,04/25/2022\n"
    with pytest.raises(QuestionError, match="both kinds"):
        taken(tmp_path, both)
    report, _ = taken(tmp_path, both, mapping=Mapping(day_first=True))
    assert kinds(report) == {"date-impossible": 1} and report.imported == 2


def test_digits_of_another_script_are_read_in_the_calendar_that_is_named(tmp_path: Path) -> None:
    text = "id,date\n1,۱۴۰۱/۰۷/۲۷\n2,۱۴۰۱-۰۷-۲۸\n3,1401/07/29\n"
    with pytest.raises(QuestionError, match="Which calendar") as caught:
        taken(tmp_path, text)
    assert caught.value.questions == ("calendar",)
    _, rows = taken(tmp_path, text, mapping=Mapping(calendar="solar-hijri"))
    assert [row["date"] for row in rows] == ["2022-10-19", "2022-10-20", "2022-10-21"]
    _, rows = taken(tmp_path, "id,date\n1,٢٠٢٢-١٠-١٩\n", mapping=Mapping(calendar="gregorian"))
    assert rows[0]["date"] == "2022-10-19"
    report, rows = taken(tmp_path, "id,date\n1,2022-01-01\n2,2022-01-02\n3,1401/07/29\n")
    assert kinds(report) == {"date-calendar": 1} and report.imported == 2


# ---------------------------------------------------------------- report
BAD = [
    ("date", "2022-02-30", "date-impossible"),
    ("date", "soon", "date-unreadable"),
    ("lat", "130", "position-range"),
    ("lat", "NaN", "position-half"),
    ("lat", "1e308", "position-range"),
    ("lat", "north", "position-number"),
    ("lon", "", "position-half"),
    ("date", "0022-09-14", "date-early"),
    ("lon", "452123", "position-range"),
]
OPTIONAL = [
    ("deaths", "2.5", "toll-number"),
    ("deaths", "-1", "toll-number"),
    ("deaths", "99999999999", "toll-number"),
    ("end", "whenever", "end-unread"),
]


def test_a_bad_cell_costs_its_own_row_only(tmp_path: Path) -> None:
    good = {"id": "x", "date": "2022-09-14", "lat": "39.5", "lon": "70.5", "deaths": "1"}
    rows_in = [good]
    for field, value, _ in BAD:
        rows_in += [{**good, field: value}, good]
    report, rows = taken(tmp_path, table(list(good), rows_in), mapping=None)
    assert (report.refused, report.imported) == (len(BAD), len(BAD) + 1)
    assert [row["number"] for row in rows] == list(range(2, 2 * len(BAD) + 3, 2))
    with Path(report.problems).open(encoding="utf-8-sig", newline="") as file:
        listed = [line for line in csv.DictReader(file) if line["fate"] == "refused"]
    assert tuple(listed[0]) == HEADER
    for number, (field, value, kind) in enumerate(BAD):
        (line,) = (one for one in listed if one["row"] == str(3 + 2 * number))
        assert line["kind"] == kind and value in line["value"] and field in line["field"]
        assert line["reason"] and line["remedy"]


def test_an_optional_cell_that_is_not_read_costs_the_cell_and_is_flagged(tmp_path: Path) -> None:
    good = {"id": "x", "date": "2022-09-14", "end": "2022-09-15", "deaths": "1"}
    rows_in = [{**good, "id": str(n), field: value} for n, (field, value, _) in enumerate(OPTIONAL)]
    report, rows = taken(tmp_path, table(list(good), rows_in))
    assert (report.imported, report.refused) == (len(OPTIONAL), 0)
    for (field, _, kind), row in zip(
        OPTIONAL, sorted(rows, key=lambda row: row["id"]), strict=True
    ):
        assert row["flags"] == f";{kind};"
        assert row["best"] == (None if field == "deaths" else 1)
        assert row["date"] == ("2022-09-14" if field == "end" else "2022-09-14/2022-09-15")


def test_all_that_is_wrong_with_a_refused_row_is_told_at_once(tmp_path: Path) -> None:
    bad = {"id": "x", "date": "2022-02-30", "lat": "north", "lon": "70.5", "deaths": "-1"}
    report, _ = taken(tmp_path, table(list(bad), [bad, {**bad, "lat": "39.5"}]), mapping=None)
    assert (report.read, report.refused, report.imported) == (2, 2, 0)
    told = {(group.kind, group.field): group.count for group in report.groups}
    assert told == {
        ("date-impossible", "date"): 2,
        ("position-number", "lat, lon"): 1,
    }


def test_what_looks_wrong_is_flagged_and_taken(tmp_path: Path) -> None:
    columns = ["date", "lat", "lon", "country", "low", "best", "high"]
    cells = [
        ("2022-09-14", "39.5", "69.0", "Tajikistan", "1", "2", "3", None),
        ("2022-09-14", "69.0", "39.5", "Tajikistan", "", "", "", ";swapped;"),
        ("2022-09-14", "10", "10", "Tajikistan", "", "", "", ";far;"),
        ("2022-09-14", "38.5", "69", "Finland", "", "", "", ";far;"),
        ("2022-09-14", "0", "0", "", "", "", "", ";zero;"),
        (
            "2099-01-01",
            "39.5",
            "69.0",
            "TJ",
            "5",
            "2",
            "1",
            ";future;high-below-best;low-above-best;",
        ),
        ("2022-09-15", "39.5", "69.0", "Ruritania", "", "", "", ";country;"),
        ("2022-09-15", "39.1", "69.0", "TJ;KG", "", "", "", None),
    ]
    rows_in = [dict(zip(columns, one, strict=False)) for one in cells]
    report, rows = taken(tmp_path, table(columns, rows_in), today=date(2026, 1, 1))
    assert report.refused == 0
    by_number = {row["number"]: row["flags"] for row in rows}
    assert [by_number[n + 2] for n in range(len(cells))] == [one[-1] for one in cells]
    assert report.flagged == 6


def test_duplicates_are_flagged_by_id_or_by_what_they_say(tmp_path: Path) -> None:
    report, rows = taken(tmp_path, "id,date\na,2022-01-01\na,2022-01-02\nb,2022-01-03\n")
    assert [row["flags"] for row in rows] == [";repeated;", ";repeated;", None]
    _, rows = taken(tmp_path, "date,lat,lon\n2022-01-01,1,2\n2022-01-01,1,2\n2022-01-01,1,3\n")
    assert [row["flags"] for row in rows] == [";duplicate;", ";duplicate;", None]
    assert report.imported == 3


@pytest.mark.parametrize("block", ["clean", "odd"])
def test_broken_rows_do_not_break_others(tmp_path: Path, block: str) -> None:
    lines = [
        "id,date,title",
        '1,2022-01-01,"a, ""b""\nc"',
        "2,2022-01-02",
        "3,2022-01-03,x,y",
        "4,2022-01-04,good",
    ]
    if block == "odd":
        lines += ["", '5,2022-01-05,"never closed', "6,2022-01-06,good", '7,2022-01-07,"bad" end',
                  "8,2022-01-08,good", '9,2022-01-09,in the "midst"']  # fmt: skip
    report, rows = taken(tmp_path, "\r\n".join(lines) + "\r\n")
    assert rows[0]["title"].replace("\r", "") == 'a, "b"\nc'
    assert {row["id"] for row in rows} >= {"1", "4"}
    found = kinds(report)
    assert (found["cells"], found["short"]) == (1, 1)
    if block == "odd":
        assert found == {"cells": 1, "short": 1, "quotes": 2}
        assert {row["id"] for row in rows} == {"1", "2", "4", "6", "8", "9"}
        assert rows[-1]["number"] == 11
        assert report.read == 9


def test_bytes_that_are_no_text_cost_their_row(tmp_path: Path) -> None:
    lines = [f"{n},2022-01-01,{'текст ' * 20}" for n in range(3000)]
    content = ("id,date,title\n" + "\n".join(lines) + "\n").encode()
    for number in (b"5", b"1200"):
        start = b"\n" + number + b",2022-01-01,"
        report, rows = taken(tmp_path, content.replace(start, start + b"\xff\xfe", 1))
        assert kinds(report) == {"bytes": 1} and len(rows) == 2999
        assert "UTF-8" in report.encoding
    # A row of another number of cells, and no text besides.
    start = b"\n1200,2022-01-01,"
    report, rows = taken(tmp_path, content.replace(start, start + b"\xff\xfe,", 1))
    assert (report.read, report.refused, len(rows)) == (3000, 1, 2999)


def test_rows_are_sorted_by_their_first_day_and_undated_ones_last(tmp_path: Path) -> None:
    text = "id,date\n1,2022-05\n2,\n3,2022-05-03\n4,2021\n5,../2020-01-01\n"
    _, rows = taken(tmp_path, text)
    assert [row["id"] for row in rows] == ["4", "1", "3", "2", "5"]


def test_a_file_says_what_it_is(tmp_path: Path) -> None:
    report, _ = taken(tmp_path, acled({}), "my.csv", share=True)
    file = pq.ParquetFile(tmp_path / "my.csv.out.parquet")
    assert file.schema_arrow.equals(schema.SCHEMA)
    about = json.loads(file.metadata.metadata[schema.METADATA])
    assert about["name"] == "my.csv" and about["share"] is True and about["rows"] == 1
    assert about["sha256"] == report.sha256 and len(report.sha256) == 64
    assert not list(tmp_path.glob(".*"))


def test_a_report_and_a_mapping_survive_json(tmp_path: Path) -> None:
    report, _ = taken(tmp_path, "id,date\n1,soon\n2,2022-01-01\n")
    assert Report.from_json(report.to_json()) == report
    assert Mapping.from_json(report.mapping.to_json()) == report.mapping
    with pytest.raises(ReadError, match="wrong, day_first, place"):
        Mapping.from_json('{"day_first": 3, "place": 1, "wrong": ""}')
    with pytest.raises(ReadError, match="no column Day"):
        taken(tmp_path, "id,date\n1,2022\n", mapping=Mapping(date="Day"))


def test_a_mapping_that_was_put_right_is_used(tmp_path: Path) -> None:
    text = "a;b\n2022-01-01;POINT (70 39)\n2022-01-02;POLYGON ((70 39, 71 39, 71 40, 70 39))\n"
    mapping = Mapping(date="a", wkt="b")
    _, rows = taken(tmp_path, text, mapping=mapping)
    assert (rows[0]["lon"], rows[0]["lat"], rows[0]["geometry"]) == (70.0, 39.0, None)
    assert rows[1]["geometry"] is not None and 70 < rows[1]["lon"] < 71


def test_what_a_mapping_leaves_out_is_said(tmp_path: Path) -> None:
    report, _ = taken(tmp_path, acled({}, columns=ACLED_OLD))
    assert report.notes == (
        "Columns left out: data_id, event_id_no_cnty, interaction, region, iso3.",
    )
    report, _ = taken(tmp_path, "what\nx\n")
    assert [note.partition(":")[0] for note in report.notes] == [
        "No column is read as the date",
        "No column is read as the position",
    ]


def test_what_is_found_out_before_taking_in(tmp_path: Path) -> None:
    path = tmp_path / "some.csv"
    path.write_text(ucdp({}, {}), "utf-8")
    found = inspect(path, "some.csv")
    assert (found.form, found.container, found.encoding, found.delimiter) == (
        "ucdp", "text", "UTF-8", ",",
    )  # fmt: skip
    assert len(found.columns) == 49 and len(found.sample) == 2
    assert found.sample[0][found.columns.index("country")] == "Tajikistan"
    assert found.mapping.date == "date_start" and found.questions == ()


def test_small_blocks_give_the_same_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = ucdp(*({"where_description": f'line\n"{n}", end'} for n in range(50)))
    whole, rows = taken(tmp_path, text)
    monkeypatch.setattr("geo.ingest.delimited.Delimited.__init__.__kwdefaults__", {"block": 700})
    parts, again = taken(tmp_path, text, "again.csv")
    assert rows == again and whole.sha256 == parts.sha256


def test_too_many_rows_or_columns(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="more than 2 rows"):
        taken(tmp_path, acled({}, {}, {}), limits=Limits(rows=2))
    with pytest.raises(ReadError, match="more than 5 columns"):
        taken(tmp_path, acled({}), limits=Limits(columns=5))
    with pytest.raises(ReadError, match="no file"):
        import_file(tmp_path / "none", "none", tmp_path / "x.parquet")
