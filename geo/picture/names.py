"""Names on a map, the most important first, none over another, a symbol or the scale bar."""

from __future__ import annotations

from datetime import date
from typing import Any
from weakref import WeakKeyDictionary

import shapely
from shapely.geometry.base import BaseGeometry

from geo.picture import fonts, labels
from geo.picture.basemap import BaseMap, Shape
from geo.picture.labels import Board, Name
from geo.picture.layout import Box
from geo.picture.paper import Paper
from geo.picture.sheet_map import in_force
from geo.picture.symbols import Symbol
from geo.places import Site, name_in

NAMED = ("borders", "countries", "places", "exclaves", "lakes")
"""Layers whose features are named wherever there is room; of others, only what has a symbol."""
SIZES = {1: 9.0, 2: 8.0, 3: 7.0, 4: 6.4}
"""Rank of a place -> size of its name, in points at scale 1."""
SHOWN = ((900, 1), (500, 3), (0, 4))
"""Width of the frame in kilometres above which places up to a rank are named."""
TOGETHER = 125.0
"""Widest names of places that share a symbol, in points at scale 1."""


_BANDS: WeakKeyDictionary[BaseMap, dict[float, BaseGeometry]] = WeakKeyDictionary()


def _band(basemap: BaseMap, scale: float) -> BaseGeometry:
    """What no name crosses: the borders of every vintage, a little wider."""
    bands = _BANDS.setdefault(basemap, {})
    if scale not in bands:
        # Bends that nobody sees would take nine tenths of the time.
        bands[scale] = basemap.borders.simplify(0.1).buffer(2 * scale)
        shapely.prepare(bands[scale])
    return bands[scale]


def _covered(symbol: Symbol) -> list[Box]:
    """Boxes that together cover a symbol, but not the corners round what is round."""
    (x, y), (wide, tall) = symbol.at, symbol.size
    shares = [(1.0, 1.0)] if symbol.tag else [(1, 0.55), (0.8, 0.8), (0.55, 1)]
    return [
        (x - across * wide / 2, y - up * tall / 2, x + across * wide / 2, y + up * tall / 2)
        for across, up in shares
    ]


class Names:
    """Writes the names of one map.

    Parameters
    ----------
    day : datetime.date
        Whose vintages are named.
    occupied : list of Box
        What no name may touch, besides the symbols.
    outline : shapely geometry, optional
        A line that no name crosses, besides the borders: the edge of what an inset shows.
    """

    def __init__(
        self, view: Paper, basemap: BaseMap, found: list[Symbol], day: date, *, language: str,
        scale: float, occupied: list[Box], outline: BaseGeometry | None = None,
    ) -> None:  # fmt: skip
        self.view, self.basemap, self.found, self.day = view, basemap, found, day
        self.language, self.scale = language, scale
        self.strong = [shape for shape in basemap.layers["borders"] if in_force(shape, day)]
        avoid = _band(basemap, scale)
        if outline is not None:
            avoid = avoid.union(outline.buffer(2 * scale))
            shapely.prepare(avoid)
        self.board = Board(frame=basemap.frame, avoid=avoid, occupied=list(occupied))
        for symbol in found:
            self.board.occupied += _covered(symbol)
            self.board.marks.append((*symbol.at, min(symbol.size) / 2))
        self.written: set[str] = set()
        self.known = {
            (layer, str(shape.properties["id"])): shape.properties
            for layer, shapes in basemap.layers.items()
            for shape in shapes
        }
        self.done: set[str] = set()

    def of_symbols(self) -> dict[Symbol, Name]:
        """Find room for the names of symbols, those that every map needs first."""
        found = {}
        ordered = sorted(self.found, key=lambda one: (one.tag, -one.count))
        for symbol in sorted(ordered, key=lambda one: not self._is_first(one)):
            name = self._site(symbol)
            if name is not None:
                found[symbol] = name
        return found

    def of_basemap(self, *, borders: bool = True) -> None:
        """Write the names of what lies below the symbols; `borders` those along the borders."""
        self.of_towns()
        if borders:
            self._borders()
        self._countries()
        self._places()
        exclaves = [s for s in self.basemap.layers["exclaves"] if in_force(s, self.day)]
        self._small(exclaves, self.view.palette.soft, least=200)
        self._small(self.basemap.layers["lakes"], self.view.palette.lake_name, least=60)

    def of_towns(self) -> None:
        """Write the names of the towns alone that every map needs."""
        self._places(first=True)

    def _is_first(self, symbol: Symbol) -> bool:
        return any(site.place_id in self.basemap.named_first for site in symbol.sites)

    def _site(self, symbol: Symbol) -> Name | None:
        """The name of a symbol: of all its places, or none, for one alone would mislead."""
        site, scale = symbol.sites[0], self.scale
        name = ", ".join(self._named(one) for one in symbol.sites)
        size, color, bold = 7.8 * scale, self.view.palette.ink, True
        if symbol.tag:
            # A line carries its own name, and its tag stands on it.
            if site.layer in ("borders", "stretches"):
                return None
            size, color, bold = 6.6 * scale, self.view.palette.soft, False
        name = fonts.drawable(name, bold=bold)
        if len(symbol.sites) > 1 and fonts.width(name, size, bold=bold) > TOGETHER * scale:
            return None
        wide, tall = symbol.size
        off = (wide / 2 + 2.2 * scale, tall / 2 + 2.2 * scale)
        found = self._placed(symbol.at, name, size=size, off=off, color=color, bold=bold)
        if found is not None:
            self.done |= {one.feature_id for one in symbol.sites if one.layer == "places"}
        return found

    def _named(self, site: Site) -> str:
        properties = self.known.get((site.layer, site.feature_id))
        return name_in(properties, self.language) if properties else site.name

    def _placed(self, at: tuple[float, float], text: str, **style: Any) -> Name | None:
        """The name of a point where there is room; `style` as of `labels.point_label`."""
        name = labels.point_label(
            self.board, at, text, most=170 * self.scale, halo=2.2 * self.scale, **style
        )
        if name is not None:
            self.written.add(name.text)
        return name

    def _write(self, at: tuple[float, float], text: str, **style: Any) -> bool:
        name = self._placed(at, text, **style)
        if name is not None:
            name.draw(self.view)
        return name is not None

    def _borders(self) -> None:
        frame = shapely.box(*self.basemap.frame)
        for border in self.strong:
            line = border.geometry.intersection(frame)
            if line.is_empty:
                continue
            name, ink = name_in(border.properties, self.language), self.view.palette.ink
            for size in (7.6, 6.6):
                if labels.line_label(
                    self.view, self.board, line, name, size=size * self.scale, color=ink,
                ):  # fmt: skip
                    break
            else:
                middle = line.interpolate(0.5, normalized=True)
                off = (5 * self.scale, 5 * self.scale)
                self._write((middle.x, middle.y), name, size=6.8 * self.scale, off=off, color=ink)

    def _countries(self) -> None:
        for country in sorted(self.basemap.layers["countries"], key=lambda one: -one.geometry.area):
            widest = max(shapely.get_parts(country.geometry), key=lambda part: part.area)
            focus = country.properties["country"] == self.basemap.focus
            for size in (11.5 if focus else 9.5, 7.5, 6.2):
                name = name_in(country.properties, self.language)
                if labels.area_label(
                    self.view, self.board, widest, name, size=size * self.scale,
                    color=self.view.palette.grey, halo=2 * self.scale,
                ):  # fmt: skip
                    break

    def _places(self, *, first: bool = False) -> None:
        """Write the names of places beside their dots; `first` those that every map needs."""
        most = next(rank for width, rank in SHOWN if self.basemap.width_km > width)
        if self.scale < 0.7:
            most -= 1
        palette = self.view.palette
        ranked = sorted(
            self.basemap.layers["places"],
            key=lambda s: (s.properties.get("rank") or 4, s.properties["id"]),
        )
        for place in ranked:
            rank, number = int(place.properties.get("rank") or 4), str(place.properties["id"])
            needed = place.properties["place_id"] in self.basemap.named_first
            if number in self.done or (not needed if first else rank > most):
                continue
            x, y = place.geometry.coords[0][:2]
            dot = (1.3 + 0.35 * max(4 - rank, 0)) * self.scale
            mark = (x - dot, y - dot, x + dot, y + dot)
            if not self.board.free(mark):
                continue
            self.board.occupied.append(mark)
            off = dot + 2 * self.scale
            if not self._write(
                (x, y), name_in(place.properties, self.language),
                size=SIZES.get(rank, 6.4) * self.scale, off=(off, off),
                color=palette.ink if rank < 3 else palette.soft,
            ):  # fmt: skip
                # A dot without a name tells nothing, so neither is drawn.
                self.board.occupied.remove(mark)
                continue
            self.done.add(number)
            self.board.marks.append((x, y, dot))
            self.view.line(
                (x,), (y,), marker="o", ms=2 * dot, mfc=palette.paper, mec=palette.ink,
                mew=0.7 * self.scale, zorder=20,
            )  # fmt: skip

    def _small(self, shapes: list[Shape], color: str, *, least: float) -> None:
        """Name areas of at least so many square points."""
        for shape in shapes:
            name = name_in(shape.properties, self.language)
            if name and name not in self.written and shape.geometry.area > least:
                point = shape.geometry.representative_point()
                if self.basemap.holds(point.x, point.y):
                    self._write(
                        (point.x, point.y), name, size=6.2 * self.scale, color=color,
                        off=(3 * self.scale, 3 * self.scale),
                    )  # fmt: skip
