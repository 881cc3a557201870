"""A reader's own data: kept in a folder of the session, and removed with it.

They never enter a cache that readers share (one forged message empties those for all), an export
or a page to send. Each server has one folder, and holds a lock on it; in it each session has one,
which goes when the session is over (`pages.ui.sessions`). What a killed server leaves behind goes
when the next one begins.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field, fields
from functools import partial
from pathlib import Path
from typing import IO, Any

from geo.ingest.limits import MEBIBYTE
from geo.model import LimitError
from pages.ui import sessions

try:
    import fcntl
except ImportError:  # Windows: what a kill left there goes by its age.
    fcntl = None  # type: ignore[assignment]

PREFIX = "marz-own-"
UPLOAD = "upload-"
LOCK = "lock"
LONGEST = 24 * 3600
"""Seconds after which an unlocked folder is removed where the system has no locks."""


@dataclass(frozen=True)
class Bounds:
    """How much readers may upload and import.

    Attributes
    ----------
    files : int
        Files of a session: those on their way and those imported.
    session : int
        Mebibytes of a session, in memory and in its folder.
    server : int
        Mebibytes of all sessions.
    """

    files: int = 20
    session: int = 2_000
    server: int = 8_000

    @classmethod
    def from_environment(cls) -> Bounds:
        """``MARZ_UPLOAD_FILES``, ``MARZ_UPLOAD_SESSION``, ``MARZ_UPLOAD_SERVER`` where set."""
        given = {}
        for one in fields(cls):
            text = os.environ.get(f"MARZ_UPLOAD_{one.name.upper()}", "").strip()
            if text.isascii() and text.isdigit():
                given[one.name] = int(text)
        return cls(**given)


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


_guard = threading.Lock()
_folders: dict[str, SessionFolder] = {}
_server: tuple[Path, IO[bytes]] | None = None


def session() -> SessionFolder:
    """The folder of this session."""
    identity = sessions.identity()
    with _guard:
        found = _folders.get(identity)
        if found is None:
            found = SessionFolder(Path(tempfile.mkdtemp(prefix="session-", dir=_place())))
            _folders[identity] = found
            sessions.at_end(identity, partial(_end, identity))
    return found


def existing() -> SessionFolder | None:
    """The folder of this session, if it has brought anything; none is made."""
    with _guard:
        return _folders.get(sessions.identity())


def _end(identity: str) -> None:
    with _guard:
        found = _folders.pop(identity, None)
    if found is not None:
        found.leave()


def _place() -> Path:
    """The folder of this server, made when it is first needed."""
    global _server  # noqa: PLW0603 - a server has one
    if _server is None or not _server[0].is_dir():
        temporary = Path(tempfile.gettempdir())
        sweep(temporary)
        place = Path(tempfile.mkdtemp(prefix=PREFIX))
        # Held open, and so locked, until this process ends, however it ends. It gets its name
        # once it is locked, so that no other server finds it free.
        lock = (place / f"{LOCK}-new").open("wb")
        _locks(lock)
        Path(lock.name).rename(place / LOCK)
        _server = place, lock
    return _server[0]


def _locks(file: IO[bytes]) -> bool:
    """Lock a file for this process; False if another one has it."""
    if fcntl is None:
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def remove_place() -> None:
    """Remove the folder of this server: it stops."""
    global _server  # noqa: PLW0603 - see `_place`
    with _guard:
        if _server is not None:
            _server[1].close()
            shutil.rmtree(_server[0], ignore_errors=True)
            _server = None


def sweep(place: Path) -> int:
    """Remove the folders in `place` of servers that no longer run; returns how many."""
    old = time.time() - LONGEST
    count = 0
    for path in place.glob(f"{PREFIX}*"):
        if _is_abandoned(path, old):
            shutil.rmtree(path, ignore_errors=True)
            count += not path.exists()
    return count


def _is_abandoned(path: Path, old: float) -> bool:
    try:
        if not path.is_dir() or path.is_symlink():
            return False
        if fcntl is not None and (path / LOCK).is_file():
            with (path / LOCK).open("rb") as file:
                return _locks(file)
        # Another server may be about to lock its own.
        return path.stat().st_mtime < old
    except OSError:  # removed by another server meanwhile, or another user's
        return False


def size(folder: Path) -> int:
    """Bytes of the files in a folder and below."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += (Path(place) / name).stat().st_size
    return total


def admit(
    identity: str,
    length: int,
    bounds: Bounds,
    *,
    number: int = 0,
    of_session: int = 0,
    of_server: int = 0,
) -> None:
    """Refuse a file that there is no room for.

    Parameters
    ----------
    identity : str
        The session's id.
    length : int
        Bytes of the file.
    number, of_session, of_server : int
        Files of the session, and bytes of the session and of all, that are not in folders yet.

    Raises
    ------
    LimitError
        Says which bound it would pass.
    """
    with _guard:
        found = _folders.get(identity)
        place = _server[0] if _server else None
    if found is not None:
        number += len(found.entries) + (found.job is not None)
        of_session += size(found.folder)
    if number >= bounds.files:
        raise LimitError(f"You have {number} files here, and no more fit. Remove one first.")
    if of_session + length > bounds.session * MEBIBYTE:
        raise LimitError(
            f"Your files may take {bounds.session:,} MB here in all. Remove one, or import it on "
            "the command line: python -m geo import FILE -o DATASET.parquet"
        )
    if of_server + length + (size(place) if place else 0) > bounds.server * MEBIBYTE:
        raise LimitError("The server has no room for another file now. Try again later.")


def discard(name: str) -> None:
    """Remove a folder of the session."""
    if name.startswith(UPLOAD) and "/" not in name:
        shutil.rmtree(session().folder / name, ignore_errors=True)


def keep(upload: bytes | memoryview, name: str) -> Path:
    """Write an upload into the session’s folder, in a folder of its own.

    Parameters
    ----------
    name : str
        What the reader calls it; only its ending is used, in letters, digits and full stops.
    """
    endings = "".join(Path(name).suffixes[-2:]).lower()
    ending = "".join(c for c in endings if c.isascii() and (c.isalnum() or c == "."))[-20:]
    place = Path(tempfile.mkdtemp(prefix=UPLOAD, dir=session().folder))
    path = place / f"file{ending}"
    path.write_bytes(upload)
    path.chmod(0o600)
    return path
