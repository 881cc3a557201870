"""What else belongs to an incident, and how it is cited."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from madeup import CLAIMS, INCIDENTS, SOURCES, feature, made_up_layers, point

from geo import describe, records
from geo.files import DATA
from geo.package.load import Package, load_package
from geo.records import DAYS, Related, related

Make = Callable[..., Package]


@pytest.fixture(scope="module")
def marz() -> Package:
    return load_package(DATA)


def named(data: Package, incident_id: str) -> dict[str, list[str]]:
    found = related(data, data.row_of(incident_id))
    ids = data.incidents["id"]
    return {
        name: [ids.iat[row] for row in getattr(found, name)]
        for name in Related.__dataclass_fields__
    }


def test_families_are_found_from_every_side(make: Make) -> None:
    base = {key: INCIDENTS[1][key] for key in ("title", "place_id", "geo_precision")}
    rows = [
        {**base, "id": "R-war", "date": "2020-05-01/2020-05-09"},
        {**base, "id": "R-one", "date": "2020-05-02", "part_of": "R-war"},
        {**base, "id": "R-two", "date": "2020-05-03", "part_of": "R-war"},
        {**base, "id": "R-inner", "date": "2020-05-03", "part_of": "R-two", "place_id": "eastham"},
        {**base, "id": "R-twin", "date": "2020-05-02", "distinct_from": "R-one"},
        {**base, "id": "R-talks", "date": "2020-05-20", "about": "R-war;R-two"},
    ]
    data = make(incidents=rows, claims=[])
    assert named(data, "R-war")["parts"] == ["R-one", "R-two"]
    assert named(data, "R-one")["above"] == ["R-war"]
    assert named(data, "R-one")["siblings"] == ["R-two"]
    assert named(data, "R-inner")["above"] == ["R-two", "R-war"]
    assert named(data, "R-one")["distinct"] == named(data, "R-one")["distinct"] == ["R-twin"]
    assert named(data, "R-twin")["distinct"] == ["R-one"]
    assert named(data, "R-talks")["about"] == ["R-war", "R-two"]
    assert named(data, "R-war")["answered"] == named(data, "R-two")["answered"] == ["R-talks"]
    assert "R-talks" not in named(data, "R-war")["around"]
    assert "R-inner" not in named(data, "R-war")["here"]


def test_near_points_are_there_and_far_ones_are_not(make: Make) -> None:
    layers = made_up_layers()
    layers["places"] += [
        feature("close", point(10.43, 51.12), name="Close", rank=4),
        feature("away", point(10.6, 51.2), name="Away", rank=4),
    ]
    rows = [
        {**INCIDENTS[1], "id": f"N-{place}", "place_id": place, "date": f"20{n}0-01-01"}
        for n, place in enumerate(("westham", "close", "away"))
    ]
    data = make(incidents=rows, layers=layers, claims=[])
    assert named(data, "N-westham")["here"] == ["N-close"]
    assert named(data, "N-away")["here"] == []


def test_days_around_are_of_the_same_border(marz: Package) -> None:
    frame = marz.incidents.set_index("id")
    for incident_id in frame.index[::9]:
        own = frame.loc[incident_id]
        for other in named(marz, incident_id)["around"]:
            one = frame.loc[other]
            assert one["border"] == own["border"]
            assert one["start"] <= own["end"] + DAYS and one["end"] >= own["start"] - DAYS
            assert other != incident_id


def test_nothing_is_listed_twice_around(marz: Package) -> None:
    for row in range(0, len(marz.incidents), 7):
        found = related(marz, row)
        family = {row, *found.above, *found.parts, *found.siblings, *found.distinct}
        family |= {*found.about, *found.answered}
        assert not family & set(found.around)


def entries(text: str) -> list[dict[str, str]]:
    """BibTeX read by its braces, as LaTeX would: fields of each entry."""
    found = []
    for head in re.finditer(r"@misc\{([^,\s{}]+),", text):
        depth, at = 1, head.end()
        while depth:
            sign = text[at]
            if sign == "\\":
                at += 1
            depth += (sign == "{") - (sign == "}")
            at += 1
        body = text[head.end() : at - 1]
        fields = dict(re.findall(r"^  (\w+) = \{(.*)\},?$", body, re.MULTILINE))
        found.append({"key": head[1], **fields})
    return found


def test_citations_name_the_record_its_data_and_its_sources(marz: Package) -> None:
    for row in range(0, len(marz.incidents), 5):
        incident = marz.incidents.iloc[row]
        cited = marz.citations[marz.citations["incident_id"] == incident["id"]]["source_id"]
        line = records.plain(marz, row)
        assert incident["id"] in line and marz.version in line
        items = json.loads(records.csl_json(marz, row))
        assert [item["id"] for item in items] == [f"marz-{incident['id']}", *cited]
        assert items[0]["version"] == marz.version
        for item in items:
            assert item["type"] in ("dataset", "webpage") and item["title"]
            for part in item.get("issued", {}).get("date-parts", [[]])[0]:
                assert isinstance(part, int)
        found = entries(records.bibtex(marz, row))
        assert [entry["key"] for entry in found] == [item["id"] for item in items]
        assert [entry.get("url", "") for entry in found] == [i.get("URL", "") for i in items]


URL, DAY = "https://marz.example/incident?id=1", date(2026, 11, 27)


def test_a_citation_says_where_and_when_the_record_was_read(marz: Package) -> None:
    row = marz.row_of("TJKG-2022-09-14-bulakbashi")
    title = marz.incidents["title"].iat[row]
    line = records.plain(marz, row, url=URL, accessed=DAY)
    for part in (f"{title}, 14 September 2022. Marz", marz.version, URL, "27 November 2026"):
        assert part in line
    own = entries(records.bibtex(marz, row, url=URL, accessed=DAY))[0]
    assert (own["url"], own["year"], own["urldate"]) == (URL, "2026", "2026-11-27")
    item = records.csl(marz, row, url=URL, accessed=DAY)[0]
    assert item["URL"] == URL and item["accessed"] == {"date-parts": [[2026, 11, 27]]}
    lines = records.ris(marz, row, url=URL, accessed=DAY).split("\r\n")
    assert lines[0] == "TY  - DATA" and f"UR  - {URL}" in lines and "PY  - 2026" in lines
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", one) for one in lines if one)
    cited = records.record(marz, row)["sources"]
    assert sum(one == "ER  - " for one in lines) == len(cited) + 1


def test_titles_are_quoted_once_and_descriptions_not_at_all(marz: Package) -> None:
    for source in marz.sources.to_dict("records"):
        line = describe.source_line(source)
        assert line.count("“") == line.count("”") <= 1 and '"' not in source["publisher"] + line
        described = source["title_kind"] == "described"
        assert described == describe.described_title(source).startswith("[") == ("“" not in line)


def test_a_page_has_its_date_as_known(marz: Package) -> None:
    row = marz.row_of("TJKG-2022-09-14-bulakbashi")
    page = next(item for item in records.csl(marz, row)[1:] if item.get("publisher") == "TASS")
    assert page["issued"] == {"date-parts": [[2022, 9, 14]]}
    assert page["title"].startswith("[")


def test_hostile_texts_stay_inside_their_field(hostile: Package) -> None:
    for row in range(len(hostile.incidents)):
        text = records.bibtex(hostile, row)
        found = entries(text)
        assert len(found) == 2 == text.count("@misc{")
        for entry in found:
            plain = re.sub(r"\\text\w+\{\}|\\.", "", entry["title"])
            assert not set("$&#%^~_\\") & set(plain)
            assert all(sign.isprintable() for sign in entry["title"])
        assert json.loads(records.csl_json(hostile, row))


@pytest.mark.parametrize(
    ("published", "issued", "year", "dated"),
    [
        ("2022-09-14", {"date-parts": [[2022, 9, 14]]}, "2022", "2022-09-14"),
        ("1993-07~", {"date-parts": [[1993, 7]], "circa": True}, "1993", "1993-07~"),
        ("2015-12/2016-08", {"date-parts": [[2015, 12], [2016, 8]]}, "2015", "2015-12/2016-08"),
        ("199X", {"literal": "the 1990s, decade known"}, "n.d.", None),
        ("", None, "n.d.", None),
    ],
)
def test_a_source_has_its_year_where_it_is_known_about_when(
    make: Callable[..., Package],
    published: str,
    issued: dict[str, Any] | None,
    year: str,
    dated: str | None,
) -> None:
    sources = [{**SOURCES[0], "published": published}, *SOURCES[1:]]
    data = make(sources=sources)
    row = data.row_of(CLAIMS[0]["incident_id"])
    key = SOURCES[0]["id"]
    item = next(one for one in records.csl(data, row) if one["id"] == key)
    assert item.get("issued") == issued
    entry = next(one for one in entries(records.bibtex(data, row)) if one["key"] == key)
    assert (entry["year"], entry.get("date")) == (year, dated)
