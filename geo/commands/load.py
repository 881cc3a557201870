"""``python -m geo load``: a data set into a database."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from geo import describe


def add(commands: Any) -> None:
    """Declare the command."""
    parser = commands.add_parser("load", help="write a data set to a database", allow_abbrev=False)
    parser.add_argument("file", type=Path, metavar="DATASET.parquet")
    parser.add_argument(
        "--to",
        metavar="URL",
        default="",
        help="postgresql://… or spark://…; MARZ_DATABASE_URL without, which hides a password",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Load it, and say how far it is."""
    from geo.collection.engine import servers  # Ibis is slow to import, and only databases need it

    shown = -1

    def progress(done: int, total: int) -> bool:
        nonlocal shown
        if total and done * 100 // total > shown:
            shown = done * 100 // total
            print(f"\r{shown} %", end="", file=sys.stderr, flush=True)
        return True

    rows = servers.load(options.file, options.to, progress)
    print(f"\r{describe.count(rows, 'incident')} loaded.", file=sys.stderr)
    return 0
