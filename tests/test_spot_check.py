"""The list for a third person to check records by."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from pathlib import Path

import pytest
from madeup import ROOT

from geo.files import DATA
from geo.package.load import load_package


def run(*options: str) -> str:
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools/spot_check.py"), *options],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return done.stdout


def test_twenty_records_with_their_sources() -> None:
    text = run("--seed", "7")
    ids = [line.split()[1] for line in text.splitlines() if line.startswith("== ")]
    marz = load_package(DATA)
    assert len(ids) == len(set(ids)) == 20 and set(ids) <= set(marz.incidents["id"])
    links = marz.citations[marz.citations["incident_id"].isin(ids)]["source_id"]
    addresses = marz.sources[marz.sources["id"].isin(links)]["url"]
    assert all(url in text for url in addresses if url)


def test_a_seed_draws_the_same_again_and_another_does_not() -> None:
    first = run("--seed", "1")
    assert first == run("--seed", "1") != run("--seed", "2")
    assert "seed 1" in first.splitlines()[0]


def test_a_collection_alone() -> None:
    rows = list(csv.DictReader(io.StringIO(run("--collection", "core", "--format", "csv"))))
    core = load_package(DATA).incidents.set_index("id")["collection"]
    assert rows and {core[row["id"]] for row in rows} == {"core"}
    assert {"source", "address", "paragraphs", "agrees", "remark"} <= rows[0].keys()


@pytest.mark.parametrize("form", ["text", "csv"])
def test_hostile_texts_run_nowhere(hostile_folder: Path, form: str) -> None:
    text = run("--data", str(hostile_folder), "--format", form, "--number", "99")
    if form == "csv":
        cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
        assert not any(cell.startswith(("=", "+", "@")) for cell in cells)
    else:
        assert "\x1b" not in text and "\x07" not in text and "\u202e" not in text
