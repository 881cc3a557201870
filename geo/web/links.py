"""Where each page and file is: below a server, or in a folder; every link is relative."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode

from geo import address
from geo.model import Scene

PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,119}", re.ASCII)
"""Ids that can be the name of a file on any system."""

FEEDS = {"feed.atom": "application/atom+xml", "feed.json": "application/feed+json"}
"""Name of a feed of what is new -> media type."""


@dataclass(frozen=True)
class Links:
    """Paths below the root of the atlas, as a page of it links to them.

    Attributes
    ----------
    base : str
        Absolute address of the root with a slash at its end; "" where nobody knows it.
    files : bool
        Whether the pages are files of a folder; a server answers them otherwise.
    cards : bool
        Whether there are pictures of the pages.
    as_of : str
        Number of the release of the data that all pages linked to are of; "" for today's.
    """

    base: str = ""
    files: bool = False
    cards: bool = True
    as_of: str = ""

    @property
    def ending(self) -> str:
        """Of the path of a page."""
        return ".html" if self.files else ""

    def _named(self, folder: str, one: str, ending: str) -> str:
        if not self.files:
            return f"{folder}/{quote(one, safe='')}{ending}"
        if not PLAIN.fullmatch(one):
            # A dot parts the id from what follows, so no hash poses as an id.
            one = f"id.{hashlib.sha256(one.encode('utf-8', 'replace')).hexdigest()[:16]}"
        return f"{folder}/{one}{ending}"

    def record(self, incident_id: str, ending: str | None = None) -> str:
        """Page of a record, or another file of it."""
        return self._at(self._named("r", incident_id, self.ending if ending is None else ending))

    def border(self, place_id: str, page: int = 1) -> str:
        """Page of a border."""
        return self._paged("b", place_id, page)

    def actor(self, actor_id: str, page: int = 1) -> str:
        """Page of an actor."""
        return self._paged("a", actor_id, page)

    def source(self, source_id: str, page: int = 1) -> str:
        """Page of a source."""
        return self._paged("s", source_id, page)

    def _paged(self, folder: str, one: str, page: int) -> str:
        if self.files:
            return _file(self._named(folder, one, ""), page)
        return self._at(_asked(self._named(folder, one, ""), page=page))

    def _at(self, path: str) -> str:
        """A path with the release that it is of."""
        if not self.as_of or self.files:
            return path
        return f"{path}{'&' if '?' in path else '?'}{address.AS_OF}={self.as_of}"

    def listing(self, pairs: address.Pairs = (), page: int = 1) -> str:
        """List of the records that a filter leaves; a folder holds only that of all of them."""
        if self.files:
            return _file("f", page)
        return self._at(_asked("f", pairs, page))

    def index(self, name: str, page: int = 1) -> str:
        """List of all ``actors`` or ``sources``."""
        if self.files:
            return _file(name, page)
        return self._at(_asked(f"list/{name}", page=page))

    def release(self, number: str = "", page: int = 1) -> str:
        """What a release of the data brought; the last one without a number."""
        path = f"new/{number}" if number else "new"
        return _file(path, page) if self.files else _asked(path, page=page)

    def card(self, kind: str, one: str = "") -> str:
        """Picture that stands for a page where it is linked to; "" where there are none."""
        if not self.cards:
            return ""
        return self._named(f"card/{kind}", one, ".jpg") if one else "card/atlas.jpg"

    def atlas(self, scene: Scene | None = None) -> str:
        """The map with a view of it."""
        said = address.of(replace(scene or Scene(), as_of=self.as_of), short=True)
        if self.files:
            return f"index.html#{said[1:]}" if len(said) > 1 else "index.html"
        return f"./{said}" if len(said) > 1 else "./"

    def data(self, ending: str, pairs: address.Pairs = ()) -> str:
        """File of the records that a filter leaves; a folder holds only that of all of them."""
        if self.files:
            return f"data/incidents{ending}"
        return self._at(_asked(f"api/v1/incidents{ending}", pairs))

    def of_set(self, one: str, ending: str) -> str:
        """Records of a data set that may be passed on."""
        return f"api/v1/sets/{quote(one, safe='')}{ending}"

    def feed(self, name: str, pairs: address.Pairs = (), page: int = 1) -> str:
        """A feed of what is new among what a filter leaves; a folder holds only that of all."""
        return name if self.files else _asked(name, pairs, page)

    def absolute(self, path: str) -> str:
        """A path with the base before it; "" where that is not known, or there is no path."""
        return self.base + path.removeprefix("./") if self.base and path else ""


def _file(name: str, page: int) -> str:
    """File of a page of a list."""
    return f"{name}.html" if page < 2 else f"{name}.{page}.html"


def _asked(path: str, pairs: address.Pairs = (), page: int = 1) -> str:
    """A path with a filter and, after the first, the number of a page."""
    further = (("page", str(page)),) if page > 1 else ()
    return f"{path}?{urlencode((*pairs, *further))}" if pairs or further else path


def relative(start: str, target: str) -> str:
    """Path from one page to another, both below the root: so the atlas works at any address."""
    up = "../" * start.partition("?")[0].count("/")
    return up + target.removeprefix("./") if up else target
