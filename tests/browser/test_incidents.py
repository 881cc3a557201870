"""Every incident's own page, opened cold by its address."""

from __future__ import annotations

import json
import re
from datetime import date

from playwright.sync_api import expect

from geo import places, records
from geo.files import DATA
from geo.package.load import Package
from geo.records import related
from pages.ui.incident import AT_MOST

from .driving import Serve, Tab, Visit

EVERY = 60
"""One page in so many is opened here; tests/test_pages.py runs more of them without a browser."""


def test_a_page_opens_by_its_address(tab: Tab, embedded: Package) -> None:
    for row in range(0, len(embedded.incidents), EVERY):
        incident = embedded.incidents.iloc[row]
        tab.page.goto(f"{tab.server.url}/incident?id={incident['id']}", wait_until="commit")
        expect(tab.title).to_have_text(incident["title"])
        expect(tab.page).to_have_title(f"{incident['title']} · Marz")
        expect(tab.page.get_by_role("tab", name="CSL-JSON")).to_be_visible()
        assert tab.page.locator("[data-testid=stException]").count() == 0


def test_the_first_visit_of_a_fresh_server(serving: Serve, visit: Visit, embedded: Package) -> None:
    server = serving(DATA)  # another server than that of the other tests
    tab = visit(server)
    incident = embedded.incidents.iloc[7]
    tab.open("/incident", id=incident["id"])
    expect(tab.title).to_have_text(incident["title"])


def test_a_page_shows_what_belongs_to_it(tab: Tab, embedded: Package) -> None:
    row = embedded.row_of("TJKG-2022-09-14-bulakbashi")
    tab.open("/incident", id="TJKG-2022-09-14-bulakbashi")
    found = related(embedded, row)
    titles = embedded.incidents["title"]
    beside = tab.page.locator(".st-key-relations")
    for other in (*found.above, *found.siblings[:AT_MOST]):
        expect(beside.get_by_text(titles.iat[other])).to_be_visible()
    claims = embedded.claims[embedded.claims["incident_id"] == "TJKG-2022-09-14-bulakbashi"]
    shown = tab.texts(tab.detail)
    assert set(claims["statement"]) <= set(shown)
    tab.page.get_by_role("tab", name="BibTeX").click()
    code = tab.page.get_by_role("tabpanel").locator("code").filter(visible=True)
    expect(code).to_contain_text("@misc{marz-TJKG-2022-09-14-bulakbashi")
    tab.page.get_by_role("tab", name="CSL-JSON").click()
    with tab.page.expect_download() as coming:
        tab.page.get_by_role("button", name="Download CSL-JSON").click()
    cited = json.loads(coming.value.path().read_text("utf-8"))
    accessed = date(*cited[0]["accessed"]["date-parts"][0])
    url = f"{tab.server.url}/incident?id=TJKG-2022-09-14-bulakbashi"
    assert cited == records.csl(embedded, row, url=url, accessed=accessed)
    # To the larger event and from there back by its part.
    beside.get_by_role("link", name="14–17 Sept 2022").click()
    expect(tab.title).to_have_text(titles.iat[found.above[0]])
    tab.wait_for_address(id=embedded.incidents["id"].iat[found.above[0]])
    tab.page.get_by_role("link", name="On the map").click()
    expect(tab.chosen.locator(".title")).to_have_text(titles.iat[found.above[0]])


def test_on_the_map_a_record_stands_by_itself(tab: Tab, embedded: Package) -> None:
    """One of many near each other, even if the filter leaves it out."""
    row = embedded.row_of("TJKG-2014-01-11-aksai")
    site = places.site_of(embedded, row)
    assert site and site.is_point
    tab.open_map()
    assert site.number not in tab.alone()
    tab.open("/incident", id="TJKG-2014-01-11-aksai", border="TJ-AF")
    tab.page.get_by_role("link", name="On the map").click()
    expect(tab.map).to_have_attribute("data-commit", re.compile(r"\d+"))
    expect(tab.symbol(site.number)).to_be_visible()
    assert site.number in tab.alone()
    assert "border" not in tab.address()
    expect(tab.map.locator("[data-name]").get_by_text(site.name, exact=True)).to_be_visible()


def test_an_unknown_id_says_so(tab: Tab) -> None:
    tab.open("/incident", id="TJKG-1900-nothing")
    expect(tab.page.get_by_text("There is no incident “TJKG-1900-nothing”")).to_be_visible()
    expect(tab.page.get_by_role("link", name="Open the atlas")).to_be_visible()
