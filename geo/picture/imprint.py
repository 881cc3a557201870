"""Turns a planned sheet into a file: PNG, SVG or PDF, with what it is about kept in it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from weakref import WeakKeyDictionary

import matplotlib
import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from geo import describe
from geo.picture import fonts, pngs
from geo.picture.basemap import BaseMap
from geo.picture.paper import Kept, Paper
from geo.picture.quick_text import renderer_of
from geo.picture.sheet import Plan, compose
from geo.picture.sheet_map import draw_basemap
from geo.records import licences

Pixels = npt.NDArray[np.uint8]
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
MOST_PIXELS = 12_000_000
"""Base maps of larger pictures are not kept: two of them would be too much memory."""
KEPT = 2


@dataclass(frozen=True)
class About:
    """What a file says of itself."""

    title: str
    description: str
    source: str
    rights: str
    version: str
    day: datetime
    state: str
    address: str

    @property
    def software(self) -> str:
        """What made it."""
        return f"Marz, matplotlib {matplotlib.__version__}"


def about(on: Plan, *, state: str, address: str) -> About:
    """Say what a sheet is about; of the time only the day is kept."""
    asked = describe.filter_in_words(on.scene.query) or "all incidents"
    terms = [f"{one['title']} ({one['covers']})" for one in licences(on.package)]
    return About(
        title=on.scene.sheet.title or on.package.title,
        description=f"{describe.summary(on.package, on.scene.query, on.rows)} Shown: {asked}.",
        source="; ".join(source["line"] for source in on.cited),
        rights="; ".join([*describe.map_credits(on.package), *terms]),
        version=on.package.version,
        day=datetime(on.now.year, on.now.month, on.now.day, tzinfo=UTC),
        state=state,
        address=address,
    )


def picture(on: Plan, told: About, form: str, dpi: int) -> bytes:
    """Draw a sheet: as PNG over what is kept of its base map, or whole as SVG or PDF."""
    if form == "png" and on.layout.width * on.layout.height * (dpi / 72) ** 2 <= MOST_PIXELS:
        return _png(pixels_of(compose(on, draw_basemap=_kept(on, dpi)).figure, dpi), told, dpi)
    return printed(compose(on).figure, told, form, dpi)


def printed(figure: Figure, told: About, form: str, dpi: int) -> bytes:
    """Turn a figure into a file: "png", "svg" or "pdf"."""
    if form == "png":
        return _png(pixels_of(figure, dpi), told, dpi)
    return _svg(figure, told) if form == "svg" else _pdf(figure, told)


def _png(pixels: Pixels, told: About, dpi: int) -> bytes:
    texts = {
        "Title": told.title,
        "Description": told.description,
        "Source": told.source,
        "Copyright": told.rights,
        "Creation Time": told.day.date().isoformat(),
        "Software": told.software,
        "Marz-Data-Version": told.version,
        "Marz-Address": told.address,
        "Marz-State": told.state,
    }
    return pngs.png(pixels, dpi=dpi, texts={key: text for key, text in texts.items() if text})


def pixels_of(figure: Figure, dpi: float, *, under: Pixels | None = None) -> Pixels:
    """Draw a figure over pixels; RGBA, north up."""
    width, height = figure.get_size_inches()
    # A sheet of so many millimetres is no whole number of pixels; the nearest is taken.
    across, down = round(width * dpi), round(height * dpi)
    figure.set_dpi(dpi)
    figure.set_size_inches((across + 1e-6) / dpi, (down + 1e-6) / dpi)
    renderer = renderer_of(across, down, dpi)
    pixels = np.asarray(renderer.buffer_rgba())
    if under is not None:
        np.copyto(pixels, under)
    figure.draw(renderer)
    return pixels


_BASE_MAPS: WeakKeyDictionary[BaseMap, dict[tuple[Any, ...], Kept]] = WeakKeyDictionary()


def _kept(on: Plan, dpi: int) -> Callable[[Paper, BaseMap, float], None]:
    """Draw base maps of a sheet once, and from then on from their pixels.

    Only the maps are kept, for the paper beside them is one colour; and they are kept from the
    picture that they are first drawn for, which needs no second page of pixels.
    """

    def draw(view: Paper, basemap: BaseMap, scale: float) -> None:
        kept = _BASE_MAPS.setdefault(basemap, {})
        key = (dpi, on.palette.name, on.layout, tuple(view.axes.get_position().extents))
        found = kept.pop(key, None)
        if found is None or found.pixels is None:  # None still where drawing was broken off
            draw_basemap(view, basemap, scale)
            found = Kept()
        while len(kept) >= KEPT:
            del kept[next(iter(kept))]
        kept[key] = found
        view.keep(found)

    return draw


def _svg(figure: Figure, told: About) -> bytes:
    """Text is text, in typefaces that come with the file."""
    metadata = {
        "Title": _xml(told.title),
        "Description": _xml(told.description),
        "Source": _xml(told.source),
        "Rights": _xml(told.rights),
        "Date": told.day.date().isoformat(),
        "Creator": told.software,
        "Identifier": _xml(told.address),
    }
    content = _saved(figure, "svg", metadata)
    faces = fonts.faces(figure).encode("ascii")
    drawn, _, end = content.replace(b"<defs>", b"<defs>" + faces, 1).rpartition(b"</svg>")
    # Behind all other texts, of which none may pose as the state: the last one counts.
    state = f"<metadata>{told.state}</metadata>\n".encode("ascii") if told.state else b""
    return drawn + state + b"</svg>" + end


def _pdf(figure: Figure, told: About) -> bytes:
    """Text is text, its typefaces within."""
    metadata = {
        "Title": told.title,
        "Subject": f"{told.description} {told.address}".strip(),
        "Keywords": told.state,  # last: texts of the data may not pose as it
        "Creator": told.software,
        "CreationDate": told.day,
    }
    return _saved(figure, "pdf", metadata)


def _saved(figure: Figure, form: str, metadata: dict[str, Any]) -> bytes:
    out = io.BytesIO()
    figure.savefig(out, format=form, metadata=metadata)
    return out.getvalue()


def _xml(text: str) -> str:
    """A text without characters that XML has no way to write."""
    return NOT_XML.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
