"""ACLED, UCDP GED and Marz's own exports, with every quirk that is known of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from exports import ACLED_NEW, ACLED_OLD, ACLED_ROW, acled, kinds, taken, ucdp

from geo.export import text as export_text
from geo.model import Scene
from geo.package.load import Package
from geo.package.tables import split
from geo.picture.exported import Export


# ---------------------------------------------------------------- ACLED
@pytest.mark.parametrize("columns", [ACLED_OLD, ACLED_NEW, (*ACLED_NEW, "population_best")])
def test_acled_old_and_new(tmp_path: Path, columns: tuple[str, ...]) -> None:
    report, rows = taken(tmp_path, acled({"population_best": "77"}, columns=columns))
    assert (report.form, report.read, report.imported, report.groups) == ("acled", 1, 1, ())
    (row,) = rows
    assert row["id"] == "TAJ0" and row["number"] == 2
    assert (row["date"], row["start"], row["end"]) == ("2022-09-16", 19251, 19251)
    assert (row["event_type"], row["sub_event_type"]) == ("Battles", "Armed clash")
    assert row["title"] == "Armed clash, Vorukh"
    assert row["actors"] == "Guards of Sarnia;Police of Sarnia;Volunteers;Guards of Lowmark"
    assert row["countries"] == ";TJ;" and row["admin"] == "Sughd; Isfara"
    assert (row["lon"], row["lat"], row["geo_precision"]) == (70.5703, 39.8561, "exact")
    assert (row["low"], row["best"], row["high"]) == (None, 0, None)
    assert row["note"] == ACLED_ROW["notes"] and row["source"] == "Made-up Herald"
    assert row["status"] is None and row["geometry"] is None and row["flags"] is None
    kept = json.loads(row["other"])
    assert kept["source_scale"] == "National"
    assert ("population_best" in kept) == ("population_best" in columns)


def test_a_sub_event_of_acled_has_its_type(tmp_path: Path) -> None:
    """In a file that says it as the type, or says no type: so it has the colour of the type."""
    said = [
        ("Armed clash", ""),
        ("", "Peaceful protest"),
        ("Attack", ""),
        ("Riots", "Mob violence"),
    ]
    lines = [f"2022-09-14,39.5,69.0,{kind},{sub}" for kind, sub in said]
    text = "\n".join(["date,lat,lon,event_type,sub_event_type", *lines])
    _, rows = taken(tmp_path, text, mapping=None)
    assert [(row["event_type"], row["sub_event_type"]) for row in rows] == [
        ("Battles", "Armed clash"),
        ("Protests", "Peaceful protest"),
        ("Attack", None),  # of a file that need not be ACLED's
        ("Riots", "Mob violence"),
    ]


def test_acled_with_every_way_to_write_it(tmp_path: Path) -> None:
    days = ["2023-02-16", "16 February 2023", "16-Feb-23", "30-Sept-24"]
    text = acled(
        *({"event_date": day, "year": day[:4] if day[0] == "2" else ""} for day in days),
        columns=[name.upper() for name in ACLED_NEW],
        delimiter=";",
    )
    report, rows = taken(tmp_path, b"\xef\xbb\xbf" + text.encode())
    assert (report.form, report.mapping.delimiter, report.refused) == ("acled", "", 0)
    assert [row["date"] for row in rows] == ["2023-02-16"] * 3 + ["2024-09-30"]


def test_acled_precision_becomes_an_interval_and_a_word(tmp_path: Path) -> None:
    _, rows = taken(
        tmp_path,
        acled(
            {"time_precision": "2", "geo_precision": "2"},
            {"time_precision": "3", "geo_precision": "3"},
        ),
    )
    found = {row["id"]: (row["date"], row["geo_precision"]) for row in rows}
    assert found["TAJ0"] == ("2022-09-13/2022-09-19", "near")
    assert found["TAJ1"] == ("2022-09", "province")


def test_acled_from_its_api(tmp_path: Path) -> None:
    record = {**ACLED_ROW, "notes": "Тоҷикӣ"}
    document = {"status": 200, "success": True, "count": 2, "messages": [],
                "data": [record, {**record, "event_id_cnty": "TAJ2"}]}  # fmt: skip
    report, rows = taken(tmp_path, json.dumps(document), "api.json")
    assert (report.form, report.imported) == ("acled", 2)
    assert rows[0]["note"] == "Тоҷикӣ" and rows[0]["lat"] == 39.8561


def test_a_monadic_export_counts_each_incident_once(tmp_path: Path) -> None:
    text = acled(
        {"event_id_cnty": "TAJ1", "actor1": "A", "assoc_actor_1": "", "actor2": ""},
        {"event_id_cnty": "TAJ1", "actor1": "B", "assoc_actor_1": "C", "actor2": "A"},
        {"event_id_cnty": "TAJ2", "fatalities": "4"},
        {"event_id_cnty": "TAJ2", "fatalities": "5"},
    )
    report, rows = taken(tmp_path, text)
    assert (report.read, report.imported, report.joined, report.refused) == (4, 3, 1, 0)
    assert kinds(report) == {"monadic": 1, "repeated": 2}
    assert rows[0]["actors"] == "A;B;C" and rows[0]["flags"] is None
    assert [row["flags"] for row in rows[1:]] == [";repeated;"] * 2
    joined = next(group for group in report.groups if group.kind == "monadic")
    assert joined.fate == "joined" and joined.examples == [(3, "as row 2")]


# ---------------------------------------------------------------- UCDP
def test_ucdp(tmp_path: Path) -> None:
    report, rows = taken(tmp_path, ucdp({}))
    (row,) = rows
    assert (report.form, report.groups) == ("ucdp", ())
    assert (row["date"], row["low"], row["best"], row["high"]) == ("2022-09-16", 2, 3, 5)
    assert row["event_type"] == "State-based conflict"
    assert row["countries"] == ";TJ;KG;"
    assert row["actors"] == "Government of Sarnia;Government of Lowmark"
    assert row["source"] == (
        "Wire, 2022-09-16, Shots at the ford; Herald, 2022-09-17, Talks, at last"
    )
    assert json.loads(row["other"])["deaths_b"] == "2"


def test_ucdp_lists_of_sources_that_do_not_run_side_by_side_stay_as_they_are(
    tmp_path: Path,
) -> None:
    _, rows = taken(tmp_path, ucdp({"source_office": "Wire"}, {"source_office": ""}))
    assert rows[0]["source"].startswith("Wire | 2022-09-16;2022-09-17 | Shots at the ford;Talks")


@pytest.mark.parametrize(
    ("code", "start", "end", "text"),
    [
        ("1", "2022-09-16", "2022-09-16", "2022-09-16"),
        ("2", "2022-09-16", "2022-09-18", "2022-09-16/2022-09-18"),
        ("2", "2022-09-16", "2022-09-16", "2022-09-16~"),
        ("3", "2022-09-12", "2022-09-18", "2022-09-12/2022-09-18"),
        ("4", "2022-09-01", "2022-09-30", "2022-09"),
        ("4", "2022-02-10", "2022-02-10", "2022-02"),
        ("5", "2022-01-01", "2022-12-31", "2022"),
        ("5", "2022-03-01", "2022-11-30", "2022-03-01/2022-11-30"),
    ],
)
def test_ucdp_date_precision(tmp_path: Path, code: str, start: str, end: str, text: str) -> None:
    row = {"date_prec": code, "date_start": f"{start} 00:00:00.000", "date_end": end}
    _, rows = taken(tmp_path, ucdp(row))
    assert rows[0]["date"] == text


def test_ucdp_centroids_are_never_points(tmp_path: Path) -> None:
    report, rows = taken(tmp_path, ucdp(*({"where_prec": str(code)} for code in range(1, 8))))
    assert [row["geo_precision"] for row in rows] == [
        "exact", "near", "district", "province", "near", "country", None,
    ]  # fmt: skip
    assert [row["flags"] for row in rows][4:] == [";line-or-fuzzy;", None, ";sea-or-air;"]
    assert kinds(report) == {"line-or-fuzzy": 1, "sea-or-air": 1}


def test_ucdp_candidate_without_names_and_with_a_high_below_best(tmp_path: Path) -> None:
    report, rows = taken(tmp_path, ucdp({"high": "1"}, {}, header=False))
    assert report.form == "ucdp" and report.imported == 2
    assert "no row of names" in report.notes[0]
    assert rows[0]["number"] == 1 and rows[0]["flags"] == ";high-below-best;"
    assert kinds(report) == {"high-below-best": 1}


def test_blank_stays_blank(tmp_path: Path) -> None:
    blank = dict.fromkeys(("best", "high", "low", "latitude", "longitude", "where_prec"), "")
    dates = dict.fromkeys(("date_start", "date_end", "date_prec", "year", "country"), "")
    report, rows = taken(
        tmp_path, ucdp({**blank, **dates, "country_id": "", "gwnoa": "", "gwnob": ""})
    )
    assert report.groups == ()
    for name in (
        "best",
        "high",
        "low",
        "lon",
        "lat",
        "geo_precision",
        "date",
        "start",
        "countries",
    ):
        assert rows[0][name] is None, name


# ---------------------------------------------------------------- Marz
@pytest.mark.parametrize("write", [export_text.csv, export_text.geojson])
def test_our_own_exports_come_back_unchanged(tmp_path: Path, hostile: Package, write: Any) -> None:
    every = np.arange(len(hostile.incidents))
    content = write(Export(hostile, Scene(), every, "", datetime(2026, 11, 22, tzinfo=UTC)))
    report, rows = taken(tmp_path, content, "marz")
    assert (report.form, report.refused, report.imported) == ("marz", 0, len(hostile.incidents))
    same = {"date": "date", "title": "title", "note": "summary", "event_type": "event_type",
            "sub_event_type": "sub_event_type", "status": "status", "actors": "actors",
            "geo_precision": "geo_precision", "low": "fatalities_low",
            "high": "fatalities_high"}  # fmt: skip
    by_id = {row["id"]: row for row in rows}
    for incident in hostile.incidents.to_dict("records"):
        row = by_id[incident["id"]]
        for ours, theirs in same.items():
            value = incident[theirs]
            expected = None if value == "" or pd.isna(value) else value
            if not isinstance(expected, str) and "fatal" in theirs:
                expected = None if str(value) == "<NA>" else int(value)
            found = row[ours]
            if ours == "actors":
                found, expected = split(found or ""), split(expected or "")
            assert found == expected, (incident["id"], ours)
        assert (row["countries"] or ";;")[1:-1] == incident["countries"]
