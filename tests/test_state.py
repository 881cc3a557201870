"""A state goes out in every kind of file and comes back; what is no file of ours is said."""

from __future__ import annotations

import json
import lzma
import os
import tomllib
import zlib
from datetime import date
from pathlib import Path
from typing import Any

import embedding
import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from madeup import HOSTILE
from scenes import scenes

from geo import VERSION, address
from geo.collection import memory
from geo.export import bundle, formats, tabular
from geo.export import state as file_state
from geo.export import text as export_text
from geo.export.state import token
from geo.files import DATA
from geo.model import Filter, Scene, Sheet, StateError
from geo.package.load import Package, load_package
from geo.picture import film, snapshot
from geo.picture.exported import Export

NOW = file_state.moment(date(2026, 11, 24))
ONE = Scene(
    query=Filter(text="(dam) \\ <a&b> Исфара", chosen={"border": ("SAR-LOW",)}), sheet=Sheet(dpi=60)
)
OLD = Path(__file__).parent / "files" / "2.0.0"


def written(package: Package, shown: Scene = ONE) -> str:
    return file_state.write(package, shown, memory.select(package, shown.query), now=NOW)


def document_of(text: str) -> dict[str, Any]:
    body = token.find(text.encode())
    assert body is not None
    found: dict[str, Any] = json.loads(token.decode(body))
    return found


def token_of(document: Any) -> bytes:
    """A token with a valid check; blanks, which count for nothing in JSON, make it long enough."""
    blanks = os.urandom(1000).translate(bytes(b" \t\n\r"[n % 4] for n in range(256)))
    return token.encode(json.dumps(document).encode() + blanks).encode()


def reopened(package: Package, content: bytes) -> Scene:
    reading = address.read(package, file_state.read(content).parameters)
    assert reading.notices == ()
    return reading.scene


# ---------------------------------------------------------------- the token
CONTENTS = st.binary(min_size=200, max_size=3000).filter(
    lambda held: len(zlib.compress(held, 9)) > 150
)


@given(held=CONTENTS, before=st.binary(max_size=300), after=st.binary(max_size=300))
@example(held=bytes(range(200)), before=b"marz1:" * 9 + b"marz1", after=b"A" * 300)
@example(held=bytes(range(200)), before=b"\xff\xfem\0", after=b"marz1:" + b"A" * 200)
@example(held=bytes(range(200)), before=b"marz1:" + b"_" * 400, after=b"marz1:")
def test_a_token_is_found_anywhere(held: bytes, before: bytes, after: bytes) -> None:
    text = token.encode(held)
    assert text == token.encode(held) and text.isascii()
    assert set(text.encode()) <= {*token.CHARACTERS, ord(":")}
    body = token.find(before + text.encode() + after)
    assert body is not None and token.decode(body) == held


@pytest.mark.parametrize("at", [-9, -6, -5, -1, 0, 1])
def test_a_token_is_found_over_the_edge_of_what_is_looked_at(at: int) -> None:
    text = token.encode(bytes(range(256)) * 4).encode()
    for before in (bytes(token.WINDOW + at), b"marz1:" * (token.WINDOW // 6) + b"-" * (at + 9)):
        assert token.find(before + text) == token.find(text) is not None


def test_of_several_tokens_the_last_whole_one_counts() -> None:
    first, second = (token.encode(os.urandom(300)).encode() for _ in range(2))
    assert token.find(first + second) == token.find(second)
    assert token.find(first + b" " + second[:-1]) == token.find(first)
    assert token.find(first + b" " + second[:100] + b"\0" + second[100:]) == token.find(first)


@given(held=CONTENTS, at=st.integers(0), to=st.sampled_from(token.CHARACTERS))
def test_a_token_that_is_altered_is_none(held: bytes, at: int, to: int) -> None:
    altered = bytearray(token.encode(held).encode())
    at %= len(altered)
    if altered[at] != to:
        altered[at] = to
        assert token.find(bytes(altered)) is None


def test_what_no_scan_would_find_is_no_token() -> None:
    for held in (b"", b"x" * 100, bytes(token.MOST_BYTES + 1), os.urandom(50_000)):
        with pytest.raises(ValueError, match="no token"):
            token.encode(held)


# ---------------------------------------------------------------- out and back
@settings(max_examples=300, suppress_health_check=list(HealthCheck))
@given(drawn=st.data())
def test_a_state_comes_back_from_every_kind_of_file(data: Package, drawn: st.DataObject) -> None:
    shown = drawn.draw(scenes(data))
    text = written(data, shown)
    for kind, put in embedding.PUT.items():
        assert reopened(data, put(text)) == shown, kind


def whole(package: Package, shown: Scene) -> dict[str, bytes]:
    """Every kind of file, made as a reader makes it."""
    rows, text = memory.select(package, shown.query), written(package, shown)
    asked: dict[str, Any] = {"now": NOW, "state": text}
    made = {
        form: snapshot.picture(Export(package, shown, rows, form, **asked))
        for form in ("png", "svg", "pdf")
    }
    of = Export(package, shown, rows, "zip", address="?", **asked)
    return {
        **made,
        "html": export_text.html(of),
        "csv": export_text.csv(of),
        "geojson": export_text.geojson(of),
        "parquet": tabular.geoparquet(of),
        "gpkg": tabular.geopackage(of),
        "zip": bundle.bundle(of, picture=lambda: made["png"]),
    }


def test_whole_files_without_a_record_hold_the_state_as_it_stands(data: Package) -> None:
    text = '(\\)"{% x %}'
    shown = Scene(query=Filter(text=text), sheet=Sheet(title=text, dpi=60, style="grey"))
    for form, content in whole(data, shown).items():
        assert written(data, shown).encode() in content, form
        assert reopened(data, content) == shown, form


def test_hostile_data_change_nothing(hostile: Package) -> None:
    shown = Scene(query=Filter(text="1"), selected="H-3", sheet=Sheet(title=HOSTILE[5], dpi=60))
    for form, content in whole(hostile, shown).items():
        assert reopened(hostile, content) == shown, form
        assert set(file_state.read(content).records.each or ()) <= set(hostile.incidents["id"])


def test_a_record_that_poses_as_a_state_is_none(make: Any) -> None:
    posing = written(load_package(DATA), Scene(query=Filter(text="zeppelin")))
    pair = {"date": "2020", "status": "occurred", "event_type": "Battles", "collection": "core"}
    row = {**pair, "id": "A", "title": posing, "summary": posing, "border": "SAR-LOW",
           "date_basis": "stated", "geo_precision": "exact", "place_id": "westham",
           "countries": "IS"}  # fmt: skip
    second = {"id": "B", "date": "2021-05-01", "place_id": "westham", "geo_precision": "exact"}
    rows = [row, {**row, **second}]
    data = make(
        incidents=rows, claims=[], citations=[], sources=[], title=posing, attribution=posing
    )
    asked = Filter(chosen={"type": ("Battles",)})
    shown = Scene(query=asked, sheet=Sheet(dpi=60, title=posing))
    films = {form: formats.make(data, shown, f".{form}", day=NOW.date()) for form in film.FORMS}
    for form, content in (whole(data, shown) | films).items():
        found = address.read(data, file_state.read(content).parameters).scene
        assert found == shown, form
        assert file_state.read(content).data == "made-up", form


def test_the_token_is_small_and_says_what_made_it() -> None:
    marz = load_package(DATA)
    text = written(marz, Scene())
    assert len(text) < 300 + 25 * len(marz.incidents)
    found = file_state.read(text.encode())
    assert (found.data, found.version, found.made) == ("marz", marz.version, NOW.date())
    assert found.records.count == len(marz.incidents)
    assert list(found.records.each or ()) == list(marz.incidents["id"])


def test_the_smallest_state_is_a_token(data: Package) -> None:
    # What is read at random has no meaning: nobody's view is as short as this.
    none = Scene(query=Filter(text="zz"))
    assert len(written(data, none)) > token.SHORTEST + 20


def test_of_very_many_records_it_stays_small(data: Package, monkeypatch: Any) -> None:
    long = written(data, Scene())
    monkeypatch.setattr(file_state, "MOST_RECORDS", 3)
    text = written(data, Scene())
    assert len(text) < len(long) and "ids" not in document_of(text)["records"]
    found = file_state.read(text.encode()).records
    assert (found.count, found.each) == (len(data.incidents), None)
    assert found.total == file_state.read(long.encode()).records.total


def test_a_cell_of_a_spreadsheet_holds_it(data: Package, monkeypatch: Any) -> None:
    long = len(written(data, Scene()))
    monkeypatch.setattr(file_state, "LONGEST_CELL", long - 1)
    for ending, told in ((".csv", False), (".geojson", True)):
        content = formats.make(data, Scene(), ending, day=NOW.date())
        found = file_state.read(content).records
        assert found.count == len(data.incidents) and (found.each is not None) == told


def test_a_view_that_is_too_long_says_so(data: Package) -> None:
    names = tuple(os.urandom(20).hex() for _ in range(2500))
    with pytest.raises(StateError, match="Choose fewer"):
        file_state.write(data, Scene(query=Filter(chosen={"tag": names})), np.arange(0), now=NOW)


def test_a_geopackage_holds_a_long_state_in_one_piece(data: Package) -> None:
    for size in (3000, 4000, 4096, 20_000, 44_000):
        text = token.encode(os.urandom(size))
        content = tabular.geopackage(Export(data, Scene(), np.arange(2), "gpkg", NOW, text))
        assert text.encode() in content


def test_equal_states_are_equal_tokens(data: Package) -> None:
    rows = np.arange(3)
    assert file_state.write(data, ONE, rows, now=NOW) == file_state.write(data, ONE, rows, now=NOW)


# ---------------------------------------------------------------- what is none of ours
FOREIGN = {
    "empty": b"",
    "text": b"Dear reader, ...",
    "zeros": bytes(1000),
    "word": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "jpeg": b"\xff\xd8\xff\xe0\0\x10JFIF",
    "png": b"\x89PNG\r\n\x1a\n" + bytes(12),
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "svg of brackets": b"<svg><metadata><dc:subject>"
    + b">" * 300_000
    + b"</dc:subject></metadata>",
    "pdf": b"%PDF-1.4 not really",
    "encrypted pdf": b"%PDF-1.7\ntrailer << /Encrypt << /Filter /Standard /V 5 >> >>",
    "gif": b"GIF89a",
    "gif of empty blocks": b"GIF89a\1\0\1\0\0\0\0" + b"!\xfe\0" * 100_000,
    "mp4": b"\0\0\0\x08ftyp",
    "html": b"<!doctype html><p>Hello",
    "geojson": b'{"type": "FeatureCollection", "features": []}',
    "deep": b'{"marz_state":' + b"[" * 200_000,
    "list": b'{"marz_state": [1]}',
    "csv": b"id,marz_state\r\na,\r\n",
    "zip": b"PK\x03\x04",
    "parquet": b"PAR1\0\0\0\0PAR1",
    "gpkg": b"SQLite format 3\0" + bytes(100),
    "marks": b"marz1:" * 5000,
    "later token": b"marz2:" + b"A" * 300,
    "utf-16": "\ufeffmarz1:".encode("utf-16-le") * 3,
}


@pytest.mark.parametrize("content", FOREIGN.values(), ids=FOREIGN)
def test_a_foreign_file_is_explained(content: bytes) -> None:
    with pytest.raises(StateError, match=r"“x\.bin”.*(Choose|choose)") as told:
        file_state.read(content, "x.bin")
    assert "\n" not in str(told.value)


PIECES = st.sampled_from(
    [b"marz1:", b"m\0a\0r\0z\x001\0:\0", b"\xff\xfe", b"\xfe\xff", b'{"marz-state":', b"%PDF-",
     b'{""marz-state"":', b'{\\"marz-state\\":', b"Marz-State\0\1\0\0\0", b"GIF89a", b"PK\3\4",
     b"A" * 220, b"1}", b"[", b"\\", b'"', b":", b"x\x9c"]
)  # fmt: skip


@settings(max_examples=500)
@given(st.lists(PIECES | st.binary(max_size=30), max_size=20).map(b"".join))
def test_any_bytes_are_a_state_or_one_sentence(content: bytes) -> None:
    with pytest.raises(StateError) as told:  # by chance alone none is a state
        file_state.read(content, "x")
    assert len(str(told.value)) < 400 and "\n" not in str(told.value)


@settings(max_examples=500)
@given(st.binary(max_size=300).map(lambda held: held + os.urandom(200)))
def test_any_bytes_in_a_valid_token_are_one_sentence(held: bytes) -> None:
    with pytest.raises(StateError, match="damaged"):
        file_state.read(token.encode(held).encode(), "x")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)


@settings(max_examples=500, suppress_health_check=list(HealthCheck))
@given(drawn=st.data())
def test_any_json_in_a_valid_token_is_a_state_or_one_sentence(
    data: Package, drawn: st.DataObject
) -> None:
    document = document_of(written(data))
    inside = drawn.draw(st.sampled_from([document, document["records"], document["data"]]))
    inside[drawn.draw(st.sampled_from(sorted(inside)))] = drawn.draw(JSON)
    try:
        found = file_state.read(token_of(document))
    except StateError as told:
        assert "\n" not in str(told)  # noqa: PT017 - or it is read
    else:
        address.read(data, found.parameters)


@pytest.mark.parametrize("kind", embedding.PUT)
def test_a_file_cut_off_anywhere_is_an_error_or_the_same(data: Package, kind: str) -> None:
    content = embedding.PUT[kind](written(data))
    for end in range(0, len(content), max(1, len(content) // 60)):
        try:
            found = file_state.read(content[:end])
        except StateError:
            continue
        assert address.read(data, found.parameters).scene == ONE


@pytest.mark.parametrize("kind", embedding.PUT)
def test_a_damaged_file_is_an_error_or_the_same(data: Package, kind: str) -> None:
    content = embedding.PUT[kind](written(data))
    random = np.random.default_rng(4)
    for _ in range(100):
        damaged = bytearray(content)
        for at in random.integers(0, len(damaged), 3):
            damaged[at] = random.integers(256)
        try:
            found = file_state.read(bytes(damaged))
        except StateError:
            continue
        assert address.read(data, found.parameters).scene == ONE


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
        wrong(records={"count": 10**4000, "total": "0" * 12}),
        wrong(records={"count": 1, "total": "x"}),
        wrong(records={"count": 1, "total": "0" * 12, "ids": "@"}),
        wrong(records={"count": 1, "total": "0" * 12, "ids": ["A"], "digests": "é" * 12}),
        wrong(records={"count": 1, "total": "0" * 12, "ids": ["A"], "digests": ""}),
        wrong(records={"count": 1, "total": "0" * 12, "ids": [["A"]], "digests": "0" * 12}),
        wrong(records={"count": 2, "total": "0" * 12, "ids": ["A"] * 2, "digests": "0" * 24}),
        {"marz-state": 0},
        {"marz-state": "1"},
        {"marz-state": None},
    ],
    ids=str,
)
def test_a_state_that_is_damaged_is_refused(data: Package, parts: dict[str, Any]) -> None:
    document = document_of(written(data)) | parts
    with pytest.raises(StateError, match=r"damaged\. Export"):
        file_state.read(token_of(document))


@pytest.mark.parametrize("document", [None, [], 3, "x", {}, [[[[]]]]], ids=str)
def test_what_is_no_state_is_refused(document: Any) -> None:
    with pytest.raises(StateError, match=r"damaged\. Export"):
        file_state.read(token_of(document))


def test_a_later_form_asks_for_a_later_marz(data: Package) -> None:
    document = document_of(written(data)) | {"marz-state": 3, "software": "9.1"}
    with pytest.raises(StateError, match=r"later Marz \(9\.1; form 3.*Update"):
        file_state.read(token_of(document))


def test_parameters_of_a_file_are_checked_as_an_address_is(data: Package) -> None:
    document = document_of(written(data))
    document["parameters"] = [["country", "XX"], ["q", "\ud800a"], ["__class__", "x"], ["dpi", "1"]]
    reading = address.read(data, file_state.read(token_of(document)).parameters)
    assert reading.scene == Scene(query=Filter(text="?a")) and len(reading.notices) == 2


def test_a_file_that_is_too_large_is_not_looked_at(monkeypatch: Any) -> None:
    monkeypatch.setattr(file_state, "LONGEST_FILE", 2**20)
    with pytest.raises(StateError, match="larger than 1 MB"):
        file_state.read(bytes(2**20 + 1))


def test_a_bomb_does_not_go_off() -> None:
    import base64
    import tracemalloc

    body = base64.urlsafe_b64encode(zlib.compress(bytes(40_000_000), 9)).rstrip(b"=")
    head = base64.urlsafe_b64encode(len(body).to_bytes(2) + zlib.crc32(body).to_bytes(4))
    old = b"Marz-State\0\1\0\0\0" + zlib.compress(bytes(40_000_000))
    for content in (b"marz1:" + head + body, old):
        tracemalloc.start()
        try:
            with pytest.raises(StateError):
                file_state.read(content)
            assert tracemalloc.get_traced_memory()[1] < 8 * 2**20
        finally:
            tracemalloc.stop()


# ---------------------------------------------------------------- Marz 2
@pytest.mark.parametrize("path", sorted(OLD.glob("*.xz")), ids=lambda path: path.stem)
def test_a_file_of_version_2_opens(data: Package, path: Path) -> None:
    content = lzma.decompress(path.read_bytes())
    found = file_state.read(content)
    assert (found.software, found.made) == ("2.0.0", date(2026, 11, 20))
    assert (found.records.count, found.records.each) == (6, None)
    reading = address.read(data, found.parameters)
    assert reading.notices == ()
    assert reading.scene == Scene(
        query=Filter(chosen={"country": ("IS",)}),
        sheet=Sheet(title='Water & <fields> (1) \\ "q" Исфара', preset="column", dpi=50),
    )
    # Cut off within the state it is told so; without the state nothing is found in it.
    at = content.find(b"Marz-State" if path.suffixes[0] == ".png" else b"marz-state")
    with pytest.raises(StateError, match=r"of Marz 2.*Export the file anew|holds no view"):
        file_state.read(content[: at + 100])


def test_there_is_a_file_of_version_2_of_every_kind() -> None:
    since = {".qml"}
    assert {Path(path.stem).suffix for path in OLD.glob("*.xz")} == set(formats.FORMS) - since


def test_a_state_that_version_2_cut_into_pieces_is_recognised() -> None:
    page = b"SQLite format 3\0" + bytes(3000) + b'{"marz-state":1,"software":"2.0.0","made":"2026-1'
    with pytest.raises(StateError, match=r"“a\.gpkg” is of Marz 2.*Export the file anew"):
        file_state.read(page + b"\0\0\0\x2a" + b'1-20","data":{}}', "a.gpkg")


def test_files_say_the_version_that_the_project_has() -> None:
    project = tomllib.loads((DATA.parent / "pyproject.toml").read_text("utf-8"))
    assert project["project"]["version"] == VERSION
