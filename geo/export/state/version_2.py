"""Finds the state in files of Marz 2, which each kind of file kept in a way of its own.

There it was a line of JSON. It is found by how it begins, by the same scan as a token; only its
first beginning is looked at. In a GeoPackage SQLite has cut longer ones into pieces: such a file
is recognised, not read.
"""

from __future__ import annotations

import json
import re
import zlib
from typing import Any

from geo.export.state.token import MOST_BYTES, WINDOW

PLAIN = b'{"marz-state":'
DOUBLED = b'{""marz-state"":'
"""In a cell of a CSV file."""
ESCAPED = b'{\\"marz-state\\":'
"""In GeoJSON, where it is a text."""
COMPRESSED = b"Marz-State\0\1\0\0\0"
"""In a PNG: keyword, flag and method of an iTXt chunk, no language."""
PIECE = 256
"""Bytes of a comment in a GIF after which another length stands between."""


def find(content: bytes) -> Any:
    """Find the state of a file of Marz 2.

    Parameters
    ----------
    content : bytes
        The whole file, of any kind. Nothing in it is trusted.

    Returns
    -------
    object
        What the JSON says; None if no state begins in the file.

    Raises
    ------
    ValueError, RecursionError
        If one begins that cannot be read.
    """
    for opening in (PLAIN, DOUBLED, ESCAPED, COMPRESSED):
        at = _search(content, opening)
        if at >= 0:
            text = _restored(content, opening, at).decode("latin-1")
            return json.JSONDecoder().raw_decode(text)[0]
    return None


def _search(content: bytes, opening: bytes) -> int:
    """Where an opening stands first, or -1; other threads may go on meanwhile."""
    for start in range(0, len(content), WINDOW):
        at = content.find(opening, start, start + WINDOW + len(opening) - 1)
        if at >= 0:
            return at
    return -1


def _restored(content: bytes, opening: bytes, at: int) -> bytes:
    """The JSON as it was before its kind of file wrote it in another way, and what follows it."""
    cut = content[at : at + MOST_BYTES]
    if opening == COMPRESSED:
        try:
            return zlib.decompressobj().decompress(cut[len(COMPRESSED) :], MOST_BYTES)
        except zlib.error as error:
            raise ValueError(str(error)) from error
    if opening == DOUBLED:
        return cut.replace(b'""', b'"')
    if opening == ESCAPED or content.startswith(b"%PDF-"):
        return re.sub(rb"\\(.)", rb"\1", cut)
    if content.startswith(b"GIF8"):
        return b"".join(cut[n : n + PIECE - 1] for n in range(0, len(cut), PIECE))
    return cut
