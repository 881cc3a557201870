"""What the state is called in each kind of file, and how much of a file is looked at."""

from __future__ import annotations

KEYWORD = "Marz-State"
"""Of the text chunk of a PNG."""
NAME = "marz_state"
"""Of the column of a CSV file, the foreign member of GeoJSON, the metadata of Parquet and the key
in a GeoPackage."""
BLOCK = "marz-state"
"""Id of the block of an HTML page."""
FILE = "marz-state.json"
"""In a bundle."""
MARK = '{"marz-state":'
"""How every state begins."""
LONGEST_STATE = 2**20
LONGEST_FILE = 200 * 2**20
LONGEST_PARSED = 64 * 2**20
"""Bytes of a file that is parsed whole."""
MOST_PARTS = 4096
"""Boxes, members or entries of a file that are looked through."""


class DamagedError(Exception):
    """A file ends too early or holds what its kind does not allow."""
