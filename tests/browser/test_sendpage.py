"""The page to send: one file that filters, plays and shows by itself, from a USB stick."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from geo import export, places, query, search, words
from geo.facets import FACETS
from geo.model import Filter, Scene
from geo.package import Package
from geo.scene import pairs

from .driving import Visit

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
PHONE = {"width": 390, "height": 844}
ALL = Filter()
ASKED = [
    ALL,
    Filter(start=date(2021, 4, 28), end=date(2021, 5, 3)),
    Filter(start=date(2022, 9, 1), end=date(2022, 9, 30), match="certainly"),
    Filter(start=date(2005, 1, 1), match="certainly", countries=("KG",)),
    Filter(end=date(1999, 12, 31)),
    Filter(countries=("AF", "RU"), types=("Battles",)),
    Filter(borders=("TJ-KG",), statuses=("alleged", "planned")),
    Filter(tags=("closure", "treaty"), collections=("further",)),
    Filter(collections=("core",), types=("Strategic developments", "Protests")),
    Filter(text="drone"),
    Filter(text="Исфара"),
    Filter(text="Хуҷанд"),
    Filter(text="gorno badakhshan TALIBAN"),
    Filter(text="Ворух", start=date(2014, 1, 1)),
    Filter(text="nothing like it"),
    Filter(countries=("QA",), borders=("TJ-AF",), text="“border”"),
]


def file_of(package: Package, folder: Path, asked: Filter = ALL, **start: Any) -> Path:
    """The page as a file."""
    path = folder / "marz.html"
    rows = query.select(package, asked)
    path.write_bytes(export.html(package, asked, rows, now=NOW, **start))
    return path


@pytest.fixture(scope="module")
def whole(embedded: Package, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the whole chronology."""
    return file_of(embedded, tmp_path_factory.mktemp("stick"))


def shown(page: Page) -> list[str]:
    """Titles in the list."""
    return page.locator("#list .title").all_text_contents()


def opened(visit: Visit, path: Path, hash_: str = "", **options: Any) -> Page:
    """The file in a tab that has no network; nothing but the file itself is ever asked for."""
    tab = visit(offline=True, **options)
    tab.page.goto(path.as_uri() + hash_)
    expect(tab.page.locator("#map")).to_have_attribute("data-commit", re.compile(r"\d+"))
    asked = [url for url in tab.watch.asked if not url.startswith(("data:", "blob:"))]
    assert [url.partition("#")[0] for url in asked] == [path.as_uri()]
    return tab.page


def go(page: Page, asked: Filter) -> None:
    """Have the page filter by its hash, as whoever gets an address does."""
    hash_ = urlencode(pairs(Scene(query=asked))) or "all"
    page.evaluate("hash => { location.hash = hash; }", hash_)


def agree(page: Page, package: Package, asked: Filter) -> None:
    """List, sentence, map and counts are those of the library."""
    rows = query.select(package, asked)
    expect(page.locator("#summary")).to_have_text(words.summary(package, asked, rows))
    assert (
        page.evaluate("filter => marz.page.select(marz.page.readState().filter)") == rows.tolist()
    )
    assert shown(page) == package.incidents["title"].iloc[rows].tolist()
    wanted = {
        f["properties"]["n"]: len(f["properties"]["m"])
        for f in places.features(package, rows)["features"]
    }
    expect(page.locator("#map")).to_have_attribute("data-shown", str(sum(wanted.values())))
    counts = query.facet_counts(package, asked)
    said = [
        f"{facet.say(option)} · {number}"
        for facet in FACETS
        for option, number in counts[facet.name].items()
    ]
    pills = page.locator("#filters fieldset:has(.count) .pill")
    assert pills.all_text_contents() == said


def test_filters_agree_with_the_library(visit: Visit, whole: Path, embedded: Package) -> None:
    page = opened(visit, whole)
    for asked in ASKED:
        go(page, asked)
        agree(page, embedded, asked)


def test_words_are_folded_alike(visit: Visit, whole: Path) -> None:
    page = opened(visit, whole)
    signs = [chr(n) for r in (range(0x20, 0x700), range(0x1E00, 0x2060)) for n in r]
    found = page.evaluate("signs => signs.map(marz.page.fold)", signs)
    assert {s: f for s, f in zip(signs, found, strict=True) if f != search.fold(s)} == {}
