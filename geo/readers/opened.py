"""Opens a file by its first bytes, whatever its name says."""

from __future__ import annotations

from pathlib import Path

from geo.errors import ReadError
from geo.readers import opening
from geo.readers.batch import Source
from geo.readers.delimited import Delimited
from geo.readers.limits import Limits
from geo.readers.mapping import Mapping


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
    opening.begin(path, limits, 4096)
    return Delimited(path, limits, mapping)
