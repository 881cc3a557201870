"""The first HTML of the app with the same title and card as the pages of the web."""

from __future__ import annotations

import re
from contextlib import suppress

from geo import address, describe
from geo.collection.packaged import Packaged
from geo.model import Filter, FilterError
from geo.package import releases
from geo.package.load import Package
from geo.web import graph
from geo.web.links import Links
from geo.web.list_pages import border_page, filter_page
from geo.web.markup import Markup, element
from geo.web.page import Page, head
from geo.web.record_page import record_page

TITLE = re.compile(r"<title>.*?</title>", re.DOTALL)
BODY = re.compile(r"<noscript>.*?</noscript>", re.DOTALL)


def page_of(package: Package, links: Links, name: str, query: str) -> Page:
    """The page that a view of the app is like.

    Parameters
    ----------
    name : str
        Of the app's page; "" for the atlas.
    query : str
        Parameters of its address.
    """
    given = address.given_in("?" + query)
    package = address.package_of(package, given)
    scene = address.read(package, given).scene
    if name in ("", "incident") and scene.selected:
        return record_page(package, links, package.row_of(scene.selected))
    if name == "border" and given.get("line"):
        found = border_page(package, links, given["line"][0])
        if found is not None:
            return found
    if not name and scene.query != Filter():
        with suppress(FilterError):  # the app says what is wrong
            filtered = filter_page(package, links, scene.query)
            if filtered is not None:
                return filtered
    every = Packaged(package).select(Filter())
    title = package.title
    return Page(
        path=name or links.atlas(),
        title=address.TITLES.get(name, name.capitalize()) if name else title,
        description=describe.summary(package, Filter(), every),
        body=Markup(),
        card=links.card("atlas"),
        card_words="Map of the borders and where the incidents were.",
        graph=graph.of_dataset(package, links),
    )


def index(package: Package, links: Links, shell: str, name: str, query: str) -> bytes:
    """Put title, description and card into `shell`, the app's own HTML as Streamlit has it."""
    page = page_of(package, links, name, query)
    told = head(package, links, page, own_style=False)
    without = element(
        "noscript",
        element(
            "p",
            "The map needs JavaScript. Everything that it shows can be read without: ",
            element("a", "all records", href=links.listing()),
            [", ", element("a", address.TITLES["changes"], href=links.release())]
            if releases.numbers(package)
            else None,
            ".",
        ),
    )
    written = TITLE.sub(lambda _: told, shell, count=1)
    return BODY.sub(lambda _: without, written, count=1).encode("utf-8", "replace")


def front(package: Package, links: Links, exported: str) -> bytes:
    """Put the same into the exported page, which is the front of a folder."""
    page = page_of(package, links, "", "")
    told = head(package, links, page, own_style=False)
    way = element("a", "Records as pages", href=links.listing())
    written = TITLE.sub(lambda _: told, exported, count=1)
    for start in ("<body>\n<noscript>\n", '<div id="tools">\n'):
        written = written.replace(start, f"{start}{way}\n", 1)
    return written.encode("utf-8", "replace")
