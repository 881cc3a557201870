"""Releases of the data: what changed is told, and what was can be rebuilt from it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
import uuid
import xml.etree.ElementTree as ET
import zipfile
from collections import deque
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import frictionless
import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from madeup import HOSTILE, INCIDENTS, write_package

from geo.__main__ import main
from geo.commands import release as command
from geo.files import DATA, ROOT
from geo.model import Filter, GeoError
from geo.package import differences, making, releases
from geo.package.differences import TextTable
from geo.package.load import Package, load_package
from geo.web import feeds, site
from geo.web.links import Links
from geo.web.respond import respond
from pages.ui import corrections

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
    tables: dict[str, tuple[tuple[str, ...], list[tuple[str, ...]]]] = {
        "incidents": (("id", "title"), [*records]),
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
    told = {one.reason.casefold() for one in releases.between(package, "2.0.0", "3.0.0")}
    assert not told & {"", "not recorded."}
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
    asked: Any = {"before": before, "after": after, "layers_before": {}, "layers": {}}
    with pytest.raises(GeoError, match=r"what became of b \(incidents\)"):
        making.compare("1.1.0", date(2026, 1, 1), making.Reasons("S", everything), **asked)
    gone = {"id": "b", "became": "merged", "successor": "a", "reason": "A twin."}
    made = making.compare(
        "1.1.0", date(2026, 1, 1), making.Reasons("S", everything, (gone,)), **asked
    )
    assert made.retired == [{**gone, "release": "1.1.0"}]
    withdrawn = next(one for one in made.changes if one.table == "claims")
    assert json.loads(withdrawn.before) == {"incident_id": "b", "who": "1", "what": "2"}


# ---------------------------------------------------------------- what is new, for others
BASE = "https://example.org/marz/"
SERVED = Links(base=BASE)
ATOM = {"a": "http://www.w3.org/2005/Atom"}
REASONS = """
summary = "S"
[[reason]]
text = {text}
[[retired]]
id = "SL-undated"
became = "merged"
successor = "SL-1995-riot"
reason = "The same event."
"""


def release(folder: Path, number: str, day: str, text: str) -> None:
    reasons = folder.with_suffix(".toml")
    reasons.write_text(REASONS.format(text=json.dumps(text)), "utf-8")
    asked = ["release", number, "--reasons", str(reasons), "--day", day, "--data", str(folder)]
    assert main(asked) == 0


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Package:
    """Two releases of the made-up package; hostile titles, one record new, one merged."""
    folder = tmp_path_factory.mktemp("history") / "data"
    write_package(folder)
    release(folder, "1.0.0", "2026-01-01", "The first.")
    later = [
        {**row, "title": one}
        for row, one in zip(INCIDENTS, HOSTILE * 2, strict=False)
        if row["id"] != "SL-undated"
    ]
    new = {**INCIDENTS[0], "id": "SL-new", "date": "2026-01-03", "title": HOSTILE[5]}
    own = {name: (folder / f"{name}.csv").read_bytes() for name in releases.OWN}
    write_package(folder, incidents=[*later, new])
    for name, content in own.items():
        (folder / f"{name}.csv").write_bytes(content)
    release(folder, "1.1.0", "2026-02-01", HOSTILE[5])
    return load_package(folder)


def test_what_is_new_is_read_without_javascript(history: Package) -> None:
    """In one release by its number, and the last one under an address that stays."""
    newest = respond(history, SERVED, "new")
    assert (newest.status, newest.kind) == (200, "text/html; charset=utf-8")
    page = html5lib.parse(newest.content, namespaceHTMLElements=False)
    assert page.find("head/title").text.startswith("What’s new in 1.1.0 · ")
    shown = "".join(page.find("body").itertext())
    for said in ("1 added", "1 merged", "Added in 1.1.0", "Changed in 1.1.0: title"):
        assert said in shown, said
    linked = {one.get("href") for one in page.find("body").iter("a")}
    assert {"new/1.0.0", "r/SL-new"} <= linked and "r/SL-undated" not in linked
    assert not list(page.find("body").iter("script"))
    first = respond(history, SERVED, "new/1.0.0").content
    assert b"the first" in first and b'href="../new/1.1.0"' in first
    for path, query in (("new/2.0.0", ""), ("new/", ""), ("new/1.1.0", "page=2")):
        assert respond(history, SERVED, path, query).status == 404, path
    planned = {
        file.path for file in site.plan(history, Links(files=True), Filter(), day=date(2026, 2, 3))
    }
    assert {"new.html", "new/1.0.0.html", "new/1.1.0.html"} <= planned


def test_a_feed_is_atom_by_the_rules_of_validators(history: Package) -> None:
    """RFC 4287: ids are absolute and told apart, dates are whole, links lead somewhere."""
    answer = respond(history, SERVED, "feed.atom", "type=Battles")
    assert (answer.status, answer.kind) == (200, "application/atom+xml")
    root = ET.fromstring(answer.content)
    assert root.tag == f"{{{ATOM['a']}}}feed"
    for one in (root, *root.iterfind("a:entry", ATOM)):
        found = {name: one.findall(f"a:{name}", ATOM) for name in ("id", "title", "updated")}
        assert [len(each) for each in found.values()] == [1, 1, 1]
        assert uuid.UUID(str(found["id"][0].text)).version == 5
        assert str(found["updated"][0].text) == "2026-02-01T00:00:00Z"
    assert root.find("a:author/a:name", ATOM) is not None
    links = {one.get("rel"): str(one.get("href")) for one in root.iterfind("a:link", ATOM)}
    assert links["self"] == f"{BASE}feed.atom?type=Battles"
    assert respond(history, SERVED, links["alternate"].removeprefix(BASE)[:1]).status == 200
    entries = root.findall("a:entry", ATOM)
    ids = [str(one.findtext("a:id", "", ATOM)) for one in entries]
    assert len({*ids}) == len(ids) > 1
    for one in entries:
        where = str(one.find("a:link", ATOM).get("href"))  # type: ignore[union-attr]
        assert respond(history, SERVED, where.removeprefix(BASE)).status in (200, 301)
        assert str(one.findtext("a:content", "", ATOM))


def test_a_feed_is_json_feed_and_hostile_texts_stay_texts(history: Package) -> None:
    answer = respond(history, SERVED, "feed.json")
    told = json.loads(answer.content)
    assert told["version"] == "https://jsonfeed.org/version/1.1"
    assert told["feed_url"] == f"{BASE}feed.json" and told["home_page_url"] == f"{BASE}f"
    assert all({"id", "url", "content_text", "date_published"} <= {*one} for one in told["items"])
    said = {one["title"]: one for one in told["items"]}
    assert f"Added: {HOSTILE[5]}" in said and f"Why: {HOSTILE[5]}" in str(said)
    merged = said["Merged: Détente of an unknown day"]
    assert respond(history, SERVED, merged["url"].removeprefix(BASE)).status == 301
    atom = ET.fromstring(respond(history, SERVED, "feed.atom").content)
    assert [one["id"] for one in told["items"]] == [
        one.findtext("a:id", "", ATOM) for one in atom.iterfind("a:entry", ATOM)
    ]
    page = respond(history, SERVED, "r/SL-1995-riot").content.decode()
    assert "Changed in 1.1.0" in page and "<script>alert" not in page


def test_the_ids_of_a_feed_never_change(history: Package) -> None:
    """Written down on 27 November 2026; who follows a feed would else read all of it anew."""
    name = history.descriptor["name"]
    expected = uuid.uuid5(feeds.NAMESPACE, f"{name}/1.1.0/SL-new")
    assert feeds.entry_id(history, "1.1.0", "SL-new") == f"urn:uuid:{expected}"
    assert str(feeds.NAMESPACE) == "6f0c7b8e-3d1a-5f62-9a54-8d1f3a2b9c70"


def test_a_feed_follows_what_left_its_filter_and_what_came_since(history: Package) -> None:
    riots = feeds.entries(history, Filter(chosen={"type": ("Riots",)}))
    assert {one.id for one in riots} == {"SL-1995-riot", "SL-new"}
    announced = feeds.entries(history, Filter(chosen={"status": ("announced",)}))
    assert [(one.id, one.kind) for one in announced] == [("SL-undated", "merged")]
    for since, number in (("1.0.0", 9), ("1.1.0", 0), ("2026-02-01", 9), ("2026-02-02", 0)):
        assert len(feeds.entries(history, Filter(), since=since)) == number, since


def test_a_folder_has_the_feeds_of_its_filter(history: Package) -> None:
    query = Filter(chosen={"type": ("Riots",)})
    links = Links(base=BASE, files=True)
    planned = {
        file.path: file
        for file in site.plan(site.cut(history, query), links, query, day=date(2026, 2, 1))
    }
    told = json.loads(planned["feed.json"].make())
    assert len(told["items"]) == 2
    for one in told["items"]:
        assert one["url"].removeprefix(BASE) in planned


def test_what_differs_is_answered_and_printed_alike(
    history: Package, capsys: pytest.CaptureFixture[str]
) -> None:
    told = json.loads(respond(history, SERVED, "api/v1/changes", "since=1.0.0&limit=500").content)
    assert (told["since"], told["until"]) == ("1.0.0", "1.1.0")
    folder = str(history.directory)
    assert main(["diff", "1.0.0", "1.1.0", "--format", "csv", "--data", folder]) == 0
    printed = [*csv.DictReader(io.StringIO(capsys.readouterr().out))]
    assert len(printed) == told["total"] == len(told["changes"])
    assert [(one["table"], one["id"], one["kind"], one["field"]) for one in printed] == [
        (one["table"], one["id"], one["kind"], one["field"]) for one in told["changes"]
    ]
    served = respond(history, SERVED, "api/v1/changes.csv", "id=SL-undated").content.decode()
    kinds = [(one["table"], one["kind"]) for one in csv.DictReader(io.StringIO(served))]
    assert kinds == [("incidents", "withdrawn"), ("citations", "withdrawn")]
    assert respond(history, SERVED, "api/v1/changes", "since=7.0.0").status == 400
    assert main(["watch", "--type", "Riots", "--since", "1.0.0", "--data", folder]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines.count("Added in 1.1.0, 1 February 2026.") == 1


def test_an_address_shows_the_atlas_as_it_was(history: Package) -> None:
    old = json.loads(respond(history, SERVED, "api/v1/incidents.json", "as-of=1.0.0").content)
    assert {one["id"] for one in old["incidents"]} == {one["id"] for one in INCIDENTS}
    assert old["data_version"].startswith("1.0.0+")
    page = respond(history, SERVED, "r/SL-undated", "as-of=1.0.0").content.decode()
    assert "Release 1.0.0 of 1 January 2026" in page and "noindex" in page
    assert "SL-1995-riot?as-of=1.0.0" in page or "as-of=1.0.0" in page
    assert respond(history, SERVED, "r/SL-undated", "as-of=9.0.0").status == 404
    assert respond(history, SERVED, "api/v1/meta", "as-of=9.0.0").status == 400


def test_the_bundle_of_a_release_can_be_deposited(history: Package, tmp_path: Path) -> None:
    made = command.bundled(history, releases.find(history, "1.1.0"), picture=lambda: b"a picture")
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    lines = [line.split("  ", 1) for line in contents["SHA256SUMS.txt"].decode().splitlines()]
    sums = {name: digest for digest, name in lines}
    assert {*sums} == {*contents} - {"SHA256SUMS.txt"}
    for name, digest in sums.items():
        assert hashlib.sha256(contents[name]).hexdigest() == digest
    told = json.loads(contents["datacite.json"])
    assert (told["version"], told["publicationYear"]) == ("1.1.0", "2026")
    required = ("titles", "creators", "publisher", "types", "rightsList")
    assert all(told[name] for name in required)
    assert b"selection" not in contents["CITATION.cff"]
    described = {one["path"] for one in json.loads(contents["datapackage.json"])["resources"]}
    assert {"changes.csv", "releases.csv", "retired.csv", "datacite.json"} <= described
    (tmp_path / "bundle").mkdir()
    for name, content in contents.items():
        (tmp_path / "bundle" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "bundle" / name).write_bytes(content)
    report = frictionless.validate(str(tmp_path / "bundle" / "datapackage.json"))
    assert report.valid, report.flatten(["title", "note"])


# ---------------------------------------------------------------- reports of errors
TOLD = {"id": "SL-1995-riot", "version": "1.1.0+0", "field": "date", "now": "199X",
        "text": "<b>1996</b>\nsaid so", "source": HOSTILE[5], "from": ""}  # fmt: skip


def test_a_report_is_a_line_of_a_file_that_nobody_else_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corrections, "_taken", deque())
    path = tmp_path / "reports.jsonl"
    assert corrections.take(path, TOLD, "a").startswith("Thank you")
    kept = json.loads(path.read_text("utf-8"))
    assert {name: kept[name] for name in TOLD} == TOLD
    assert path.stat().st_mode & 0o077 == 0
    assert "not be kept" in corrections.take(tmp_path, TOLD, "a")


def test_reports_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corrections, "_taken", deque())
    path = tmp_path / "reports.jsonl"
    said = [corrections.take(path, TOLD, "a") for _ in range(corrections.OF_A_SESSION + 1)]
    assert ["Thank you" in one for one in said] == [True] * corrections.OF_A_SESSION + [False]
    for number in range(corrections.AN_HOUR):
        corrections.take(path, TOLD, str(number))
    assert len(path.read_text("utf-8").splitlines()) == corrections.AN_HOUR
    hour_ago = [(when - corrections.HOUR - 1, who) for when, who in corrections._taken]
    monkeypatch.setattr(corrections, "_taken", deque(hour_ago))
    assert "Thank you" in corrections.take(path, TOLD, "a")
    monkeypatch.setattr(corrections, "LARGEST", path.stat().st_size)
    assert "No more reports" in corrections.take(path, TOLD, "b")


def test_a_report_without_a_server_is_a_text_and_a_mail(history: Package) -> None:
    assert corrections.written(TOLD, f"{BASE}r/SL-1995-riot").splitlines()[:3] == [
        "Record: SL-1995-riot",
        "Data version: 1.1.0+0",
        "Field: date",
    ]
    page = respond(history, SERVED, "r/SL-1995-riot").content.decode()
    mail = next(part for part in page.split('"') if part.startswith("mailto:"))
    body = parse_qs(unescape(mail).partition("?")[2])["body"][0].split("\r\n")
    assert body[:3] == [
        "Record: SL-1995-riot",
        f"Data version: {history.version}",
        f"Address: {BASE}r/SL-1995-riot",
    ]
