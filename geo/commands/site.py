"""``python -m geo site``: the whole atlas as files of a folder."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import Any

from geo import describe
from geo.commands import options as shared

BASE = re.compile(r"https?://[^\s<>\"'?#]+", re.ASCII)


def add(commands: Any) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "site", help="write the whole atlas as a folder of pages", allow_abbrev=False
    )
    shared.add_filters(parser)
    shared.add_made(parser)
    parser.add_argument(
        "--base-url",
        default="",
        type=_base,
        metavar="URL",
        help="address that the folder will have; cards and the sitemap need it",
    )
    parser.add_argument(
        "--no-cards", action="store_true", help="without pictures, which take most of the time"
    )
    parser.add_argument("-o", "--output", required=True, type=Path, metavar="DIR")
    parser.set_defaults(run=run)


def _base(text: str) -> str:
    if not text or BASE.fullmatch(text):
        return text
    raise argparse.ArgumentTypeError(
        f"“{text}” is no address. Write such as https://example.org/atlas/."
    )


def run(options: argparse.Namespace) -> int:
    """Write it, and say what was done."""
    from geo.web import site  # what it draws with is slow to import

    data = shared.load(options)
    done = site.write(
        data,
        options.output,
        query=shared.asked(options, data),
        base=options.base_url,
        day=options.made,
        cards=not options.no_cards,
        progress=_count,
    )
    removed = f", {done.removed:,} removed" if done.removed else ""
    shared.say(
        f"{describe.count(done.files, 'file')}, {done.size / 2**20:.1f} MB; {done.changed:,} "
        f"written{removed}. Open {options.output / 'index.html'}."
    )
    return 0


def _count(done: int, of: int) -> bool:
    """Count files on a terminal; Ctrl+C ends it."""
    if sys.stderr.isatty() and (done % 20 == 0 or done == of):
        print(f"\rfile {done:,} of {of:,}", end="\n" if done == of else "", file=sys.stderr)
    return True
