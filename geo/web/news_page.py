"""The page *What's new* without JavaScript: what a release did to each record, and why."""

from __future__ import annotations

import numpy as np

from geo import describe
from geo.address import TITLES
from geo.model import Filter
from geo.package import releases
from geo.package.differences import ADDED, KINDS
from geo.package.load import Package
from geo.package.releases import RecordChange
from geo.web import feeds
from geo.web.links import Links, relative
from geo.web.list_pages import Listing, list_page
from geo.web.markup import Markup, element
from geo.web.page import Page, anchors, section, shortened

TITLE = TITLES["changes"]


def changes(package: Package, number: str) -> list[RecordChange]:
    """What a release did to records, in the order of the feeds."""
    known = releases.numbers(package)
    at = known.index(number)
    found = releases.of_records(package, number)
    return feeds.matching(package, found, Filter(), known[at - 1]) if at else []


def news_page(
    package: Package, links: Links, number: str = "", *, page: int = 1, path: str = ""
) -> Page | None:
    """Make the page of a release, the last one without a number.

    Parameters
    ----------
    path : str
        Where it stands; without, that of its number.

    Returns
    -------
    Page or None
        None where there is no such release, or it has not so many pages.
    """
    known = releases.numbers(package)
    number = number or next(reversed(known), "")
    if number not in known:
        return None
    found = changes(package, number)
    rows = np.arange(len(found), dtype=np.intp)
    listing = Listing(
        rows, page, lambda at: path if path and at == page else links.release(number, at)
    )
    here, release = listing.path(page), releases.find(package, number)
    counts = [(kind, sum(one.kind == kind for one in found)) for kind in KINDS]
    told = " · ".join(f"{many:,} {kind}" for kind, many in counts if many)
    said = f"Release {number} of {describe.day(release.date)}: {told or 'no record changed'}."
    if number == known[0]:
        said = f"Release {number} of {describe.day(release.date)}, the first."
    others = [(one, links.release(one)) for one in reversed(known) if one != number]
    body = [
        element("p", release.summary),
        element("p", "Other releases: ", anchors(here, others), ".") if others else None,
        section(
            "Records",
            element("ul", [_item(package, links, here, found[row]) for row in listing.shown]),
            listing.steps("‹ Back", "On ›"),
        )
        if found
        else None,
    ]
    title = f"{TITLE} in {number}"
    return list_page(package, links, listing, title=title, said=said, body=body, heading=TITLE)


def _item(package: Package, links: Links, path: str, one: RecordChange) -> Markup:
    there = package.row_of(one.id) >= 0
    what = describe.release_of_record(one)
    return element(
        "li",
        element("a", one.title, href=relative(path, links.record(one.id)))
        if there
        else element("span", one.title),
        element("span", what, class_="facts"),
        # What is new says so itself, and a hundred times the same reason is none.
        None if one.kind == ADDED else element("span", shortened(" ".join(one.reasons[:2]))),
    )
