"""Where the files of Marz are, and how one is written: whole or not at all.

What is not whole yet has a name that says whose it is (`unfinished`), so that the next write to the
folder can remove what a killed process left there.
"""

from __future__ import annotations

import os
import platform
import re
import secrets
import shutil
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from geo.model import WriteError

ROOT = Path(__file__).resolve().parent.parent
"""Folder of the project."""


def _beside(name: str) -> Path:
    """A folder of the project, or what the installed library has in its place."""
    installed = ROOT / f"marz_{name}"
    return installed if installed.is_dir() else ROOT / name


DATA = _beside("data")
"""The data package that comes with Marz."""
STATIC = _beside("static")
"""What a browser asks for by address."""

FONTS = ROOT / "geo" / "picture" / "fonts"
"""Type of pictures and charts: Noto Sans."""
_HOST = f"{zlib.crc32(platform.node().encode()):08x}"
_PROCESS = secrets.token_hex(4)
_UNFINISHED = re.compile(r"~([0-9a-f]{8})-([0-9]+)-([0-9a-f]{8})-[0-9a-f]+$")
LONGEST = 24 * 3600
"""Seconds after which an unfinished file of another machine is nobody's."""


def default_directory() -> Path:
    """The package in ``MARZ_DATA``, or the one that comes with Marz."""
    return Path(os.environ.get("MARZ_DATA") or DATA)


def write(path: Path, content: bytes) -> None:
    """Write a file so that whoever reads it finds the old or the new one, never a torn one.

    `path` and what is raised are as in `whole`.
    """
    with whole(path) as temporary:
        temporary.write_bytes(content)


@contextmanager
def whole(path: Path, folder: Path | None = None) -> Iterator[Path]:
    """Offer a temporary path beside a file, and put what was written there in its place.

    Parameters
    ----------
    path : Path
        Its folder must exist. A link is followed; permissions of an old file are kept.
    folder : Path, optional
        Where the temporary path is, on the same file system; the file's own folder without.

    Yields
    ------
    Path
        Where to write. Nothing is replaced if the block raises.

    Raises
    ------
    WriteError
        If it cannot be written; what stood there before is untouched.
    """
    target = Path(os.path.realpath(path))
    temporary: Path | None = None
    try:
        if target.exists() and not target.is_file():
            raise IsADirectoryError("it is not a file")
        # In the same folder, because a replacement is atomic within one file system only.
        place = folder or target.parent
        sweep(place)
        temporary = unfinished(place / target.name)
        os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        yield temporary
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.chmod(_mode(target))
        temporary.replace(target)
    except OSError as error:
        _discard(temporary)
        reason = error.strerror or str(error)
        raise WriteError(
            f"“{path}” could not be written ({reason}). What stood there is untouched; "
            "name a file in a folder that exists and that you may write to."
        ) from error
    except BaseException:
        _discard(temporary)
        raise


def unfinished(path: Path) -> Path:
    """A new name beside a file, hidden, for what is to become it; it says whose it is."""
    owner = f"{_HOST}-{os.getpid()}-{_PROCESS}-{secrets.token_hex(4)}"
    return path.with_name(f".{path.name.lstrip('.')[:80]}~{owner}")


def sweep(folder: Path) -> None:
    """Remove what processes that are gone left unfinished in a folder."""
    with suppress(OSError):
        for path in list(folder.glob(".*~*")):
            if _is_abandoned(path):
                if path.is_dir() and not path.is_symlink():
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    _discard(path)


def _is_abandoned(path: Path) -> bool:
    # DuckDB puts endings of its own to the name.
    found = _UNFINISHED.search(path.name.removesuffix(".wal"))
    if found is None:
        return False
    host, process, token = found.groups()
    if int(process) == os.getpid() and host == _HOST:
        return token != _PROCESS
    if host == _HOST and os.name == "posix":
        return not _runs(int(process))
    try:
        return path.stat().st_mtime < time.time() - LONGEST
    except OSError:
        return False


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # somebody else's
        return True
    return True


def _discard(temporary: Path | None) -> None:
    if temporary is not None:
        with suppress(OSError):
            temporary.unlink()


def _mode(target: Path) -> int:
    """Permissions of the old file, or those that a new one would get here."""
    with suppress(OSError):
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
