"""Puts a token into a small file of each kind, as its writer does or as other programs leave it."""

from __future__ import annotations

import csv
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable

from geo.export.bundle import STATE
from geo.export.state import NAME
from geo.export.state.token import encode
from geo.picture.film_file import xmp

TOKEN = encode(bytes(range(256)) * 2)
"""A token for what only has to keep it."""


def _chunk(kind: bytes, content: bytes) -> bytes:
    checked = kind + content
    return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))


def png(token: str) -> bytes:
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    state = _chunk(b"iTXt", b"Marz-State\0\0\0\0\0" + token.encode())
    other = _chunk(b"tEXt", b"Title\0Marz")
    pixels = _chunk(b"IDAT", zlib.compress(b"\0\0\0\0"))
    return b"\x89PNG\r\n\x1a\n" + head + other + state + pixels + _chunk(b"IEND", b"")


def svg(token: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="utf-8" standalone="no"?>\n<svg xmlns="http://www.w3.org/'
        f'2000/svg"><title>{{{{7*7}}}}</title><metadata>{token}</metadata>\n</svg>'
    ).encode()


def pdf(token: str) -> bytes:
    return (
        "%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
        "2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n"
        f"3 0 obj\n<< /Title (Marz) /Keywords ({token}) >>\nendobj\n"
        "trailer\n<< /Root 1 0 R /Info 3 0 R /Size 4 >>\n%%EOF"
    ).encode()


def gif(token: str) -> bytes:
    image = b",\0\0\0\0\1\0\1\0\0\2\2D\1\0"
    return b"GIF89a\1\0\1\0\x80\0\0" + bytes(6) + image + xmp(token) + b";"


def mp4(token: str) -> bytes:
    def box(kind: bytes, *content: bytes) -> bytes:
        inside = b"".join(content)
        return struct.pack(">I", len(inside) + 8) + kind + inside

    state = box(b"data", struct.pack(">II", 1, 0), token.encode())
    ilst = box(b"ilst", box(b"\xa9too", b"x"), box(b"ldes", state))
    meta = box(b"meta", bytes(4), box(b"hdlr", bytes(25)), ilst)
    head = box(b"ftyp", b"isom", bytes(4), b"isomiso2")
    return head + box(b"moov", box(b"mvhd", bytes(100)), box(b"udta", meta)) + box(b"mdat")


def page(token: str) -> bytes:
    return (
        '<!doctype html>\n<title>Marz</title>\n<script type="application/json" id="marz-about">{}'
        f'</script>\n<script type="application/json" id="marz-state">"{token}"</script>'
    ).encode()


def geojson(token: str) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": [], NAME: token}).encode()


def geojson_of_many_lines(token: str) -> bytes:
    document = {NAME: token, "type": "FeatureCollection", "features": [{"title": "Исфара"}]}
    return json.dumps(document, indent=4, ensure_ascii=False).encode("utf-8-sig")


def table(token: str, delimiter: str = ",", encoding: str = "utf-8-sig") -> bytes:
    out = io.StringIO(newline="")
    rows = [["id", "title", NAME], ["a", "Исфара", ""], ["b", "", token]]
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def table_by_semicolons(token: str) -> bytes:
    return table(token, ";", "cp1251")


def unicode_text(token: str) -> bytes:
    """As Excel saves “Unicode text”."""
    return table(token, "\t", "utf-16")


def unicode_text_high_byte_first(token: str) -> bytes:
    return b"\xfe\xff" + table(token, "\t", "utf-16-be")


def table_without_rows(token: str) -> bytes:
    return f"\ufeffid,{token}\r\n".encode()


def bundle(token: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.md", "Marz")
        archive.writestr(STATE, token, zipfile.ZIP_STORED)
    return out.getvalue()


def bare(token: str) -> bytes:
    return token.encode()


PUT: dict[str, Callable[[str], bytes]] = {
    one.__name__: one
    for one in (
        png, svg, pdf, gif, mp4, page, geojson, geojson_of_many_lines, table, table_by_semicolons,
        unicode_text, unicode_text_high_byte_first, table_without_rows, bundle, bare,
    )
}  # fmt: skip
