"""The page Your data on a real PostgreSQL, in a real browser: it says what DuckDB says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sets
from browser.conftest import ARGUMENTS, DESK
from browser.driving import PATIENCE, Tab, Watch, start
from playwright.sync_api import expect, sync_playwright

from geo.collection.engine import cells, questions, rollups, servers, tables
from geo.collection.engine import duck as duckdb_engine
from geo.collection.engine.data import DataSet
from geo.model import Bbox, Filter
from geo.webmap import datasets as dataset_layer
from pages.ui import datasets as held
from pages.ui.dataset_places import AREAS, AROUND, COARSER
from tools.browser import find

ROWS = 8_000
BATTLES = Filter(chosen={"type": ("Battles",)})


@pytest.fixture(scope="module")
def duck(tmp_path_factory: pytest.TempPathFactory) -> DataSet:
    """The set in a file, as DuckDB has it, after it was loaded into PostgreSQL."""
    path = sets.write(tmp_path_factory.mktemp("page") / "on_page.parquet", sets.rows(ROWS, seed=3))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rollups, "SMALL", 1)
        patch.setattr(tables, "WORTH", 2.0)
        assert servers.load(path, sets.address("postgresql", "on_page")) == ROWS
        return duckdb_engine.open_set(path, "on_page")


@pytest.fixture
def tab(duck: DataSet, tmp_path: Path) -> Iterator[Tab]:
    """A tab on a Marz whose operator names that database and no files."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(held.DATABASE, sets.address("postgresql", "on_page"))
        patch.delenv(held.VARIABLE, raising=False)
        server = start(tmp_path / "server.log")
    watch = Watch(server)
    try:
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=find(), args=ARGUMENTS)
            context = chromium.new_context(
                viewport={"width": DESK["width"], "height": DESK["height"]}
            )
            context.set_default_timeout(PATIENCE)
            expect.set_options(timeout=PATIENCE)
            watch.over(context)
            yield Tab(context.new_page(), server, watch)
            chromium.close()
        watch.check()
    finally:
        server.stop()


def drawn(tab: Tab, kind: int) -> list[list[int]]:
    """Count, least and most deaths of what the map draws of a kind."""
    found: list[list[int]] = tab.frame.evaluate(
        "kind => map_div._marz.cells.filter((item) => item.k === kind)"
        ".map((item) => [item.count, item.low, item.high])",
        kind,
    )
    return sorted(found)


def test_the_page_on_postgresql_says_what_duckdb_says(tab: Tab, duck: DataSet) -> None:
    panel = tab.page.locator("[data-testid=stSidebar]")
    tab.open("/explore", set="on_page")
    expect(tab.map).to_have_attribute("data-commit", re.compile(r"\d+"))
    expect(panel.get_by_text(f"■ on_page · {ROWS:,} of {ROWS:,}")).to_be_visible()
    totals = questions.totals(duck, Filter())
    expect(tab.status).to_contain_text(f"{ROWS:,} incidents")
    expect(tab.status).to_contain_text(f"{totals.unlocated:,} without a place")

    # The map: the very cells and areas that DuckDB counts in the same view.
    tab.frame.wait_for_function("() => map_div._marz.cells.some((item) => item.k === 1)")
    expect(tab.map).not_to_have_attribute("data-moving", "")  # it tells its view after a while
    tab.settled()
    west, south, east, north, zoom = tab.frame.evaluate(
        "() => { const b = map_div.getBounds();"
        " return [b.getWest(), b.getSouth(), b.getEast(), b.getNorth(), map_div.getZoom()]; }"
    )
    view = dataset_layer.window(Bbox(*(round(v, 5) for v in (west, south, east, north))), AROUND)
    grid = cells.cells(duck, Filter(), bbox=view, zoom=round(zoom, 2) - COARSER)
    areas = cells.extents(duck, Filter(), bbox=view, limit=AREAS)
    for kind, table in ((dataset_layer.CELLS, grid), (dataset_layer.AREAS, areas)):
        told = sorted([row["count"], row["low"], row["high"]] for row in table.to_pylist())
        assert drawn(tab, kind) == told and len(told) > 1

    # Play: at its end it holds all that has a date.
    tab.frame.wait_for_function("() => map_div._marz.steps")
    tab.page.get_by_role("button", name="Play").click()
    expect(tab.map).to_have_attribute("data-until", re.compile(r"\d"))
    tab.page.get_by_role("button", name="Pause").click()
    tab.page.get_by_role("slider", name="Day that Play has reached").press("End")
    sums = ("sent", "cells")
    whole, dated = (
        tab.frame.evaluate(f"() => map_div._marz.{one}.reduce((sum, i) => sum + i.count, 0)")
        for one in sums
    )
    assert 0 < dated < whole
    tab.page.get_by_role("button", name="Stop and show all").click()

    # A filter changes them all.
    count = questions.count(duck, BATTLES)
    tab.page.get_by_role("button", name=f"Battles · {count:,}").click()
    tab.wait_for_address(type="Battles")
    expect(panel.get_by_text(f"■ on_page · {count:,} of {ROWS:,}")).to_be_visible()
    expect(tab.status).to_contain_text(f"{count:,} incidents")
