"""The data package that comes with Marz: whole, joined both ways, and as large as it may be."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from geo import places
from geo.collection import memory
from geo.days import OPEN_START, day_of
from geo.files import DATA
from geo.model import Filter
from geo.package.load import Package, load_package

ROOT = Path(__file__).resolve().parent.parent
TREATY = date(2025, 3, 13)
PLACED_EACH = {"exact", "near", "district", "province", "border", "country"}


@pytest.fixture(scope="module")
def marz() -> Package:
    return load_package(DATA)


def test_the_command_finds_nothing_wrong() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "geo", "validate", str(DATA)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("ok: ")


def test_nothing_is_left_out(marz: Package) -> None:
    assert marz.problems == ()
    assert len(marz.incidents) >= 33


def test_every_placed_record_joins_the_vintage_of_its_day(marz: Package) -> None:
    for row in range(len(marz.incidents)):
        incident = marz.incidents.iloc[row]
        site = places.site_of(marz, row)
        assert (site is None) == (incident["place_id"] == ""), incident["id"]
        if site is None:
            continue
        assert site.place_id == places.drawn_on(marz, incident["place_id"])
        first = incident["end"] if incident["start"] == OPEN_START else incident["start"]
        day = day_of(int(first))
        assert day is not None
        assert site.valid_from <= day.isoformat() <= (site.valid_to or "9999"), incident["id"]


def test_every_place_is_used_or_gives_orientation(marz: Package) -> None:
    used = set(marz.incidents["place_id"])
    layer = marz.layers["places"]
    idle = layer[~layer["place_id"].isin(used) & ~layer["rank"].isin([1, 2, 3, 4])]
    idle = idle[~idle["place_id"].isin(set(marz.unlocated["within"]))]
    assert idle["place_id"].tolist() == []


def test_records_name_their_border(marz: Package) -> None:
    prefixes = {"TJ-AF": "TJAF-", "TJ-KG": "TJKG-"}
    for row in marz.incidents.to_dict("records"):
        assert row["id"].startswith(prefixes[row["border"]]), row["id"]
        assert {"TJ-AF": "AF", "TJ-KG": "KG"}[row["border"]] in row["id"].replace("TJ", "")
        assert row["geo_precision"] in PLACED_EACH or not row["place_id"]


def test_ids_carry_the_year_they_are_about(marz: Package) -> None:
    for row in marz.incidents.to_dict("records"):
        label = re.fullmatch(r"TJ(?:AF|KG)-(\d{3}[\dX])(?:-\d\d){0,2}-[A-Za-z0-9-]+", row["id"])
        assert label, row["id"]
        first, last = (day_of(int(row[end])) for end in ("start", "end"))
        earliest, latest = (int(label[1].replace("X", digit)) for digit in "09")
        assert (first.year if first else earliest) <= latest, row["id"]
        assert earliest <= (last.year if last else latest), row["id"]


@pytest.mark.parametrize("table", ["claims", "citations"])
def test_paragraphs_are_numbered_from_one(marz: Package, table: str) -> None:
    for row in getattr(marz, table).to_dict("records"):
        if row["paragraphs"].startswith("“"):
            # Words that mark the place, where nobody counted paragraphs.
            assert row["paragraphs"].endswith("”") and len(row["paragraphs"].split()) <= 8
            continue
        numbers = [int(part) for part in row["paragraphs"].split(";") if part]
        assert numbers == sorted(set(numbers)) and min(numbers, default=1) >= 1, row["incident_id"]


def test_claims_rest_on_paragraphs_of_a_cited_source(marz: Package) -> None:
    cited: dict[tuple[str, str], set[str]] = {}
    for row in marz.citations.to_dict("records"):
        cited[row["incident_id"], row["source_id"]] = set(row["paragraphs"].split(";"))
    for row in marz.claims.to_dict("records"):
        assert (row["incident_id"], row["source_id"]) in cited, row["incident_id"]


def test_the_core_rests_on_five_articles_by_paragraph(marz: Package) -> None:
    core = set(marz.incidents.loc[marz.incidents["collection"] == "core", "id"])
    cited = marz.citations[marz.citations["incident_id"].isin(core)]
    # What a further page shows of a core record is quoted, not numbered.
    by_paragraph = cited[cited["paragraphs"].str.match(r"\d")]
    assert core == set(by_paragraph["incident_id"])
    assert sorted(set(by_paragraph["source_id"])) == [
        "ahram-afp-2022-10-19",
        "antiwar-2021-07-08",
        "eurasianet-2010-12-10",
        "globalresearch-2018-09-04",
        "moscowtimes-2011-05-04",
    ]
    assert set(marz.citations["source_id"]) == set(marz.sources["id"])


def test_both_borders_have_records_and_denials(marz: Package) -> None:
    assert set(marz.incidents["border"]) == {"TJ-AF", "TJ-KG"}
    assert {"denies", "asserts"} <= set(marz.claims["stance"])


def test_borders_are_as_long_as_they_say(marz: Package) -> None:
    for row in marz.layers["borders"].to_dict("records"):
        drawn = places.length_km(row["geometry"])
        assert drawn == pytest.approx(row["length_km_drawn"], rel=1e-3), row["id"]
        assert drawn == pytest.approx(row["length_km"], rel=1e-2), row["id"]


def test_the_treaty_parts_the_vintages(marz: Package) -> None:
    borders = marz.layers["borders"]
    found = borders[borders["place_id"] == "TJ-KG"].set_index("valid_from")
    assert len(found) == 2
    assert found.loc[TREATY.isoformat(), "valid_to"] == ""
    assert found.loc["", "valid_to"] == (TREATY - timedelta(days=1)).isoformat()
    assert len(borders[borders["place_id"] == "TJ-AF"]) == 1


@pytest.mark.parametrize("name", ["Vorukh", "Sokh", "Shohimardon"])
def test_the_large_exclaves_are_named(marz: Package, name: str) -> None:
    exclaves = marz.layers["exclaves"]
    found = exclaves[exclaves["name"] == name]
    assert len(found) in (1, 2)
    assert len(places.in_force(found, TREATY)[lambda valid: valid]) == 1


@pytest.mark.parametrize("name", ["Dushanbe", "Batken", "Isfara"])
def test_places_of_the_news_are_there(marz: Package, name: str) -> None:
    assert name in set(marz.layers["places"]["name"])


def test_layers_stay_small() -> None:
    total = sum(path.stat().st_size for path in (DATA / "layers").rglob("*") if path.is_file())
    assert total <= 2.2 * 2**20


def test_odbl_stands_apart_with_its_licence() -> None:
    descriptor = json.loads((DATA / "datapackage.json").read_text("utf-8"))
    folder = DATA / "layers/odbl"
    assert "Open Database License" in (folder / "LICENSE.txt").read_text("utf-8")
    assert "OpenStreetMap" in (folder / "NOTICE.txt").read_text("utf-8")
    under = {
        DATA / resource["path"]
        for resource in descriptor["resources"]
        if "ODbL-1.0" in [licence["name"] for licence in resource["licenses"]]
    }
    assert under == set(folder.glob("*.geojson"))


def test_every_file_of_the_package_is_described() -> None:
    descriptor = json.loads((DATA / "datapackage.json").read_text("utf-8"))
    described = {DATA / resource["path"] for resource in descriptor["resources"]}
    about = {"datapackage.json", "LICENSE.txt", "CC-BY-4.0.txt", "NOTICE.txt", "resources.json"}
    about.add("released.zip")  # the tables again, as they were in the last release
    others = {p for p in DATA.rglob("*") if p.is_file() and p.suffix != ".md"} - described
    assert {path.name for path in others} <= about


def test_blank_is_kept_apart_from_zero(marz: Package) -> None:
    tolls = marz.incidents[["fatalities_low", "fatalities_high"]]
    assert tolls.isna().all(axis=1).any()
    known = tolls.dropna()
    assert (known["fatalities_low"] <= known["fatalities_high"]).all()
    assert pd.api.types.is_integer_dtype(tolls["fatalities_low"])


@pytest.mark.parametrize("spelling", ["Исфара", "isfara", "ISFARA", "Ісфара"])
def test_a_place_is_found_in_every_spelling_that_its_layer_has(spelling: str) -> None:
    marz = load_package(DATA)
    found = memory.select(marz, Filter(text=spelling))
    assert "TJKG-2022-10-isfara-airspace" in set(marz.incidents["id"].iloc[found])
