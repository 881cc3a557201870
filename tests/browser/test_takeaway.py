"""Each download opens and holds what is shown."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from geo import address
from geo.collection import memory
from geo.export import state as file_state
from geo.model import Filter, Scene
from geo.package.load import Package
from pages.ui.listing import AT_ONCE

from .driving import Tab, Visit, counts, groups, newest_first

ASKED = Filter(start=date(2022, 1, 1), chosen={"country": ("KG",)})
ADDRESS = {"from": "2022-01-01", "country": "KG"}


@pytest.fixture
def ready(tab: Tab) -> Tab:
    return tab.open_map(**ADDRESS)


def ids(package: Package) -> list[str]:
    found: list[str] = package.incidents["id"].iloc[memory.select(package, ASKED)].tolist()
    return found


def test_the_picture(ready: Tab, embedded: Package) -> None:
    taken = ready.take("PNG")
    assert taken.suggested_filename.startswith("marz-")
    picture = Image.open(taken.path())
    picture.load()
    assert (picture.format, picture.size) == ("PNG", (3508, 2480))
    colours = picture.convert("RGB").resize((60, 40)).getcolors(2400)
    assert colours and len(colours) > 100  # a map, not a blank sheet
    text = picture.text  # type: ignore[attr-defined]
    assert text["Marz-Data-Version"] == embedded.version
    found = file_state.read(taken.path().read_bytes())
    assert address.read(embedded, found.parameters).scene == Scene(query=ASKED)
    assert "Kyrgyzstan" in text["Description"]
    assert "OpenStreetMap" in text["Copyright"]
    assert text["Source"] and text["Creation Time"]


def test_the_page(ready: Tab, embedded: Package, visit: Visit, tmp_path: Path) -> None:
    taken = ready.take("HTML")
    path = tmp_path / taken.suggested_filename
    taken.save_as(path)
    away = visit(offline=True)
    away.page.goto(path.as_uri())
    drawn = away.page.locator("#map .marz-symbol:has(svg)")
    expect(drawn).to_have_count(ready.symbols.count())
    assert counts(away.page.locator("#map")) == ready.counts()
    titles = embedded.incidents["title"].iloc[newest_first(embedded, ASKED)].tolist()
    expect(away.page.locator("#list .title")).to_have_text(titles[:AT_ONCE])
    expect(away.page.locator("#map .marz-border-name")).to_have_count(2)
    picture = away.page.locator("#map img.leaflet-image-layer")
    assert picture.evaluate("image => image.complete && image.naturalWidth") > 100
    # One alone, and within the map: some hang on towns far beyond it.
    inside = away.page.locator("#map").evaluate(
        """map => [...map.querySelectorAll(".marz-symbol:has(svg)")].filter(node => {
            const [own, all] = [node, map].map(n => n.getBoundingClientRect());
            return own.left > all.left && own.right < all.right
                && own.top > all.top && own.bottom < all.bottom;
        }).map(node => +node.dataset.site)"""
    )
    gathered = groups(away.page.locator("#map"))
    alone = {site for site in inside if len(gathered[site]) == 1}
    site, number = next(
        (s, n) for s, n in counts(away.page.locator("#map")).items() if n > 1 and s in alone
    )
    symbol = away.page.locator(f"#map [data-site='{site}']")
    symbol.locator("svg").click()
    text = symbol.locator("text")
    expect(text).to_have_text(re.compile(rf"[1-{number}]/{number}"))
    step = int((text.text_content() or "").partition("/")[0])
    symbol.locator("svg").click()
    expect(text).to_have_text(f"{step % number + 1}/{number}")
    # Last, because the map goes to what is chosen in the list.
    line = away.page.locator("#list li:not([hidden]) .one").last
    title = line.locator(".title").text_content() or ""
    line.click()
    expect(away.page.locator("#one h2")).to_have_text(title)
    assert title in titles
    foot = away.page.locator("#foot").text_content() or ""
    assert (
        embedded.version in foot
        and "OpenStreetMap" in foot
        and "ODbL" in foot.replace("Open Data Commons Open Database License", "ODbL")
    )
    # It asks for nothing at all, not even for files beside it.
    assert [url for url in away.watch.asked if not url.startswith(("data:", "blob:"))] == [
        path.as_uri()
    ]


def test_the_table(ready: Tab, embedded: Package) -> None:
    text = ready.take("CSV").path().read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["id"] for row in rows] == ids(embedded)
    assert all(row["sources"] for row in rows)
    about, *rest = (row["about"] for row in rows)
    assert embedded.version in about and "Kyrgyzstan" in about and "Licences: " in about
    assert not any(rest)


def test_the_geojson(ready: Tab, embedded: Package) -> None:
    document = json.loads(ready.take("GeoJSON").path().read_text("utf-8"))
    assert document["type"] == "FeatureCollection"
    assert [feature["id"] for feature in document["features"]] == ids(embedded)
    assert document["data_version"] == embedded.version
    placed = [feature for feature in document["features"] if feature["geometry"]]
    assert len(placed) == sum(ready.counts().values())


def test_what_is_taken_follows_the_filter(tab: Tab, embedded: Package) -> None:
    tab.open_map()
    tab.facet("Border").first.click()
    asked = Filter(chosen={"border": ("TJ-AF",)})
    tab.agrees(embedded, asked)
    text = tab.take("CSV").path().read_text("utf-8-sig")
    found = [row["id"] for row in csv.DictReader(io.StringIO(text))]
    assert found == embedded.incidents["id"].iloc[memory.select(embedded, asked)].tolist()
