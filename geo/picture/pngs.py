"""Writes PNG fast: one filter for all rows, and the two halves compressed side by side.

Pillow tries five filters on each row, which takes longer than all the rest of a 300-dpi sheet.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

SIGNATURE = b"\x89PNG\r\n\x1a\n"
UP = 2
"""PNG's filter that gives each byte as its difference to the one above."""
PARTS = 2
"""Always as many, so that equal pixels are equal bytes on any machine."""
BAND = 64
"""Rows that are filtered at a time; so many stay in the processor's cache."""
ADLER = 65521


def png(pixels: npt.NDArray[np.uint8], *, dpi: int, texts: Mapping[str, str]) -> bytes:
    """Write pixels as PNG (W3C Recommendation, third edition).

    Parameters
    ----------
    pixels : array of uint8, shape (height, width, 3 or 4)
        RGB, north up; a fourth channel is left out.
    dpi : int
        Pixels an inch.
    texts : mapping of str to str
        Keyword, of printable Latin letters, to text; each becomes an iTXt chunk, in their order
        and not compressed: an embedded state is looked for as it stands.
    """
    height, width = pixels.shape[:2]
    metre = round(dpi / 0.0254)
    chunks = [
        _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        _chunk(b"pHYs", struct.pack(">IIB", metre, metre, 1)),
        *(_chunk(b"iTXt", _text(key, text)) for key, text in texts.items()),
        _chunk(b"IDAT", _packed(pixels)),
        _chunk(b"IEND", b""),
    ]
    return SIGNATURE + b"".join(chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    checked = zlib.crc32(content, zlib.crc32(kind))
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checked)


def _text(key: str, text: str) -> bytes:
    return key.encode("latin-1") + b"\0\0\0\0\0" + text.encode("utf-8", "replace")


def _packed(pixels: npt.NDArray[np.uint8]) -> bytes:
    """Filter rows and deflate them; a synchronised end lets streams be joined (RFC 1951)."""
    cuts = np.linspace(0, len(pixels), PARTS + 1).astype(int).tolist()

    def deflated(number: int) -> tuple[bytes, int, int]:
        packer = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS, 9)
        packed, checked, length = [], 1, 0
        for top in range(cuts[number], cuts[number + 1], BAND):
            band = _filtered(pixels, top, min(top + BAND, cuts[number + 1])).data
            packed.append(packer.compress(band))
            checked, length = zlib.adler32(band, checked), length + band.nbytes
        last = number == PARTS - 1
        packed.append(packer.flush(zlib.Z_FINISH if last else zlib.Z_SYNC_FLUSH))
        return b"".join(packed), checked, length

    with ThreadPoolExecutor(PARTS) as pool:
        parts = list(pool.map(deflated, range(PARTS)))
    checked = 1
    for _, part, length in parts:
        checked = _joined(checked, part, length)
    return b"\x78\x01" + b"".join(part for part, _, _ in parts) + struct.pack(">I", checked)


def _filtered(pixels: npt.NDArray[np.uint8], top: int, end: int) -> npt.NDArray[np.uint8]:
    """Some rows as PNG's filter `UP` has them, each after the filter's number."""
    width = pixels.shape[1] * 3
    above = max(top - 1, 0)
    rows = np.ascontiguousarray(pixels[above:end, :, :3]).reshape(end - above, width)
    band = np.empty((end - top, width + 1), dtype=np.uint8)
    band[:, 0] = UP
    if top == 0:
        band[0, 1:] = rows[0]
    np.subtract(rows[1:], rows[:-1], out=band[end - top - len(rows) + 1 :, 1:])
    return band


def _joined(first: int, second: int, length: int) -> int:
    """Adler-32 of two texts one after the other, the second of some length (RFC 1950)."""
    a = ((first & 0xFFFF) + (second & 0xFFFF) - 1) % ADLER
    b = (
        (first >> 16) + (second >> 16) + (length % ADLER) * ((first & 0xFFFF) - 1)
    ) % ADLER  # fmt: skip
    return b << 16 | a
