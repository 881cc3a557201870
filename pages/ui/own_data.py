"""A reader's own data: kept in a folder of the session, and removed with it.

They never enter a cache that readers share, an export or a page to send. A session's folder
goes when the session ends; what a killed server leaves behind goes by its age.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import streamlit as st

PREFIX = "marz-own-"
UPLOAD = "upload-"
LONGEST = 24 * 3600
"""Seconds after which a folder that nobody has used is removed, session or not."""


@dataclass
class SessionFolder:
    """What a session owns: a folder that only the server's user reads, and what is open in it.

    Attributes
    ----------
    folder : Path
        Goes with the session.
    entries : list
        Data sets, of `pages.ui.datasets.Entry`.
    job : Any
        What is being imported, None for nothing.
    """

    folder: Path
    entries: list[Any] = field(default_factory=list)
    job: Any = None

    def leave(self) -> None:
        """Stop what runs, close what is open, remove all files."""
        if self.job is not None:
            self.job.cancel()
        for one in self.entries:
            with suppress(Exception):
                one.data.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def session() -> SessionFolder:
    """The folder of this session."""
    found = _folder()
    if not found.folder.is_dir():  # swept after a day of rest
        _folder.clear()
        found = _folder()
    os.utime(found.folder)
    return found


# Of this session alone: Streamlit calls `SessionFolder.leave` when it ends.
@st.cache_resource(scope="session", on_release=SessionFolder.leave, show_spinner=False)
def _folder() -> SessionFolder:
    sweep(Path(tempfile.gettempdir()))
    return SessionFolder(Path(tempfile.mkdtemp(prefix=PREFIX)))


def sweep(place: Path, *, now: float | None = None) -> int:
    """Remove folders of sessions that have not been used for `LONGEST`.

    Parameters
    ----------
    place : Path
        Where such folders are made.
    now : float, optional
        Seconds since 1970-01-01.

    Returns
    -------
    int
        How many were removed.
    """
    old = (time.time() if now is None else now) - LONGEST
    count = 0
    for path in place.glob(f"{PREFIX}*"):
        try:
            stale = path.is_dir() and not path.is_symlink() and path.stat().st_mtime < old
        except OSError:  # removed by another server meanwhile
            continue
        if stale:
            shutil.rmtree(path, ignore_errors=True)
            count += not path.exists()
    return count


def discard(name: str) -> None:
    """Remove a folder of the session."""
    if name.startswith(UPLOAD) and "/" not in name:
        shutil.rmtree(session().folder / name, ignore_errors=True)


def keep(upload: bytes | memoryview, name: str) -> Path:
    """Write an upload into the session’s folder, in a folder of its own.

    Parameters
    ----------
    upload : bytes
        What came.
    name : str
        What the reader calls it; only its ending is used, in letters, digits and full stops.

    Returns
    -------
    Path
        Of the file.
    """
    endings = "".join(Path(name).suffixes[-2:]).lower()
    ending = "".join(c for c in endings if c.isascii() and (c.isalnum() or c == "."))[-20:]
    place = Path(tempfile.mkdtemp(prefix=UPLOAD, dir=session().folder))
    path = place / f"file{ending}"
    path.write_bytes(upload)
    path.chmod(0o600)
    return path
