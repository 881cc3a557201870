"""What lies below the symbols of a film's frames: drawn once for all frames that share it.

Frames share the ground; those of one vintage of the borders share lines, names and what stands
beside the map; and only a record of a line or an area that shows none yet adds a tint.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import numpy as np
from PIL import Image

from geo.picture import sheet_map
from geo.picture.compose import draw_beside, draw_lines, ground_alone
from geo.picture.imprint import Pixels, pixels_of
from geo.picture.paper import sheet_of
from geo.picture.sheet import Plan
from geo.places import Site

Vintage = tuple[int, ...]


class Below:
    """Draws a sheet as it is below the symbols, in the vintage of a day, with what is tinted.

    Parameters
    ----------
    on : Plan
        The sheet.
    dpi : float
        Pixels an inch.
    """

    def __init__(self, on: Plan, dpi: float) -> None:
        self.on, self.dpi = on, dpi
        self._ground = pixels_of(ground_alone(on).figure, dpi).copy()
        self._over: dict[Vintage, Image.Image] = {}
        self._last: tuple[tuple[Vintage, frozenset[int]], Pixels] | None = None

    def pixels(self, day: date, sites: Iterable[Site]) -> Pixels:
        """All but symbols, the moment and the cursor; RGBA, not to be changed.

        Parameters
        ----------
        day : datetime.date
            Whose borders are strong.
        sites : iterable of Site
            What records hang on by then; lines and areas among them are tinted.
        """
        rough = [site for site in sites if not site.is_point]
        key = (self._vintage(day), frozenset(site.number for site in rough))
        if self._last is None or self._last[0] != key:
            below = Image.fromarray(self._tinted(rough))
            below.alpha_composite(self._lines(key[0], day))
            self._last = (key, np.asarray(below))
        return self._last[1]

    def _vintage(self, day: date) -> Vintage:
        """Which lines are in force: days of one vintage have the same."""
        dated = [*self.on.on.layers["borders"], *self.on.on.layers["exclaves"]]
        return tuple(n for n, shape in enumerate(dated) if sheet_map.in_force(shape, day))

    def _tinted(self, sites: list[Site]) -> Pixels:
        if not sites:
            return self._ground
        layout = self.on.layout
        paper = sheet_of(layout.width, layout.height, self.on.palette, bare=True)
        sheet_map.draw_veils(paper.view(self.on.frame), self.on.on, sites, layout.scale)
        return pixels_of(paper.figure, self.dpi, under=self._ground)

    def _lines(self, vintage: Vintage, day: date) -> Image.Image:
        if vintage not in self._over:
            layout = self.on.layout
            paper = sheet_of(layout.width, layout.height, self.on.palette, bare=True)
            draw_lines(paper.view(self.on.frame), self.on, day)
            # A film has no room in its file for the rest of its sources, as the other forms have.
            draw_beside(paper, self.on, rest="in Marz")
            self._over[vintage] = Image.fromarray(pixels_of(paper.figure, self.dpi).copy())
        return self._over[vintage]
