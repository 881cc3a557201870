"""Where the files of Marz are, and how one is written: whole or not at all."""

from __future__ import annotations

import os
import tempfile
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


def default_directory() -> Path:
    """The package in ``MARZ_DATA``, or the one that comes with Marz."""
    return Path(os.environ.get("MARZ_DATA") or DATA)


def write(path: Path, content: bytes) -> None:
    """Write a file so that whoever reads it finds the old or the new one, never a torn one.

    Parameters
    ----------
    path : Path
        Its folder must exist. A link is followed; permissions of an old file are kept.
    content : bytes
        The whole of the new file.

    Raises
    ------
    WriteError
        If it cannot be written; what stood there before is untouched.
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
        handle, name = tempfile.mkstemp(prefix=f".{target.name[:40]}-", dir=folder or target.parent)
        os.close(handle)
        temporary = Path(name)
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
