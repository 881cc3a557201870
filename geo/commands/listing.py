"""``python -m geo list``: incidents to standard output."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from geo import days
from geo.collection.packaged import Packaged
from geo.commands import options as shared
from geo.commands import terminal
from geo.export import state as file_state
from geo.export import text as export_text
from geo.model import Scene
from geo.picture.exported import Export


def add(commands: Any) -> None:
    """Declare the command."""
    parser = commands.add_parser("list", help="list incidents", allow_abbrev=False)
    shared.add_filters(parser)
    parser.add_argument("--format", choices=("table", "csv", "geojson"), default="table")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print what a filter leaves."""
    data = shared.load(options)
    asked = shared.asked(options, data)
    rows = Packaged(data).select(asked)
    if options.format == "table":
        print(terminal.table(data, asked, rows))
        return 0
    made = Export(data, Scene(asked), rows, options.format, file_state.moment(days.today()))
    is_csv = options.format == "csv"
    content = export_text.csv(made, mark=False) if is_csv else export_text.geojson(made)
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()
    return 0
