"""What is new, as Atom and JSON Feed: one entry a record that a release added, changed or withdrew.

Ids follow from the name of the package, the release and the record alone, so an entry is the same
wherever the atlas stands and however often it is asked for.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from geo import address, describe, records
from geo.collection.packaged import Packaged
from geo.export.bundle.papers import people
from geo.model import Filter, Scene
from geo.package import releases
from geo.package.differences import ADDED, CHANGED
from geo.package.load import Package
from geo.package.releases import RecordChange
from geo.web import api
from geo.web.answer import Answer
from geo.web.links import FEEDS, Links
from geo.web.markup import legal

AT_ONCE = 100
"""Entries of one page of a feed; RFC 5005's ``next`` leads on."""
LONGEST = 600
"""Characters of a cell that an entry repeats."""
NAMESPACE = uuid.UUID("6f0c7b8e-3d1a-5f62-9a54-8d1f3a2b9c70")
"""Of our ids (RFC 9562, version 5); it never changes."""
ATOM, JSON = FEEDS


@dataclass(frozen=True)
class Feed:
    """One page of what is new.

    Attributes
    ----------
    query : Filter
        Which records it follows.
    entries : tuple of RecordChange
        The newest release first.
    page, pages : int
        Which of how many, from 1.
    """

    query: Filter
    entries: tuple[RecordChange, ...]
    page: int
    pages: int


def entries(package: Package, query: Filter, *, since: str = "") -> list[RecordChange]:
    """What the releases did to the records that a filter leaves, or left before a release.

    Parameters
    ----------
    since : str
        Number of a release, for what came after it, or a day as ISO 8601, for what came from then
        on. "" for everything.

    Returns
    -------
    list of RecordChange
        The newest release first; in each, what is gone, what changed and what is new, the latest
        records first.
    """
    numbers = releases.numbers(package)
    found: list[RecordChange] = []
    for at in range(len(numbers) - 1, 0, -1):
        release = releases.find(package, numbers[at])
        if since in numbers[at:] or (since not in numbers and release.day < since):
            break
        changed = releases.of_records(package, release.number)
        found += matching(package, changed, query, numbers[at - 1])
    return found


def matching(
    package: Package, changed: Sequence[RecordChange], query: Filter, since: str
) -> list[RecordChange]:
    """Those of some changes whose records a filter leaves, or left in the release before them.

    Returns
    -------
    list of RecordChange
        What is gone, what changed and what is new, the latest records first.
    """
    kept = _order(package, query)
    if query != Filter():
        before = _order(releases.as_of(package, since), query)
        changed = [one for one in changed if one.id in kept or one.id in before]
    ranks = {CHANGED: 1, ADDED: 2}
    return sorted(changed, key=lambda one: (ranks.get(one.kind, 0), -kept.get(one.id, -1), one.id))


def _order(package: Package, query: Filter) -> dict[str, int]:
    """Id of each record that a filter leaves -> its place in time."""
    ids = package.incidents["id"].to_numpy()
    return {str(ids[row]): int(row) for row in Packaged(package).select(query)}


def pairs_of(query: Filter) -> address.Pairs:
    """The pairs of a filter."""
    return address.pairs(Scene(query=query))


def title(package: Package, query: Filter) -> str:
    """What a feed is called."""
    asked = describe.filter_in_words(query)
    return f"{package.title}: what is new{f' ({asked})' if asked else ''}"


def headline(one: RecordChange) -> str:
    """What an entry is called."""
    return f"{one.kind[:1].upper()}{one.kind[1:]}: {one.title}"


def lines(package: Package, one: RecordChange) -> Iterator[str]:
    """What an entry says, line by line: what was and is, and why."""
    row = package.row_of(one.id)
    yield f"{describe.release_of_record(one).partition(':')[0]}, {describe.day(one.release.date)}."
    if one.kind == ADDED and row >= 0:
        found = records.record(package, row)
        yield f"{found['when']}, {found['where']}, {found['type']}, {found['status']}."
        if found["summary"]:
            yield found["summary"]
    why = ""
    for change in one.changes:
        said = describe.change(change)
        if change.field:
            yield f"{said.what}: {_cut(said.before)} → {_cut(said.now)}"
        elif one.kind == CHANGED:
            yield f"{said.what}: {_cut(said.now or said.before)}"
        if said.why != why:
            why = said.why
            yield f"Why: {why}"


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"


def text(package: Package, one: RecordChange) -> str:
    """What an entry says, as plain text."""
    return "\n".join(lines(package, one))


def entry_id(package: Package, *parts: str) -> str:
    """An id that never changes, as a URN."""
    name = "/".join((str(package.descriptor.get("name", "marz")), *parts))
    return f"urn:uuid:{uuid.uuid5(NAMESPACE, name)}"


def _of(package: Package, one: RecordChange) -> str:
    return entry_id(package, one.release.number, one.id)


def _page_of(package: Package, links: Links, one: RecordChange) -> str:
    """Where a record is read; of one that is gone its old address says what became of it."""
    where = links.record(one.id)
    if links.files and package.row_of(one.id) < 0:
        where = links.listing()
    return where


def _stamp(package: Package, entries_: tuple[RecordChange, ...] = ()) -> str:
    """The day of the latest release, as both forms want it."""
    days = [one.release.day for one in entries_] or [
        one.day for one in releases.released(package)[-1:]
    ]
    day = max(days, default=api.midnight(package).date().isoformat())
    return f"{day}T00:00:00Z"


def atom(package: Package, links: Links, found: Feed) -> Answer:
    """Write a feed as Atom (RFC 4287, paged by RFC 5005)."""
    query, pairs = found.query, pairs_of(found.query)
    root = Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": "en"})

    def said(parent: Element, name: str, text: str = "", **attributes: str) -> None:
        SubElement(parent, name, attributes).text = legal(text.replace("\r", "")) or None

    def link(parent: Element, rel: str, where: str, kind: str = "text/html") -> None:
        said(parent, "link", rel=rel, type=kind, href=links.absolute(where) or where)

    said(root, "title", title(package, query))
    said(root, "id", entry_id(package, "feed", urlencode(pairs)))
    said(root, "updated", _stamp(package))
    for name in people(package):
        said(SubElement(root, "author"), "name", name)
    link(root, "self", links.feed(ATOM, pairs, found.page), FEEDS[ATOM])
    link(root, "alternate", links.listing(() if links.files else pairs))
    for rel, number in (("previous", found.page - 1), ("next", found.page + 1)):
        if 1 <= number <= found.pages:
            link(root, rel, links.feed(ATOM, pairs, number), FEEDS[ATOM])
    said(root, "generator", "Marz")
    for one in found.entries:
        entry = SubElement(root, "entry")
        said(entry, "title", headline(one))
        said(entry, "id", _of(package, one))
        said(entry, "updated", _stamp(package, (one,)))
        link(entry, "alternate", _page_of(package, links, one))
        for term in (one.kind, one.release.number):
            said(entry, "category", term=term)
        said(entry, "content", text(package, one), type="text")
    indent(root, "")
    content = tostring(root, encoding="unicode")
    written = f'<?xml version="1.0" encoding="UTF-8"?>\n{content}\n'
    return Answer(written.encode("utf-8", "replace"), FEEDS[ATOM], headers=api.OPEN)


def json_feed(package: Package, links: Links, found: Feed) -> Answer:
    """Write a feed as JSON Feed 1.1."""

    def whole(where: str) -> str:
        return links.absolute(where) or where

    query, pairs = found.query, pairs_of(found.query)
    body = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title(package, query),
        "home_page_url": whole(links.listing(() if links.files else pairs)),
        "feed_url": whole(links.feed(JSON, pairs, found.page)),
        **(
            {"next_url": whole(links.feed(JSON, pairs, found.page + 1))}
            if found.page < found.pages
            else {}
        ),
        "language": "en",
        "authors": [{"name": name} for name in people(package)],
        "items": [
            {
                "id": _of(package, one),
                "url": whole(_page_of(package, links, one)),
                "title": headline(one),
                "content_text": text(package, one),
                "date_published": _stamp(package, (one,)),
                "tags": [one.kind, one.release.number],
            }
            for one in found.entries
        ],
    }
    return Answer(api.dumps(body), FEEDS[JSON], headers=api.OPEN)


WRITERS = {ATOM: atom, JSON: json_feed}
"""Name of a feed -> its writer."""


def answer(package: Package, links: Links, name: str, query: Filter, page: int) -> Answer | None:
    """Answer a request for a feed; None where there are not so many pages.

    Parameters
    ----------
    name : str
        `ATOM` or `JSON`.
    """
    found = entries(package, query)
    # A folder has it all on one page.
    most = max(1, len(found)) if links.files else AT_ONCE
    pages = max(1, -(-len(found) // most))
    if page > pages:
        return None
    shown = tuple(found[(page - 1) * most : page * most])
    return WRITERS[name](package, links, Feed(query, shown, page, pages))
