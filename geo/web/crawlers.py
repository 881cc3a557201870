"""What tells search engines which pages there are: sitemap.xml and robots.txt."""

from __future__ import annotations

from collections.abc import Iterator

from geo.collection import actors
from geo.package import releases
from geo.package.load import Package
from geo.web.answer import Answer
from geo.web.links import Links
from geo.web.markup import element, joined
from geo.web.record_page import border_names

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
MOST = 50_000
"""Addresses of one sitemap, as sitemaps.org has it."""


def pages(package: Package, links: Links) -> Iterator[str]:
    """Paths of all pages of the atlas, without those that go on with a list."""
    yield links.atlas()
    yield links.listing()
    yield links.index("actors")
    yield links.index("sources")
    yield from (links.release(one) for one in releases.numbers(package))
    yield from (links.border(one) for one in border_names(package))
    yield from (links.record(str(one)) for one in package.incidents["id"])
    yield from (links.actor(one) for one in actors.by_id(package))
    yield from (links.source(str(one)) for one in package.sources["id"])


def sitemap(package: Package, links: Links) -> Answer:
    """List all pages; `links` must know the base, for a sitemap has whole addresses."""
    found = [
        element("url", element("loc", links.absolute(path)))
        for path, _ in zip(pages(package, links), range(MOST), strict=False)
    ]
    body = element("urlset", joined(found, "\n"), xmlns=NAMESPACE)
    return Answer(f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'.encode(), "application/xml")


def robots(links: Links) -> Answer:
    """Let everybody read the pages; there is no end of filters, and programs know the data."""
    lines = ["User-agent: *", "Disallow: /f?", "Disallow: /api/", "Disallow: /_stcore/", "Allow: /"]
    if links.base:
        lines += ["", f"Sitemap: {links.absolute('sitemap.xml')}"]
    return Answer("\n".join([*lines, ""]).encode(), "text/plain; charset=utf-8")
