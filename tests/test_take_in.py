"""Taking a batch of incidents into a package."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import pytest
from madeup import ROOT, write_package

sys.path.insert(0, str(ROOT / "tools"))

import take_in
from chronology import batch
from chronology.batch import COLUMNS, DECISIONS, BatchError

from geo.package.load import load_package

Row = dict[str, str]
BASE: Row = {
    "date_edtf": "2021-05-01",
    "title": "Shots at the ford",
    "summary": "What the page says.",
    "event_type": "Battles",
    "sub_event_type": "Armed clash",
    "status": "occurred",
    "border": "SAR-LOW",
    "countries": "MT;IS",
    "actors": "Guards",
    "date_basis": "stated",
    "source1_title": "Shots",
    "source1_publisher": "Herald",
    "source1_published": "2021-05-02",
    "source1_url": "https://example.net/shots",
}
INCIDENTS: list[Row] = [
    {**BASE, "id": "SL-2021-05-01-ford", "fatalities_low": "0"},
    {**BASE, "id": "SL-2021-05-02-west", "date_edtf": "2021-05-02", "part_of": "SL-2020-again",
     "source1_url": "https://example.net/west", "source1_title": "[Report from Westham]"},
    {**BASE, "id": "SL-2020-again", "date_edtf": "2020-01-15", "same_event_as_core": "yes",
     "injuries_low": "7", "fatalities_high": "9", "source1_url": "https://example.net/again"},
]  # fmt: skip
CORE = "SL-2020-01-15-clash"
PARTS: dict[str, list[Row]] = {
    "further_incidents.csv": INCIDENTS,
    "further_claims.csv": [
        {"incident_id": "SL-2020-again", "claimant": "Lowmark", "stance": "denies",
         "statement": "Nobody fired.", "source_url": "https://example.net/denial"},
    ],
    "leads_not_used.csv": [
        {"id": "SL-2019-x", "date_edtf": "2019", "title": "Rumour",
         "source1_url": "https://example.net/r", "reason": "reported speech"},
    ],
    "leads_to_follow.csv": [
        {"border": "SAR-LOW", "date_edtf": "2018", "event": "Hearsay", "source_url": "no address"},
    ],
    "places.csv": [
        {"incident_id": "SL-2021-05-01-ford", "place_id": "", "place_note": "At a ford."},
        {"incident_id": "SL-2021-05-02-west", "place_id": "westham", "geo_precision": "near"},
        {"incident_id": "SL-2020-again", "place_id": ""},
    ],
    "merges.csv": [
        {"row_id": "SL-2020-again", "core_id": CORE, "fields": "fatalities_high",
         "reason": "The higher toll is from the page."},
    ],
    "decisions.csv": [
        {"incident_id": "SL-2021-05-01-ford", "field": "fatalities_low", "value": "",
         "reason": "Not said."},
    ],
    "claims.csv": [],
}  # fmt: skip


def written(folder: Path, **changed: list[Row]) -> Path:
    """A batch and its decisions in one folder; keyword arguments replace files, dots as _."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, columns in {**COLUMNS, **DECISIONS}.items():
        rows = changed.get(name.replace(".", "_"), PARTS[name])
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows(rows)
    return folder


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The made-up package with a batch taken in."""
    folder = write_package(tmp_path / "package")
    batches = written(tmp_path / "batch")
    take_in.take_in(batch.read(batches, batches), folder)
    return folder


def test_a_batch_becomes_records_that_pass_all_checks(data: Path) -> None:
    loaded = load_package(data)
    assert loaded.problems == ()
    rows = loaded.incidents.set_index("id")
    assert rows.loc["SL-2021-05-01-ford", "collection"] == "further"
    assert rows.loc["SL-2021-05-01-ford", "countries"] == "IS;MT"
    assert rows["fatalities_low"].isna()["SL-2021-05-01-ford"]
    assert rows.loc["SL-2021-05-02-west", "part_of"] == CORE
    assert "SL-2020-again" not in rows.index


def test_a_merge_adds_and_overwrites_only_what_was_decided(data: Path) -> None:
    loaded = load_package(data)
    core = loaded.incidents.set_index("id").loc[CORE]
    assert (core["fatalities_low"], core["fatalities_high"], core["injuries_low"]) == (2, 9, 7)
    assert core["title"] == "Clash at the bridge"
    assert core["note"].endswith("The higher toll is from the page.")
    pages = loaded.sources.set_index("id")["url"]
    cited = loaded.citations[loaded.citations["incident_id"] == CORE]["source_id"]
    assert {"https://example.net/again", "https://example.net/denial"} <= set(pages[cited])
    told = loaded.claims[loaded.claims["incident_id"] == CORE]
    assert "Nobody fired." in set(told["statement"])


def test_taking_in_twice_changes_nothing(data: Path, tmp_path: Path) -> None:
    before = {path.name: path.read_bytes() for path in data.glob("*.csv")}
    take_in.take_in(batch.read(tmp_path / "batch", tmp_path / "batch"), data)
    assert {path.name: path.read_bytes() for path in data.glob("*.csv")} == before


def test_what_is_left_out_is_listed_with_its_reason(data: Path) -> None:
    table = load_package(data).further["left_out"].set_index("title")
    assert table.loc["Rumour", "reason"] == "reported speech"
    assert table.loc["Hearsay", "kind"] == "to_follow" and table.loc["Hearsay", "url"] == ""
    assert CORE in table.loc["Shots at the ford", "reason"]


def test_all_problems_are_told_together_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_package(tmp_path / "package")
    before = {path.name: path.read_bytes() for path in folder.glob("*.csv")}
    bad = [
        {**BASE, "id": "SL-a", "date_edtf": "soon"},
        {**BASE, "id": "SL-a", "source1_url": "ftp://example.net/x"},
        {**BASE, "id": "SL-b", "source1_url": "", "source1_title": ""},
        {**BASE, "id": "SL-c", "same_event_as_core": "yes"},
    ]
    wrong = written(tmp_path / "bad", further_incidents_csv=bad)
    with pytest.raises(BatchError) as caught:
        batch.read(wrong, wrong)
    told = "\n".join(caught.value.problems)
    for part in ("date_edtf", "used before", "ftp://", "has no source", "Name that event",
                 "has no place", "is no row of the batch"):  # fmt: skip
        assert part in told
    argv = ["take_in.py", str(wrong), "--into", str(folder), "--decisions", str(wrong)]
    monkeypatch.setattr(sys, "argv", argv)
    assert take_in.main() == 1
    assert "nothing was written" in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in folder.glob("*.csv")} == before


def test_the_decisions_that_come_with_marz_name_records_of_its_data() -> None:
    loaded = load_package()
    ids = set(loaded.incidents["id"])
    folder = ROOT / "tools/chronology"
    with (folder / "merges.csv").open(encoding="utf-8", newline="") as file:
        merged = {row["row_id"]: row["core_id"] for row in csv.DictReader(file)}
    assert set(merged.values()) <= ids and not set(merged) & ids
    for name in ("places.csv", "decisions.csv", "claims.csv"):
        with (folder / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                assert row["incident_id"] in ids | set(merged), (name, row["incident_id"])
                assert name == "places.csv" or row["reason"]
