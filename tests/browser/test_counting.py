"""The pages Patterns and Borders: charts that answer to the filters, with tables and files."""

from __future__ import annotations

import csv
import io
from xml.etree import ElementTree as ET

import pytest
from PIL import Image
from playwright.sync_api import expect

from geo import describe
from geo.charts import border_strip, patterns
from geo.collection import memory, tolls
from geo.model import Filter
from geo.package.load import Package

from .driving import Tab

ASKED = Filter(chosen={"country": ("KG",), "type": ("Battles",)})


def test_patterns_answer_to_the_address(tab: Tab, embedded: Package) -> None:
    tab.open("/patterns", country="KG", type="Battles")
    rows = memory.select(embedded, ASKED)
    for measure, what in tolls.MEASURES.items():
        said = describe.toll_explained(tolls.total(embedded, rows, measure))
        expect(tab.page.get_by_text(f"{what.capitalize()}: {said}", exact=True)).to_be_visible()
    chart = patterns.by_place(embedded, rows)
    box = tab.page.locator(f".st-key-chart-{chart.name}")
    expect(box.locator("[data-testid=stVegaLiteChart] svg, canvas").first).to_be_visible()
    box.get_by_text("The numbers").click()
    grid = box.locator("[role=grid]")
    expect(grid).to_have_attribute("aria-rowcount", str(len(chart.table) + 1))
    first = chart.table.iloc[0]
    expect(grid.locator("[role=gridcell]").filter(has_text=first["Place"]).first).to_be_attached()
    tab.facet("Event type").filter(has_text="Battles").click()
    wider = patterns.by_place(
        embedded, memory.select(embedded, Filter(chosen={"country": ("KG",)}))
    )
    expect(grid).to_have_attribute("aria-rowcount", str(len(wider.table) + 1))


def test_a_chart_is_taken_away_in_three_forms(tab: Tab, embedded: Package) -> None:
    tab.open("/patterns", country="KG", type="Battles")
    chart = patterns.by_type(embedded, memory.select(embedded, ASKED))
    box = tab.page.locator(f".st-key-chart-{chart.name}")
    taken = {}
    for form in ("SVG", "PNG", "CSV"):
        with tab.page.expect_download() as coming:
            box.get_by_role("button", name=form, exact=True).click()
        taken[form] = coming.value.path().read_bytes()
    words = " ".join(ET.fromstring(taken["SVG"].decode()).itertext())
    assert chart.title in words and "involving Kyrgyzstan" in words
    assert embedded.version in words.replace("\n", " ")
    assert Image.open(io.BytesIO(taken["PNG"])).width > 1500
    rows = list(csv.reader(io.StringIO(taken["CSV"].decode("utf-8-sig"))))
    assert [row[:-1] for row in rows[1:]] == [
        [str(cell) for cell in line] for line in chart.table.itertuples(index=False)
    ]


def test_patterns_of_nothing(tab: Tab) -> None:
    tab.open("/patterns", q="zeppelin")
    expect(tab.status).to_contain_text("No incident matches")
    expect(tab.page.locator("[data-testid=stVegaLiteChart]")).to_have_count(0)


@pytest.mark.parametrize("border", ["TJ-AF", "TJ-KG"])
def test_a_border_opens_by_its_address(tab: Tab, embedded: Package, border: str) -> None:
    tab.open("/border", line=border)
    name = embedded.layers["borders"].set_index("place_id")["name"].loc[[border]].iloc[0]
    expect(tab.page.get_by_role("heading", name=name, exact=True)).to_be_visible()
    box = tab.page.locator(f".st-key-chart-strip-{border.lower()}")
    box.get_by_text("The numbers").click()
    own = embedded.incidents["border"] == border
    expect(box.locator("[role=grid]")).to_have_attribute("aria-rowcount", str(own.sum() + 1))
    found = border_strip.strip(embedded, memory.select(embedded, Filter()), border)
    expect(box).to_contain_text(f"{len(found.anywhere)} incidents known to be somewhere")
    expect(tab.page.locator("[data-testid=stException]")).to_have_count(0)


def test_another_border_keeps_the_filter(tab: Tab, embedded: Package) -> None:
    tab.open("/border", line="TJ-AF", type="Battles")
    tab.page.get_by_role("radio", name="Tajikistan–Kyrgyzstan").click()
    rows = memory.select(embedded, Filter(chosen={"type": ("Battles",)}))
    own = (embedded.incidents["border"].iloc[rows] == "TJ-KG").sum()
    expect(tab.page.get_by_text(f"{own} incidents, of type Battles.")).to_be_visible()
    tab.wait_for_address(line="TJ-KG", type="Battles")
    tab.page.get_by_role("link", name="See its incidents on the map").click()
    tab.wait_for_address(border="TJ-KG")


def test_an_unknown_border_is_told(tab: Tab) -> None:
    tab.open("/border", line="TJ-XX")
    expect(tab.page.get_by_text("“line=TJ-XX” is no border of these data")).to_be_visible()
