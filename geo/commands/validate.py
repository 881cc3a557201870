"""``python -m geo validate``: every problem of a data package."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from geo import describe
from geo.commands import options as shared
from geo.package import evidence, releases
from geo.package.load import load_package


def add(commands: Any) -> None:
    """Declare the command."""
    parser = commands.add_parser("validate", help="check a package", allow_abbrev=False)
    parser.add_argument("directory", nargs="?", type=Path, metavar="DIR")
    shared.add_data(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print each problem on a line of its own."""
    data = load_package(options.directory or options.data)
    problems = [*data.problems]
    if len(data.further.get("accounts", ())):
        # A package that sets out accounts is held to the rule of evidence that goes with them.
        problems += evidence.problems(data)
    problems += releases.problems(data)
    for problem in problems:
        print(describe.clean(str(problem)))
    if problems:
        shared.say(f"marz: {describe.count(len(problems), 'problem')} found.")
        return 1
    counts = [
        describe.count(len(data.incidents), "incident"),
        describe.count(len(data.claims), "claim"),
        describe.count(len(data.sources), "source"),
        describe.count(len(data.layers), "layer"),
    ]
    print(f"ok: {', '.join(counts)}, version {data.version}")
    return 0
