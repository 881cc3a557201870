"""Where pictures and films keep the state: PNG, SVG, PDF, GIF and MP4.

Nothing in them is trusted.
"""

from __future__ import annotations

import html
import io
import re
import struct
import zlib
from collections.abc import Iterator
from typing import Any

from geo.export.state.marks import (
    KEYWORD,
    LONGEST_PARSED,
    LONGEST_STATE,
    MARK,
    MOST_PARTS,
    DamagedError,
)

BYTES = MARK.encode()


def png(content: bytes) -> str | None:
    """Find the text chunk of a PNG."""
    at = 8
    while at + 12 <= len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        end = at + 12 + length
        if end > len(content):
            raise DamagedError
        if kind in (b"tEXt", b"zTXt", b"iTXt"):
            chunk = content[at + 8 : end - 4]
            keyword, _, rest = chunk.partition(b"\0")
            if keyword == KEYWORD.encode():
                if zlib.crc32(kind + chunk) != struct.unpack_from(">I", content, end - 4)[0]:
                    raise DamagedError
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
        raise DamagedError
    return found


def svg(content: bytes) -> str | None:
    """Find the text within ``<metadata>``."""
    # A search, not a parser: entities of a hostile file would swell. The first element counts,
    # and no text of ours comes before it; a title may pose as a state, so only the subject does.
    start = content.find(b"<metadata")
    end = content.find(b"</metadata>", start, start + 2 * LONGEST_STATE)
    if start < 0 or end < 0:
        return None
    metadata = content[start:end]
    subject = metadata.partition(b"<dc:subject>")[2].partition(b"</dc:subject>")[0]
    for text in re.findall(rb">([^<]+)<", subject):
        if (plain := html.unescape(text.decode()).strip()).startswith(MARK):
            return plain
    return None


def gif(content: bytes) -> str | None:
    """Find the comment of a GIF."""
    at = 13 + (3 * 2 ** ((content[10] & 7) + 1) if content[10] & 0x80 else 0)
    while at + 2 < len(content):
        if content[at] == 0x3B:
            break
        if content[at] == 0x21:
            text, end = _sub_blocks(content, at + 2, keep=content[at + 1] == 0xFE)
            if text.startswith(BYTES):
                return text.decode("latin-1")
        elif content[at] == 0x2C and at + 10 < len(content):
            flags = content[at + 9]
            colours = 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0
            _, end = _sub_blocks(content, at + 11 + colours, keep=False)
        else:
            raise DamagedError
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


def mp4(content: bytes) -> str | None:
    """Find the comment among the metadata of an MP4."""
    view = memoryview(content)
    for path in ((b"udta", b"meta", b"ilst", b"\xa9cmt", b"data"), (b"udta", b"\xa9cmt")):
        found = _box(view, (b"moov", *path))
        if found is not None:
            text = bytes(found[: LONGEST_STATE + 64])
            start = text.find(BYTES)
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
    for _ in range(MOST_PARTS):
        if at + 8 > len(view):
            return
        size, kind = struct.unpack_from(">I4s", view, at)
        head = 8
        if size == 1 and at + 16 <= len(view):
            (size,) = struct.unpack_from(">Q", view, at + 8)
            head = 16
        end = at + size if size else len(view)
        if end < at + head or end > len(view):
            raise DamagedError
        yield kind, view[at + head : end]
        at = end


def pdf(content: bytes) -> str | None:
    """Find the keywords of a PDF."""
    found = re.search(rb"/Keywords\s{0,9}\((?=" + re.escape(BYTES) + rb")", content)
    if found:
        return _literal(content[found.end() : found.end() + 2 * LONGEST_STATE])
    from pypdf import PdfReader  # slow to import, and only a file that was saved again needs it
    from pypdf.errors import PyPdfError

    if len(content) > LONGEST_PARSED:
        return None
    try:
        about: dict[str, Any] = PdfReader(io.BytesIO(content)).metadata or {}
        values = [str(about[name]) for name in ("/Keywords", f"/{KEYWORD}") if name in about]
    except (PyPdfError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise DamagedError from error
    return next((value for value in values if value.startswith(MARK)), None)


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
    raise DamagedError
