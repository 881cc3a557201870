"""What the commands that build layers share: their options, and how they end."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

CACHE = Path(__file__).resolve().parents[2] / ".cache/layers"


def options(about: str | None, committed: str, *, needs: str = "") -> argparse.Namespace:
    """Read the command line: where packages are kept, and whether to compare only."""
    parser = argparse.ArgumentParser(
        description=about, epilog=needs, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument(
        "--check", action="store_true", help=f"build aside and compare with {committed}"
    )
    return parser.parse_args()


def told(wrong: Sequence[str]) -> int:
    """Print what is wrong; the exit status."""
    print("\n".join(f"WRONG: {item}" for item in wrong) or "All well.")
    return 1 if wrong else 0
