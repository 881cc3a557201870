"""Opens a file by its first bytes, whatever its name says."""

from __future__ import annotations

from pathlib import Path

from geo.ingest import decoding
from geo.ingest.batch import Source
from geo.ingest.delimited import Delimited
from geo.ingest.documents import Documents
from geo.ingest.limits import Limits
from geo.ingest.mapping import Mapping
from geo.ingest.parquet import Columnar
from geo.ingest.sheets import Sheets
from geo.model import ReadError


def open_source(path: Path, name: str, limits: Limits, mapping: Mapping | None = None) -> Source:
    """Open a file.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        What messages call it.
    limits : Limits
        Its bounds.
    mapping : Mapping, optional
        Its encoding, delimiter, header and sheet are taken where they are given.

    Raises
    ------
    ReadError
        If Marz does not read such files; says what to do.
    """
    if not path.is_file():
        raise ReadError(f"There is no file “{name}”.")
    head = decoding.begin(path, name, limits, 4096)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n\x1e")[:4]
    if start == b"PAR1":
        return Columnar(path, name, limits)
    if start == b"PK\x03\x04":
        return Sheets(path, name, limits, mapping)
    text = head.replace(b"\x00", b"").lstrip(b"\xff\xfe\xef\xbb\xbf \t\r\n\x1e")
    if text[:1] in (b"{", b"["):
        return Documents(path, name, limits)
    return Delimited(path, name, limits, mapping)
