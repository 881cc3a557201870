"""The licences of what a bundle holds, and their texts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from geo import describe
from geo.files import ROOT
from geo.model import GeoError
from geo.package.load import Package
from geo.package.tables import is_web_address
from geo.package.validate import TABLES, is_table

SOFTWARE = {
    "software-marz.txt": "LICENSE",
    "software-leaflet.txt": "static/leaflet/LICENSE",
    "fonts-noto-sans.txt": "static/fonts/LICENSE",
}
"""Licences of what runs in the page, and where they lie in Marz."""
TEXTS = {
    "CC-BY-4.0": "data/licences/CC-BY-4.0.txt",
    "ODbL-1.0": "data/layers/odbl/LICENSE.txt",
}
"""Whole texts that lie in Marz, for a package that gives the address of a licence alone."""
MAX_LICENCE = 2**18


def licences(package: Package) -> list[dict[str, Any]]:
    """List the licences of what a bundle holds: the four tables and all map layers.

    Returns
    -------
    list of dict
        ``name``, ``title``, ``covers`` (names of resources), ``path`` (address, or file within
        the package, or "") and ``file``, what it is called in the folder LICENSES.
    """
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for resource in package.descriptor["resources"]:
        if is_table(resource) and resource["name"] not in TABLES:
            continue
        for one in entries(resource.get("licenses") or package.descriptor.get("licenses")):
            key = tuple(str(one.get(part) or "") for part in ("name", "title", "path"))
            name, heading, path = key
            entry = found.setdefault(
                (name, heading, path),
                {"name": name, "title": heading or name or path, "path": path, "covers": []},
            )
            entry["covers"].append(str(resource["name"]))
    taken: set[str] = set()
    for entry in found.values():
        base = re.sub(r"[^A-Za-z0-9.-]+", "-", entry["name"])[:60].strip(".-") or "licence"
        names = (f"{base}{mark}.txt" for mark in ("", *(f"-{n}" for n in range(2, 10_000))))
        entry["file"] = next(name for name in names if name.lower() not in taken)
        taken.add(entry["file"].lower())
    return list(found.values())


def entries(value: Any) -> list[Mapping[str, Any]]:
    """The objects of a list in a descriptor; none where it is no list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def texts(package: Package) -> dict[str, bytes]:
    """Give the licences as files for the folder LICENSES: the text, or where it stands.

    The text is the package's own, or Marz's where it has that licence; beside it stands the
    package's notice, or what is under the licence and where its text stands on the web.

    Raises
    ------
    GeoError
        If the licence of a part of Marz is missing.
    """
    files: dict[str, bytes] = {}
    for one in licences(package):
        text, notice = _local(package, one["path"])
        if not text:
            covers = f"{one['title']}\n\nFor: {describe.listed(one['covers'])}\n"
            address = f"Text: {one['path']}\n" if is_web_address(one["path"]) else ""
            notice = (covers + address).encode(errors="replace")
            # By a name alone, without an address, anything may be meant.
            text = _ours(TEXTS[one["name"]]) if address and one["name"] in TEXTS else b""
        files[one["file"]] = text or notice
        if text and notice:
            files[one["file"].removesuffix(".txt") + "-NOTICE.txt"] = notice
    return {**files, **{name: _ours(path) for name, path in SOFTWARE.items()}}


def _ours(path: str) -> bytes:
    """A file that comes with Marz."""
    try:
        return (ROOT / path).read_bytes()
    except OSError as error:
        raise GeoError(f"{path} is missing. Restore it from the repository.") from error


def _local(package: Package, path: str) -> tuple[bytes, bytes]:
    """The text of a licence that lies in the package, and the notice beside it."""
    root = package.directory.resolve()
    file = (root / path).resolve() if path and "\0" not in path else root
    if not (file.is_relative_to(root) and file.is_file() and file.stat().st_size <= MAX_LICENCE):
        return b"", b""
    notice = file.with_name("NOTICE.txt")
    beside = notice.is_file() and notice.stat().st_size <= MAX_LICENCE
    return file.read_bytes(), notice.read_bytes() if beside else b""
