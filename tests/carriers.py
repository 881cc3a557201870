"""Puts a state into a finished file of each kind, as its writer does, without drawing it anew."""

from __future__ import annotations

import csv
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable
from xml.sax.saxutils import escape

from geo.export.state.marks import FILE, KEYWORD, NAME

PIXEL = zlib.compress(b"\0\0\0\0")


def _chunk(kind: bytes, content: bytes) -> bytes:
    checked = kind + content
    return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))


def png(text: str) -> bytes:
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    said = _chunk(b"tEXt", KEYWORD.encode() + b"\0" + text.encode("latin-1"))
    other = _chunk(b"tEXt", b"Title\0Marz")
    pixels = _chunk(b"IDAT", PIXEL)
    return b"\x89PNG\r\n\x1a\n" + head + other + said + pixels + _chunk(b"IEND", b"")


def packed_png(text: str) -> bytes:
    said = KEYWORD.encode() + b"\0\1\0\0\0" + zlib.compress(text.encode())
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"iTXt", said) + _chunk(b"IEND", b"")


def svg(text: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="utf-8" standalone="no"?>\n<svg xmlns="http://www.w3.org/'
        '2000/svg"><metadata><rdf:RDF><dc:title>{{7*7}}</dc:title><dc:subject><rdf:Bag>'
        f"<rdf:li>{escape(text)}</rdf:li></rdf:Bag></dc:subject></rdf:RDF></metadata></svg>"
    ).encode()


def pdf(text: str) -> bytes:
    kept = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return (
        "%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
        "2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n"
        f"3 0 obj\n<< /Title (Marz) /Keywords ({kept}) >>\nendobj\n"
        "trailer\n<< /Root 1 0 R /Info 3 0 R /Size 4 >>\n%%EOF"
    ).encode()


def gif(text: str) -> bytes:
    content = text.encode("latin-1")
    parts = [content[at : at + 255] for at in range(0, len(content), 255)]
    said = b"".join(bytes([len(part)]) + part for part in parts)
    loop = b"!\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00"
    image = b",\0\0\0\0\1\0\1\0\0\2\2D\1\0"
    screen = b"GIF89a\1\0\1\0\x80\0\0" + bytes(6)
    return screen + loop + b"!\xfe" + said + b"\0" + image + b";"


def _box(kind: bytes, *content: bytes) -> bytes:
    inside = b"".join(content)
    return struct.pack(">I", len(inside) + 8) + kind + inside


def mp4(text: str) -> bytes:
    said = _box(b"data", struct.pack(">II", 1, 0), text.encode())
    ilst = _box(b"ilst", _box(b"\xa9too", b"x"), _box(b"\xa9cmt", said))
    meta = _box(b"meta", bytes(4), _box(b"hdlr", bytes(25)), ilst)
    return (
        _box(b"ftyp", b"isom", bytes(4), b"isomiso2")
        + _box(b"mdat", bytes(99))
        + _box(b"moov", _box(b"mvhd", bytes(100)), _box(b"udta", meta))
    )


def page(text: str) -> bytes:
    return (
        '<!doctype html>\n<title>Marz</title>\n<script type="application/json" id="marz-about">{}'
        f'</script>\n<script type="application/json" id="marz-state">{text}</script>'
    ).encode()


def geojson(text: str) -> bytes:
    return json.dumps({"type": "FeatureCollection", NAME: text, "features": []}).encode()


def table(text: str) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([["id", NAME], ["a", text], ["b", ""]])
    return out.getvalue().encode("utf-8-sig")


def empty_table(text: str) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerow(["id", text])
    return out.getvalue().encode("utf-8-sig")


def bundle(text: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.md", "Marz")
        archive.writestr(FILE, text)
    return out.getvalue()


def bare(text: str) -> bytes:
    return text.encode()


PUT: dict[str, Callable[[str], bytes]] = {
    one.__name__: one
    for one in (
        png, packed_png, svg, pdf, gif, mp4, page, geojson, table, empty_table, bundle, bare,
    )
}  # fmt: skip
