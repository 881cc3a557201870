"""``python -m geo diff`` and ``watch``: what lies between two releases, and what is new."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from geo import address, describe
from geo.commands import options as shared
from geo.export import text as export_text
from geo.model import Filter, FilterError, PackageError
from geo.package import releases
from geo.web import feeds
from geo.web.links import Links


def add(commands: Any) -> None:
    """Declare the commands."""
    parser = commands.add_parser(
        "diff", help="tell what lies between two releases of the data", allow_abbrev=False
    )
    parser.add_argument("first", metavar="RELEASE", help="such as 2.0.0")
    parser.add_argument("last", metavar="RELEASE", nargs="?", help="the last one without")
    parser.add_argument("--format", choices=("table", "csv"), default="table")
    shared.add_filters(parser)
    parser.set_defaults(run=run_diff)

    parser = commands.add_parser(
        "watch", help="print what is new of a filter, for mail and chat", allow_abbrev=False
    )
    parser.add_argument(
        "--since",
        default="",
        metavar="RELEASE|DAY",
        help="what came after a release, or from a day on; everything without",
    )
    parser.add_argument(
        "--base-url", default="", metavar="URL", help="address of the atlas, to link to its pages"
    )
    shared.add_filters(parser)
    parser.set_defaults(run=run_watch)


def run_diff(options: argparse.Namespace) -> int:
    """Print the differences of two releases: records in lines, or every field as CSV."""
    data = shared.load(options)
    query = shared.asked(options, data)
    known = releases.numbers(data)
    last = options.last or next(reversed(known), "")
    try:
        changed = releases.records_between(data, options.first, last)
        every = releases.between(data, options.first, last)
    except PackageError as error:
        raise FilterError(str(error)) from None
    found = feeds.matching(data, changed, query, options.first)
    if options.format == "csv":
        if query != Filter():
            ids = {one.id for one in found}
            every = tuple(one for one in every if one.record in ids)
        sys.stdout.buffer.write(export_text.changes(every, mark=False))
        sys.stdout.buffer.flush()
        return 0
    for one in found:
        print(describe.clean(f"{one.id}: {one.title}. {describe.release_of_record(one)}"))
    kinds = [one.kind for one in found]
    shared.say(
        f"{options.first} to {last}: {describe.count(len(found), 'record')}; "
        + ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds))
    )
    return 0


def run_watch(options: argparse.Namespace) -> int:
    """Print the entries of a feed as text."""
    data = shared.load(options)
    query = shared.asked(options, data)
    since = options.since
    if since and since not in releases.numbers(data) and not address.DAY.fullmatch(since):
        known = ", ".join(releases.numbers(data)) or "none"
        raise FilterError(
            f"--since {since} is neither a release ({known}) nor a day such as 2026-11-24."
        )
    found = feeds.entries(data, query, since=since)
    print(describe.clean(feeds.title(data, query)))
    for one in found:
        print()
        print(describe.clean(feeds.headline(one)))
        for line in feeds.lines(data, one):
            print(describe.clean(line))
        if options.base_url:
            print(describe.clean(_link(options.base_url, one.id)))
    if not found:
        print("Nothing is new.")
    return 0


def _link(base: str, record: str) -> str:
    links = Links(base=f"{base.rstrip('/')}/")
    return links.absolute(links.record(record))
