"""Releases of the data: what changed is told, and what was can be rebuilt from it."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.__main__ import main
from geo.commands import release as command
from geo.files import DATA, ROOT
from geo.model import GeoError
from geo.package import differences, releases
from geo.package.differences import TextTable
from geo.package.load import Package, load_package

RECORDS = st.lists(
    st.tuples(st.sampled_from("abcd"), st.sampled_from(["", "x", "y"])),
    max_size=4,
    unique_by=lambda row: row[0],
)
ROWS = st.lists(
    st.tuples(st.sampled_from("abcd"), *[st.sampled_from(["", "1", "2", "3"])] * 3), max_size=8
)


def states(
    records: list[tuple[str, str]], rows: list[tuple[str, ...]], *more: str
) -> dict[str, TextTable]:
    """Records and their claims, and a table of neither id nor record."""
    known = {record for record, _ in records}
    tables = {
        "incidents": (("id", "title"), records),
        "claims": (
            ("incident_id", "who", "what", *more),
            [row[: 3 + len(more)] for row in rows if row[0] in known],
        ),
        "left": (("what", "why"), [row[1:3] for row in rows]),
    }
    return {
        name: differences.table_of(
            TextTable(columns, [dict(zip(columns, row, strict=True)) for row in cells]).content()
        )
        for name, (columns, cells) in tables.items()
    }


@given(
    RECORDS, ROWS, RECORDS, ROWS, st.sampled_from([(), ("when",)]), st.sampled_from([(), ("when",)])
)
@settings(max_examples=300, deadline=None)
def test_what_was_is_what_is_without_what_changed(
    records: list[tuple[str, str]],
    rows: list[tuple[str, ...]],
    records_later: list[tuple[str, str]],
    rows_later: list[tuple[str, ...]],
    more: tuple[str, ...],
    more_later: tuple[str, ...],
) -> None:
    before = states(records, rows, *more)
    after = states(records_later, rows_later, *more_later)
    changes = differences.compare(before, after)
    assert differences.undo(after, changes) == before
    assert bool(changes) == (before != after)
    assert differences.undo({}, differences.compare(before, {})) == before
    assert differences.undo(before, differences.compare({}, before)) == {}


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Marz's own data with release 3.0.0 made of what they now are."""
    folder = tmp_path_factory.mktemp("released") / "data"
    shutil.copytree(DATA, folder)
    reasons = str(ROOT / "tools/releases/3.0.0.toml")
    asked = ["release", "3.0.0", "--reasons", reasons, "--day", "2026-11-27"]
    assert main([*asked, "--data", str(folder)]) == 0
    return folder


@pytest.fixture(scope="module")
def package(released: Path) -> Package:
    return load_package(released)


def test_each_release_is_rebuilt_to_the_last_byte(package: Package) -> None:
    """Problems compares with the checksums that were taken of the files of that day."""
    assert releases.numbers(package) == ("1.0.0", "2.0.0", "3.0.0")
    assert [*releases.problems(package)] == []
    # As `git show 4dc76e8:data/claims.csv | sha256sum` prints; of fe91a92 one file was sorted so.
    names = ("claims", "citations", "sources")
    sums = [[one.checksums[name][:12] for name in names] for one in releases.released(package)]
    assert sums[0][2] == "5d9b38e8fe59"
    assert sums[1] == ["7a94fda1cdcf", "c35173f84f10", "bd3105c36313"]
    counts = [one.counts["incidents"] for one in releases.released(package)]
    assert counts == [33, 243, len(package.incidents)]


def test_the_package_of_a_release_has_its_records_and_no_more(package: Package) -> None:
    first, second = (releases.as_of(package, number) for number in ("1.0.0", "2.0.0"))
    for made, number in ((first, "1.0.0"), (second, "2.0.0")):
        counts = releases.find(package, number).counts
        assert made.version.startswith(f"{number}+") and made.as_of == number
        for table in ("incidents", "claims", "citations", "sources"):
            assert len(getattr(made, table)) == counts[table]
        assert "accounts" not in made.further
    assert set(first.incidents["collection"]) == {"core"}
    batken = "TJKG-2022-09-batken-fighting"
    highest = [p.incidents["fatalities_high"].iat[p.row_of(batken)] for p in (first, second)]
    assert highest == [100, 126]


def test_a_row_mended_after_a_release_alters_none(released: Path, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(released, folder)
    table = (folder / "incidents.csv").read_text("utf-8")
    (folder / "incidents.csv").write_text(table.replace("Batken", "Boktan"), "utf-8")
    later = load_package(folder)
    assert [*releases.problems(later)] == []
    assert "Boktan" in " ".join(later.incidents["title"])
    assert "Boktan" not in " ".join(releases.as_of(later, "3.0.0").incidents["title"])
    pending = releases.between(later, "3.0.0", "")
    assert pending and all("Batken" in one.before for one in pending if one.kind == "changed")


def test_a_change_says_what_and_why(package: Package) -> None:
    told = releases.of_record(package, "TJAF-1993-07-13-12th-post")
    assert [one.release.number for one in told] == ["3.0.0", "2.0.0"]
    assert [one.kind for one in told] == ["changed", "added"]
    low = next(one for one in told[0].changes if one.field == "fatalities_low")
    assert (low.before, low.after) == ("22", "122") and "villagers" in low.reason
    assert all(one.reason for one in releases.between(package, "1.0.0", "3.0.0") if one.id)


def test_no_release_without_reasons(
    released: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reasons = tmp_path / "reasons.toml"
    reasons.write_text(
        'summary = "Nothing."\n[[reason]]\ntable = "sources"\ntext = "So."\n', "utf-8"
    )
    before = {path.name: path.read_bytes() for path in released.glob("*.*")}
    asked = ["release", "3.0.0", "--reasons", str(reasons), "--data", str(released)]
    assert main(asked) == 1
    said = capsys.readouterr().err
    assert "There is no reason for incidents about added" in said and "more." in said
    assert before == {path.name: path.read_bytes() for path in released.glob("*.*")}
    asked[1] = "2.9.0"
    assert main(asked) == 2


def test_an_id_that_is_gone_needs_a_successor_or_a_reason() -> None:
    before = states([("a", "x"), ("b", "y")], [("b", "1", "2", "3")])
    after = states([("a", "x")], [])
    everything = ({"text": "A twin."},)
    asked = {"before": before, "after": after, "layers_before": {}, "layers": {}}
    with pytest.raises(GeoError, match=r"what became of b \(incidents\)"):
        command.make("1.1.0", date(2026, 1, 1), command.Reasons("S", everything), **asked)
    gone = {"id": "b", "became": "merged", "successor": "a", "reason": "A twin."}
    made = command.make(
        "1.1.0", date(2026, 1, 1), command.Reasons("S", everything, (gone,)), **asked
    )
    assert made.retired == [{**gone, "release": "1.1.0"}]
    withdrawn = next(one for one in made.changes if one.table == "claims")
    assert json.loads(withdrawn.before) == {"incident_id": "b", "who": "1", "what": "2"}
