"""Files to take away: they read back, carry what they are, and run nothing."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from embedding import TOKEN
from hypothesis import given
from hypothesis import strategies as st
from madeup import HOSTILE, INCIDENTS

from geo import files, places, records
from geo.collection import memory
from geo.days import day_number
from geo.export import text as export_text
from geo.files import write
from geo.model import Filter, GeoError, Scene, WriteError
from geo.package.load import Package
from geo.package.tables import plain_cell, safe_cell
from geo.picture.exported import Export
from geo.records import licences, record, sources_of
from geo.vocabulary import STANCES

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ALL = Filter()
PAGES = Path(__file__).resolve().parents[1] / "pages"


def rows(data: Package, asked: Filter = ALL) -> Any:
    return memory.select(data, asked)


def export(
    data: Package, asked: Filter = ALL, *, now: datetime = NOW, state: str = "", language: str = ""
) -> Export:
    scene = Scene(query=asked, language=language)
    return Export(data, scene, rows(data, asked), "", now, state)


def table(data: Package, asked: Filter = ALL) -> pd.DataFrame:
    content = export_text.csv(export(data, asked))
    return pd.read_csv(io.BytesIO(content), keep_default_na=False, dtype=str)


def collection(data: Package, asked: Filter = ALL) -> dict[str, Any]:
    content = export_text.geojson(export(data, asked))

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    found: dict[str, Any] = json.loads(content, parse_constant=refuse)
    return found


class Page(HTMLParser):
    """Reads a page as a browser would: elements, and what stands in its scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "script":
            self.scripts.append((dict(attrs), ""))

    def handle_data(self, data: str) -> None:
        if self.cdata_elem == "script":
            attributes, text = self.scripts[-1]
            self.scripts[-1] = (attributes, text + data)

    def block(self, name: str) -> Any:
        return next(json.loads(text) for a, text in self.scripts if a.get("id") == f"marz-{name}")

    @property
    def code(self) -> list[str]:
        return [text for attributes, text in self.scripts if "type" not in attributes]


def page(data: Package, asked: Filter = ALL) -> Page:
    return Page(export_text.html(export(data, asked)).decode())


# ---------------------------------------------------------------- records


def test_a_record_is_json_with_claims_side_by_side(data: Package) -> None:
    row = int(np.flatnonzero(data.incidents["id"] == "SL-2020-01-15-clash")[0])
    found = record(data, row)
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert found["deaths"] == "2 to 5" and found["injuries"] == "at least 7"
    assert found["fatalities_low"] == 2 and found["injuries_high"] is None
    assert [claim["claimant"] for claim in found["claims"]] == ["Sarnia", "Lowmark"]
    assert found["claims"][0]["stance_words"] == STANCES["attributes"]
    assert found["claims"][0]["source"]["paragraphs"] == "¶ 2–3, 5"
    assert found["claims"][1]["deaths"] is None
    assert found["sources"][0]["url"] == "https://example.org/a"
    assert found["actors"] == ["Border guards", "Villagers"]


def test_a_part_names_its_whole(data: Package) -> None:
    row = int(np.flatnonzero(data.incidents["id"] == "SL-2020-02-shelling")[0])
    assert record(data, row)["part_of_title"] == "Clash at the bridge"


def test_sources_and_licences_are_told_once(data: Package) -> None:
    assert [source["id"] for source in sources_of(data, rows(data))] == ["courier", "gazette"]
    assert sources_of(data, np.array([], dtype=int)) == []
    names = [licence["name"] for licence in licences(data)]
    assert len(names) == len(set(names)) and "CC0-1.0" in names


# ---------------------------------------------------------------- CSV


def test_the_csv_is_a_plain_table_that_says_what_it_is(data: Package) -> None:
    asked = Filter(chosen={"country": ("IS",), "type": ("Battles",)})
    frame = table(data, asked)
    assert frame["id"].tolist() == ["SL-2020-01-15-clash", "SL-2025-05-05-clash"]
    own = [f["name"] for f in data.resources["incidents"]["schema"]["fields"]]
    assert frame.columns.tolist()[:3] == ["latitude", "longitude", "location_of"]
    assert frame.columns.tolist()[3 : 3 + len(own)] == own
    first = frame.iloc[0]
    assert first["when"] == "15 January 2020" and first["where"] == "Westham"
    assert "The Gazette" in first["sources"] and "https://example.org/a" in first["sources"]
    assert "¶ 1–2" in first["sources"]
    assert f"Lowmark ({STANCES['denies']}): No drone was used." in first["claims"]
    about = first["about"]
    for part in ("involving Iceland · of type Battles", data.version, "2026-11-22", "© Nobody"):
        assert part in about
    assert set(frame["about"][1:]) == {""}


def test_the_csv_says_where_and_of_what_the_point_is(data: Package) -> None:
    frame = table(data).set_index("id")
    for row, incident in enumerate(data.incidents["id"]):
        site, cells = places.site_of(data, row), frame.loc[incident]
        if site is None:
            assert cells["latitude"] == cells["longitude"] == cells["location_of"] == ""
            continue
        assert (float(cells["latitude"]), float(cells["longitude"])) == (site.lat, site.lon)
        assert (cells["location_of"] == "point") == site.is_point
        assert site.is_point or cells["location_of"].endswith(f"point of {site.name}")


def test_the_csv_of_nothing_has_its_header(data: Package) -> None:
    frame = table(data, Filter(text="nothing like it"))
    assert frame.empty and "latitude" in frame


def test_hostile_texts_come_back_from_csv_and_none_is_a_formula(hostile: Package) -> None:
    frame = table(hostile)
    assert sorted(plain_cell(text) for text in frame["title"]) == sorted(HOSTILE)
    for column in frame:
        for cell in frame[column]:
            assert cell == "-1" or not cell.startswith(("=", "+", "-", "@", "\t", "\r")), cell


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1+1", "-", "--1", "@SUM(A1)", "\tx", "\rx", "\nx", " =1", "'=1",
     '"=1"', "\u00a0+x", "\ufeff=1", "\u200b@x", "＝1", "＋1", "－1", "＠x", "“=1”", "''=1",
     "\x00=1", "-٣"],
)  # fmt: skip
def test_no_cell_is_a_formula(text: str) -> None:
    assert safe_cell(text) == "'" + text
    assert plain_cell(safe_cell(text)) == text


@pytest.mark.parametrize("text", ["-1", "-1.5", "-2e-3", "1-1", "a=b", "'quoted'", "", "’tis", "'"])
def test_numbers_and_plain_texts_stay_as_they_are(text: str) -> None:
    assert safe_cell(text) == plain_cell(text) == text


@given(st.text())
def test_every_cell_comes_back(text: str) -> None:
    assert plain_cell(safe_cell(text)) == text


def test_numbers_stay_numbers(data: Package) -> None:
    assert safe_cell(-3) == "-3"
    assert safe_cell(pd.NA) == "" and safe_cell(None) == ""
    assert table(data)["fatalities_low"].tolist().count("2") == 1


# ---------------------------------------------------------------- GeoJSON


def test_the_geojson_follows_rfc_7946(data: Package) -> None:
    found = collection(data)
    assert found["type"] == "FeatureCollection" and "crs" not in found
    assert [f["id"] for f in found["features"]] == data.incidents["id"].tolist()
    for feature in found["features"]:
        assert set(feature) == {"type", "id", "geometry", "properties"}
        if feature["geometry"] is not None:
            shape = shapely.geometry.shape(feature["geometry"])
            assert shape.is_valid
            if shape.geom_type == "Polygon":
                assert shape.exterior.is_ccw


def test_polygons_are_written_by_the_right_hand_rule() -> None:
    wrong = shapely.Polygon([(0, 0), (0, 2), (2, 2), (2, 0)])
    shape = records.drawn(wrong)
    assert shape is not None and shape.exterior.is_ccw and shape.equals(wrong)


def test_an_incident_without_a_place_has_no_geometry(data: Package) -> None:
    nowhere = [f["id"] for f in collection(data)["features"] if f["geometry"] is None]
    assert nowhere == ["SL-2020-06-talks"]


def test_a_border_stays_a_line_of_its_day(data: Package) -> None:
    features = {f["id"]: f for f in collection(data)["features"]}
    assert features["SL-2020-02-shelling"]["geometry"]["type"] == "LineString"
    assert features["SL-2020-02-shelling"]["geometry"]["coordinates"][0] == [11.0, 50.0]
    assert features["SL-2025-05-05-clash"]["geometry"]["coordinates"][0] == [11.1, 50.0]


def test_the_geojson_says_what_it_is(data: Package) -> None:
    found = collection(data, Filter(chosen={"type": ("Riots",)}))
    assert found["title"] == "Made-up incidents"
    assert found["filter"] == "of type Riots"
    assert (found["made"], found["data_version"]) == ("2026-11-22", data.version)
    assert found["attribution"] == ["© Nobody"]
    assert found["sources"][0]["id"] == "gazette" and found["licences"]


def test_hostile_texts_come_back_from_geojson_unchanged(hostile: Package) -> None:
    found = collection(hostile)
    properties = [f["properties"] for f in found["features"]]
    assert sorted(p["title"] for p in properties) == sorted(HOSTILE)
    for one in properties:
        assert one["title"] == one["summary"] == one["claims"][0]["statement"]
    assert found["title"] == " ".join(HOSTILE)


# ---------------------------------------------------------------- HTML


def test_the_page_is_the_same_for_the_same_time(data: Package) -> None:
    one, other = (export_text.html(export(data)) for _ in range(2))
    assert one == other


def test_the_page_of_nothing_hangs_on_the_given_day(data: Package) -> None:
    asked = Filter(text="nothing like it")
    assert page(data, asked).block("view")["today"] == day_number(NOW.date())


def test_the_page_lets_nothing_in(data: Package) -> None:
    found = page(data)
    policy = next(
        a["content"] for tag, a in found.tags
        if tag == "meta" and a.get("http-equiv") == "Content-Security-Policy"
    )  # fmt: skip
    assert policy is not None
    rules = {rule.split()[0]: rule.split()[1:] for rule in policy.split(";")}
    assert rules["default-src"] == ["'none'"]
    assert rules["img-src"] == ["data:"]
    assert not any("unsafe" in source for source in rules["script-src"])
    hashes = [
        f"'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'"
        for code in found.code
    ]
    assert rules["script-src"] == hashes


def test_the_page_fetches_nothing(data: Package) -> None:
    found = page(data)
    for tag, attributes in found.tags:
        assert not {"src", "href", "srcset", "action"} & set(attributes), (tag, attributes)
    text = export_text.html(export(data)).decode()
    styles = "".join(re.findall(r"<style>(.*?)</style>", text, re.DOTALL))
    assert "@import" not in styles
    for address in re.findall(r"url\(([^)]*)\)", styles):
        assert address.startswith("data:font/woff2;base64,")


def test_hostile_texts_open_no_element_and_come_back_unchanged(
    data: Package, hostile: Package
) -> None:
    found, calm = page(hostile), page(data)
    assert [tag for tag, _ in found.tags] == [tag for tag, _ in calm.tags]
    assert found.code == calm.code
    records = found.block("records")
    assert sorted(one["title"] for one in records) == sorted(HOSTILE)
    assert found.block("about")["title"] == " ".join(HOSTILE)
    names = {f["properties"]["name"] for f in found.block("base")["layers"]["places"]["features"]}
    assert set(HOSTILE) <= names
    text = export_text.html(export(hostile)).decode()
    data_part = text[text.index('id="marz-about"') : text.index("</script>\n<script>")]
    assert "\u2028" not in data_part and "<img" not in data_part


def test_features_of_the_page_point_at_its_records(data: Package) -> None:
    found = page(data)
    known = {one["row"] for one in found.block("records")}
    drawn = {m[0] for f in found.block("features")["features"] for m in f["properties"]["m"]}
    placed = {one["row"] for one in found.block("records") if "site" in one}
    assert drawn == placed <= known and len(known) == len(INCIDENTS)


OURS = [p for folder in (".", "atlas", "map") for p in (files.STATIC / folder).glob("*.js")]
OURS += PAGES.glob("ui/*.js")


@pytest.mark.parametrize("script", OURS, ids=lambda path: path.name)
def test_our_scripts_show_text_as_text(script: Path) -> None:
    code = script.read_text("utf-8")
    for danger in ("innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval("):
        assert danger not in code
    # Only the base map is fetched, and in the exported page not even that: its policy forbids it.
    assert ("fetch(" in code) == (script.name == "basemap.js")


def test_a_page_without_javascript_says_so(data: Package) -> None:
    assert "noscript" in [tag for tag, _ in page(data).tags]


def test_a_missing_asset_is_named(data: Package, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "STATIC", Path("/nowhere"))
    with pytest.raises(GeoError, match=r"static/leaflet/leaflet\.js is missing"):
        export_text.html(export(data))


# ---------------------------------------------------------------- the view
def test_each_file_keeps_the_view(data: Package) -> None:
    kept = export(data, state=TOKEN)
    found = pd.read_csv(io.BytesIO(export_text.csv(kept)), dtype=str)
    assert found["marz_state"].iloc[-1] == TOKEN and found["marz_state"].notna().sum() == 1
    assert json.loads(export_text.geojson(kept))["marz_state"] == TOKEN
    written = export_text.html(kept).decode()
    assert Page(written).block("state") == TOKEN


def test_the_page_names_places_in_the_language_of_the_view(data: Package) -> None:
    written = export_text.html(export(data, language="ky")).decode()
    assert Page(written).block("view")["lang"] == "ky"
    places = Page(written).block("base")["layers"]["places"]["features"]
    assert {"Westham*"} == {
        one["properties"]["name_ky"] for one in places if one["properties"]["name"] == "Westham"
    }


def test_without_a_view_nothing_is_said_of_one(data: Package) -> None:
    assert "marz_state" not in table(data) and "marz_state" not in collection(data)
    assert not any(a.get("id") == "marz-state" for a, _ in page(data).scripts)


@pytest.mark.parametrize("write_file", [export_text.csv, export_text.geojson, export_text.html])
def test_the_same_day_makes_the_same_file(data: Package, write_file: Any) -> None:
    early, late = (write_file(export(data, now=NOW.replace(hour=hour))) for hour in (1, 23))
    assert early == late


# ---------------------------------------------------------------- files


def test_a_file_is_written_whole_and_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write(path, b"one")
    path.chmod(0o640)
    write(path, b"two")
    assert path.read_bytes() == b"two"
    assert path.stat().st_mode & 0o777 == 0o640
    assert [p.name for p in tmp_path.iterdir()] == ["a.csv"]


def test_a_write_that_fails_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv"
    write(path, b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("geo.files.os.fsync", full)
    with pytest.raises(WriteError, match="No space left on device"):
        write(path, b"new")
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.csv"]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(WriteError, match="name a file in a folder that exists"):
        write(tmp_path / "none" / "a.csv", b"x")
    with pytest.raises(WriteError):
        write(tmp_path, b"x")


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_bytes(b"old")
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    write(tmp_path / "link.csv", b"new")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_bytes() == b"new"
