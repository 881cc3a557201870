"""A film of incidents through time as GIF or MP4: the steps of Play on the map of the picture.

What frames share is drawn once; each frame draws only symbols, the date and the cursor on the
strip of time over it. Borders are those in force on the frame's own day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from matplotlib.patches import Circle
from PIL import Image

from geo import describe
from geo.days import OPEN_END, OPEN_START, day_of
from geo.model import FilterError, Progress, tell
from geo.picture import (
    annotate,
    clusters,
    film_file,
    fonts,
    imprint,
    pngs,
    sheet_map,
    symbols,
    time_strip,
)
from geo.picture.exported import Export
from geo.picture.imprint import Pixels, pixels_of
from geo.picture.inset import Inset
from geo.picture.labels import Name
from geo.picture.paper import Paper, drawing
from geo.picture.sheet import Plan, draw_beside, draw_lines, legend_of, plan
from geo.picture.symbols import Symbol
from geo.places import Site

Vintage = tuple[int, ...]


class Below:
    """Draws a sheet as it is below the symbols, in the vintage of a day, with what is tinted.

    Parameters
    ----------
    plan : Plan
        The sheet.
    dpi : float
        Pixels an inch.
    """

    def __init__(self, plan: Plan, dpi: float) -> None:
        self.plan, self.dpi = plan, dpi
        paper = plan.paper()
        sheet_map.draw_basemap(paper.view(plan.frame), plan.basemap, plan.layout.scale)
        self._basemap = pixels_of(paper.figure, dpi).copy()
        self._over: dict[Vintage, Image.Image] = {}
        self._last: tuple[tuple[Vintage, frozenset[int]], Pixels] | None = None
        self.names: dict[Symbol, Name] = {}

    def pixels(self, day: date, sites: Iterable[Site]) -> Pixels:
        """All but symbols with their names, the moment and the cursor; RGBA, not to be changed.

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
            self._last = (key, self._with_inset(np.asarray(below), day, rough))
        return self._last[1]

    def _vintage(self, day: date) -> Vintage:
        """Which lines are in force: days of one vintage have the same."""
        dated = [*self.plan.basemap.layers["borders"], *self.plan.basemap.layers["exclaves"]]
        return tuple(n for n, shape in enumerate(dated) if sheet_map.in_force(shape, day))

    def _tinted(self, sites: list[Site]) -> Pixels:
        if not sites:
            return self._basemap
        plan, paper = self.plan, self.plan.paper(bare=True)
        shown = _among(sites, plan)
        sheet_map.draw_area_shading(paper.view(plan.frame), plan.basemap, shown, plan.layout.scale)
        return pixels_of(paper.figure, self.dpi, under=self._basemap)

    def _lines(self, vintage: Vintage, day: date) -> Image.Image:
        if vintage not in self._over:
            paper = self.plan.paper(bare=True)
            self.names |= draw_lines(paper.view(self.plan.frame), self.plan, day)
            # A film has no room in its file for the rest of its sources, as the other forms have.
            draw_beside(paper, self.plan, rest="in Marz")
            self._over[vintage] = Image.fromarray(pixels_of(paper.figure, self.dpi).copy())
        return self._over[vintage]

    def _with_inset(self, below: Pixels, day: date, sites: list[Site]) -> Pixels:
        """The same with the inset, which lies over all of the map."""
        inset = self.plan.inset
        if inset is None:
            return below
        paper, scale = self.plan.paper(bare=True), self.plan.layout.scale
        view = paper.view(self.plan.box(inset))
        sheet_map.draw_basemap(view, inset.basemap, scale)
        sheet_map.draw_area_shading(view, inset.basemap, _among(sites, inset), scale)
        self.names |= draw_lines(view, self.plan, day, inset)
        return pixels_of(paper.figure, self.dpi, under=below).copy()


def _among(sites: list[Site], one: Plan | Inset) -> list[Site]:
    """Those of sites that one of the maps shows."""
    shown = {site.number for symbol in one.placement.symbols for site in symbol.sites}
    return [site for site in sites if site.number in shown]


FORMS = ("gif", "mp4")
LONG = {"gif": 960, "mp4": 1440}
"""Pixels of the longer side."""
MOST_FRAMES = 180
"""More moments are thinned out evenly; each frame still shows all up to its moment."""
LASTS = 60.0
"""Seconds that a film should take; each frame stands 0.25 to 1 of them."""
DATE = 20.0
"""Size of the moment in words, in points at scale 1: to be read where a film is 480 pixels wide."""


@dataclass(frozen=True)
class Story:
    """What a film shows.

    Attributes
    ----------
    plan : Plan
        The sheet.
    moments : tuple of int
        Days since 1970-01-01, one a frame.
    members : dict of int to list of list of int
        Number of a site -> what `geo.places.features` tells of its incidents.
    """

    plan: Plan
    moments: tuple[int, ...]
    members: dict[int, list[list[int]]]

    @property
    def seconds(self) -> float:
        """How long a frame stands."""
        return min(1.0, max(0.25, LASTS / len(self.moments)))


def film(of: Export) -> bytes:
    """Draw incidents step by step through time, as one of `FORMS`; its progress counts frames.

    Returns
    -------
    bytes
        A GIF, or H.264 in MP4 that plays everywhere: at most `MOST_FRAMES` frames of `LONG` pixels
        on the longer side. The state is kept in XMP (GIF) or as the synopsis (MP4).

    Raises
    ------
    Cancelled
        If the progress says so.
    FilterError
        If the form is unknown or there is no time to step through.
    """
    if of.form not in FORMS:
        raise FilterError(f"A film is no “{of.form}”. Choose one of {', '.join(FORMS)}.")
    with drawing():
        story = _story(of)
        told = imprint.about(story.plan, state=of.state, address=of.address)
    draw = _drawer(story, LONG[of.form])
    frames = _frames(story, draw, of.progress)
    if of.form == "mp4":
        return film_file.mp4(frames, story.seconds, told)
    number = len(story.moments)
    last = draw(number - 1)
    return film_file.gif(frames, last, number, story.seconds, story.plan.palette, told)


def still(of: Export) -> bytes:
    """Draw the last frame of a film, the fullest, as a PNG of the film's size; as `film` does."""
    with drawing():
        story = _story(of)
    frame = _drawer(story, LONG[of.form])(len(story.moments) - 1)
    return pngs.png(frame, dpi=72, texts={})


def moment(member: list[int]) -> int:
    """When an incident enters: its first day, or its last where the first is open; as in Play."""
    return member[4] if member[4] != OPEN_START else member[5]


def _story(of: Export) -> Story:
    scene = replace(of.scene, sheet=replace(of.scene.sheet, timeline=True))
    planned = plan(of.package, scene, of.rows, now=of.now, address=of.address, card=_card)
    planned = replace(planned, legend=legend_of(planned, when="on the day of the frame"))
    shown = {site.number for symbol in planned.symbols for site in symbol.sites}
    members = {
        site.number: [one for one in found if moment(one) not in (OPEN_START, OPEN_END)]
        for site, found in clusters.members_of(of.package, of.rows)
        if site.number in shown
    }
    days = sorted({moment(one) for found in members.values() for one in found})
    if len(days) < 2:
        raise FilterError(
            "There are not two moments to step through on this map. Widen the filter or the extent."
        )
    if len(days) > MOST_FRAMES:
        chosen = np.linspace(0, len(days) - 1, MOST_FRAMES).round().astype(int)
        days = [days[number] for number in sorted(set(chosen.tolist()))]
    return Story(planned, tuple(days), members)


def _drawer(story: Story, long: int) -> Callable[[int], Pixels]:
    """Return what draws a frame by its number; RGB."""
    plan = story.plan
    dpi = long / max(plan.layout.width, plan.layout.height) * 72
    with drawing():
        below = Below(plan, dpi)

    def draw(number: int) -> Pixels:
        day = story.moments[number]
        before = story.moments[number - 1] if number else day - 1
        shown = [_shown(story, one, day) for one in plan.maps]
        sites = [site for held in shown for one in held for site in one.symbol.sites]
        with drawing():
            under = below.pixels(day_of(day) or plan.day, sites)
            paper = _over(story, shown, below.names, before, day)
            return imprint.pixels_of(paper.figure, dpi, under=under)[..., :3].copy()

    return draw


def _frames(
    story: Story, draw: Callable[[int], Pixels], progress: Progress | None
) -> Iterator[Pixels]:  # fmt: skip
    for number in range(len(story.moments)):
        frame = draw(number)
        tell(progress, number + 1, len(story.moments))
        yield frame


@dataclass(frozen=True)
class Shown:
    """What a frame has of a symbol: the symbol of the whole film, as it is by now, and its news."""

    whole: Symbol
    symbol: Symbol
    members: list[list[int]]


def _shown(story: Story, one: Plan | Inset, day: int) -> list[Shown]:
    """The symbols of a map with what began by a day; sites where nothing did are left out."""
    found = []
    for symbol in one.placement.symbols:
        held = {
            site: [one for one in story.members.get(site.number, []) if moment(one) <= day]
            for site in symbol.sites
        }
        sites = tuple(site for site, members in held.items() if members)
        if sites:
            members = [one for site in sites for one in held[site]]
            deaths = max(one[3] for one in members)
            shares = clusters.shares_of(members)
            now = replace(symbol, sites=sites, shares=shares, deaths=deaths)
            found.append(Shown(symbol, now, members))
    return found


def _over(
    story: Story, shown: list[list[Shown]], names: dict[Symbol, Name], before: int, day: int
) -> Paper:  # fmt: skip
    """Draw what a frame has of its own: all that began by a day, what is new marked."""
    plan = story.plan
    paper = plan.paper(bare=True)
    news: list[list[int]] = []
    for one, held in zip(plan.maps, shown, strict=True):
        view = paper.view(plan.box(one))
        for now in held:
            fresh = [each for each in now.members if moment(each) > before]
            news += fresh
            if fresh:
                _mark(view, now.symbol)
            symbols.draw(view, now.symbol)
            if now.whole in names:
                names[now.whole].draw(view)
        annotate.draw(view, one.basemap, plan.annotations(one), plan.layout.scale)
    count = sum(len(one.members) for held in shown for one in held)
    _date(paper.view(plan.frame), plan, day, news, count)
    if plan.strip and plan.strip_box:
        time_strip.draw_cursor(paper, plan.strip, plan.strip_box, day)
    return paper


def _mark(view: Paper, symbol: Symbol) -> None:
    (x, y), scale = symbol.at, symbol.scale
    wide, tall = (side / 2 + 1.8 * scale for side in symbol.size)
    for width, color in ((4.2, view.palette.casing), (2.2, view.palette.ink)):
        options = {"fill": False, "ec": color, "lw": width * scale, "zorder": 29}
        if symbol.tag:
            view.rectangle((x - wide, y - tall, x + wide, y + tall), **options)
        else:
            view.add(Circle((x, y), wide, **options))


def _card(scale: float) -> tuple[float, float]:
    """Room for the moment in words and the numbers below it, in points."""
    size = DATE * scale
    return fonts.width("to 30 September 2000", size, bold=True) + 1.1 * size, 2.5 * size


def _date(view: Paper, plan: Plan, day: int, news: list[list[int]], count: int) -> None:
    """Write the moment in words where the map keeps room for it."""
    size = DATE * plan.layout.scale
    left, _, _, top = plan.free[1]
    view.rectangle(plan.free[1], facecolor=view.palette.paper, alpha=0.88, lw=0, zorder=60)
    view.text(left + 0.55 * size, top - 1.25 * size, f"to {moment_in_words(day, news)}", size,
              bold=True, zorder=61)  # fmt: skip
    below = f"{describe.count(count, 'incident')} so far, {len(news)} new"
    view.text(left + 0.55 * size, top - 2.15 * size, below, size * 0.65, zorder=61,
              color=view.palette.grey)  # fmt: skip


def moment_in_words(day: int, news: list[list[int]]) -> str:
    """A moment as exactly as the best known of its incidents is: day, month or year."""
    at = day_of(day)
    if at is None:
        return ""
    span = min((one[5] - one[4] for one in news if moment(one) == day), default=0)
    if span == 0:
        return describe.day(at)
    return f"{at:%B} {at.year}" if span < 32 else str(at.year)
