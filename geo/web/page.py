"""The frame of a page: head with title, card and data for machines; header, body, footer."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from geo import address, describe
from geo.package import releases
from geo.package.load import Package
from geo.records import licences
from geo.vocabulary import EVENT_TYPES
from geo.web.links import FEEDS, Links, relative
from geo.web.markup import Child, Markup, element, joined, linked_data

STYLE = Path(__file__).with_name("page.css")
ICON = "favicon.svg"
CARD_SIZE = 1200, 630
"""Pixels of a card, as those who show it cut it."""
LONGEST_DESCRIPTION = 300
"""Characters of a description; who shows it cuts it sooner."""


@dataclass(frozen=True)
class Page:
    """What a page says; `html` puts the frame round it.

    Attributes
    ----------
    path : str
        Below the root of the atlas.
    title, description : str
        For the tab, search engines and whoever shows a link to the page.
    body : Markup
        Between header and footer.
    card : str
        Path of its picture.
    card_words : str
        What the picture shows.
    graph : list of dict
        JSON-LD: nodes of one ``@graph``.
    meta : list of (str, str)
        Names and contents for reference managers.
    alternates : list of (str, str)
        Media type and path of other forms of what the page shows.
    listed : bool
        Whether a search engine should keep it.
    """

    path: str
    title: str
    description: str
    body: Markup
    card: str = ""
    card_words: str = ""
    graph: Sequence[dict[str, Any]] = ()
    meta: Sequence[tuple[str, str]] = ()
    alternates: Sequence[tuple[str, str]] = field(default=())
    listed: bool = True


def shortened(words: str) -> str:
    """A description: one line, cut between words."""
    line = " ".join(words.split())
    if len(line) <= LONGEST_DESCRIPTION:
        return line
    return line[: LONGEST_DESCRIPTION - 2].rpartition(" ")[0].rstrip(",;.") + " …"


def type_class(event_type: str, *, established: bool) -> str:
    """Classes of an event type in the style sheet: its colour, hollow where not established."""
    kinds = list(EVENT_TYPES)
    number = f" t{kinds.index(event_type)}" if event_type in kinds else ""
    return f"type{number}{'' if established else ' hollow'}"


@cache
def style() -> str:
    """The style sheet of every page: small, and part of it, so that a page is one file."""
    kinds = "".join(
        f".t{number}{{--type:{colour}}}" for number, (colour, _) in enumerate(EVENT_TYPES.values())
    )
    sheet = re.sub(r"/\*.*?\*/", "", STYLE.read_text("utf-8"), flags=re.DOTALL)
    return " ".join(f"{sheet}{kinds}".split())


@cache
def policy() -> str:
    """What a page may do: show pictures beside it, look as we say, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()
    return (
        f"default-src 'none'; img-src 'self' file:; style-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'self'"
    )


def html(package: Package, links: Links, page: Page) -> bytes:
    """Write a page: whole in one file, readable without JavaScript.

    Returns
    -------
    bytes
        UTF-8. Links are relative; what must be absolute (canonical address, card) is there only
        where `links` knows the base.
    """
    document = element(
        "html",
        element("head", head(package, links, page)),
        element(
            "body",
            element("a", "Skip to the text", id="skip", href="#text"),
            _header(package, links, page),
            element("main", _as_of(package, links, page), page.body, id="text"),
            _footer(package, links, page),
        ),
        lang="en",
    )
    return f"<!doctype html>\n{document}\n".encode("utf-8", "replace")


def head(package: Package, links: Links, page: Page, *, own_style: bool = True) -> Markup:
    """What the head of a page holds.

    Parameters
    ----------
    own_style : bool
        Whether policy, viewport and style sheet are part of it; the app brings its own.
    """
    atlas = package.title
    canonical = links.absolute(page.path)
    graph = {"@context": "https://schema.org", "@graph": list(page.graph)}
    first = [
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy()),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("meta", name="color-scheme", content="light dark"),
        element("link", rel="icon", type="image/svg+xml", href=relative(page.path, ICON)),
    ]
    shown = page.title if page.title == atlas else f"{page.title} · {atlas}"
    return joined(
        [
            first if own_style else None,
            element("title", shown),
            element("meta", name="description", content=shortened(page.description)),
            None
            if page.listed and not package.as_of
            else element("meta", name="robots", content="noindex"),
            _addresses(links, page, canonical) if canonical else None,
            _card(links, page, atlas, canonical),
            [element("meta", name=name, content=content) for name, content in page.meta],
            linked_data(graph) if page.graph else None,
            Markup(f"<style>{style()}</style>") if own_style else None,
        ],
        "\n",
    )


def _as_of(package: Package, links: Links, page: Page) -> Markup | None:
    """Say that the records are those of a release, and lead to those of today."""
    if not package.as_of:
        return None
    day = describe.day(releases.find(package, package.as_of).date)
    today = relative(page.path, replace(links, as_of="").listing())
    return element(
        "p",
        f"Release {package.as_of} of {day}: the records as they were then. ",
        None if links.files else element("a", "Today’s records", href=today),
        class_="facts",
    )


def _addresses(links: Links, page: Page, canonical: str) -> list[Markup]:
    found = [element("link", rel="canonical", href=canonical)]
    found += [
        element("link", rel="alternate", hreflang=language, href=canonical)
        for language in ("en", "x-default")
    ]
    found += [
        element("link", rel="alternate", type=kind, href=links.absolute(path))
        for kind, path in page.alternates
    ]
    return found


def _card(links: Links, page: Page, atlas: str, canonical: str) -> list[Markup]:
    """Open Graph, which chats read too; without a base there is no address to give."""
    told = {
        "og:type": "article",
        "og:site_name": atlas,
        "og:title": page.title,
        "og:description": shortened(page.description),
        "og:locale": "en_GB",
    }
    if canonical:
        told["og:url"] = canonical
    picture = links.absolute(page.card) if page.card else ""
    if picture:
        told |= {
            "og:image": picture,
            "og:image:type": "image/jpeg",
            "og:image:width": str(CARD_SIZE[0]),
            "og:image:height": str(CARD_SIZE[1]),
            "og:image:alt": page.card_words,
        }
    found = [element("meta", property=name, content=value) for name, value in told.items()]
    kind = "summary_large_image" if picture else "summary"
    return [*found, element("meta", name="twitter:card", content=kind)]


def _header(package: Package, links: Links, page: Page) -> Markup:
    steps = [
        ("Map", links.atlas()),
        ("Records", links.listing()),
        ("Actors", links.index("actors")),
        ("Sources", links.index("sources")),
    ]
    if len(releases.numbers(package)) > 1:
        steps.append((address.TITLES["changes"], links.release()))
    return element(
        "header",
        anchors(page.path, [(package.title, links.atlas())]),
        element("nav", anchors(page.path, steps, " · "), aria_label="Atlas"),
    )


def _footer(package: Package, links: Links, page: Page) -> Markup:
    terms = "; ".join(f"{one['title']} ({one['covers']})" for one in licences(package))
    credit = ". ".join(line.rstrip(".") for line in describe.map_credits(package))
    return element(
        "footer",
        element(
            "p",
            f"Data version {package.version}. All records as ",
            data_files(page.path, links),
            ".",
        ),
        element("p", "What is new, for feed readers: ", feeds(page.path, links), "."),
        element("p", f"Licences: {terms}.") if terms else None,
        element("p", f"Map: {credit}.") if credit else None,
    )


def anchors(page: str, targets: Iterable[tuple[str, str]], separator: str = ", ") -> Markup:
    """Links from a page side by side, given by label and path."""
    found = [element("a", label, href=relative(page, path)) for label, path in targets]
    return joined(found, separator)


def data_files(page: str, links: Links, pairs: address.Pairs = ()) -> Markup:
    """Links to what a filter leaves as files."""
    forms = ((".csv", "CSV"), (".geojson", "GeoJSON"), (".parquet", "GeoParquet"))
    return anchors(page, [(label, links.data(ending, pairs)) for ending, label in forms])


def feeds(page: str, links: Links, pairs: address.Pairs = ()) -> Markup:
    """Links to what is new of a filter."""
    labels = zip(("Atom", "JSON Feed"), FEEDS, strict=True)
    return anchors(page, [(label, links.feed(name, pairs)) for label, name in labels])


def figure(page: str, card: str, words: str) -> Markup | None:
    """The picture of a page, fetched when it comes into view; nothing where there is none."""
    if not card:
        return None
    return element(
        "figure",
        element(
            "img",
            src=relative(page, card),
            alt=words,
            width=CARD_SIZE[0],
            height=CARD_SIZE[1],
            loading="lazy",
        ),
    )


def facts(pairs: Sequence[tuple[str, Child]]) -> Markup:
    """Labels and what they say; what is blank is left out."""
    return element(
        "dl", [[element("dt", label), element("dd", said)] for label, said in pairs if said]
    )


def section(title: str, *children: Child) -> Markup:
    """A part of a page with its heading."""
    return element("section", element("h2", title), *children)


def table(names: Iterable[str], rows: Iterable[Iterable[Any]], caption: str = "") -> Markup:
    """A table that scrolls where it is too wide; a cell that is None is empty."""
    head = [element("th", str(name), scope="col") for name in names]
    cells = [[element("td", "" if cell is None else str(cell)) for cell in row] for row in rows]
    return element(
        "div",
        element(
            "table",
            element("caption", caption) if caption else None,
            element("thead", element("tr", head)),
            element("tbody", [element("tr", row) for row in cells]),
        ),
        class_="wide",
    )
