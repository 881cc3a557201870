"""Files as people have them, each small and made up, with what is right of each."""

from __future__ import annotations

import contextlib
import math
import sqlite3
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from exports import kinds, taken
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.__main__ import main
from geo.ingest import days, positions
from geo.ingest.convert import toll_of
from geo.ingest.countries import codes_of
from geo.ingest.importing import import_file
from geo.ingest.inspection import inspect
from geo.ingest.mapping import Mapping, guess
from geo.ingest.report import Report
from geo.model import DayError, GeoError, QuestionError, ReadError
from geo.vocabulary import country_names

CASES = Path(__file__).parent / "files" / "cases"


def case(
    tmp_path: Path, name: str, mapping: Mapping | None = None
) -> tuple[Report, list[dict[str, Any]]]:
    """Report of a file of `CASES`, and its rows in their order in the file."""
    out = tmp_path / "out.parquet"
    report = import_file(CASES / name, name, out, mapping=mapping, today=date(2026, 1, 1))
    rows = pq.read_table(out).to_pylist()
    return report, sorted(rows, key=lambda row: row["number"])


def told(rows: list[dict[str, Any]], *fields: str) -> list[tuple[Any, ...]]:
    return [tuple(row[field] for field in fields) for row in rows]


@pytest.mark.parametrize("word", ["Total", "ИТОГО:", "ҷамъ", "مجموع"])
def test_a_line_of_totals_counts_nobody_again(tmp_path: Path, word: str) -> None:
    file, out = tmp_path / "a.csv", tmp_path / "out.parquet"
    rows = ["2022-09-14,Total,40.1,70.6,2", "2022-09-15,Isfara,,,3", ",Isfara,,,1", f",{word},,,6"]
    file.write_text("\n".join(["date,place,latitude,longitude,deaths", *rows]), "utf-8")
    report = import_file(file, "a.csv", out, today=date(2026, 1, 1))
    assert told(pq.read_table(out).sort_by("number").to_pylist(), "place", "best") == [
        ("Total", 2), ("Isfara", 3), ("Isfara", 1),
    ]  # fmt: skip
    assert kinds(report)["total"] == 1


BATKEN, ISFARA = (40.0625, 70.8194), (40.1264, 70.6253)
RIGHT: dict[str, tuple[tuple[str, ...], list[tuple[Any, ...]]]] = {
    "01a-end-9999.csv": (("date", "end"), [("2022-09-14/..", None), ("2022-09-16", 19251)]),
    "01b-year-0022.csv": (("number", "date"), [(3, "2022-09-16")]),
    "02a-kobo-xml.csv": (("id", "date", "lat", "lon"), [("101", "2022-09-14", *BATKEN)]),
    "02c-start-end-date.csv": (("date",), [("2022-09-14",)]),
    "03a-header-newline.csv": (("number", "place"), [(2, "Batken"), (3, "Isfara")]),
    "04a-ru-countries.csv": (("countries",), [(";KG;",), (";TJ;",)]),
    "04b-tg-countries.csv": (("countries",), [(";TJ;",), (";KG;",)]),
    "04d-un-names.csv": (("countries",), [(";CD;",), (";SY;",), (";GB;",), (";CI;",)]),
    "05a-title-above.csv": (
        ("number", "lat", "lon"), [(4, *BATKEN), (5, *ISFARA)],
    ),
    "05c-title-rows.xlsx": (("number", "place"), [(4, "Batken"), (5, "Isfara"), (6, "Vorukh")]),
    "05d-blank-lines-above.csv": (("number", "place"), [(4, "Batken")]),
    "05e-first-sheet-empty.xlsx": (("place",), [("Batken",), ("Isfara",), ("Vorukh",)]),
    "05g-about-sheet-first.xlsx": (("place",), [("Batken",), ("Isfara",), ("Vorukh",)]),
    "06a-trailing-delimiter-rows.csv": (("place",), [("Batken",), ("Isfara",)]),
    "07a-missing-words.csv": (
        ("best", "lat"), [(None, 40.0625), (None, 40.1264), (1, None)],
    ),
    "07c-nan.json": (("date", "best"), [("2022-09-14", None), ("2022-09-15", 2)]),
    "07d-nan.geojson": (("date", "best", "lat"), [("2022-09-14", None, 40.06)]),
    "08a-split-date-gtd.csv": (
        ("id", "date", "countries", "best"),
        [("202209140001", "2022-09-14", ";TJ;", 1), ("202209000002", "2022-09", ";TJ;", None)],
    ),
    "09a-hxl.csv": (("number", "date", "countries", "best"), [(3, "2022-09-14", ";KG;", 2)]),
    "10a-latlon-one-column.csv": (("lat", "lon"), [BATKEN]),
    "10d-geojson-column.csv": (("lat", "lon"), [(40.06, 70.82)]),
    "10f-nested-location.json": (("lat", "lon", "place"), [(40.06, 70.82, None)]),
    "11a-geometrycollection-feature.geojson": (("date", "lat"), [("2022-09-14", 40.06)]),
    "11d-null-geometry-with-columns.geojson": (("lat", "lon"), [(40.06, 70.82)]),
    "12a-camel-headers.csv": (
        ("date", "event_type", "lat", "lon", "admin", "note", "countries"),
        [("2022-09-14", "Battle", 40.06, 70.82, "Batken", "Made up", ";KG;")],
    ),
    "12c-tajik-headers.csv": (("date", "place", "lat", "lon"), [("2022-09-14", "Баткен", *BATKEN)]),
    "12d-lat-without-lon.csv": (
        ("date", "lat", "other"), [("2022-09-14", None, '{"Широта":"40,06","Довгота":"70,82"}')],
    ),
    "13a-dates-of-the-region.csv": (("date",), [("2022-09-14",)] * 4),
    "14a-false-question.csv": (("date",), [("2022-09-14",), ("2022-09-16",)]),
    "15-foreign-precision.csv": (
        ("geo_precision", "flags", "other"),
        [(None, None, '{"Geo Precision":"(2) 25 km precision"}')] * 2,
    ),
    "16-same-id-nothing-else.csv": (
        ("title", "flags"),
        [("first page", ";same-id;"), ("second page", ";same-id;"), ("third page", None)],
    ),
}  # fmt: skip
"""File -> fields, and what they are in its rows."""


@pytest.mark.parametrize("name", RIGHT)
def test_a_case_is_read_as_it_is_meant(tmp_path: Path, name: str) -> None:
    fields, expected = RIGHT[name]
    report, rows = case(tmp_path, name)
    assert told(rows, *fields) == expected
    assert report.read == len(rows) + (name == "01b-year-0022.csv")


def test_what_else_the_cases_say(tmp_path: Path) -> None:
    report, _ = case(tmp_path, "01b-year-0022.csv")
    assert kinds(report) == {"date-early": 1}
    report, rows = case(tmp_path, "02a-kobo-xml.csv")
    assert "The date is that of column date; not read as dates: start, end, today." in report.notes
    assert '"start":"2022-09-20T15:15:01.123+05:00"' in rows[0]["other"]
    report, _ = case(tmp_path, "05g-about-sheet-first.xlsx")
    assert report.notes[0] == "Sheet “Data” is read, of 2: “About”, “Data”."
    report, _ = case(tmp_path, "06a-trailing-delimiter-rows.csv")
    assert report.notes == ("Rows with a delimiter too many at the end, which is left out: 2.",)
    report, _ = case(tmp_path, "09a-hxl.csv")
    assert "Row 2 holds HXL tags" in report.notes[0]
    report, _ = case(tmp_path, "14a-false-question.csv")
    assert "month first: row 2 holds “9/14/22”" in report.notes[0]
    _, rows = case(tmp_path, "10b-dms.csv")
    assert [round(row["lat"], 6) for row in rows] == [40.0625, 40.1264]
    assert [round(row["lon"], 6) for row in rows] == [70.819444, 70.6253]
    _, (shape,) = case(tmp_path, "11b-bare-geometries-in-collection.geojson")
    assert shape["geometry"] is not None and 39.8 < shape["lat"] < 39.9


def test_numbers_for_dates_are_asked_about(tmp_path: Path) -> None:
    with pytest.raises(QuestionError, match="that is 2022-09-14") as caught:
        case(tmp_path, "13c-machine-dates.csv")
    assert caught.value.questions == ("numbers",)
    report, rows = case(tmp_path, "13c-machine-dates.csv", Mapping(numbers="excel"))
    assert told(rows, "number", "date") == [(n, "2022-09-14") for n in (2, 3, 5)]
    assert kinds(report)["date-number"] == 1
    _, rows = case(tmp_path, "13c-machine-dates.csv", Mapping(numbers="unix"))
    assert told(rows, "number", "date") == [(n, "2022-09-14") for n in (2, 4, 5)]


def test_the_reader_says_which_row_and_which_sheet(tmp_path: Path) -> None:
    report, _ = case(tmp_path, "05a-title-above.csv", Mapping(header=0))
    assert report.mapping.date == "" and report.read == 5
    _, rows = case(tmp_path, "05a-title-above.csv", Mapping(header=3))
    assert len(rows) == 2
    with pytest.raises(ReadError, match="Row 39"):
        case(tmp_path, "05a-title-above.csv", Mapping(header=39))
    with pytest.raises(ReadError, match=r"no rows|no column"):
        case(tmp_path, "05g-about-sheet-first.xlsx", Mapping(sheet="About", header=2))
    found = inspect(CASES / "05e-first-sheet-empty.xlsx", "x")
    assert (found.sheets, found.sheet) == (("Empty", "Data"), "Data")


def test_names_of_two_rows(tmp_path: Path) -> None:
    rows = ["When,,Where,,,Killed,", "start,end,place,lat,lon,min,max"]
    text = "\n".join([*rows, "2022-09-14,2022-09-15,A,40,70,1,3"])
    report, (row,) = taken(tmp_path, text)
    assert (row["number"], row["date"], row["lat"]) == (3, "2022-09-14/2022-09-15", 40)
    assert (row["low"], row["high"], row["place"]) == (1, 3, "A")
    assert report.notes[0] == "The names of columns are put together of rows 1 and 2."


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ("start end date lat lon", {"date": "date", "end": ""}),
        ("start end lat lon", {"date": "start", "end": "end"}),
        ("start end today _uuid", {"date": "", "end": ""}),
        ("date_start end", {"date": "date_start", "end": ""}),
        ("SubmissionDate start end KEY", {"date": "", "end": ""}),
        ("date end deviceid", {"date": "date", "end": ""}),
        ("event_date end", {"date": "event_date", "end": ""}),
        ("incident_date project_start end_date", {"date": "incident_date", "end": ""}),
        ("event_date event_end_date", {"date": "event_date", "end": "event_end_date"}),
        ("incident_number nearest_town", {"id": "incident_number", "place": "nearest_town"}),
        ("дата_происшествия количество_погибших", {"date": "дата_происшествия"}),
        ("шумораи_кушташудагон ҷойи_ҳодиса", {"best": "шумораи_кушташудагон"}),
        ("latitude lon", {"lat": "", "lon": ""}),
        ("latitude lon lat", {"lat": "lat", "lon": "lon"}),
        ("event.latitude event.longitude", {"lat": "event.latitude", "lon": "event.longitude"}),
        ("killed fatalities_low fatalities_high", {"best": "", "low": "fatalities_low"}),
        ("country country_code", {"country": "country", "country_code": "country_code"}),
        ("iyear imonth iday", {"year": "iyear", "month": "imonth", "day": "iday"}),
        ("күнү кеңдик узундук өлкө", {"date": "күнү", "lat": "кеңдик", "country": "өлкө"}),
        ("تاریخ عرض طول کشور", {"date": "تاریخ", "lat": "عرض", "lon": "طول", "country": "کشور"}),
        ("group/date group/_gps_latitude group/_gps_longitude", {"date": "group/date"}),
    ],
)
def test_names_that_belong_together_are_guessed_together(
    columns: str, expected: dict[str, str]
) -> None:
    mapping = guess(columns.split())
    assert {field: getattr(mapping, field) for field in expected} == expected
    assert {*mapping.used()} == {*columns.split()}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("14 сентября 2022 года", "2022-09-14"),
        ("14 сентябри соли 2022", "2022-09-14"),
        ("сентябрь 2022 г.", "2022-09"),
        ("09/2022", "2022-09"),
        ("14-16 September 2022", "2022-09-14/2022-09-16"),
        ("14–16 сентября 2022 г.", "2022-09-14/2022-09-16"),
        ("с 28 сентября по 3 октября 2022", "2022-09-28/2022-10-03"),
        ("14-16.09.2022", "2022-09-14/2022-09-16"),
        ("September 14-16, 2022", "2022-09-14/2022-09-16"),
        ("Wednesday, 14th of September 2022", "2022-09-14"),
        ("20220914", "2022-09-14"),
        ("2022-09-14 18:00:16+05", "2022-09-14"),
        ("2022-09-14/9999-12-31", "2022-09-14/.."),
        ("44818", "date-number"),
        ("1650-01-01", "date-early"),
        ("2260-01-01", "date-late"),
        ("9999-12-31", "date-late"),
        ("16-14 September 2022", "date-reversed"),
        ("31 февраля 2022", "date-impossible"),
        ("22-09-14", "date-two-digits"),
        ("14.09-16.09.2022", "2022-09-14/2022-09-16"),
        ("30.12.2022-02.01.2023", "2022-12-30/2023-01-02"),
        ("02.01-03.02.2022", "date-ambiguous"),
        ("14-уми сентябри соли 2022", "2022-09-14"),
        ("14 sentyabr 2022", "2022-09-14"),
        ("08:30 14.09.2022", "2022-09-14"),
        ("Wed, 14 Sep 2022 10:00:00 GMT", "2022-09-14"),
        ("20220914T101500Z", "2022-09-14"),
        ("14 сентября", "date-unreadable"),
    ],
)
def test_dates_of_the_region(text: str, expected: str) -> None:
    assert read_or_reason(text) == expected


def read_or_reason(text: str) -> str:
    """What a text is read as, or why it is not."""
    try:
        return days.read(text).text
    except DayError as error:
        return str(error)


@given(st.dates(date(1700, 1, 1), date(2199, 12, 31)))
def test_a_day_is_read_however_it_is_written(day: date) -> None:
    for name, number in days._month_names().items():
        if number == day.month:
            assert days.read(f"{day.day} {name} {day.year}").text == day.isoformat()
    assert days.read(f"{day.year}{day.month:02d}{day.day:02d}").text == day.isoformat()


@given(st.text(max_size=40))
def test_a_text_is_a_date_within_bounds_or_refused(text: str) -> None:
    try:
        day = days.read(text)
    except DayError:
        return
    assert day.start is None or day.start >= days.FIRST_DAY
    assert day.end is None or day.end <= days.LAST_DAY


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Таджикистан и Кыргызстан", "TJ KG"), ("Tajikistan/Kyrgyzstan", "TJ KG"),
        ("Тоҷикистон, Қирғизистон", "TJ KG"), ("تاجیکستان", "TJ"), ("Viet Nam", "VN"),
        ("Iran (Islamic Republic of)", "IR"), ("the Gambia", "GM"), ("Guinea-Bissau", "GW"),
        ("Bosnia and Herzegovina; Serbia", "BA RS"), ("Republic of China", ""), ("Korea", ""),
        ("Congo, Dem. Rep.", "CD"), ("Congo, Democratic Republic of the", "CD"),
        ("Moldova, Republic of", "MD"), ("Korea, Rep.", "KR"), ("Kyrgyz Rep.", "KG"),
        ("Iran, Tajikistan, Republic of", "IR TJ"), ("Bahamas, The", "BS"),
        ("Republic of Tajikistan, Kyrgyz Republic", "TJ KG"), ("Ҷумҳурии Қирғизистон", "KG"),
        ("جمهوری اسلامی افغانستان", "AF"), ("Tojikiston Respublikasi", "TJ"),
    ],
)  # fmt: skip
def test_countries_as_people_write_them(text: str, expected: str) -> None:
    assert " ".join(codes_of(text)[0]) == expected


@given(st.lists(st.sampled_from(sorted(country_names())), min_size=1, max_size=3, unique=True))
def test_several_countries_in_one_cell(codes: list[str]) -> None:
    names = [country_names()[code] for code in codes]
    for separator in ("; ", ", ", " / ", " and "):
        assert codes_of(separator.join(names)) == (tuple(codes), "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,000", (None, 1000, None)), ("10+", (10, None, None)), ("3–5", (3, None, 5)),
        ("1 200", (None, 1200, None)), ("at least 7", (7, None, None)), ("5-3", (None,) * 3),
        ("до 20", (None, None, 20)), ("1,00", (None,) * 3), ("many", (None,) * 3),
        ("10 or more", (10, None, None)), ("10 и более", (10, None, None)),
    ],
)  # fmt: skip
def test_numbers_of_deaths_as_people_write_them(
    text: str, expected: tuple[int | None, ...]
) -> None:
    assert tuple(None if math.isnan(one) else one for one in toll_of(text)) == expected


def test_ten_or_more_is_a_low_without_a_high(tmp_path: Path) -> None:
    _, rows = taken(tmp_path, 'id,killed\n1,10+\n2,"1,000"\n3,3–5\n4,7\n5,1.000\n')
    rows = sorted(rows, key=lambda row: row["number"])
    assert told(rows, "low", "best", "high") == [
        (10, None, None), (None, 1000, None), (3, None, 5), (None, 7, None), (None, None, None),
    ]  # fmt: skip


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_degrees_minutes_and_seconds_are_the_degrees_they_stand_for(lat: float, lon: float) -> None:
    def written(value: float, letters: str) -> str:
        seconds = round(abs(value) * 3600)
        whole, rest = divmod(seconds, 3600)
        return f"{whole}°{rest // 60:02d}′{rest % 60:02d}″{letters[value < 0]}"

    one, other = written(lat, "NS"), written(lon, "EW")
    for text in (f"{one}, {other}", f"{one} {other}", f"{other}, {one}"):
        pair = positions.pair_of(text)
        assert pair is not None
        assert pair == pytest.approx((lat, lon), abs=1 / 7000)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("39°54.5", 39.90833), ("N 39 54.5", 39.90833), ("39 54 30 S", -39.90833),
        ("39°54'30S", -39.90833), ("39d54m30s", 39.90833), ("39 deg 30 min N", 39.5),
        ("39°54′30″ с. ш.", 39.90833), ("39°30″", None), ("39.900.000", None),
    ],
)  # fmt: skip
def test_degrees_as_people_write_them(text: str, expected: float | None) -> None:
    assert positions.degrees(text, "lat") == pytest.approx(expected, abs=1e-5)


def test_two_numbers_in_a_cell(tmp_path: Path) -> None:
    texts = ["40.1, 70.6", "[70.6, 40.1]", '{"lat": 40.1, "lng": 70.6}', "40°06′ с.ш. 70°36′ в.д."]
    lines = "\n".join(f"2022-09-1{n}|{text}" for n, text in enumerate(texts))
    report, rows = taken(tmp_path, f"date|coordinates\n{lines}\n")
    assert [(row["lat"], row["lon"]) for row in rows] == [pytest.approx((40.1, 70.6))] * 4
    assert (
        "Two numbers in a cell of column coordinates are read as latitude, then longitude."
        in report.notes
    )


def test_a_name_and_a_code_of_two_countries_are_flagged(tmp_path: Path) -> None:
    text = "date,country,iso3\n2022-09-14,Tajikistan,KGZ\n2022-09-15,Tajikistan; Kyrgyzstan,KGZ\n"
    _, rows = taken(tmp_path, text)
    assert told(rows, "countries", "flags") == [(";TJ;", ";country-code;"), (";TJ;KG;", None)]


def test_rows_of_one_day_that_say_nothing_else_do_not_say_the_same(tmp_path: Path) -> None:
    report, _ = taken(tmp_path, "date,notes\n2022-09-14,shots\n2022-09-14,talks\n")
    assert report.groups == ()
    report, _ = taken(tmp_path, "date,place\n2022-09-14,Isfara\n2022-09-14,Isfara\n")
    assert kinds(report) == {"duplicate": 2}


def test_a_year_of_two_digits_that_may_lead_is_asked_about_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(QuestionError, match="can be read day first or year first"):
        taken(tmp_path, "date\n22-09-14\n")
    report, _ = taken(tmp_path, "date\n22-09-14\n", mapping=Mapping(day_first=False))
    assert kinds(report) == {"date-two-digits": 1}
    _, rows = taken(tmp_path, "date\n22-09-14\n", mapping=Mapping(day_first=True))
    assert told(rows, "date") == [("2014-09-22",)]


def test_a_list_of_incidents_within_an_object(tmp_path: Path) -> None:
    _, rows = taken(tmp_path, '{"count": 1, "incidents": [{"date": "2022-09-14"}]}', "x.json")
    assert told(rows, "date") == [("2022-09-14",)]


def test_a_feature_needs_no_geometry(tmp_path: Path) -> None:
    text = '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"date":"2022"}}'
    report, rows = taken(tmp_path, f"{text},null]}}", "x.geojson")
    assert told(rows, "date") == [("2022",)] and kinds(report) == {"record": 1}


@pytest.mark.parametrize("text", ["42S VE 12345 67890", "42N 345678 4567890", "345678 4567890"])
def test_metres_are_named_for_what_they_are(tmp_path: Path, text: str) -> None:
    report, _ = taken(tmp_path, f"date,coordinates\n2022-09-14,{text}\n2022-09-15,\n")
    assert kinds(report) == {"position-grid": 1}
    east, _, north = text.rpartition(" ")
    report, _ = taken(
        tmp_path, f"date,lat,lon\n2022-09-14,{north},{east.split()[-1]}\n2022-09-15,,\n"
    )
    assert report.refused == 1


def test_properties_that_are_a_list_are_kept(tmp_path: Path) -> None:
    text = (
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":["a","b"],'
        '"geometry":{"type":"Point","coordinates":[70,40]}}]}'
    )
    _, (row,) = taken(tmp_path, text, "x.geojson")
    assert row["other"] == '{"properties":"a;b"}' and row["lat"] == 40


# ---------------------------------------------------------------- other containers
@pytest.mark.parametrize("ending", ["dta", "gpkg", "kml", "kmz", "ods", "xls", "shapefile.zip"])
def test_a_file_of_another_program_is_read(tmp_path: Path, ending: str) -> None:
    name = f"forms/{ending}" if "." in ending else f"forms/a.{ending}"
    _, rows = case(tmp_path, name)
    assert told(rows, "date", "place", "countries", "best", "note") == [
        ("2022-09-14", "Batken", ";KG;", 2, "shots at a ford"),
        ("2022-09-16", "Isfara", ";TJ;", 0, "mortar fire"),
        ("2022-09-17", "Vorukh", ";TJ;", 1, "truce"),
    ]
    assert [(round(r["lat"], 4), round(r["lon"], 4)) for r in rows][:2] == [BATKEN, ISFARA]


def test_waypoints_and_tracks(tmp_path: Path) -> None:
    _, rows = case(tmp_path, "forms/a.gpx")
    assert told(rows, "title", "lat", "lon")[0] == ("Batken", *BATKEN)
    point = '<trkpt lat="{}" lon="70"><time>2022-09-1{}T08:00:00Z</time></trkpt>'
    points = "".join(point.format(40 + n / 10, n) for n in range(3))
    text = f"<gpx><trk><name>T</name><trkseg>{points}</trkseg></trk></gpx>"
    _, (row,) = taken(tmp_path, text, "x.gpx")
    assert (row["title"], row["date"]) == ("T", "2022-09-10") and row["geometry"] is not None


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("a.feather", "Feather"), ("a.fgb", "FlatGeobuf"), ("a.rds", "R data file"),
        ("a.sav", "SPSS"),
    ],
)  # fmt: skip
def test_what_is_not_read_is_refused_by_its_name(tmp_path: Path, name: str, words: str) -> None:
    with pytest.raises(ReadError, match=words):
        case(tmp_path, f"forms/{name}")


PLACEMARK = "<Placemark><name>{}</name>{}</Placemark>"
KML = (
    '<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>{}</Document></kml>'
)


def test_shapes_and_times_of_kml(tmp_path: Path) -> None:
    ring = "<LinearRing><coordinates>70,39,5 71,39,5 71,40,5 70,39,5</coordinates></LinearRing>"
    marks = [
        PLACEMARK.format("area", f"<Polygon><outerBoundaryIs>{ring}</outerBoundaryIs></Polygon>"),
        PLACEMARK.format("late", "<TimeSpan><begin>2022-09</begin><end>2022-11</end></TimeSpan>"),
        PLACEMARK.format("odd", "<Point><coordinates>x</coordinates></Point>"),
        "<NetworkLink><Link><href>http://example.org/a.kml</href></Link></NetworkLink>",
    ]
    report, rows = taken(tmp_path, KML.format("".join(marks)), "x.kml")
    rows = sorted(rows, key=lambda row: row["number"])
    assert told(rows, "title", "date") == [("area", None), ("late", "2022-09/2022-11")]
    assert kinds(report) == {"geometry": 1}
    assert "Links to other files are not read: 1." in report.notes


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE kml [<!ENTITY a SYSTEM "file:///etc/passwd">]><kml>&a;</kml>',
        '<!DOCTYPE kml [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><kml>&b;</kml>',
        '<!DOCTYPE kml SYSTEM "http://example.org/x.dtd"><kml></kml>',
        "<kml>" + "<a>" * 100 + "</a>" * 100 + "</kml>",
        "<kml><Placemark>",
        "<kml></kml>",
    ],
)
def test_hostile_xml_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ReadError):
        taken(tmp_path, text, "x.kml")


BINARY = ("a.dta", "a.gpkg", "a.kmz", "a.ods", "a.xls", "shapefile.zip", "a.kml", "a.gpx")


@pytest.mark.parametrize("name", BINARY)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=8),
    cut=st.integers(0, 10**6),
)
def test_a_damaged_file_is_refused_or_read_and_never_more(
    tmp_path: Path, name: str, changes: list[tuple[int, int]], cut: int
) -> None:
    content = bytearray((CASES / "forms" / name).read_bytes())
    for place, value in changes:
        content[place % len(content)] = value
    path = tmp_path / "damaged"
    path.write_bytes(content[: cut % len(content) + 1] if cut % 3 == 0 else content)
    with contextlib.suppress(GeoError):
        import_file(path, "damaged", tmp_path / "out.parquet")


def test_a_geopackage_whose_own_words_are_no_text_is_refused(tmp_path: Path) -> None:
    content = (CASES / "forms" / "a.gpkg").read_bytes()
    damaged = content.replace(b"CREATE TABLE", b"CREATE TABL\xec")
    assert damaged != content
    with pytest.raises(ReadError):
        taken(tmp_path, damaged, "x.gpkg")


def test_a_file_of_stata_that_tells_of_more_rows_than_fit_is_refused(tmp_path: Path) -> None:
    content = bytearray((CASES / "forms" / "a.dta").read_bytes())
    content[83] = 1  # of the eight bytes that count the rows
    with pytest.raises(ReadError, match="memory"):
        taken(tmp_path, bytes(content), "x.dta")


def test_a_cut_file_of_stata_is_refused(tmp_path: Path) -> None:
    content = (CASES / "forms" / "a.dta").read_bytes()
    for cut in range(1, len(content), 7):
        with contextlib.suppress(GeoError):
            taken(tmp_path, content[:cut], "x.dta")


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"\x00\x01\x00\x00Standard Jet DB", "Access"), (b"\x00\x00\x27\x0a", "one ZIP"),
        (bytes(12) + b"\xc2\xea\x81\x60\xb3\x14\x11\xcf", "SAS"), (b"\x89PNG", "a picture"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_by_its_name(tmp_path: Path, head: bytes, words: str) -> None:
    with pytest.raises(ReadError, match=words):
        taken(tmp_path, head + bytes(100), "x")


def test_an_unknown_encoding_is_refused(tmp_path: Path) -> None:
    text = (CASES / "forms" / "a.kml").read_text("utf-8").replace("utf-8", "u-f-8", 1)
    with pytest.raises(ReadError, match="damaged XML"):
        taken(tmp_path, text, "x.kml")


def test_a_geopackage_runs_no_view_and_no_function(tmp_path: Path) -> None:
    path = tmp_path / "x.gpkg"
    path.write_bytes((CASES / "forms" / "a.gpkg").read_bytes())
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE VIEW v AS SELECT * FROM a, a AS b, a AS c")
        connection.execute("UPDATE gpkg_geometry_columns SET table_name = 'v'")
        connection.commit()
    with pytest.raises(ReadError, match="no layer"):
        import_file(path, "x.gpkg", tmp_path / "out.parquet")


# ---------------------------------------------------------------- a newer export over an old one
def test_a_newer_export_is_compared_with_the_older_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, out = tmp_path / "old.parquet", tmp_path / "out.parquet"
    for name, text in (
        ("old.csv", "id,date,place,killed\n1,2022-09-14,A,1\n2,2022-09-15,B,\n3,2022-09-16,C,2\n"),
        (
            "new.csv",
            "id,date,place,killed\n1,2022-09-14,A,1\n2,2022-09-16,B,4\n4,2022-09-17,=D,2\n",
        ),
    ):
        (tmp_path / name).write_text(text, "utf-8")
    assert main(["import", str(tmp_path / "old.csv"), "-o", str(old)]) == 0
    arguments = ["import", str(tmp_path / "new.csv"), "--over", str(old), "-o"]
    for target in (out, old):
        assert main([*arguments, str(target)]) == 0
        told = capsys.readouterr().err
        assert "1 new, 1 changed (best 1, date 1), 1 vanished, 1 alike." in told
        listed = target.with_name(f"{target.stem}.changes.csv").read_text("utf-8-sig")
        assert listed.splitlines() == [
            "what,id,field,before,now",
            "changed,2,best,,4",
            "changed,2,date,2022-09-15,2022-09-16",
            'new,4,,,"2022-09-17, =D"',
            'vanished,3,,"2022-09-16, C",',
        ]
    (tmp_path / "none.csv").write_text("date\n2022\n", "utf-8")
    assert main(["import", str(tmp_path / "none.csv"), "--over", str(out), "-o", str(out)]) == 1
    assert "no column of ids" in capsys.readouterr().err
    assert pq.read_table(out).num_rows == 3
