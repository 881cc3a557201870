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
from geo.web.page import Page, facts, figure, section, title_of
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
        here = self.path(self.page)
        around = [(self.page - 1, before), (self.page + 1, after)]
        found: list[Child] = [
            element("a", label, href=relative(here, self.path(number)))
            for number, label in around
            if 1 <= number <= self.pages
        ]
        return element(
            "nav",
            element("span", f"Page {self.page} of {self.pages}"),
            found,
            class_="pages",
            aria_label="Pages of the list",
        )


def newest_first(rows: Rows) -> Rows:
    """Rows against the order of time."""
    return np.ascontiguousarray(rows[::-1])


def _numbered(title: str, listing: Listing) -> str:
    """A title that differs from page to page."""
    return title if listing.page == 1 else f"{title}, page {listing.page}"


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
    listing = Listing(newest_first(rows), page, lambda number: links.listing(pairs, number))
    if page > listing.pages:
        return None
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
        element("h1", title),
        element("p", said, class_="lead"),
        element("p", f"{address.IGNORED} {' '.join(notices)}", role="alert") if notices else None,
        None if links.files else search,
        _borders(package, links, path) if not pairs else None,
        _elsewhere(links, path, query, pairs),
        listing.html(package, links),
    ]
    return Page(
        path=path,
        title=_numbered(title, listing),
        description=said,
        body=joined(body),
        card=links.card("atlas"),
        card_words=EVERYWHERE,
        graph=graph.of_list(package, links, title=title, path=path)
        if pairs
        else graph.of_dataset(package, links),
        alternates=_feeds(links, pairs),
        listed=not pairs,
    )


def _feeds(links: Links, pairs: address.Pairs) -> list[tuple[str, str]]:
    """What is new of a filter, as media type and path."""
    return [(kind, links.feed(name, pairs)) for name, kind in FEEDS.items()]


def _borders(package: Package, links: Links, path: str) -> Markup:
    found = [
        element("a", name, href=relative(path, links.border(border)))
        for border, name in border_names(package).items()
    ]
    return element("p", "By border: ", joined(found, ", "), ".")


def _elsewhere(
    links: Links, path: str, query: Filter, pairs: address.Pairs | None = None
) -> Markup:
    """Links to the same incidents on the map and, with the pairs of an address, as files."""
    forms = ((".csv", "CSV"), (".geojson", "GeoJSON"), (".parquet", "GeoParquet"))
    files = [
        element("a", name, href=relative(path, links.data(end, pairs)))
        for end, name in forms
        if pairs is not None
    ]
    followed = [
        element("a", label, href=relative(path, links.feed(name, pairs or ())))
        for label, name in zip(("Atom", "JSON Feed"), FEEDS, strict=True)
    ]
    return element(
        "p",
        element("a", "Show them on the map", href=relative(path, links.atlas(Scene(query=query)))),
        [" · As ", joined(files, ", ")] if files else None,
        [" · Follow by ", joined(followed, ", ")] if pairs else None,
    )


# ---------------------------------------------------------------- a border
def border_page(package: Package, links: Links, border: str, *, page: int = 1) -> Page | None:
    """Make the page of a border; None where there is none, or beyond its last page."""
    if border not in border_names(package):
        return None
    query = Filter(chosen={"border": (border,)})
    rows = Packaged(package).select(query)
    listing = Listing(newest_first(rows), page, lambda number: links.border(border, number))
    if page > listing.pages:
        return None
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
        section("Its length", _table(length)) if len(length) else None,
    ]
    words = f"Map of the {name} and the incidents on it."
    body = [
        element("h1", name),
        element("p", said, class_="lead"),
        figure(path, links.card("b", border), words) if page == 1 else None,
        first if page == 1 else None,
        section(
            "Its incidents, newest first",
            _elsewhere(links, path, query, None if links.files else pairs),
            listing.html(package, links),
        ),
    ]
    return Page(
        path=path,
        title=_numbered(name, listing),
        description=said,
        body=joined(body),
        card=links.card("b", border),
        card_words=words,
        graph=graph.of_list(
            package, links, title=name, path=path, about={"@type": "Place", "name": name}
        ),
        alternates=_feeds(links, address.pairs(Scene(query=query))),
    )


def _table(frame: Any) -> Markup:
    rows = [
        element("tr", [element("td", "" if cell is None else str(cell)) for cell in line])
        for line in frame.itertuples(index=False, name=None)
    ]
    head = [element("th", str(name), scope="col") for name in frame.columns]
    return element(
        "div",
        element("table", element("thead", element("tr", head)), element("tbody", rows)),
        class_="wide",
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
    if page > listing.pages:
        return None
    path, name = listing.path(page), str(found["name"])
    counted = describe.count(len(ordered), "incident")
    kind = str(found["kind"]).replace("_", " ")
    said = f"{name}: {kind}, in {counted}." if kind else f"{name}: in {counted}."
    body = [
        element("h1", name),
        element("p", f"{kind[:1].upper()}{kind[1:]}, in {counted}.", class_="lead"),
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
    return Page(
        path=path,
        title=_numbered(name, listing),
        description=said,
        body=joined(body),
        card=links.card("atlas"),
        card_words=EVERYWHERE,
        graph=graph.of_list(package, links, title=name, path=path, about=graph.actor_node(found)),
    )


# ---------------------------------------------------------------- a source
@memoised
def cited(package: Package) -> dict[str, list[int]]:
    """Id of each source -> rows of the records that cite it or take a claim from it."""
    known = {incident: row for row, incident in enumerate(package.incidents["id"])}
    found: dict[str, set[int]] = {str(one): set() for one in package.sources["id"]}
    for table in (package.citations, package.claims):
        for incident, source in zip(table["incident_id"], table["source_id"], strict=True):
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
    if page > listing.pages:
        return None
    path = listing.path(page)
    title = str(known["title"]) or source
    counted = describe.count(len(rows), "record")
    archived = str(row.get("archived") or "")
    body = [
        element("h1", title),
        element("p", known["line"], class_="lead"),
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
    return Page(
        path=path,
        title=_numbered(title, listing),
        description=f"{known['line']}: {counted} taken from it.",
        body=joined(body),
        card=links.card("atlas"),
        card_words=EVERYWHERE,
        graph=graph.of_list(package, links, title=title, path=path, about=graph.source_node(known)),
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
    if page > listing.pages:
        return None
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
    said = f"{describe.count(len(found), name[:-1])} of {title_of(package)}."
    body = [
        element("h1", title),
        element("p", said, class_="lead"),
        element("ul", items),
        listing.steps(),
    ]
    return Page(
        path=path,
        title=_numbered(title, listing),
        description=said,
        body=joined(body),
        card=links.card("atlas"),
        card_words=EVERYWHERE,
        graph=graph.of_list(package, links, title=title, path=path),
    )


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
            element("a", "All records", href=relative(path, links.listing())),
            " · ",
            element("a", "The map", href=relative(path, links.atlas())),
        ),
    ]
    return Page(
        path=path,
        title="There is no such page",
        description=said,
        body=joined(body),
        listed=False,
    )
