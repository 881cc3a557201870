"""From a path to its answer: every page, picture and file that a server of the atlas gives."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import unquote

import numpy as np

from geo import address, files, records
from geo.model import Filter, FilterError, RequestError
from geo.package import releases
from geo.package.load import Package, Rows
from geo.web import api, card, crawlers, feeds, list_pages, openapi
from geo.web.answer import Answer
from geo.web.links import FEEDS, Links, relative
from geo.web.news_page import news_page
from geo.web.page import ICON, Page, html
from geo.web.record_page import border_names, record_page

HTML = "text/html; charset=utf-8"
ENDING = re.compile(r"(.+?)(\.csl\.json|\.json|\.bib)", re.DOTALL)
"""Id of a record and the ending of another file of it; ids have no dots."""
PAGE = re.compile(r"[1-9]\d{0,5}", re.ASCII)
LISTS = {
    "b": list_pages.border_page,
    "a": list_pages.actor_page,
    "s": list_pages.source_page,
    "list": list_pages.index_page,
}
"""Folder -> what makes its pages."""
NEAR = 5
"""Records offered where there is none of an id."""


def respond(package: Package, links: Links, path: str, query: str = "") -> Answer:
    """Answer a request.

    Parameters
    ----------
    path : str
        Below the root, as it stands in the address (percent-encoded).
    query : str
        What stands behind its question mark.
    """
    given = address.given_in("?" + query)
    if address.AS_OF in given:
        asked = given[address.AS_OF][0]
        if asked not in releases.numbers(package):
            return _no_release(package, links, path, asked)
        package, links = releases.as_of(package, asked), replace(links, as_of=asked, cards=False)
    kind, _, rest = path.partition("/")
    one = unquote(rest, errors="replace")
    if kind == "api":
        return _data(package, links, path.removeprefix(api.ROOT).strip("/"), given)
    if path == "sitemap.xml":
        return crawlers.sitemap(package, links)
    if path == "robots.txt":
        return crawlers.robots(links)
    if path == ICON:
        return icon()
    if kind == "card":
        return _card(package, links, path, one)
    if kind == "r":
        return _record(package, links, path, one)
    asked = next(iter(given.get("page", ())), "")
    number = int(asked) if PAGE.fullmatch(asked) else 1
    if path in FEEDS:
        reading = address.read(package, given)
        if reading.notices:  # whoever follows one filter is not to be sent all records
            return api.error(400, *reading.notices[: api.NAMED])
        try:
            found = feeds.answer(package, links, path, reading.scene.query, number)
        except FilterError as wrong:
            return api.error(400, str(wrong))
        return found or missing(package, links, path)
    page: Page | None = None
    if kind in LISTS:
        page = LISTS[kind](package, links, one, page=number)
    elif path == links.release():
        page = news_page(package, links, path=path)
    elif kind == "new" and one:
        page = news_page(package, links, one, page=number)
    elif path == "f":
        page = _filtered(package, links, given, number)
    if page is None and kind in ("a", "s"):
        return _retired(package, links, path, one)
    if page is None:
        return missing(package, links, path)
    return Answer(html(package, links, page), HTML)


def _no_release(package: Package, links: Links, path: str, asked: str) -> Answer:
    known = ", ".join(releases.numbers(package)) or "none"
    said = f"“{asked[:60]}” is no release of these data. There are {known}."
    if path.startswith(api.ROOT):
        return api.error(400, said)
    return missing(package, links, path, said=said)


def _filtered(package: Package, links: Links, given: address.Given, number: int) -> Page | None:
    reading = address.read(package, given)
    query, notices = reading.scene.query, reading.notices
    try:
        return list_pages.filter_page(package, links, query, page=number, notices=notices)
    except FilterError as wrong:
        told = (*notices, str(wrong))
        return list_pages.filter_page(package, links, Filter(), page=number, notices=told)


def missing(
    package: Package, links: Links, path: str, *, said: str = "", status: int = 404
) -> Answer:
    """Answer that there is nothing, with what may be meant."""
    told = said or "Nothing is kept at this address. It may be mistyped, or cut short."
    asked = unquote(path.rpartition("/")[2], errors="replace")
    page = list_pages.missing_page(package, links, path, said=told, near=_near(package, asked))
    return Answer(html(package, links, page), HTML, status)


def _near(package: Package, asked: str) -> Rows:
    """Rows whose ids share most parts with what was asked for."""
    parts = set(asked[:200].casefold().split("-"))
    shared = [len(parts & set(str(one).casefold().split("-"))) for one in package.incidents["id"]]
    order = np.argsort(-np.array(shared, dtype=np.intp), kind="stable")[:NEAR]
    return np.array([row for row in order if shared[row] >= min(2, len(parts))], dtype=np.intp)


def icon() -> Answer:
    """The picture in a browser's tab."""
    return Answer((files.STATIC / ICON).read_bytes(), "image/svg+xml")


# ---------------------------------------------------------------- a record
def _record(package: Package, links: Links, path: str, one: str) -> Answer:
    row = package.row_of(one)
    if row >= 0:
        return Answer(html(package, links, record_page(package, links, row)), HTML)
    found = ENDING.fullmatch(one)
    if found and (row := package.row_of(found[1])) >= 0:
        return record_file(package, row, found[2])
    return _retired(package, links, path, one)


def record_file(package: Package, row: int, ending: str) -> Answer:
    """Another file of a record: ``.json``, ``.bib`` or ``.csl.json``."""
    if ending == ".json":
        return api.incident(package, str(package.incidents["id"].iat[row]))
    if ending == ".bib":
        content, kind = records.bibtex(package, row), "text/plain; charset=utf-8"
    else:
        content = records.csl_json(package, row)
        kind = "application/vnd.citationstyles.csl+json"
    return Answer(content.encode("utf-8", "replace"), kind, headers=api.OPEN)


def _retired(package: Package, links: Links, path: str, one: str) -> Answer:
    """Lead on from a record that was merged; say what became of one that was withdrawn."""
    found = releases.retired(package, one)
    if not found:
        return missing(package, links, path)
    successor = found["successor"]
    if successor:
        kind = path.partition("/")[0]
        pages: dict[str, Callable[[str], str]] = {"s": links.source, "a": links.actor}
        where = relative(path, pages.get(kind, links.record)(successor))
        return Answer(b"", HTML, 301, {"location": where})
    said = f"{one} was withdrawn in release {found['release']} of the data. {found['reason']}"
    return missing(package, links, path, said=said, status=410)


# ---------------------------------------------------------------- a card
def _card(package: Package, links: Links, path: str, one: str) -> Answer:
    found = card_of(package, one)
    if found is None:
        return missing(package, links, path)
    return Answer(card.draw(package, found), "image/jpeg")


def card_of(package: Package, name: str) -> card.Card | None:
    """What a card shows, by its path below ``card/``; None where there is none."""
    if name == "atlas.jpg":
        return card.of_atlas(package)
    kind, _, rest = name.partition("/")
    one = rest.removesuffix(".jpg")
    if kind == "r" and (row := package.row_of(one)) >= 0:
        return card.of_record(package, row)
    if kind == "b" and one in border_names(package):
        return card.of_border(package, one)
    return None


# ---------------------------------------------------------------- data
def _data(package: Package, links: Links, name: str, given: address.Given) -> Answer:
    try:
        if name.startswith("incidents.") and f".{name.partition('.')[2]}" in api.FORMATS:
            return api.incidents(package, links, f".{name.partition('.')[2]}", given)
        if name.startswith("incidents/"):
            return api.incident(package, unquote(name.removeprefix("incidents/"), errors="replace"))
        simple: dict[str, Callable[[], Answer]] = {
            "meta": lambda: api.meta(package, links),
            "changes": lambda: api.changes(package, given),
            "changes.csv": lambda: api.changes(package, given, csv=True),
            "openapi.json": lambda: openapi.answer(package, links),
        }
        if name in simple:
            return simple[name]()
        endings = ", ".join(f"incidents{ending}" for ending in api.FORMATS)
        raise RequestError(
            404, f"There are {endings}, incidents/ID, sets, {', '.join(simple)} below /{api.ROOT}/."
        )
    except RequestError as wrong:
        return api.error(wrong.status, *wrong.details)
