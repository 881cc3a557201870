"""``python -m geo release``: make a release of the data, with the reason of every change."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from geo import address, days, describe, files
from geo.collection.packaged import Packaged
from geo.commands import options as shared
from geo.export import bundle, formats
from geo.export import state as file_state
from geo.model import FilterError, Scene
from geo.package import differences, making, releases
from geo.package.load import Package, load_package
from geo.package.releases import Release
from geo.picture.exported import Export


def add(commands: Any) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "release",
        help="make a release of the data: what changed and why, and a bundle to deposit",
        allow_abbrev=False,
    )
    parser.add_argument("number", metavar="NUMBER", help="such as 3.0.0; the last one is made anew")
    parser.add_argument("--reasons", required=True, type=Path, metavar="FILE.toml")
    parser.add_argument("--day", type=shared.day, metavar="DAY", help="of the release; today's")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE.zip", help="bundle to deposit for a DOI"
    )
    shared.add_data(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Compare, give reasons, write the tables and the bundle."""
    number, day = options.number, options.day or days.today()
    if not releases.NUMBER.fullmatch(number):
        raise FilterError(f"“{number}” is no number of a release. Write such as 3.0.0.")
    if options.output and options.output.suffix.lower() != ".zip":
        raise FilterError(f"--output {options.output} is no bundle. End it in .zip.")
    reasons = making.reasons_in(options.reasons)
    package = shared.load(options)
    making.check(package)
    made = making.make(package, number, day, reasons)
    making.write(package, made)
    kinds = [sum(one.kind == kind for one in made.changes) for kind in differences.KINDS]
    told = [f"{n:,} {kind}" for n, kind in zip(kinds, differences.KINDS, strict=True) if n]
    shared.say(f"Release {number} of {describe.day(day)}: {', '.join(told) or 'no change'}.")
    if options.output:
        later = load_package(package.directory)
        picture = partial(formats.make, later, Scene(), ".png", day=day)
        files.write(options.output, bundled(later, made.release, picture=picture))
        shared.say(f"{options.output} is ready to be deposited.")
    return 0


def bundled(package: Package, release: Release, *, picture: Callable[[], bytes]) -> bytes:
    """The bundle of all records, with what it takes to deposit it, dated to the release.

    Parameters
    ----------
    picture : callable
        Makes the map as a PNG.
    """
    scene, now = Scene(), file_state.moment(release.date)
    rows = Packaged(package).select(scene.query)
    state, link = file_state.write(package, scene, rows, now=now), address.of(scene, short=True)
    whole = Export(package, scene, rows, "zip", now, state, link)
    return bundle.bundle(whole, picture=picture, release=release)
