"""The whole atlas as files of a folder: for a USB stick, a sub-path, any host, without a server."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from geo import VERSION, days, files, records
from geo.collection import actors
from geo.collection.packaged import Packaged
from geo.export import formats
from geo.model import Filter, GeoError, Progress, Scene, WriteError, tell
from geo.package import releases
from geo.package.load import Package
from geo.package.validate import is_layer
from geo.web import app_head, card, card_pool, crawlers, feeds, list_pages, news_page
from geo.web.answer import Answer
from geo.web.card import Card
from geo.web.links import FEEDS, Links
from geo.web.page import ICON, Page, html
from geo.web.record_page import CITATIONS, border_names, record_page
from geo.web.respond import card_of, icon, missing, record_file

MANIFEST = "marz-site.json"
"""What was written, so that it can be told from what others put beside it."""
DATA = (".csv", ".geojson", ".parquet", ".gpkg", ".zip")
"""Files of all records."""
SLOW = (".zip",)
"""Those of them that are only made when the data are not those of the last writing."""
WITHIN = re.compile(rb'(\s(?:href|src)=")(?!#|[a-z]+:)')
"""Beginning of a link of a page to another one; in texts a quotation mark is written otherwise."""
Make = Callable[[], bytes]


@dataclass(frozen=True)
class File:
    """A file of the site.

    Attributes
    ----------
    path : str
        Below the folder.
    make : callable
        Makes its bytes.
    key : str
        Of what is slow to make: as long as it is the same, so is the file. "" where the bytes are
        made and compared.
    card : Card, optional
        What a picture shows: these are drawn while the others are made.
    """

    path: str
    make: Make
    key: str = ""
    card: Card | None = None


@dataclass(frozen=True)
class Written:
    """What was done.

    Attributes
    ----------
    files, changed, removed : int
        In all; written anew; taken away since nothing asks for them any longer.
    size : int
        Bytes of all.
    """

    files: int
    changed: int
    removed: int
    size: int


def cut(package: Package, query: Filter) -> Package:
    """The package with what a filter leaves and what that rests on, and nothing else."""
    if query == Filter():
        return package
    rows = Packaged(package).select(query)
    kept = records.linked(package, rows)
    named = {name: kept.pop(name) for name in ("claims", "citations", "sources")}
    return replace(
        package,
        incidents=package.incidents.iloc[rows].reset_index(drop=True),
        further={**package.further, **kept},
        **named,
    )


def plan(package: Package, links: Links, query: Filter, *, day: date) -> Iterator[File]:
    """Say which files there are, the quick ones first.

    Parameters
    ----------
    query : Filter
        That the records were cut by; the feeds follow it.
    day : date
        On which they say that they were made.
    """
    yield File("index.html", partial(_front, package, links, day))
    yield from _lists(package, links)
    for row, one in enumerate(package.incidents["id"]):
        page = partial(record_page, package, links, row)
        yield File(links.record(one), partial(_whole, package, links, page))
        for ending in CITATIONS:
            yield File(
                links.record(one, ending),
                partial(_content, partial(record_file, package, row, ending)),
            )
    yield File("404.html", partial(_not_there, package, links))
    yield File(ICON, partial(_content, icon))
    yield File("robots.txt", partial(_content, partial(crawlers.robots, links)))
    for name in FEEDS:
        followed = partial(feeds.answer, package, links, name, query, 1)
        yield File(name, partial(_content, followed))
    if links.base:
        yield File("sitemap.xml", partial(_content, partial(crawlers.sitemap, package, links)))
    same = _digest([VERSION, package.version, package.incidents["id"].tolist(), day.isoformat()])
    for ending in DATA:
        data = partial(formats.make, package, Scene(), ending, day=day)
        yield File(links.data(ending), data, key=same if ending in SLOW else "")
    if links.cards:
        yield from _cards(package, links)


def _content(make: Callable[[], Answer | None]) -> bytes:
    answer = make()
    assert answer is not None, "there is a first page of each feed"
    return answer.content


def _not_there(package: Package, links: Links) -> bytes:
    """What a host shows for any address that there is not, however deep below the root it is.

    So its links must be absolute, where the root is known; without, they hold in the root alone.
    """
    content = missing(package, links, "404.html").content
    if not links.base:
        return content
    return WITHIN.sub(rb"\1" + links.base.encode(), content)


def _whole(package: Package, links: Links, make: Callable[[], Page | None]) -> bytes:
    page = make()
    assert page is not None, "it was counted before"
    return html(package, links, page)


def _front(package: Package, links: Links, day: date) -> bytes:
    """The exported page, which says what it is to those who do not run it."""
    content = formats.make(package, Scene(), ".html", day=day).decode()
    return app_head.front(package, links, content)


def _lists(package: Package, links: Links) -> Iterator[File]:
    """Every page of every list."""

    def pages(
        number: int, path: Callable[[int], str], make: Callable[..., Page | None], *what: Any
    ) -> Iterator[File]:
        for page in range(1, max(1, -(-number // list_pages.AT_ONCE)) + 1):
            made = partial(make, package, links, *what, page=page)
            yield File(path(page), partial(_whole, package, links, made))

    total = len(package.incidents)
    yield from pages(total, partial(links.listing, ()), list_pages.filter_page, Filter())
    for one in border_names(package):
        number = Packaged(package).count(Filter(chosen={"border": (one,)}))
        yield from pages(number, partial(links.border, one), list_pages.border_page, one)
    for one in actors.by_id(package):
        rows = list(actors.rows_of(package, one).values())
        number = len(np.unique(np.concatenate(rows))) if rows else 0
        yield from pages(number, partial(links.actor, one), list_pages.actor_page, one)
    for one, cited in list_pages.cited(package).items():
        yield from pages(len(cited), partial(links.source, one), list_pages.source_page, one)
    for one in releases.numbers(package):
        number = len(news_page.changes(package, one))
        yield from pages(number, partial(links.release, one), news_page.news_page, one)
    if releases.numbers(package):
        newest = partial(news_page.news_page, package, links, path=links.release())
        yield File(links.release(), partial(_whole, package, links, newest))
    for one in list_pages.INDEXES:
        number = list_pages.count(package, one)
        yield from pages(number, partial(links.index, one), list_pages.index_page, one)


def _cards(package: Package, links: Links) -> Iterator[File]:
    """All cards; those of one map in turn, so that each map is drawn once."""
    ids = [str(one) for one in package.incidents["id"]]
    names = [("atlas.jpg", links.card("atlas"))]
    names += [(f"b/{one}.jpg", links.card("b", one)) for one in border_names(package)]
    order = sorted(range(len(ids)), key=lambda row: (str(card.window(package, row)), row))
    names += [(f"r/{ids[row]}.jpg", links.card("r", ids[row])) for row in order]
    layers = layers_digest(package)
    for name, path in names:
        found = card_of(package, name)
        assert found is not None
        yield File(
            path,
            partial(card.draw, package, found),
            key=_digest([VERSION, layers, card.key(package, found)]),
            card=found,
        )


def layers_digest(package: Package) -> str:
    """Digest of the files that maps are drawn from."""
    digest = hashlib.sha256()
    for name, resource in sorted(package.resources.items()):
        path = package.directory / resource["path"]
        if (is_layer(resource) or name == "relief") and path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, default=str).encode()).hexdigest()[:24]


def write(
    package: Package,
    folder: Path,
    *,
    query: Filter,
    base: str = "",
    day: date | None = None,
    cards: bool = True,
    progress: Progress | None = None,
) -> Written:
    """Write the atlas into a folder; what is there already and the same stays untouched.

    Parameters
    ----------
    query : Filter
        Which records are in it, with all that they rest on.
    base : str
        Address that the folder will have, for what must be absolute: canonical addresses, cards,
        the sitemap. "" where that is not known.
    day : date, optional
        On which the files say that they were made. Without, that of the folder's last writing if
        the data are the same, so that nothing changes; else the present day.
    cards : bool
        Whether pictures are drawn for links to the pages; they take most of the time.
    progress : callable, optional
        Called after each file.

    Raises
    ------
    WriteError
        If the folder cannot be written, or holds what is not a site of Marz.
    Cancelled
        If `progress` said so.
    """
    package = cut(package, query)
    if not len(package.incidents):
        raise GeoError("Nothing matches these filters, so there is no atlas to write.")
    before = _manifest(folder)
    same = before.get("data") == package.version and before.get("marz") == VERSION
    if day is None:
        day = date.fromisoformat(before["made"]) if same else days.today()
    links = Links(base=f"{base.rstrip('/')}/" if base else "", files=True, cards=cards)
    planned = list(plan(package, links, query, day=day))
    keys: dict[str, str] = {}
    changed = size = 0

    def put(file: File, content: bytes) -> None:
        nonlocal changed
        path = folder / file.path
        if not path.is_file() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            changed += 1

    def done(file: File) -> None:
        nonlocal size
        keys[file.path] = file.key
        size += (folder / file.path).stat().st_size
        tell(progress, len(keys), len(planned))

    try:
        folder.mkdir(parents=True, exist_ok=True)
        same_still = {
            file.path
            for file in planned
            if file.key
            and before["files"].get(file.path) == file.key
            and (folder / file.path).is_file()
        }
        asked = {file.path: file for file in planned if file.card and file.path not in same_still}
        shown = {path: file.card for path, file in asked.items() if file.card}
        with card_pool.drawing(package, shown) as cards_drawn:
            for file in planned:
                if file.path in asked:
                    continue
                if file.path not in same_still:
                    put(file, file.make())
                done(file)
            for path, content in cards_drawn:
                put(asked[path], content)
                done(asked[path])
        keys = {file.path: file.key for file in planned}  # in the same order each time
        gone = [name for name in before["files"] if name not in keys]
        for name in gone:
            (folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise WriteError(
            f"“{folder}” could not be written ({error.strerror or error}). Name a folder that you "
            "may write to, with room for the files."
        ) from error
    told = {"marz": VERSION, "data": package.version, "made": day.isoformat(), "files": keys}
    files.write(folder / MANIFEST, (json.dumps(told, indent=0) + "\n").encode())
    return Written(len(planned), changed, len(gone), size)


def _manifest(folder: Path) -> dict[str, Any]:
    """What the last writing left; an empty or new folder has nothing.

    Raises
    ------
    WriteError
        If the folder holds something else: nothing of others is written over.
    """
    try:
        told = json.loads((folder / MANIFEST).read_text("utf-8"))
        names = [*told["files"]]
        date.fromisoformat(told["made"])
        root = folder.resolve()
        if all((root / name).resolve().is_relative_to(root) for name in names):
            return dict(told)
    except FileNotFoundError:
        if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
            return {"files": {}}
    except (OSError, ValueError, TypeError, KeyError):
        pass
    raise WriteError(f"“{folder}” is neither empty nor a site that Marz wrote. Name a new folder.")
