"""A state goes out in every kind of file and comes back; what is no file of ours is said."""

from __future__ import annotations

import io
import json
import struct
import tomllib
import zipfile
import zlib
from datetime import date
from typing import Any

import carriers
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from madeup import HOSTILE
from scenes import scenes

from geo import VERSION, address
from geo.collection import memory
from geo.export import bundle, formats, tabular
from geo.export import state as file_state
from geo.export import text as export_text
from geo.export.state import groups
from geo.files import DATA
from geo.model import Filter, Scene, Sheet, StateError
from geo.package.load import Package, load_package
from geo.picture import film, snapshot

NOW = file_state.moment(date(2026, 11, 24))
ONE = Scene(
    query=Filter(chosen={"border": ("SAR-LOW",)}, text="(dam) \\ <a&b> Исфара"), sheet=Sheet(dpi=60)
)


def said(package: Package, shown: Scene = ONE) -> str:
    return file_state.text(package, shown, memory.select(package, shown.query), now=NOW)


def reopened(package: Package, content: bytes) -> Scene:
    reading = address.read(package, file_state.read(content).given)
    assert reading.notices == ()
    return reading.scene


# ---------------------------------------------------------------- out and back
@settings(max_examples=1000, suppress_health_check=list(HealthCheck))
@given(drawn=st.data())
def test_a_state_comes_back_from_every_kind_of_file(data: Package, drawn: st.DataObject) -> None:
    shown = drawn.draw(scenes(data))
    text = said(data, shown)
    assert text.isascii() and not set(text) & set("<>&'\n")
    for kind, put in carriers.PUT.items():
        assert reopened(data, put(text)) == shown, kind


def whole(package: Package, shown: Scene) -> dict[str, bytes]:
    """Every kind of file, made as a reader makes it."""
    rows, text = memory.select(package, shown.query), said(package, shown)
    asked: dict[str, Any] = {"now": NOW, "state": text}
    made = {
        form: snapshot.picture(package, shown, rows, form=form, **asked)
        for form in ("png", "svg", "pdf")
    }
    return {
        **made,
        "html": export_text.html(package, shown.query, rows, **asked),
        "csv": export_text.csv(package, shown.query, rows, **asked),
        "geojson": export_text.geojson(package, shown.query, rows, **asked),
        "parquet": tabular.geoparquet(package, shown.query, rows, **asked),
        "gpkg": tabular.geopackage(package, shown.query, rows, **asked),
        "zip": bundle.bundle(
            package, shown, rows, address="?", picture=lambda: made["png"], **asked
        ),
    }


def test_whole_files_without_a_record_carry_the_state(data: Package) -> None:
    text = '(\\)"{% x %}'
    shown = Scene(query=Filter(text=text), sheet=Sheet(title=text, dpi=60, style="grey"))
    for form, content in whole(data, shown).items():
        assert reopened(data, content) == shown, form


def test_hostile_data_change_nothing(hostile: Package) -> None:
    shown = Scene(query=Filter(text="1"), selected="H-3", sheet=Sheet(title=HOSTILE[5], dpi=60))
    for form, content in whole(hostile, shown).items():
        assert reopened(hostile, content) == shown, form
        assert set(file_state.read(content).records.each or ()) <= set(hostile.incidents["id"])


def test_a_record_that_poses_as_a_state_is_none(make: Any) -> None:
    posing = said(load_package(DATA), Scene(query=Filter(text="posing")))
    pair = {"date": "2020", "status": "occurred", "event_type": "Battles", "collection": "core"}
    row = {**pair, "id": "A", "title": posing, "summary": posing, "border": "SAR-LOW",
           "date_basis": "stated", "geo_precision": "border", "place_id": "SAR-LOW",
           "countries": "IS"}  # fmt: skip
    second = {"id": "B", "date": "2021-05-01", "place_id": "westham", "geo_precision": "exact"}
    rows = [row, {**row, **second}]
    data = make(incidents=rows, claims=[], citations=[], sources=[], title=posing)
    shown = Scene(query=Filter(text="posing"), sheet=Sheet(dpi=60))
    films = {form: formats.make(data, shown, f".{form}", day=NOW.date()) for form in film.FORMS}
    for form, content in (whole(data, shown) | films).items():
        found = address.read(data, file_state.read(content).given).scene
        assert found == shown, form
        assert file_state.read(content).data == "made-up", form


def test_the_text_is_small_and_says_what_made_it() -> None:
    marz = load_package(DATA)
    text = said(marz, Scene())
    assert len(text) < 12_000
    found = file_state.read(text.encode())
    assert (found.data, found.version, found.made) == ("marz", marz.version, NOW.date())
    assert found.records.count == len(marz.incidents)
    assert list(found.records.each or ()) == list(marz.incidents["id"])


def test_of_very_many_records_it_stays_small(data: Package, monkeypatch: Any) -> None:
    monkeypatch.setattr(file_state, "MOST_RECORDS", 3)
    text = said(data, Scene())
    assert "ids" not in json.loads(text)["records"]
    found = file_state.read(text.encode()).records
    assert (found.count, found.each) == (len(data.incidents), None)
    assert len(found.groups or b"") == groups.SIZE and len(text) < 20_000


IDS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)
DIGESTS = st.binary(min_size=file_state.SIZE, max_size=file_state.SIZE)


@settings(max_examples=300)
@given(
    then=st.dictionaries(IDS, DIGESTS, max_size=40),
    now=st.dictionaries(IDS, DIGESTS, max_size=4),
    lost=st.sets(st.integers(0, 39), max_size=4),
)
def test_groups_tell_the_truth(
    then: dict[str, bytes], now: dict[str, bytes], lost: set[int]
) -> None:
    kept = {one: digest for n, (one, digest) in enumerate(then.items()) if n not in lost}
    after = kept | now
    found = groups.compared(groups.summed(then), after)
    came, went = set(after) - set(then), set(then) - set(after)
    altered = {one for one in after if one in then and after[one] != then[one]}
    assert set(found.new) <= came
    # What is new and not named, and what was altered, is in a group that is told.
    told = {one for held in (*found.altered, *found.moved) for one in held}
    assert (came - set(found.new)) | altered <= told
    for held in found.altered:
        assert altered & set(held)
    changed = len(came) + len(went) + len(altered)
    assert len(found.new) + len(found.altered) + len(found.moved) <= changed
    assert changed == 0 or found != groups.Found([], [], [])


def test_groups_are_the_same_in_any_order() -> None:
    each = {str(n): bytes([n % 256]) * file_state.SIZE for n in range(5000)}
    assert groups.summed(each) == groups.summed(dict(reversed(each.items())))


def test_equal_states_are_equal_texts(data: Package) -> None:
    rows = np.arange(3)
    assert file_state.text(data, ONE, rows, now=NOW) == file_state.text(data, ONE, rows, now=NOW)


# ---------------------------------------------------------------- what is none of ours
FOREIGN = {
    "empty": b"",
    "text": b"Dear reader, ...",
    "zeros": bytes(1000),
    "word": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "jpeg": b"\xff\xd8\xff\xe0\0\x10JFIF",
    "png": b"\x89PNG\r\n\x1a\n" + bytes(12),
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "pdf": b"%PDF-1.4 not really",
    "gif": b"GIF89a",
    "mp4": b"\0\0\0\x08ftyp",
    "html": b"<!doctype html><p>Hello",
    "geojson": b'{"type": "FeatureCollection", "features": []}',
    "list": b'{"marz_state": [1]}',
    "csv": b"id,marz_state\r\na,\r\n",
    "zip": b"PK\x03\x04",
    "parquet": b"PAR1\0\0\0\0PAR1",
    "gpkg": b"SQLite format 3\0" + bytes(100),
}


@pytest.mark.parametrize("content", FOREIGN.values(), ids=FOREIGN)
def test_a_foreign_file_is_explained(content: bytes) -> None:
    with pytest.raises(StateError, match=r"“x\.bin”.*(Choose|Take)"):
        file_state.read(content, "x.bin")


@pytest.mark.parametrize("kind", carriers.PUT)
def test_a_file_cut_off_anywhere_is_an_error_or_the_same(data: Package, kind: str) -> None:
    content = carriers.PUT[kind](said(data))
    for end in range(0, len(content), max(1, len(content) // 60)):
        try:
            found = file_state.read(content[:end])
        except StateError:
            continue
        assert address.read(data, found.given).scene == ONE


@pytest.mark.parametrize("kind", carriers.PUT)
def test_a_damaged_file_is_an_error_or_a_state(data: Package, kind: str) -> None:
    content = carriers.PUT[kind](said(data))
    random = np.random.default_rng(4)
    for _ in range(100):
        damaged = bytearray(content)
        for at in random.integers(0, len(damaged), 3):
            damaged[at] = random.integers(256)
        try:
            found = file_state.read(bytes(damaged))
        except StateError:
            continue
        address.read(data, found.given)


def wrong(**parts: Any) -> dict[str, Any]:
    return parts


@pytest.mark.parametrize(
    "parts",
    [
        wrong(parameters=None),
        wrong(parameters=[["q"]]),
        wrong(parameters=[["q", 1]]),
        wrong(parameters=[["q", "x" * 2000]]),
        wrong(parameters=[["q", "x"]] * 5000),
        wrong(parameters={"q": "x"}),
        wrong(made="yesterday"),
        wrong(made=1),
        wrong(software=None),
        wrong(software="x" * 1000),
        wrong(data="marz"),
        wrong(data=[]),
        wrong(records=None),
        wrong(records={"count": -1, "total": "0" * 12}),
        wrong(records={"count": 1, "total": "x"}),
        wrong(records={"count": 1, "total": "0" * 12, "ids": "@"}),
        wrong(records={"count": 1, "total": "0" * 12, "ids": "AAAA", "digests": ""}),
        wrong(records={"count": 1, "total": "0" * 12, "groups": "AAAA"}),
        wrong(records={"count": 1, "total": "0" * 12, "groups": 3}),
        {"marz-state": 0},
        {"marz-state": "1"},
        {"marz-state": None},
    ],
    ids=str,
)
def test_a_state_that_is_damaged_is_refused(data: Package, parts: dict[str, Any]) -> None:
    document = json.loads(said(data)) | parts
    with pytest.raises(StateError, match="damaged"):
        file_state.read(json.dumps(document).encode())


def test_a_later_form_asks_for_a_later_marz(data: Package) -> None:
    document = json.loads(said(data)) | {"marz-state": 2, "software": "9.1"}
    with pytest.raises(StateError, match=r"later Marz \(9\.1; form 2.*Update"):
        file_state.read(json.dumps(document).encode())


def test_parameters_of_a_file_are_checked_as_an_address_is(data: Package) -> None:
    document = json.loads(said(data))
    document["parameters"] = [["country", "XX"], ["q", "\ud800a"], ["__class__", "x"], ["dpi", "1"]]
    reading = address.read(data, file_state.read(json.dumps(document).encode()).given)
    assert reading.scene == Scene(query=Filter(text="?a")) and len(reading.notices) == 2


# ---------------------------------------------------------------- bombs
def bomb_of_ids(data: Package) -> bytes:
    import base64

    document = json.loads(said(data))
    document["records"]["ids"] = base64.b64encode(zlib.compress(bytes(50_000_000))).decode()
    return json.dumps(document).encode()


def bomb_in_a_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("marz-state.json", bytes(50_000_000))
    return out.getvalue()


def zip_that_lies_about_its_size() -> bytes:
    content = bytearray(bomb_in_a_zip())
    for at in (content.find(b"PK\x03\x04") + 22, content.find(b"PK\x01\x02") + 24):
        content[at : at + 4] = struct.pack("<I", 1000)
    return bytes(content)


def bomb_in_a_chunk() -> bytes:
    said = b"Marz-State\0\0" + zlib.compress(bytes(50_000_000))
    chunk = struct.pack(">I", len(said)) + b"zTXt" + said
    return b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", zlib.crc32(b"zTXt" + said)) + bytes(12)


def billion_laughs() -> bytes:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return (
        f'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY l0 "ha">{entities}]>'
        '<svg><metadata><dc:subject><a>{"marz-state":&l9;}</a></dc:subject></metadata></svg>'
    ).encode()


@pytest.mark.parametrize(
    "make_bomb", [bomb_in_a_zip, zip_that_lies_about_its_size, bomb_in_a_chunk, billion_laughs]
)
def test_a_bomb_is_refused_without_going_off(make_bomb: Any) -> None:
    import tracemalloc

    content = make_bomb()
    tracemalloc.start()
    try:
        with pytest.raises(StateError):
            file_state.read(content)
        assert tracemalloc.get_traced_memory()[1] < 8 * 2**20
    finally:
        tracemalloc.stop()


def test_a_bomb_within_a_state_is_refused(data: Package) -> None:
    with pytest.raises(StateError, match="damaged"):
        file_state.read(bomb_of_ids(data))


def test_deep_json_is_refused() -> None:
    with pytest.raises(StateError):
        file_state.read(b'{"marz_state":' + b"[" * 200_000)


def test_a_database_may_only_be_looked_at() -> None:
    import sqlite3

    endless = (
        "CREATE VIEW about AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
        "SELECT 'marz_state' AS key, max(i) AS value FROM n"
    )
    for made in (endless, "CREATE TABLE about (key, value)"):
        connection = sqlite3.connect(":memory:")
        connection.execute(made)
        with pytest.raises(StateError):
            file_state.read(connection.serialize())
        connection.close()


def test_files_say_the_version_that_the_project_has() -> None:
    project = tomllib.loads((DATA.parent / "pyproject.toml").read_text("utf-8"))
    assert project["project"]["version"] == VERSION
