"""Where the data package is; apart from what reads it, which takes long to import."""

from __future__ import annotations

import os
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent / "data"


def default_directory() -> Path:
    """The package in ``MARZ_DATA``, or the one that comes with Marz."""
    return Path(os.environ.get("MARZ_DATA") or HOME)
