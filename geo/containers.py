"""Where each kind of file keeps the state that it carries. Nothing in a file is trusted.

A kind is told by its first bytes, never by its name. Whatever is unpacked is bounded, and no
library opens a file for more than its metadata.
"""

from __future__ import annotations

import csv
import html
import io
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Any

from geo.errors import CarriedError

KEYWORD = "Marz-State"
"""Of the text chunk of a PNG; the entry of Parquet's metadata is called the same."""
COLUMN = "marz_state"
"""Of the column of a CSV file whose first row holds the state."""
MEMBER = "marz_state"
"""Foreign member of GeoJSON."""
BLOCK = "marz-state"
"""Id of the block of an HTML page."""
FILE = "marz-state.json"
"""In a bundle."""
LONGEST_STATE = 2**20
LONGEST_FILE = 200 * 2**20
LONGEST_TEXT_FILE = 64 * 2**20
"""Of a file that is parsed whole."""
MOST_BOXES = 4096
MARK = b'{"marz-state":'
KINDS = "PNG, SVG, PDF, GIF, MP4, HTML, CSV or GeoJSON file or a bundle (ZIP)"


class _Damaged(Exception):
    """A file ends too early or holds what its kind does not allow."""


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
        raise CarriedError(f"{called} is empty. Choose the file as it was taken away.")
    if len(content) > LONGEST_FILE:
        raise CarriedError(
            f"{called} is larger than {LONGEST_FILE // 2**20} MB. Open the address that is printed "
            "on it instead."
        )
    kind, find = _kind(content)
    if find is None:
        raise CarriedError(
            f"{called} is of no kind that Marz writes. Choose a {KINDS} that was taken from Marz."
        )
    try:
        found = find(content)
    except (_Damaged, struct.error, zlib.error, zipfile.BadZipFile, ValueError) as error:
        raise CarriedError(
            f"{called} is a damaged {kind} file. Take it anew, or open the address printed on it."
        ) from error
    if found is None:
        raise CarriedError(
            f"{called} carries no view of Marz: it was not made by Marz, or a program that "
            "saved it again dropped it. Choose the file as it was taken away."
        )
    if len(found) > LONGEST_STATE:
        raise CarriedError(f"The state in {called} is too long to be one. Take the file anew.")
    return found


def _kind(content: bytes) -> tuple[str, Callable[[bytes], str | None] | None]:
    for magic, kind, find in (
        (b"\x89PNG\r\n\x1a\n", "PNG", _png),
        (b"%PDF-", "PDF", _pdf),
        (b"GIF8", "GIF", _gif),
        (b"PK\x03\x04", "ZIP", _zip),
    ):
        if content.startswith(magic):
            return kind, find
    if content[4:8] == b"ftyp":
        return "MP4", _mp4
    head = content[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(b"{"):
        return "JSON", _json
    if re.match(rb"<!doctype html|<html", head, re.IGNORECASE):
        return "HTML", _html
    if head.startswith((b"<?xml", b"<svg", b"<!DOCTYPE svg")) and b"<svg" in content[:65536]:
        return "SVG", _svg
    first = head.split(b"\n")[0]
    if b"," in first and (COLUMN.encode() in first or MARK.replace(b'"', b'""') in content[:65536]):
        return "CSV", _csv
    return "", None


# ---------------------------------------------------------------- pictures
def _png(content: bytes) -> str | None:
    at = 8
    while at + 12 <= len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        end = at + 12 + length
        if end > len(content):
            raise _Damaged
        if kind in (b"tEXt", b"zTXt", b"iTXt"):
            chunk = content[at + 8 : end - 4]
            keyword, _, rest = chunk.partition(b"\0")
            if keyword == KEYWORD.encode():
                if zlib.crc32(kind + chunk) != struct.unpack_from(">I", content, end - 4)[0]:
                    raise _Damaged
                return _chunk_text(kind, rest)
        at = end
    return None


def _chunk_text(kind: bytes, rest: bytes) -> str:
    if kind == b"tEXt":
        return rest.decode("latin-1")
    if kind == b"zTXt":
        return _inflated(rest[1:]).decode("latin-1")
    packed, rest = rest[:1] == b"\1", rest[2:]
    _, _, rest = rest.partition(b"\0")
    _, _, rest = rest.partition(b"\0")
    return (_inflated(rest) if packed else rest).decode()


def _inflated(packed: bytes) -> bytes:
    stream = zlib.decompressobj()
    found = stream.decompress(packed, LONGEST_STATE)
    if stream.unconsumed_tail or not stream.eof:
        raise _Damaged
    return found


def _svg(content: bytes) -> str | None:
    # A search, not a parser: entities of a hostile file would swell. The first element counts,
    # and no text of ours comes before it.
    start = content.find(b"<metadata")
    end = content.find(b"</metadata>", start, start + 2 * LONGEST_STATE)
    if start < 0 or end < 0:
        return None
    for text in re.findall(rb">([^<]+)<", content[start : end + 1]):
        if (plain := html.unescape(text.decode()).strip()).startswith(MARK.decode()):
            return plain
    return None


def _gif(content: bytes) -> str | None:
    at = 13 + (3 * 2 ** ((content[10] & 7) + 1) if content[10] & 0x80 else 0)
    while at + 2 < len(content):
        if content[at] == 0x3B:
            break
        if content[at] == 0x21:
            text, end = _sub_blocks(content, at + 2, keep=content[at + 1] == 0xFE)
            if text.startswith(MARK):
                return text.decode("latin-1")
        elif content[at] == 0x2C and at + 10 < len(content):
            flags = content[at + 9]
            colours = 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0
            _, end = _sub_blocks(content, at + 11 + colours, keep=False)
        else:
            raise _Damaged
        at = end
    return None


def _sub_blocks(content: bytes, at: int, *, keep: bool) -> tuple[bytes, int]:
    parts: list[bytes] = []
    length = 0
    while at < len(content) and (size := content[at]):
        if keep and length <= LONGEST_STATE:
            parts.append(content[at + 1 : at + 1 + size])
            length += size
        at += size + 1
    return b"".join(parts), at + 1


def _mp4(content: bytes) -> str | None:
    view = memoryview(content)
    for path in ((b"udta", b"meta", b"ilst", b"\xa9cmt", b"data"), (b"udta", b"\xa9cmt")):
        found = _box(view, (b"moov", *path))
        if found is not None:
            text = bytes(found[: LONGEST_STATE + 64])
            start = text.find(MARK)
            if start >= 0:
                return text[start:].rstrip(b"\0").decode("latin-1")
    return None


def _box(view: memoryview, path: tuple[bytes, ...]) -> memoryview | None:
    for kind, inside in _boxes(view):
        if kind == path[0]:
            inner = inside[4:] if kind == b"meta" else inside
            return _box(inner, path[1:]) if path[1:] else inner
    return None


def _boxes(view: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    at = 0
    for _ in range(MOST_BOXES):
        if at + 8 > len(view):
            return
        size, kind = struct.unpack_from(">I4s", view, at)
        head = 8
        if size == 1 and at + 16 <= len(view):
            (size,) = struct.unpack_from(">Q", view, at + 8)
            head = 16
        end = at + size if size else len(view)
        if end < at + head or end > len(view):
            raise _Damaged
        yield kind, view[at + head : end]
        at = end


# ---------------------------------------------------------------- documents
def _pdf(content: bytes) -> str | None:
    start = content.find(MARK)
    if start >= 0:
        return _literal(content[start : start + 2 * LONGEST_STATE])
    from pypdf import PdfReader  # slow to import, and only a file that was saved again needs it
    from pypdf.errors import PyPdfError

    if len(content) > LONGEST_TEXT_FILE:
        return None
    try:
        about: dict[str, Any] = PdfReader(io.BytesIO(content)).metadata or {}
        values = [str(about[name]) for name in ("/Keywords", f"/{KEYWORD}") if name in about]
    except (PyPdfError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise _Damaged from error
    return next((value for value in values if value.startswith(MARK.decode())), None)


def _literal(raw: bytes) -> str:
    """Read a literal string of a PDF, from within, to its closing parenthesis."""
    out = bytearray()
    depth = 0
    signs = iter(raw)
    for sign in signs:
        if sign == 0x5C:
            escaped = next(signs, 0)
            if 0x30 <= escaped <= 0x37:
                digits = bytes([escaped, next(signs, 0), next(signs, 0)])
                out.append(int(digits, 8) & 0xFF)
            elif escaped not in b"\r\n":
                out.append(escaped)
            continue
        depth += (sign == 0x28) - (sign == 0x29)
        if depth < 0:
            return out.decode("latin-1")
        out.append(sign)
    raise _Damaged


def _html(content: bytes) -> str | None:
    opening = rb'<script type="application/json" id="%s">' % BLOCK.encode()
    found = re.search(re.escape(opening) + rb"([^<]{0,1048576})</script>", content)
    return found[1].decode() if found else None


def _json(content: bytes) -> str | None:
    if len(content) > LONGEST_TEXT_FILE:
        raise _Damaged
    try:
        document = json.loads(content.decode("utf-8-sig"))
    except RecursionError as error:
        raise _Damaged from error
    held = document if "marz-state" in document else document.get(MEMBER)
    return json.dumps(held) if isinstance(held, dict) else held if isinstance(held, str) else None


def _csv(content: bytes) -> str | None:
    if len(content) > LONGEST_TEXT_FILE:
        raise _Damaged
    try:
        lines = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        heading = next(lines, [])
        if heading and heading[-1].startswith(MARK.decode()):
            return heading[-1]
        column = heading.index(COLUMN)
        return next((row[column] for row in lines if len(row) > column and row[column]), None)
    except csv.Error as error:
        raise _Damaged from error


def _zip(content: bytes) -> str | None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for entry in archive.infolist()[:MOST_BOXES]:
            if entry.filename.rpartition("/")[2] == FILE:
                if entry.file_size > LONGEST_STATE or entry.flag_bits & 1:
                    raise _Damaged
                with archive.open(entry) as file:
                    return file.read(LONGEST_STATE + 1).decode()
    return None
