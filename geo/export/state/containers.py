"""Where each kind of file keeps the state that it carries. Nothing in a file is trusted.

A kind is told by its first bytes, never by its name. Whatever is unpacked is bounded, and no
library opens a file for more than its metadata.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Callable

from geo.export.state import documentstate, picturestate
from geo.export.state.marks import LONGEST_FILE, LONGEST_STATE, MARK, NAME, DamagedError
from geo.model import StateError

KINDS = "PNG, SVG, PDF, GIF, MP4, HTML, CSV, GeoJSON, Parquet, GeoPackage or bundle (ZIP)"
DAMAGES = (
    DamagedError,
    struct.error,
    zlib.error,
    zipfile.BadZipFile,
    ValueError,
    LookupError,
    EOFError,
    RuntimeError,
    OverflowError,
)
"""What reading a file that is cut off or made up may raise."""
QUOTED = MARK.replace('"', '""').encode()
"""How a state begins in a heading of CSV."""


def state_in(content: bytes, called: str) -> str:
    """Find the state in a file.

    Parameters
    ----------
    content : bytes
        The whole file.
    called : str
        What to call it in messages.

    Returns
    -------
    str
        As it stands there; not parsed yet.

    Raises
    ------
    CarriedError
        If it is of no kind that Marz writes, is too large, or carries none.
    """
    if not content:
        raise StateError(f"{called} is empty. Choose the file as it was taken away.")
    if len(content) > LONGEST_FILE:
        raise StateError(
            f"{called} is larger than {LONGEST_FILE // 2**20} MB. Open the address that is printed "
            "on it instead."
        )
    kind, find = _kind(content)
    if find is None:
        raise StateError(
            f"{called} is of no kind that Marz writes. Choose a file that was taken from Marz: "
            f"{KINDS}."
        )
    try:
        found = find(content)
    except DAMAGES as error:
        raise StateError(
            f"{called} is a damaged {kind} file. Take it anew, or open the address printed on it."
        ) from error
    if found is None:
        raise StateError(
            f"{called} carries no view of Marz: it was not made by Marz, or a program that "
            "saved it again dropped it. Choose the file as it was taken away."
        )
    if len(found) > LONGEST_STATE:
        raise StateError(f"The state in {called} is too long to be one. Take the file anew.")
    return found


def _kind(content: bytes) -> tuple[str, Callable[[bytes], str | None] | None]:
    for magic, kind, find in (
        (b"\x89PNG\r\n\x1a\n", "PNG", picturestate.png),
        (b"%PDF-", "PDF", picturestate.pdf),
        (b"GIF8", "GIF", picturestate.gif),
        (b"PK\x03\x04", "ZIP", documentstate.bundle),
        (b"PAR1", "Parquet", documentstate.parquet),
        (b"SQLite format 3\0", "GeoPackage", documentstate.geopackage),
    ):
        if content.startswith(magic):
            return kind, find
    if content[4:8] == b"ftyp":
        return "MP4", picturestate.mp4
    head = content[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(b"{"):
        return "JSON", documentstate.geojson
    if re.match(rb"<!doctype html|<html", head, re.IGNORECASE):
        return "HTML", documentstate.page
    if head.startswith((b"<?xml", b"<svg", b"<!DOCTYPE svg")) and b"<svg" in content[:65536]:
        return "SVG", picturestate.svg
    first = head.split(b"\n")[0]
    if b"," in first and (NAME.encode() in first or QUOTED in content[:65536]):
        return "CSV", documentstate.table
    return "", None
