"""``python -m geo open``: what an exported file shows, and what has changed since."""

from __future__ import annotations

import argparse
import webbrowser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from geo import address, days, describe
from geo.collection.packaged import Packaged
from geo.commands import options as shared
from geo.commands.snapshot import ending_of, write
from geo.export import state as file_state
from geo.export.state import changes
from geo.model import FilterError
from geo.package.load import Package

HERE = "http://localhost:8501"
"""Where `make run` serves the dashboard."""


def add(commands: Any) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "open", help="tell what a file shows and open the same view", allow_abbrev=False
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="any file exported from Marz")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="write the same view again"
    )
    parser.add_argument(
        "--url",
        nargs="?",
        const=HERE,
        metavar="BASE",
        help=f"open the view in a browser, on the dashboard at this address; {HERE} without one",
    )
    shared.add_made(parser)
    shared.add_data(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Tell, and write or open the view again."""
    base = _base(options.url) if options.url else ""
    if options.output:
        ending_of(options.output)
    found = file_state.read(_content(options.file), options.file.name)
    data = address.package_of(shared.load(options), found.parameters)
    reading = address.read(data, found.parameters)
    changed = changes.changes(data, found)
    _tell(options.file.name, data, found, reading, changed)
    link = base + address.of(reading.scene)
    print(describe.clean(link))
    if options.output:
        # A file of other data was not made on the day of the first.
        made = options.made or (days.today() if changed else found.made)
        write(options.output, data, reading.scene, made)
    if base and not webbrowser.open(link):
        shared.say("marz: no browser could be started. Open the address above in one.")
    return 0


def _tell(
    name: str,
    data: Package,
    found: file_state.EmbeddedState,
    reading: address.Reading,
    changed: tuple[str, ...],
) -> None:
    rows = Packaged(data).select(reading.scene.query)
    lines = [
        f"{name}: {describe.count(found.records.count, 'record')}, made on "
        f"{describe.day(found.made)} "
        f"with Marz {found.software}, data version {found.version}.",
        f"Now: {describe.summary(data, reading.scene.query, rows)}",
        *reading.notices,
        *(changed or ["The data have not changed since."]),
    ]
    for line in lines:
        print(describe.clean(line))


def _content(path: Path) -> bytes:
    try:
        # A byte more than may be read: of a file that is too large no more is held.
        with path.open("rb") as file:
            return file.read(file_state.LONGEST_FILE + 1)
    except OSError as error:
        raise FilterError(
            f"{path} cannot be read ({error.strerror}). Name a file that was exported from Marz."
        ) from error


def _base(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise FilterError(f"--url {text} is no address. Write such as {HERE}.")
    return text.rstrip("/") + "/"
