"""``python -m geo snapshot`` and ``bundle``: files of what is shown."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path
from typing import Any

from geo import days, describe, files
from geo.collection.packaged import Packaged
from geo.commands import options as shared
from geo.export import formats
from geo.model import FilterError, Scene
from geo.package.load import Package


def add(commands: Any) -> None:
    """Declare the commands."""
    parser = commands.add_parser("snapshot", help="write a map or a file", allow_abbrev=False)
    shared.add_filters(parser)
    shared.add_picture(parser)
    shared.add_made(parser)
    parser.add_argument(
        "-o",
        "--output",
        required=True,
        type=Path,
        metavar="FILE",
        help=f"its ending decides what it becomes: {', '.join(formats.FORMS)}",
    )
    parser.set_defaults(run=run)

    parser = commands.add_parser(
        "bundle", help="write map, records, sources and licences as one zip", allow_abbrev=False
    )
    shared.add_filters(parser)
    shared.add_picture(parser)
    shared.add_made(parser)
    parser.add_argument("-o", "--output", required=True, type=Path, metavar="FILE.zip")
    parser.set_defaults(run=run_bundle)


def run(options: argparse.Namespace) -> int:
    """Write one file."""
    ending = ending_of(options.output)
    if options.each and formats.FORMS[ending].kind not in ("picture", "bundle"):
        raise FilterError(
            f"--each {options.each} makes a picture, and --output {options.output} is none. "
            "End it in .png, .svg or .pdf, or leave --each out."
        )
    data = shared.load(options)
    shown = shared.shown(options, data)
    try:
        write(options.output, data, shown, options.made or days.today())
    except FilterError as error:
        named = f"--each {options.each}" if options.each else f"--output {options.output}"
        raise FilterError(f"{named}: {error}") from None
    return 0


def run_bundle(options: argparse.Namespace) -> int:
    """Write a bundle."""
    if options.output.suffix.lower() != ".zip":
        raise FilterError(f"--output {options.output} is no bundle. End it in .zip.")
    return run(options)


def ending_of(path: Path) -> str:
    """The ending of a file to be written, if it is one that Marz writes.

    Raises
    ------
    FilterError
        Names the endings that there are.
    """
    ending = path.suffix.lower()
    if ending not in formats.FORMS:
        raise FilterError(
            f"--output {path} has no ending that Marz writes. "
            f"End it in {describe.listed(list(formats.FORMS), 'or')}."
        )
    return ending


def write(path: Path, data: Package, scene: Scene, made: date) -> None:
    """Make a file, write it whole, and say what is in it."""
    ending = ending_of(path)
    part = formats.PARTS.get(formats.FORMS[ending].kind, "")
    content = formats.make(
        data, scene, ending, day=made, progress=lambda done, of: _count(part, done, of)
    )
    files.write(path, content)
    shared.say(describe.summary(data, scene.query, Packaged(data).select(scene.query)))


def _count(part: str, done: int, of: int) -> bool:
    """Count frames, maps or files on a terminal; Ctrl+C ends it."""
    if sys.stderr.isatty():
        print(f"\r{part} {done} of {of}", end="\n" if done == of else "", file=sys.stderr)
    return True
