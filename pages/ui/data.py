"""The data package, and what the browser fetches of it: read and written once for all readers."""

from __future__ import annotations

import gc
import hashlib
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from geo import address, files, world
from geo.files import default_directory
from geo.model import PackageError, WriteError
from geo.package.load import Package, load_package, relief
from geo.webmap import basemap, scripts
from geo.webmap import incidents as incident_layer
from pages.ui import state

BUILT = Path(__file__).resolve().parents[2] / "static" / "built"
"""Base documents for the browser, one folder a data version; Streamlit serves only static/."""


def load() -> Package:
    """The package in ``MARZ_DATA``, read again when one of its files changes.

    Raises
    ------
    PackageError
        If there is nothing to show.
    """
    directory = default_directory()
    return _load(str(directory), _stamp(directory))


def shown() -> Package:
    """The package that the state asks for: as it is, or with the records of a release."""
    return address.package_of(load(), state.parameters())


def _stamp(directory: Path) -> tuple[int, int]:
    """Newest change and number of files, so that an edit shows without a restart."""
    times = [entry.stat().st_mtime_ns for entry in _files(directory)]
    return max(times, default=0), len(times)


def _files(directory: Path) -> list[Path]:
    return [*directory.glob("*.csv"), *directory.glob("*.json"), *directory.glob("layers/**/*.*")]


@st.cache_resource(max_entries=2, show_spinner="Reading the data package …")
def _load(directory: str, stamp: tuple[int, int]) -> Package:
    loaded = load_package(Path(directory))
    # Streamlit collects garbage after every rerun; what is here to stay needs no look at.
    gc.collect()
    gc.freeze()
    return loaded


def component_script(entry: Path) -> str:
    """A component's module, as the line that fetches it from an address that names its content.

    Streamlit sends the code of a component with every change of its data; so it sends the line.
    Where static/built cannot be written, it is the code itself.
    """
    code = scripts.link(entry).encode()
    name = f"{hashlib.sha256(code).hexdigest()[:16]}/{entry.name}"
    try:
        (BUILT / name).parent.mkdir(parents=True, exist_ok=True)
        files.write(BUILT / name, code)
    except (OSError, WriteError):
        return code.decode()
    # Two lines, for one with a “/” Streamlit takes for a path.
    return (
        f'const address = new URL("app/static/built/{name}", document.baseURI);\n'
        "export default (await import(address.href)).default;"
    )


def component(name: str, css: Path | None = None, *, isolated: bool = False) -> ComponentRenderer:
    """A component of the pages, of the module of that name and a style sheet.

    Parameters
    ----------
    isolated : bool
        Whether no style sheet of the page reaches it.
    """
    return st.components.v2.component(
        f"marz-{name}",
        css=css.read_text("utf-8") if css else None,
        js=component_script(Path(__file__).with_name(f"{name}.js")),
        isolate_styles=isolated,
    )


@st.cache_resource(max_entries=4, show_spinner="Preparing the map …")
def base_address(_package: Package, version: str) -> str:
    """Write the base document and the map's script below static/ and say where they are.

    The folder is named by a hash of what is in it, so that no browser takes old for new.

    Parameters
    ----------
    _package : Package
        What to draw.
    version : str
        Its version, which keys the cache.

    Returns
    -------
    str
        Address of the folder, relative to the frame of streamlit-folium.

    Raises
    ------
    PackageError
        If static/built cannot be written.
    """
    document = basemap.dumps(basemap.packed(basemap.document(_package, embed=False))).encode()
    script = basemap.script().encode()
    far = basemap.dumps(world.outlines()).encode()
    folder = BUILT / hashlib.sha256(document + script + far).hexdigest()[:16]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        files.write(folder / "base.json", document)
        files.write(folder / "map.js", script)
        files.write(folder / basemap.WORLD, far)
        if known := relief(_package):
            files.write(folder / basemap.relief_name(_package), known.content)
    except (OSError, WriteError) as error:
        raise PackageError(
            f"The base map could not be prepared: {error} Make “{BUILT}” writable for the server."
        ) from error
    return f"{incident_layer.STATIC}/built/{folder.name}"
