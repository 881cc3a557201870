"""Pages that list records: of a border, an actor, a source, a filter; and all of these."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from geo import address, describe, records
from geo.charts import border_strip
from geo.collection import actors, tolls
from geo.collection.packaged import Packaged
from geo.model import LANGUAGE_NAMES, Filter, Scene
from geo.package.load import Package, Rows, memoised
from geo.package.tables import is_web_address
from geo.vocabulary import ROLES, country_name
from geo.web import graph
from geo.web.links import FEEDS, Links, relative
from geo.web.markup import Child, Markup, element, joined
from geo.web.page import (
    Page,
    anchors,
    data_files,
    facts,
    feeds,
    figure,
    section,
    table,
)
from geo.web.record_page import border_name, border_names, entries, outside

AT_ONCE = 100
"""Records of a page."""
EVERYWHERE = "Map of the borders and where the incidents were."
"""The card of pages that have no map of their own, in words."""


@dataclass(frozen=True)
class Listing:
    """A list that is cut into pages.

    Attributes
    ----------
    rows : array of int
        All of it, in the order shown.
    page : int
        Which one is asked for, from 1.
    path : callable
        Number of a page -> its path.
    """

    rows: Rows
    page: int
    path: Callable[[int], str]

    @property
    def pages(self) -> int:
        """How many there are; one at least."""
        return max(1, -(-len(self.rows) // AT_ONCE))

    @property
    def shown(self) -> Rows:
        """Rows of the page."""
        start = (self.page - 1) * AT_ONCE
        return self.rows[start : start + AT_ONCE]

    def html(self, package: Package, links: Links, notes: dict[int, str] | None = None) -> Markup:
        """The records of the page, and the way to the others."""
        here = self.path(self.page)
        return joined([entries(package, links, here, self.shown, notes), self.steps()])

    def steps(self, before: str = "‹ Newer", after: str = "Older ›") -> Markup | None:
        """Links to the pages before and after."""
        if self.pages < 2:
            return None
        around = [(before, self.page - 1), (after, self.page + 1)]
        there = [(label, self.path(to)) for label, to in around if 1 <= to <= self.pages]
        return element(
            "nav",
            element("span", f"Page {self.page} of {self.pages}"),
            anchors(self.path(self.page), there, ""),
            class_="pages",
            aria_label="Pages of the list",
        )


def list_page(
    package: Package,
    links: Links,
    listing: Listing,
    *,
    title: str,
    said: str,
    body: Sequence[Child],
    heading: str = "",
    lead: str | None = None,
    about: dict[str, Any] | None = None,
    **further: Any,
) -> Page | None:
    """Make a page of a list, with the card of the atlas; None beyond its last page.

    Parameters
    ----------
    heading, lead : str
        Before the body, where they are not `title` and `said`.
    about : dict, optional
        What it lists the records of, as a node of schema.org.
    **further
        Fields of `Page` that differ.
    """
    if listing.page > listing.pages:
        return None
    path = listing.path(listing.page)
    first = [
        element("h1", heading or title),
        element("p", said if lead is None else lead, class_="lead"),
    ]
    usual = {
        "card": links.card("atlas"),
        "card_words": EVERYWHERE,
        "graph": graph.of_list(package, links, title=title, path=path, about=about),
    }
    return Page(
        path=path,
        title=title if listing.page == 1 else f"{title}, page {listing.page}",
        description=said,
        body=joined([*first, *body]),
        **{**usual, **further},
    )


# ---------------------------------------------------------------- a filter
def filter_page(
    package: Package,
    links: Links,
    query: Filter,
    *,
    page: int = 1,
    notices: Sequence[str] = (),
) -> Page | None:
    """Make the list of what a filter leaves, newest first; None beyond its last page."""
    pairs = address.pairs(Scene(query=query))
    rows = Packaged(package).select(query)
    listing = Listing(rows[::-1], page, lambda number: links.listing(pairs, number))
    path = listing.path(page)
    asked = describe.filter_in_words(query)
    title = f"Incidents {asked}" if asked else "All incidents"
    said = describe.summary(package, query, rows)
    search = element(
        "form",
        element("input", type="search", name="q", value=query.text, aria_label="Words or a place"),
        element("input", type="hidden", name=address.AS_OF, value=links.as_of)
        if links.as_of
        else None,
        element("button", "Search", type="submit"),
        action=relative(path, "f"),
        method="get",
        role="search",
    )
    body = [
        element("p", f"{address.IGNORED} {' '.join(notices)}", role="alert") if notices else None,
        None if links.files else search,
        _borders(package, links, path) if not pairs else None,
        _elsewhere(links, path, query, pairs),
        listing.html(package, links),
    ]
    further: dict[str, Any] = {} if pairs else {"graph": graph.of_dataset(package, links)}
    return list_page(
        package,
        links,
        listing,
        title=title,
        said=said,
        body=body,
        alternates=_feeds(links, pairs),
        listed=not pairs,
        **further,
    )


def _feeds(links: Links, pairs: address.Pairs) -> list[tuple[str, str]]:
    """What is new of a filter, as media type and path."""
    return [(kind, links.feed(name, pairs)) for name, kind in FEEDS.items()]


def _borders(package: Package, links: Links, path: str) -> Markup:
    found = [(name, links.border(border)) for border, name in border_names(package).items()]
    return element("p", "By border: ", anchors(path, found), ".")


def _elsewhere(
    links: Links, path: str, query: Filter, pairs: address.Pairs | None = None
) -> Markup:
    """Links to the same incidents on the map and, with the pairs of an address, as files."""
    return element(
        "p",
        anchors(path, [("Show them on the map", links.atlas(Scene(query=query)))]),
        [" · As ", data_files(path, links, pairs)] if pairs is not None else None,
        [" · Follow by ", feeds(path, links, pairs)] if pairs else None,
    )


# ---------------------------------------------------------------- a border
def border_page(package: Package, links: Links, border: str, *, page: int = 1) -> Page | None:
    """Make the page of a border; None where there is none, or beyond its last page."""
    if border not in border_names(package):
        return None
    query = Filter(chosen={"border": (border,)})
    rows = Packaged(package).select(query)
    listing = Listing(rows[::-1], page, lambda number: links.border(border, number))
    path, name = listing.path(page), border_name(package, border)
    said = describe.summary(package, query, rows)
    pairs = address.pairs(Scene(query=query))
    measured = [
        (what.capitalize(), describe.toll_explained(tolls.total(package, rows, measure)))
        for measure, what in tolls.MEASURES.items()
    ]
    length = border_strip.vintages(package, border)
    first = [
        facts(measured),
        section("Its length", table(length.columns, length.itertuples(index=False))),
    ]
    words = f"Map of the {name} and the incidents on it."
    body = [
        figure(path, links.card("b", border), words) if page == 1 else None,
        first if page == 1 else None,
        section(
            "Its incidents, newest first",
            _elsewhere(links, path, query, None if links.files else pairs),
            listing.html(package, links),
        ),
    ]
    return list_page(
        package,
        links,
        listing,
        title=name,
        said=said,
        body=body,
        about={"@type": "Place", "name": name},
        card=links.card("b", border),
        card_words=words,
        alternates=_feeds(links, pairs),
    )


# ---------------------------------------------------------------- an actor
def actor_page(package: Package, links: Links, actor: str, *, page: int = 1) -> Page | None:
    """Make the page of an actor; None where there is none, or beyond its last page."""
    found = actors.by_id(package).get(actor)
    if found is None:
        return None
    roles: dict[int, list[str]] = {}
    for role, rows in actors.rows_of(package, actor).items():
        for row in rows.tolist():
            roles.setdefault(row, []).append(ROLES.get(role, role))
    ordered = np.array(sorted(roles, reverse=True), dtype=np.intp)
    listing = Listing(ordered, page, lambda number: links.actor(actor, number))
    path, name = listing.path(page), str(found["name"])
    counted = describe.count(len(ordered), "incident")
    kind = str(found["kind"]).replace("_", " ")
    said = f"{name}: {kind}, in {counted}." if kind else f"{name}: in {counted}."
    body = [
        facts(
            [
                ("Country", country_name(found["country"]) if found["country"] else ""),
                *(
                    (language, str(found.get(f"name_{code}") or ""))
                    for code, language in LANGUAGE_NAMES.items()
                ),
                (
                    "Also called",
                    "; ".join(part for part in str(found["aliases"] or "").split(";") if part),
                ),
            ]
        ),
        section(
            "Its incidents, newest first",
            _elsewhere(links, path, Filter(chosen={"actor": (name,)})),
            listing.html(package, links, {row: " and ".join(told) for row, told in roles.items()}),
        )
        if len(ordered)
        else None,
    ]
    return list_page(
        package,
        links,
        listing,
        title=name,
        said=said,
        body=body,
        lead=f"{kind[:1].upper()}{kind[1:]}, in {counted}.",
        about=graph.actor_node(found),
    )


# ---------------------------------------------------------------- a source
@memoised
def cited(package: Package) -> dict[str, list[int]]:
    """Id of each source -> rows of the records that cite it or take a claim from it."""
    known = {incident: row for row, incident in enumerate(package.incidents["id"])}
    found: dict[str, set[int]] = {str(one): set() for one in package.sources["id"]}
    for linking in (package.citations, package.claims):
        for incident, source in zip(linking["incident_id"], linking["source_id"], strict=True):
            if incident in known and source in found:
                found[source].add(known[incident])
    return {source: sorted(rows, reverse=True) for source, rows in found.items()}


@memoised
def _source_rows(package: Package) -> dict[str, dict[str, Any]]:
    return {str(row["id"]): row for row in package.sources.to_dict("records")}


def source_page(package: Package, links: Links, source: str, *, page: int = 1) -> Page | None:
    """Make the page of a source; None where there is none, or beyond its last page."""
    row = _source_rows(package).get(source)
    if row is None:
        return None
    known = records.source(package, source)
    rows = np.array(cited(package)[source], dtype=np.intp)
    listing = Listing(rows, page, lambda number: links.source(source, number))
    title = str(known["title"]) or source
    counted = describe.count(len(rows), "record")
    archived = str(row.get("archived") or "")
    body = [
        facts(
            [
                ("Author", row["author"]),
                ("Publisher", row["publisher"]),
                ("Published", known["short"]),
                ("Language", known["language"]),
                ("Address", element("span", outside(known["url"]), class_="source")
                 if known["url"] else None),
                ("Archived", element("span", outside(archived), class_="source")
                 if is_web_address(archived) else None),
                ("Read on", row.get("accessed")),
                ("Note", known["note"]),
            ]
        ),
        section(f"{counted} taken from it", listing.html(package, links)),
    ]  # fmt: skip
    return list_page(
        package,
        links,
        listing,
        title=title,
        said=f"{known['line']}: {counted} taken from it.",
        body=body,
        lead=known["line"],
        about=graph.work(known),
    )


# ---------------------------------------------------------------- all actors, all sources
INDEXES = ("actors", "sources")


@memoised
def _index(package: Package, name: str) -> list[tuple[str, str, int]]:
    """Id, name and number of records of each."""
    if name == "actors":
        links = package.further.get("incident_actors")
        counts = (
            {} if links is None else links.groupby("actor_id")["incident_id"].nunique().to_dict()
        )
        found = [
            (one, str(row["name"]), int(counts.get(one, 0)))
            for one, row in actors.by_id(package).items()
        ]
        return sorted(found, key=lambda row: (row[1].casefold(), row[0]))
    known = cited(package)
    lines = [
        (one, records.source(package, one)["line"], len(known[one]))
        for one in _source_rows(package)
    ]
    return sorted(lines, key=lambda row: (-row[2], row[0]))


def count(package: Package, name: str) -> int:
    """How many ``actors`` or ``sources`` there are."""
    return len(_index(package, name))


def index_page(package: Package, links: Links, name: str, *, page: int = 1) -> Page | None:
    """List all ``actors`` or ``sources``; None beyond the last page."""
    if name not in INDEXES:
        return None
    found = _index(package, name)
    listing = Listing(
        np.arange(len(found), dtype=np.intp), page, lambda number: links.index(name, number)
    )
    path = listing.path(page)
    where = links.actor if name == "actors" else links.source
    items = [
        element(
            "li",
            element("a", found[row][1], href=relative(path, where(found[row][0]))),
            element("span", describe.count(found[row][2], "record"), class_="facts"),
        )
        for row in listing.shown.tolist()
    ]
    title = name.capitalize()
    said = f"{describe.count(len(found), name[:-1])} of {package.title}."
    body = [element("ul", items), listing.steps()]
    return list_page(package, links, listing, title=title, said=said, body=body)


# ---------------------------------------------------------------- what is not there
def missing_page(package: Package, links: Links, path: str, *, said: str, near: Rows) -> Page:
    """Say that there is nothing at an address, and where what was meant may be.

    Parameters
    ----------
    path : str
        What was asked for.
    said : str
        What is known of it.
    near : array of int
        Rows of records that may be meant.
    """
    body = [
        element("h1", "There is no such page"),
        element("p", said, class_="lead"),
        section("Did you mean", entries(package, links, path, near)) if len(near) else None,
        element(
            "p",
            anchors(path, [("All records", links.listing()), ("The map", links.atlas())], " · "),
        ),
    ]
    return Page(path, "There is no such page", said, joined(body), listed=False)
