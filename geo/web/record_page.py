"""The page of one record: all that is known, who says what, what belongs to it, how to cite it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

import numpy as np

from geo import describe, records
from geo.collection import extents
from geo.model import Scene
from geo.package import releases
from geo.package.differences import CHANGED
from geo.package.load import Package, Rows, memoised
from geo.package.releases import RecordChange
from geo.vocabulary import ROLES
from geo.web import graph
from geo.web.links import Links, relative
from geo.web.markup import Child, Markup, element, joined
from geo.web.page import Page, facts, figure, section, shortened, table, type_class

AT_MOST = 12
"""Records of a list beside a record."""


def record_page(package: Package, links: Links, row: int) -> Page:
    """Make the page of a record.

    Parameters
    ----------
    row : int
        Position in ``package.incidents``.
    """
    found = records.record(package, row)
    path = links.record(found["id"])
    here = _Here(package, links, path)
    words = f"Map of where it was: {found['where']}."
    card = links.card("r", found["id"])
    description = f"{_line(found)}. {found['summary']}"
    related = records.related(package, row)
    body = [
        element("h1", found["title"]),
        element(
            "p",
            element(
                "span",
                found["type"],
                class_=type_class(found["type"], established=found["established"]),
            ),
            f" · {found['when']} · {found['where']} · {found['status']}",
            class_="facts",
        ),
        element("p", found["summary"], class_="lead"),
        figure(path, card, words),
        _facts(here, found),
        _accounts(found),
        _claims(here, found),
        _sources(here, found),
        here.listed("Part of a larger event", related.above, "Its toll includes this one's."),
        here.listed("Its parts", related.parts, "The toll above includes theirs."),
        here.listed("Other parts of the larger event", related.siblings),
        here.listed("Same day and place, another event", related.distinct),
        here.listed(
            "What else happened there",
            related.here,
            f"At the same place or within {records.NEAR_KM} km of its point.",
        ),
        here.listed(
            "Around that date",
            related.around,
            f"On the same border, possibly within {records.DAYS} days of it.",
        ),
        _releases(package, found),
        _citing(here, found),
        here.steps(row),
    ]
    return Page(
        path=path,
        title=found["title"],
        description=description,
        body=joined(body),
        card=card,
        card_words=words,
        graph=graph.of_record(package, links, found),
        meta=_meta(package, links, found, description),
        alternates=[("application/json", links.record(found["id"], ".json"))],
    )


def _line(found: dict[str, Any]) -> str:
    parts = [found["when"], found["where"], found["type"]]
    if found["deaths"] != describe.NOT_REPORTED:
        parts.append(f"deaths: {found['deaths']}")
    return ", ".join([*parts, found["status"]])


class _Here:
    """Links as the page at a path has them."""

    def __init__(self, package: Package, links: Links, path: str) -> None:
        self.package, self.links, self.path = package, links, path

    def to(self, path: str, label: Child, **attributes: str) -> Markup:
        """A link to another page."""
        return element("a", label, href=relative(self.path, path), **attributes)

    def record(self, incident_id: str, label: Child) -> Markup:
        """A link to a record's page."""
        return self.to(self.links.record(incident_id), label)

    def listed(self, title: str, rows: tuple[int, ...], note: str = "") -> Markup:
        """A list of records under a heading; nothing without any."""
        if not rows:
            return Markup()
        more = len(rows) - AT_MOST
        return section(
            title,
            element("p", note, class_="soft") if note else None,
            entries(self.package, self.links, self.path, rows[:AT_MOST]),
            element("p", f"and {more:,} more.", class_="soft") if more > 0 else None,
        )

    def steps(self, row: int) -> Markup:
        """To the records before and after it in time, and to the map."""
        ids = self.package.incidents["id"]
        around = [(row - 1, "‹ Previous"), (row + 1, "Next ›")]
        found = [
            self.to(self.links.record(str(ids.iat[other])), label)
            for other, label in around
            if 0 <= other < len(ids)
        ]
        scene = Scene(selected=str(ids.iat[row]), at=extents.alone(self.package, row))
        found.insert(1 if row else 0, self.to(self.links.atlas(scene), "Open it on the map"))
        return element("nav", found, class_="pages", aria_label="Other records")


@memoised
def _lines(package: Package) -> dict[str, list[Any]]:
    """Columns of the list, as Python's own values: no page waits for a table to be cut."""
    table = describe.as_table(package, np.arange(len(package.incidents), dtype=np.intp))
    return {name: table[name].tolist() for name in table.columns}


def entries(
    package: Package,
    links: Links,
    path: str,
    rows: Rows | tuple[int, ...] | list[int],
    notes: dict[int, str] | None = None,
) -> Markup:
    """A list of records: title, and date, place, type, deaths and status below it.

    Parameters
    ----------
    path : str
        Of the page that it stands on.
    notes : dict of int to str, optional
        What else is to be said of a row.
    """
    lines = _lines(package)
    found = []
    for row in (int(row) for row in rows):
        kind, status, deaths = lines["type"][row], lines["status"][row], lines["deaths"][row]
        told = [
            lines["where"][row],
            "" if deaths == describe.NOT_REPORTED else f"deaths: {deaths}",
            "" if status == "occurred" else status,
            (notes or {}).get(row, ""),
        ]
        found.append(
            element(
                "li",
                element(
                    "a", lines["title"][row], href=relative(path, links.record(lines["id"][row]))
                ),
                element(
                    "span",
                    element(
                        "span", kind, class_=type_class(kind, established=status == "occurred")
                    ),
                    "".join(f" · {part}" for part in [lines["when"][row], *told] if part),
                    class_="facts",
                ),
            )
        )
    return element("ul", found)


def _facts(here: _Here, found: dict[str, Any]) -> Markup:
    actors = [
        [here.to(here.links.actor(actor), name), f" ({ROLES.get(role, role)})"]
        for actor, name, role in found["roles"]
    ]
    kind = found["type"]
    if found["sub_event_type"]:
        kind += f", {found['sub_event_type'][:1].lower()}{found['sub_event_type'][1:]}"
    return facts(
        [
            ("Date", found["when"]),
            ("Place", found["where"]),
            ("About the place", found["place_note"]),
            ("Event type", kind),
            ("Status", found["status"]),
            ("Deaths", found["deaths"]),
            ("Injuries", found["injuries"]),
            (
                "Border",
                here.to(
                    here.links.border(found["border"]), border_name(here.package, found["border"])
                )
                if found["border"]
                else None,
            ),
            ("Countries involved", ", ".join(found["countries"])),
            ("Actors", joined(actors, ", ") if actors else ", ".join(found["actors"])),
            (
                "Part of",
                here.record(found["part_of"], found["part_of_title"] or found["part_of"])
                if here.package.row_of(found["part_of"]) >= 0
                else None,
            ),
            ("Note", found["note"]),
        ]
    )


@memoised
def border_names(package: Package) -> dict[str, str]:
    """Id of each border -> its name."""
    frame = package.layers["borders"]
    pairs = zip(frame["place_id"], frame["name"], strict=True)
    return {str(one): str(name or one) for one, name in pairs}


def border_name(package: Package, border: str) -> str:
    """Name of a border; its id where the layer has none."""
    return border_names(package).get(border, border)


def _accounts(found: dict[str, Any]) -> Markup | None:
    told = {account["measure"] for account in found["accounts"]}
    tables = []
    for measure, heading in records.COUNTED.items():
        if measure in told:
            frame = records.tolls_by_account(found["accounts"], measure)
            tables.append(table(frame.columns, frame.itertuples(index=False), heading))
    return section("Tolls by account", tables) if tables else None


def _claims(here: _Here, found: dict[str, Any]) -> Markup | None:
    if not found["claims"]:
        return None
    items = []
    for claim in found["claims"]:
        toll = claim["deaths"]
        details = [
            claim["when"],
            describe.count(toll, "death") if toll is not None else "",
            claim["source"]["paragraphs"],
        ]
        said = ", ".join(part for part in details if part)
        items.append(
            element(
                "li",
                element(
                    "span",
                    element("strong", claim["claimant"]),
                    f", {claim['stance_words']}{f', {said}' if said else ''}",
                ),
                element("blockquote", claim["statement"]),
                element(
                    "span",
                    here.to(here.links.source(claim["source"]["id"]), claim["source"]["short"]),
                    class_="facts",
                ),
            )
        )
    return section("Who says what", element("ul", items))


def _sources(here: _Here, found: dict[str, Any]) -> Markup | None:
    items = [
        element(
            "li",
            here.to(here.links.source(source["id"]), source["line"]),
            element(
                "span",
                source["paragraphs"],
                ". " if source["paragraphs"] and source["url"] else None,
                outside(source["url"]),
                class_="facts source",
            ),
            element("span", source["note"], class_="facts") if source["note"] else None,
        )
        for source in found["sources"]
    ]
    return section("Sources", element("ul", items)) if items else None


def _releases(package: Package, found: dict[str, Any]) -> list[Markup]:
    """What each release of the data changed in a record, and why."""
    return [
        section(
            f"{one.kind[:1].upper()}{one.kind[1:]} in {one.release.number}",
            element("p", f"{describe.day(one.release.date)}.", class_="soft"),
            _changes(one) if one.kind == CHANGED else element("p", " ".join(one.reasons)),
        )
        for one in releases.of_record(package, found["id"])
    ]


def _changes(one: RecordChange) -> Markup:
    return table(("What", "Before", "Now", "Why"), map(describe.change, one.changes))


def outside(url: str) -> Markup | None:
    """A link to a page of somebody else's; it is opened only by who follows it."""
    if not url:
        return None
    return element("a", "Open the page", href=url, rel="noopener noreferrer external")


CITATIONS = {".bib": "BibTeX", ".csl.json": "CSL-JSON", ".json": "JSON"}
"""Ending of another file of a record -> what it is."""


def _citing(here: _Here, found: dict[str, Any]) -> Markup:
    forms = [
        here.to(here.links.record(found["id"], ending), label)
        for ending, label in CITATIONS.items()
    ]
    return section(
        "Cite as",
        element("p", found["cite"]),
        element("p", "For programs: ", joined(forms, ", "), ".", class_="soft"),
        element("p", element("a", "Report an error by mail", href=_report(here, found))),
    )


def _report(here: _Here, found: dict[str, Any]) -> str:
    """Address of a mail about an error, with record and version filled in."""
    where = here.links.absolute(here.links.record(found["id"]))
    lines = [
        f"Record: {found['id']}",
        f"Data version: {here.package.version}",
        *([f"Address: {where}"] if where else []),
        "What is wrong: ",
        "What it should say, and where that is printed: ",
    ]
    asked = {"subject": f"Error in {found['id']}", "body": "\r\n".join(lines)}
    return f"mailto:?{urlencode(asked, quote_via=quote)}"


def _meta(
    package: Package, links: Links, found: dict[str, Any], description: str
) -> list[tuple[str, str]]:
    """What reference managers read: Highwire Press's names and Dublin Core's."""
    atlas = package.title
    people = [
        str(one["title"])
        for one in package.descriptor.get("contributors") or []
        if isinstance(one, dict) and one.get("title")
    ]
    address = links.absolute(links.record(found["id"])) or found["id"]
    rights = [
        str(one.get("title") or one.get("name"))
        for one in package.descriptor.get("licenses") or []
        if isinstance(one, dict)
    ]
    told = [
        ("citation_title", found["title"]),
        *(("citation_author", one) for one in people),
        ("citation_publisher", atlas),
        ("citation_journal_title", atlas),
        ("citation_language", "en"),
        ("citation_public_url", links.absolute(links.record(found["id"]))),
        ("citation_keywords", "; ".join([found["type"], *found["countries"]])),
        ("DC.title", found["title"]),
        *(("DC.creator", one) for one in people),
        ("DC.publisher", atlas),
        ("DC.type", "Dataset"),
        ("DC.identifier", address),
        ("DC.language", "en"),
        ("DC.description", shortened(description)),
        ("DC.coverage", found["where"]),
        ("DC.coverage", found["when"]),
        *(("DC.rights", one) for one in rights),
        *(("DC.source", source["line"]) for source in found["sources"]),
    ]
    return [(name, content) for name, content in told if content]
