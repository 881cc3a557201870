"""The token ``marz1:…`` that stands verbatim in every kind of file, and the scan that finds it.

After ``marz1:`` come characters of base64url without padding (RFC 4648, 5), which no kind of file
has to write in another way. The first eight stand for how many follow (2 bytes, the higher first)
and for the CRC-32 of those (4 bytes, likewise). Those that follow stand for what the token holds,
as zlib compresses it (RFC 1950).
"""

from __future__ import annotations

import base64
import string
import zlib

MARK = b"marz1:"
CHARACTERS = (string.ascii_letters + string.digits + "-_").encode("ascii")
HEAD = 8
"""Characters that say length and check."""
SHORTEST = 200
"""Characters after `MARK` that every token has at least."""
LONGEST = 60_000
"""Characters that a token has at most: SQLite keeps so many in one piece."""
MOST_BYTES = 2**20
"""That a token holds."""
WINDOW = 2**20
"""Bytes that are looked through in one go, which other threads have to wait for."""
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
"""How a file in UTF-16 begins, low and high byte first: Excel's “Unicode text” is one."""


def encode(held: bytes) -> str:
    """Write what a file is to hold as a token; equal bytes make equal tokens.

    Raises
    ------
    ValueError
        If it is too long, or so short that no scan would look at it.
    """
    body = base64.urlsafe_b64encode(zlib.compress(held, 9)).rstrip(b"=")
    size = len(MARK) + HEAD + len(body)
    if len(held) > MOST_BYTES or not SHORTEST <= size - len(MARK) <= LONGEST:
        raise ValueError(f"no token is made of {len(held)} bytes")
    head = len(body).to_bytes(2) + zlib.crc32(body).to_bytes(4)
    return (MARK + base64.urlsafe_b64encode(head) + body).decode()


def find(content: bytes) -> bytes | None:
    """Find the last valid token in a file, of whatever kind.

    The last, because Marz writes its own behind all that is somebody else's: a title or a record
    that reads like a token cannot pose as one.

    Parameters
    ----------
    content : bytes
        The whole file. Nothing in it is parsed, unpacked or trusted.

    Returns
    -------
    bytes or None
        Its characters behind length and check, for `decode`; None where no token has the length
        and the check that it names.
    """
    found = _last(content)
    if found is None and content.startswith(UTF_16):
        # Each character of ASCII has a NUL beside it there.
        narrow = bytearray()
        for start in range(0, len(content), WINDOW):
            narrow += content[start : start + WINDOW].translate(None, b"\0")
        found = _last(narrow)
    return found


def decode(body: bytes) -> bytes:
    """Unpack what a token holds; never more than `MOST_BYTES`.

    Raises
    ------
    ValueError
        If it is more, or nothing that zlib has compressed.
    """
    unpacker = zlib.decompressobj()
    try:
        packed = base64.urlsafe_b64decode(body + b"=" * (-len(body) % 4))
        held = unpacker.decompress(packed, MOST_BYTES)
    except zlib.error as error:
        raise ValueError(str(error)) from error
    if not unpacker.eof:
        raise ValueError("too long, or cut off")
    return held


def _last(content: bytes | bytearray) -> bytes | None:
    """What stands in the last valid token; no byte is looked at more than a few times."""
    found = None
    at = 0
    for edge in range(WINDOW, len(content) + WINDOW, WINDOW):
        while (start := content.find(MARK, at, edge + len(MARK) - 1)) >= 0:
            at = start + len(MARK)
            head = content[at : at + SHORTEST]
            if foreign := len(head.rstrip(CHARACTERS)):
                # Up to the last foreign character no token begins, unless with that as its colon.
                at = max(at, at + foreign - len(MARK))
            elif len(head) == SHORTEST and (body := _body(content, at)) is not None:
                found = body
                at += HEAD + len(body)
        at = max(at, edge)
    return found


def _body(content: bytes | bytearray, at: int) -> bytes | None:
    """What stands in the token that begins at a place, if it is whole."""
    head = base64.urlsafe_b64decode(content[at : at + HEAD])
    at += HEAD
    size = int.from_bytes(head[:2])
    # What stands before a colon may be read again for the next mark, so it is not read for this.
    if size < SHORTEST - HEAD or content.find(b":", at, at + size) >= 0:
        return None
    body = bytes(content[at : at + size])
    whole = len(body) == size and zlib.crc32(body) == int.from_bytes(head[2:])
    return body if whole and not body.translate(None, CHARACTERS) else None
