"""The bundle: frictionless finds nothing wrong with it, and nothing in it runs."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import subprocess
import sys
import tempfile
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import frictionless
import geopandas as gpd
import pandas as pd
import pytest
import yaml
from embedding import TOKEN
from hypothesis import given, settings
from hypothesis import strategies as st
from madeup import HOSTILE, INCIDENTS, noted, write_package

from geo import records
from geo.collection import memory
from geo.describe import clean
from geo.export import bundle, tabular
from geo.export.bundle import terms
from geo.files import DATA
from geo.model import Bbox, Cancelled, Filter, GeoError, Scene
from geo.package import tables
from geo.package.load import Package, load_package
from geo.picture.exported import Export

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PICTURE = b"\x89PNG\r\n\x1a\n a picture"
TABLES = ("incidents", "claims", "citations", "sources")


def made(data: Package, scene: Scene | None = None, **more: Any) -> bytes:
    scene = scene or Scene()
    given_: dict[str, Any] = {"now": NOW, "state": TOKEN, "address": "?q=x"}
    rows = memory.select(data, scene.query)
    of = Export(data, scene, rows, "zip", **{**given_, **more})
    return bundle.bundle(of, picture=lambda: PICTURE)


def unpacked(content: bytes, folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        archive.extractall(folder)
    return folder


def check(folder: Path) -> None:
    """Frictionless and our own eyes find every file as described."""
    report = frictionless.validate(str(folder / "datapackage.json"))
    assert report.valid, report.flatten(["type", "title", "fieldName", "rowNumber", "message"])
    descriptor = json.loads((folder / "datapackage.json").read_text("utf-8"))
    described = {resource["path"]: resource for resource in descriptor["resources"]}
    there = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert set(described) == there - {"datapackage.json"}
    for path, resource in described.items():
        content = (folder / path).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        for licence in resource.get("licenses", []):
            local = licence["path"]
            assert local.startswith("https://") or (folder / local).is_file()
    assert len({resource["name"] for resource in described.values()}) == len(described)


def citation(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((folder / "CITATION.cff").read_text("utf-8"))
    return found


def rows_of(folder: Path, name: str) -> list[dict[str, str]]:
    text = (folder / f"{name}.csv").read_text("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.fixture(scope="module")
def real() -> Package:
    """The data package that comes with Marz."""
    return load_package(DATA)


@pytest.fixture(scope="module")
def whole(real: Package, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle of the whole chronology."""
    return unpacked(made(real), tmp_path_factory.mktemp("whole"))


@pytest.fixture(scope="module")
def nasty(hostile: Package, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle of the hostile package, asked for and addressed in hostile words."""
    scene = Scene(query=Filter(text="{{7*7}}"))
    content = made(hostile, scene, address="![](http://x) `{{7*7}}` <b>")
    return unpacked(content, tmp_path_factory.mktemp("nasty"))


# ---------------------------------------------------------------- it is a data package
def test_the_whole_chronology_is_valid(whole: Path) -> None:
    check(whole)
    done = subprocess.run(
        [str(Path(sys.executable).with_name("frictionless")), "validate", "datapackage.json"],
        cwd=whole,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("asked", [Filter(), Filter(text="nothing like it"), Filter(text="fence")])
def test_made_up_and_empty_selections_are_valid(
    data: Package, tmp_path: Path, asked: Filter
) -> None:
    folder = unpacked(made(data, Scene(query=asked)), tmp_path)
    check(folder)
    shown = data.incidents["id"].iloc[memory.select(data, asked)].tolist()
    assert [row["id"] for row in rows_of(folder, "incidents")] == shown
    for name in ("claims", "citations"):
        assert {row["incident_id"] for row in rows_of(folder, name)} <= set(shown)
    named = {row["source_id"] for name in ("claims", "citations") for row in rows_of(folder, name)}
    assert {row["id"] for row in rows_of(folder, "sources")} == named


def test_the_hostile_package_is_valid_and_its_texts_come_back(
    hostile: Package, tmp_path: Path
) -> None:
    folder = unpacked(made(hostile), tmp_path)
    check(folder)
    titles = [tables.plain_cell(row["title"]) for row in rows_of(folder, "incidents")]
    assert sorted(titles) == sorted(HOSTILE)
    statements = [tables.plain_cell(row["statement"]) for row in rows_of(folder, "claims")]
    assert sorted(statements) == sorted(HOSTILE)


def test_the_files_are_all_there_in_order(data: Package) -> None:
    with zipfile.ZipFile(io.BytesIO(made(data))) as archive:
        entries = archive.infolist()
        names = [entry.filename for entry in entries]
        assert archive.read("map.png") == PICTURE
        assert archive.read("marz-state.txt").decode() == TOKEN
        page = archive.read("map.html").decode()
        assert json.loads(archive.read("incidents.geojson"))["marz_state"] == TOKEN
    assert names[: len(bundle.WHAT)] == list(bundle.WHAT)
    assert names[len(bundle.WHAT) :] == [
        f"LICENSES/{name}"
        for name in ("CC-BY-4.0.txt", "CC-BY-4.0-NOTICE.txt", "CC0-1.0.txt", *terms.SOFTWARE)
    ]
    assert {entry.date_time for entry in entries} == {(2026, 11, 22, 0, 0, 0)}
    assert 'id="marz-state"' in page


def test_the_page_opens_on_what_the_picture_shows(data: Package) -> None:
    for bbox in (Bbox(10, 50, 12.5, 52), None):
        scene = Scene(bbox=bbox, at=(51, 10, 12), selected="SL-2025-05-05-clash")
        with zipfile.ZipFile(io.BytesIO(made(data, scene))) as archive:
            page = archive.read("map.html").decode()
        found = re.search(r'id="marz-view">(.*?)</script>', page)
        view = json.loads(found[1]) if found else {}
        assert view["fit"] == (list(bbox) if bbox else None)
        assert view["start"] == [["id", "SL-2025-05-05-clash"]]


def test_the_same_day_makes_the_same_bytes(data: Package) -> None:
    assert made(data, now=NOW.replace(hour=1)) == made(data, now=NOW.replace(hour=23))


def test_it_tells_of_each_file_and_stops_when_told_to(
    data: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[int, int]] = []
    made(data, progress=noted(told))
    every = len(bundle.WHAT)
    assert told == [(number, every) for number in range(1, every + 1)]
    begun: list[int] = []
    monkeypatch.setattr(tabular, "geopackage", lambda *_, **__: begun.append(1))
    with pytest.raises(Cancelled):
        made(data, progress=lambda done, _: done < 5)
    assert begun == []


def test_a_day_before_zips_is_their_first(data: Package) -> None:
    with zipfile.ZipFile(io.BytesIO(made(data, now=datetime(1970, 1, 1, tzinfo=UTC)))) as archive:
        assert archive.infolist()[0].date_time == (1980, 1, 1, 0, 0, 0)


def test_keys_are_promised_only_where_they_hold(data: Package, tmp_path: Path) -> None:
    def keys(asked: Filter, folder: str) -> list[str]:
        found = unpacked(made(data, Scene(query=asked)), tmp_path / folder)
        check(found)
        descriptor = json.loads((found / "datapackage.json").read_text("utf-8"))
        return [
            f"{resource['name']}.{key['fields']}"
            for resource in descriptor["resources"]
            for key in resource.get("schema", {}).get("foreignKeys", [])
        ]

    linked = [
        *("claims.incident_id", "claims.source_id"),
        *("citations.incident_id", "citations.source_id"),
        *("accounts.incident_id", "accounts.source_id"),
        *("incident_actors.incident_id", "incident_actors.actor_id"),
    ]
    assert keys(Filter(), "all") == ["incidents.part_of", *linked]
    # The shelling is part of a clash that this filter leaves out.
    assert keys(Filter(chosen={"type": ("Explosions/Remote violence",)}), "part") == linked
    readme = (tmp_path / "part/README.md").read_text("utf-8")
    assert "not in this selection: SL-2020-01-15-clash" in readme


def test_a_rule_that_an_apostrophe_breaks_is_not_promised(tmp_path: Path) -> None:
    incident = {**INCIDENTS[1], "place_note": "=a"}
    folder = write_package(tmp_path / "odd", incidents=[incident])
    described = json.loads((folder / "datapackage.json").read_text("utf-8"))
    fields = described["resources"][0]["schema"]["fields"]
    next(f for f in fields if f["name"] == "place_note")["constraints"] = {"pattern": "=a"}
    (folder / "datapackage.json").write_text(json.dumps(described), "utf-8")
    odd = load_package(folder)
    assert odd.problems == ()
    out = unpacked(made(odd), tmp_path / "out")
    check(out)
    assert rows_of(out, "incidents")[0]["place_note"] == "'=a"


def test_columns_of_ones_own_stay_beside_those_of_the_formats(tmp_path: Path) -> None:
    extra = ("fid", "geom", "geometry", "bbox", "ID", "start_date", "when")
    incident = {**INCIDENTS[1], "note": "a\rb\ncd", "summary": "x\r\ny"}
    folder = write_package(tmp_path / "own", incidents=[incident])
    described = json.loads((folder / "datapackage.json").read_text("utf-8"))
    described |= {"title": 5, "name": "Ünï/..", "contributors": "x", "keywords": "k"}
    fields = described["resources"][0]["schema"]["fields"]
    fields += [{"name": name, "type": "string", "description": "Mine."} for name in extra]
    (folder / "datapackage.json").write_text(json.dumps(described), "utf-8")
    path = folder / "incidents.csv"
    header, row = csv.reader(io.StringIO(path.read_bytes().decode(), newline=""))
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([[*header, *extra], [*row, *extra]])
    own = load_package(folder)
    assert own.problems == ()
    out = unpacked(made(own), tmp_path / "out")
    check(out)
    assert rows_of(out, "incidents")[0]["when"] == "when"
    flat_row = gpd.read_parquet(out / "incidents.parquet").iloc[0]
    assert [flat_row[name] for name in ("fid_", "ID_", "bbox_", "when")] == [
        *("fid", "ID", "bbox", "when")
    ]
    assert gpd.read_file(out / "incidents.gpkg", layer="incidents_points")["geom_"][0] == "geom"


def test_what_is_missing_of_marz_is_named(data: Package, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terms, "ROOT", Path("/nowhere"))
    with pytest.raises(GeoError, match=r"CC-BY-4.0.txt is missing"):
        made(data)
    monkeypatch.setattr(terms, "TEXTS", {})
    with pytest.raises(GeoError, match=r"LICENSE is missing"):
        made(data)


# ---------------------------------------------------------------- CSV comes back
CELL = st.text(max_size=12).map(str.strip).filter(lambda text: "\0" not in text)
NUMBER = st.one_of(st.none(), st.integers(-(10**9) + 1, 10**9 - 1))


@settings(max_examples=60)
@given(st.lists(st.tuples(CELL, CELL, NUMBER), max_size=8))
def test_a_table_comes_back_from_csv_as_it_was(rows: list[tuple[str, str, int | None]]) -> None:
    fields = [{"name": name, "type": "string"} for name in ("id", "text")]
    fields.append({"name": "number", "type": "integer", "constraints": {"minimum": -(10**9)}})  # type: ignore[dict-item]
    records = [{"id": i, "text": t, "number": n} for i, t, n in rows]
    content = tables.written(["id", "text", "number"], records, mark=True)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.csv"
        path.write_bytes(content)
        found = tables.read(path, {"fields": fields})
    assert [str(p) for p in found.problems if "blanks at an end" not in str(p)] == []
    if not found.problems:
        texts = [
            tuple(map(tables.plain_cell, pair))
            for pair in zip(found.frame["id"], found.frame["text"], strict=True)
        ]
        assert texts == [(i, t) for i, t, _ in rows]
        numbers = [None if pd.isna(n) else int(n) for n in found.frame["number"]]
        assert numbers == [n for _, _, n in rows]


def test_the_tables_of_the_chronology_come_back(whole: Path, real: Package) -> None:
    for name in TABLES:
        schema = real.resources[name]["schema"]
        columns = [field["name"] for field in schema["fields"]]
        extra = [{"name": n, "type": "string"} for n in records.WORDS if name == "incidents"]
        found = tables.read(whole / f"{name}.csv", {**schema, "fields": schema["fields"] + extra})
        assert found.problems == ()
        own = getattr(real, name)[columns].reset_index(drop=True)
        pd.testing.assert_frame_equal(found.frame[columns], own, check_dtype=False)


# ---------------------------------------------------------------- what it says of itself
def test_the_readme_tells_what_was_asked_for_and_how_to_cite(data: Package, tmp_path: Path) -> None:
    scene = Scene(query=Filter(chosen={"status": ("planned",)}), bbox=Bbox(10, 50, 12.5, 52))
    readme = (unpacked(made(data, scene), tmp_path) / "README.md").read_text("utf-8")
    for part in (
        "- Asked for: ",
        "1 incident · 2021",
        "west 10°, south 50°, east 12.5°, north 52°",
        "- Made on: 22 November 2026",
        f"- Data version: {data.version}",
        "> Made-up incidents: Made-up incidents. Data version",
        *(f"| {name} | " for name in bundle.WHAT),
        "python -m geo open",
        "- © Nobody",
        "LICENSES/CC0-1.0.txt",
    ):
        assert part in readme, part


def test_the_readme_counts_what_no_map_shows(data: Package, tmp_path: Path) -> None:
    readme = (unpacked(made(data), tmp_path) / "README.md").read_text("utf-8")
    assert "- 1 record without a place" in readme and "- 1 record without a date." in readme


def test_hostile_texts_in_the_readme_are_text(nasty: Path) -> None:
    readme = (nasty / "README.md").read_text("utf-8")
    unescaped = re.sub(r"\\.", "", readme.replace("`python -m geo open FILE`", ""))
    for live in ("{{", "{%", "![", "](", "<", "`", "$", "\x1b", "\u202e", "\u2028"):
        assert live not in unescaped, live
    assert readme.count("\n# ") == 0 and readme.startswith("# ")
    title = readme.splitlines()[0].removeprefix("# ")
    assert re.sub(r"\\(.)", r"\1", title) == " ".join(clean(" ".join(HOSTILE)).split())


def test_hostile_texts_in_the_citation_are_text(hostile: Package, tmp_path: Path) -> None:
    found = citation(unpacked(made(hostile), tmp_path))
    assert found["cff-version"] == "1.2.0" and found["type"] == "dataset"
    title = " ".join(clean(" ".join(HOSTILE)).split())
    assert found["title"] == f"{title} (selection: all incidents)"
    assert found["authors"] == [{"name": title}]


def test_the_citation_names_authors_version_day_and_licence(whole: Path, real: Package) -> None:
    found = citation(whole)
    assert found["authors"] == [{"name": "The Marz contributors"}]
    assert found["license"] == "CC-BY-4.0"
    assert found["date-released"] == date(2026, 11, 22)
    assert found["version"] == real.version
    assert "Tajikistan" in found["keywords"]
    assert set(found) <= {
        *("cff-version", "message", "type", "title", "authors", "version", "date-released"),
        *("license", "abstract", "keywords"),
    }


def test_the_licences_are_those_of_what_is_inside(whole: Path) -> None:
    texts = {path.name: path.read_text("utf-8") for path in (whole / "LICENSES").iterdir()}
    assert "Open Database License" in texts["ODbL-1.0.txt"]
    assert "OpenStreetMap contributors" in texts["ODbL-1.0-NOTICE.txt"]
    notice = texts["CC-BY-4.0-NOTICE.txt"]
    assert "creativecommons.org/licenses/by/4.0" in notice and "left_out" not in notice
    assert "incidents" in notice and "places" in notice
    heads = re.findall(r"^Section (\d) – ", texts["CC-BY-4.0.txt"], re.MULTILINE)
    assert heads == list("12345678")
    assert (
        "Leaflet" in texts["software-leaflet.txt"] or "Agafonkin" in texts["software-leaflet.txt"]
    )


def test_a_whole_text_stands_for_an_address_alone(tmp_path: Path) -> None:
    folder = write_package(tmp_path / "other")
    described = json.loads((folder / "datapackage.json").read_text("utf-8"))
    for resource, path in zip(described["resources"], ("https://x.invalid/odbl", ""), strict=False):
        resource["licenses"] = [{"name": "ODbL-1.0", "title": "ODbL", "path": path}]
    (folder / "datapackage.json").write_text(json.dumps(described), "utf-8")
    held = unpacked(made(load_package(folder)), tmp_path / "out") / "LICENSES"
    assert "Open Database License" in (held / "ODbL-1.0.txt").read_text("utf-8")
    assert "Text: https://x.invalid/odbl" in (held / "ODbL-1.0-NOTICE.txt").read_text("utf-8")
    # Without an address it may be anything of that name.
    named = (held / "ODbL-1.0-2.txt").read_text("utf-8")
    assert named.startswith("ODbL\n\nFor: ") and not (held / "ODbL-1.0-2-NOTICE.txt").exists()


def test_a_licence_outside_the_package_is_not_read(tmp_path: Path) -> None:
    folder = write_package(tmp_path / "sly")
    (tmp_path / "secret.txt").write_text("a secret", "utf-8")
    described = json.loads((folder / "datapackage.json").read_text("utf-8"))
    for resource, path in zip(
        described["resources"], ("../secret.txt", "/etc/hosts", "a\0b", "."), strict=False
    ):
        resource["licenses"] = [{"name": "../../x", "path": path}]
    (folder / "datapackage.json").write_text(json.dumps(described), "utf-8")
    content = made(load_package(folder))
    out = unpacked(content, tmp_path / "out")
    check(out)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not any(".." in name or name.startswith("/") for name in archive.namelist())
        assert b"a secret" not in b"".join(archive.read(n) for n in archive.namelist())
