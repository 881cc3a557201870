"""The picture that stands for a page wherever somebody links to it: a map, a title, a line."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
from PIL import Image

from geo import describe, places
from geo.collection.packaged import Packaged
from geo.model import Bbox, Filter
from geo.package.load import Package, Rows, memoised
from geo.picture import fonts, imprint, sheet_map, symbols
from geo.picture.basemap import BaseMap, base_map
from geo.picture.clusters import clustered
from geo.picture.names import Names
from geo.picture.palette import PALETTES
from geo.picture.paper import Paper, drawing, sheet_of
from geo.picture.symbols import Symbol
from geo.web.page import CARD_SIZE
from geo.web.record_page import border_name, border_names

DPI = 144
WIDTH, HEIGHT = (side * 72 / DPI for side in CARD_SIZE)
"""Points."""
FOOT = 88.0
"""Points below the map, for the words."""
EDGE = 20.0
SCALE = 1.25
"""Of lines, names and symbols: a card is looked at small."""
WIDE = 3.0
"""Degrees of longitude that the map of one place spans."""
STEP = 1.0
"""Degrees between the maps of places: records of one neighbourhood share a map, drawn once."""
KEPT = 24
"""Maps that are kept a package, of 3 MB each."""
EDITION = 1
"""To be raised when cards come to look otherwise: folders then have theirs drawn again."""
QUALITY = 84
"""Of JPEG: a relief is no drawing, and PNG would take five times the bytes."""

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Card:
    """What a card shows.

    Attributes
    ----------
    title, line : str
        In large and in small type.
    rows : array of int
        Incidents on the map.
    bbox : Bbox or None
        Extent of the map; None for that of the borders.
    day : datetime.date
        Whose borders are drawn strong.
    """

    title: str
    line: str
    rows: Rows
    bbox: Bbox | None
    day: date


def of_record(package: Package, row: int) -> Card:
    """Show one record where it was, as exactly as that is known."""
    rows = np.array([row], dtype=np.intp)
    incident = package.incidents.iloc[row]
    status = "" if incident["status"] == "occurred" else f" · {incident['status']}"
    return Card(
        title=str(incident["title"]),
        line=f"{describe.short_date(incident)} · {describe.place_of(package, row)}{status}",
        rows=rows,
        bbox=window(package, row),
        day=places.vintage_day(package, rows, today=_latest(package)),
    )


def of_border(package: Package, border: str) -> Card:
    """Show all incidents of a border."""
    query = Filter(chosen={"border": (border,)})
    title, bbox = border_name(package, border), extent_of_border(package, border)
    return _of_filter(package, query, title, bbox)


def of_atlas(package: Package) -> Card:
    """Show all incidents."""
    return _of_filter(package, Filter(), package.title, None)


def _of_filter(package: Package, query: Filter, title: str, bbox: Bbox | None) -> Card:
    rows = Packaged(package).select(query)
    return Card(title, describe.summary(package, query, rows), rows, bbox, _latest(package))


def _latest(package: Package) -> date:
    """The last day of the data, so that a card does not change with the calendar."""
    return Packaged(package).days()[1]


def window(package: Package, row: int) -> Bbox | None:
    """Extent of the map of a record: one of a grid, so that neighbours share it.

    Returns
    -------
    Bbox or None
        That of its border where it has no point near the borders; None, the extent of all
        borders, where it names none.
    """
    site = places.site_of(package, row)
    west, south, east, north = places.extent_of(package)
    if (
        site is None
        or not site.is_point
        or not (west - 1 <= site.lon <= east + 1 and south - 1 <= site.lat <= north + 1)
    ):
        border = str(package.incidents["border"].iat[row])
        return extent_of_border(package, border) if border in border_names(package) else None
    x, y = round(site.lon / STEP) * STEP, round(site.lat / (STEP / 2)) * STEP / 2
    tall = WIDE * math.cos(math.radians(y)) * (HEIGHT - FOOT) / WIDTH
    return Bbox(x - WIDE / 2, y - tall / 2, x + WIDE / 2, y + tall / 2)


@memoised
def extent_of_border(package: Package, border: str) -> Bbox:
    """Extent of a border in all its vintages."""
    frame = package.layers["borders"]
    bounds = frame[frame["place_id"] == border].total_bounds
    return Bbox(*(float(value) for value in bounds))


def key(package: Package, card: Card) -> list[Any]:
    """All that a card is drawn from but the layers: equal keys, equal cards."""
    sites = [places.site_of(package, int(row)) for row in card.rows]
    columns = package.incidents.iloc[card.rows][["event_type", "status", "fatalities_high"]]
    return [
        EDITION,
        card.title,
        card.line,
        list(card.bbox or ()),
        card.day.isoformat(),
        [site.number if site else -1 for site in sites],
        columns.astype(str).to_numpy().tolist(),
    ]


def draw(package: Package, card: Card) -> bytes:
    """Draw a card.

    Returns
    -------
    bytes
        JPEG of `CARD_SIZE`; equal for equal cards and layers.
    """
    with drawing():
        under = _map(package, card)
        paper, view = _paper()
        on = _base(package, card)
        one = len(card.rows) == 1
        found = clustered(
            package, card.rows, on, SCALE if one else 0.8 * SCALE, keep_off=[]
        ).symbols
        if one and any(symbol.tag for symbol in found):
            # Where it may have been: not where its symbol stands.
            sheet_map.draw_area_shading(view, on, list(found[0].sites), SCALE)
        for symbol in found:
            symbols.draw(view, symbol)
        if not one:
            _name(view, on, card, found)
        palette = paper.palette
        title = fonts.wrap(card.title, 17, WIDTH - 2 * EDGE, bold=True, most=2)
        y = FOOT - 27.0
        for line in title:
            paper.text(EDGE, y, line, 17, bold=True)
            y -= 21
        own = fonts.wrap("Marz", 10.5, 100, bold=True, most=1)[0]
        room = WIDTH - 2 * EDGE - 50
        for line in fonts.wrap(card.line, 10.5, room, most=1 if len(title) > 1 else 2):
            paper.text(EDGE, y, line, 10.5, color=palette.soft)
            y -= 14
        paper.text(WIDTH - EDGE, 12, own, 10.5, bold=True, color=palette.soft, ha="right")
        pixels = imprint.pixels_of(paper.figure, DPI, under=under)
        paper.clear()
        view.clear()
    out = io.BytesIO()
    Image.fromarray(pixels).convert("RGB").save(out, "JPEG", quality=QUALITY, subsampling=0)
    return out.getvalue()


@cache
def _paper() -> tuple[Paper, Paper]:
    """A clear sheet and the map's part of it, for all cards: new axes take half of a card's time.

    Whoever draws has both alone, and leaves them empty.
    """
    paper = sheet_of(WIDTH, HEIGHT, PALETTES["light"], bare=True)
    return paper, paper.view((0, FOOT, WIDTH, HEIGHT))


def _name(view: Paper, basemap: BaseMap, card: Card, found: list[Symbol]) -> None:
    names = Names(view, basemap, found, card.day, language="", scale=SCALE, occupied=[])
    of_symbols = names.of_symbols()
    names.of_basemap()
    for name in of_symbols.values():
        name.draw(view)


def _base(package: Package, card: Card) -> BaseMap:
    return base_map(package, card.bbox, WIDTH, HEIGHT - FOOT)


_MAPS: WeakKeyDictionary[Package, dict[tuple[Any, ...], Pixels]] = WeakKeyDictionary()


def _map(package: Package, card: Card) -> Pixels:
    """Map without incidents over an empty foot, in pixels; from the cache if it is there."""
    kept = _MAPS.setdefault(package, {})
    basemap = _base(package, card)
    # The borders in force and their names are all that a day changes.
    lines = tuple(
        sheet_map.in_force(shape, card.day)
        for name in ("borders", "exclaves")
        for shape in basemap.layers[name]
    )
    # Many symbols leave other room for names than one: they are written over them.
    key = (card.bbox, lines, len(card.rows) == 1)
    found = kept.pop(key, None)
    if found is None:
        paper = sheet_of(WIDTH, HEIGHT, PALETTES["light"])
        view = paper.view((0, FOOT, WIDTH, HEIGHT))
        sheet_map.draw_basemap(view, basemap, SCALE)
        sheet_map.draw_borders(view, basemap, card.day, SCALE)
        if len(card.rows) == 1:
            _name(view, basemap, card, [])
        found = imprint.pixels_of(paper.figure, DPI)
        found.setflags(write=False)
    while len(kept) >= KEPT:
        del kept[next(iter(kept))]
    kept[key] = found
    return found
