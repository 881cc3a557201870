"""Plans a sheet: what its head and foot say, and what room is left for map, strip and legend."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from geo import describe, places
from geo.model import Scene
from geo.package.load import Package, Rows
from geo.picture import annotate, fonts, furniture, sheet_legend, sheet_map, symbols, time_strip
from geo.picture.basemap import BaseMap, base_map
from geo.picture.clusters import Placement, clustered
from geo.picture.columns import Column, Entry, fit
from geo.picture.inset import Inset, inset
from geo.picture.labels import Name
from geo.picture.layout import LAYOUTS, Box, Layout
from geo.picture.names import Names
from geo.picture.palette import PALETTES, Palette
from geo.picture.paper import Paper, sheet_of
from geo.records import licences, sources_of

ASPECT = 1.28
"""Width by height of the map on a paper that grows."""
LOCATOR = 0.72
"""Height by width of the locator."""


@dataclass(frozen=True)
class Band:
    """Lines of a head or a foot, with their size and leading in points."""

    lines: tuple[str, ...]
    size: float
    leading: float
    bold: bool = False

    @property
    def height(self) -> float:
        """Of all lines, in points."""
        return len(self.lines) * self.leading


@dataclass(frozen=True)
class Plan:
    """Everything about a picture but the drawing.

    Attributes
    ----------
    layout : Layout
        With the height that the paper really has.
    frame : Box
        Of the map, on the paper.
    free : tuple of Box
        In the frame, what neither symbols nor names cover: that of scale bar and arrow first.
    inset : Inset or None
        A larger map of a part of the frame.
    day : datetime.date
        Whose vintages are drawn strong.
    strip_box : Box or None
        Of the timeline strip, on the paper.
    cited : list of dict
        Every source of the incidents shown.
    """

    package: Package
    scene: Scene
    rows: Rows
    now: datetime
    layout: Layout
    palette: Palette
    head: tuple[Band, ...]
    foot: tuple[Band, ...]
    frame: Box
    basemap: BaseMap
    placement: Placement
    free: tuple[Box, ...]
    inset: Inset | None
    day: date
    strip: time_strip.Strip | None
    strip_box: Box | None
    legend: tuple[Entry, ...]
    columns: tuple[Column, ...]
    cited: list[dict[str, Any]]

    @property
    def maps(self) -> tuple[Plan | Inset, ...]:
        """The map, and its inset if there is one."""
        return (self, self.inset) if self.inset else (self,)

    @property
    def symbols(self) -> list[symbols.Symbol]:
        """Those of all maps."""
        return [symbol for one in self.maps for symbol in one.placement.symbols]

    def annotations(self, one: Plan | Inset) -> annotate.Numbered:
        """Those that stand on one of the maps: what lies whole in the inset is annotated there."""
        drawn = self.scene.annotations
        larger = annotate.held(drawn, self.inset.basemap, whole=True) if self.inset else []
        if one is not self:
            return larger
        return [each for each in annotate.held(drawn, self.basemap) if each not in larger]

    def paper(self, *, bare: bool = False) -> Paper:
        """A new paper of the sheet's size; a bare one is clear."""
        return sheet_of(self.layout.width, self.layout.height, self.palette, bare=bare)

    def box(self, one: Plan | Inset) -> Box:
        """Where one of the maps is on the paper."""
        if one is self:
            return self.frame
        (left, bottom, _, _), inner = self.frame, one.frame
        return left + inner[0], bottom + inner[1], left + inner[2], bottom + inner[3]


def plan(
    package: Package,
    scene: Scene,
    rows: Rows,
    *,
    now: datetime,
    address: str,
    card: Callable[[float], tuple[float, float]] | None = None,
) -> Plan:
    """Divide the paper and prepare what stands on it.

    Parameters
    ----------
    card : callable, optional
        From the scale to the width and height in points of a box that the map must keep free.
    """
    layout = LAYOUTS[scene.sheet.preset]
    palette = PALETTES[scene.sheet.style]
    head, foot = heads(package, scene, rows, layout), _foot(package, layout, now, address)
    beside = layout.side + 14 if layout.side else 0.0
    degrees = 9.0 * max(layout.scale, 0.75)
    left, right = layout.edge + degrees, layout.width - layout.edge - beside
    strip = None
    if scene.sheet.timeline:
        strip = time_strip.strip(package, rows, scene.query, right - left)
    strip_height = layout.strip + 4 if strip else 0.0
    head_height = sum(band.height for band in head) + 8
    projection_lines = 1 if layout.width > 450 else 2
    foot_height = (
        sum(band.height for band in foot)
        + projection_lines * layout.small * 1.35 + 0.6 * layout.edge + 8
    )  # fmt: skip
    if layout.grows:
        map_height = (right - left) / ASPECT
    else:
        map_height = (
            layout.height * (1 - layout.below)
            - layout.edge - head_height - foot_height - strip_height - degrees * 1.4
        )  # fmt: skip
    basemap = base_map(package, scene.bbox, right - left, map_height)
    measure = layout.width - 2 * layout.edge
    named = fonts.wrap(f"{basemap.sheet.name}.", layout.small, measure, most=projection_lines)
    named += ("",) * (projection_lines - len(named))
    foot = (foot[0], Band(named, layout.small, layout.small * 1.35), *foot[1:])
    size = furniture.size_of(basemap, layout.scale)
    bar = furniture.corner(package, rows, basemap, size, layout.scale)
    larger = inset(
        package, rows, basemap, scene.sheet.inset, layout.scale,
        keep_off=bar, annotations=scene.annotations,
    )  # fmt: skip
    free = [bar, *([larger.frame] if larger else [])]
    if card is not None:
        size = card(layout.scale)
        corner = furniture.corner(package, rows, basemap, size, layout.scale, taken=free)
        free.insert(1, corner)
    placement = clustered(
        package, rows, basemap, layout.scale,
        keep_off=[*free, larger.covered] if larger else free,
        chosen=(lambda site: not larger.holds(site)) if larger else (lambda _: True),
    )  # fmt: skip
    planned = Plan(
        package, scene, rows, now, layout, palette, head, foot, (0.0, 0.0, 0.0, 0.0), basemap,
        placement, tuple(free), larger, places.vintage_day(package, rows, today=now.date()), strip,
        None, (), (), sources_of(package, rows),
    )  # fmt: skip
    # How high a paper is that grows, and where the map is on it, hangs on its legend.
    legend = legend_of(planned)
    columns_from = layout.edge + head_height + (
        0 if layout.side else map_height + degrees * 1.4 + strip_height + 4
    )  # fmt: skip
    if layout.grows:
        room = _least(legend, _columns(layout, 2000, columns_from, 0), layout.body)
        layout = replace(layout, height=columns_from + room + foot_height)
    top = layout.height - layout.edge - head_height
    frame = (left, top - map_height, right, top)
    strip_top = frame[1] - degrees * 1.4
    return replace(
        planned, layout=layout, frame=frame, legend=legend,
        strip_box=(left, strip_top - layout.strip, right, strip_top) if strip else None,
        columns=tuple(_columns(layout, layout.height, columns_from, foot_height)),
    )  # fmt: skip


def heads(package: Package, scene: Scene, rows: Rows, layout: Layout) -> tuple[Band, ...]:
    """Title and subtitle, the reader's or Marz's."""
    measure = layout.width - 2 * layout.edge
    title = scene.sheet.title or package.title
    below = scene.sheet.subtitle or describe.summary(package, scene.query, rows)
    size = layout.body * 1.25
    return (
        Band(fonts.wrap(title, layout.title, measure, bold=True, most=2), layout.title,
             layout.title * 1.25, bold=True),
        Band(fonts.wrap(below, size, measure, most=3), size, size * 1.35),
    )  # fmt: skip


def _foot(package: Package, layout: Layout, now: datetime, address: str) -> tuple[Band, ...]:
    measure, size = layout.width - 2 * layout.edge, layout.small
    made = f"Made on {describe.day(now.date())} with Marz, data version {package.version}."
    if address:
        made += f" This view: {address if address != '?' else 'as Marz opens.'}"
    terms = "; ".join(f"{one['title']} ({one['covers']})" for one in licences(package))
    credit = ". ".join(line.rstrip(".") for line in describe.map_credits(package))
    fine = size * 0.9
    many = 3 if layout.width > 450 else 6
    return (
        Band(fonts.wrap(made, size, measure, most=2 if layout.width > 450 else 4), size,
             size * 1.35),
        Band(fonts.wrap(f"Licences: {terms}.", fine, measure, most=many), fine, fine * 1.3),
        Band(fonts.wrap(f"Sources of the map: {credit}.", fine, measure, most=many), fine,
             fine * 1.3),
    )  # fmt: skip


def legend_of(plan: Plan, *, when: str = "") -> tuple[Entry, ...]:
    """The legend of a sheet; `when` says of what time its borders are, where that is not one."""
    layout, scene, larger = plan.layout, plan.scene, plan.inset
    maps = [(one.basemap, one.placement.symbols) for one in plan.maps]
    entries = [
        *sheet_legend.incidents(plan.symbols),
        *sheet_legend.lines(
            plan.palette, maps, plan.day, scene.language, when=when, outlined=bool(larger)
        ),
    ]
    if furniture.needs_locator(plan.package, plan.basemap):
        wide = layout.side or (layout.width - 2 * layout.edge) / layout.columns - 12
        wide = min(wide, layout.body * 17)

        def locate(paper: Paper, x: float, y: float, scale: float) -> None:
            share = scale * 7.3 / layout.body
            furniture.draw_locator(
                paper.view((x, y + 3, x + wide * share, y + 3 + wide * LOCATOR * share)),
                plan.package, plan.basemap,
            )  # fmt: skip

        tall = (wide * LOCATOR + 6) / layout.body
        entries += [Entry("Where this is", head=True), Entry("", locate, tall=tall)]
    asked = describe.filter_in_words(scene.query)
    entries += sheet_legend.annotated(scene.annotations)
    within = larger.placement if larger else None
    entries += sheet_legend.counts(plan.placement, asked, inset=within)
    return tuple(entries)


def _columns(layout: Layout, height: float, start: float, foot: float) -> list[Column]:
    top, floor = height - start, foot + 4
    if layout.side:
        return [Column(layout.width - layout.edge - layout.side, top, floor, layout.side)]
    gap = layout.edge * 0.6 + 4
    measure = (layout.width - 2 * layout.edge - gap * (layout.columns - 1)) / layout.columns
    return [
        Column(layout.edge + number * (measure + gap), top, floor, measure)
        for number in range(layout.columns)
    ]


def _least(entries: Sequence[Entry], columns: list[Column], size: float) -> float:
    """The least height of columns that hold all entries and the number of sources."""
    some = [*entries, *sheet_legend.SOME_SOURCES]
    for height in range(40, 900, 4):
        cut = [replace(column, floor=column.top - height) for column in columns]
        if fit(some, cut, size):
            return float(height) + 6
    return 900.0


Draw = Callable[[Paper, BaseMap, float], None]


def compose(plan: Plan, *, draw_basemap: Draw = sheet_map.draw_basemap) -> Paper:
    """Draw all of a sheet.

    Parameters
    ----------
    draw_basemap : callable, optional
        Draws what no incident changes on a paper, at a scale; for the map and for its inset.

    Returns
    -------
    Paper
        Its `labels` are the names on the map.
    """
    paper = plan.paper()
    for one in plan.maps:
        view = paper.view(plan.box(one))
        draw_basemap(view, one.basemap, plan.layout.scale)
        sites = [site for symbol in one.placement.symbols for site in symbol.sites]
        sheet_map.draw_area_shading(view, one.basemap, sites, plan.layout.scale)
        names = draw_lines(view, plan, plan.day, one)
        for symbol in one.placement.symbols:
            symbols.draw(view, symbol)
        for name in names.values():
            name.draw(view)
        annotate.draw(view, one.basemap, plan.annotations(one), plan.layout.scale)
        paper.labels += view.labels
    draw_beside(paper, plan)
    return paper


def draw_lines(
    view: Paper, plan: Plan, day: date, one: Plan | Inset | None = None
) -> dict[symbols.Symbol, Name]:
    """Draw what lies over base map and shading: borders as of a day, names, scale bar.

    Parameters
    ----------
    one : Plan or Inset, optional
        Which of the maps; the main one without.

    Returns
    -------
    dict of Symbol to Name
        Names of symbols, which have room and are not yet written.
    """
    one = one or plan
    scale, palette = plan.layout.scale, plan.palette
    sheet_map.draw_borders(view, one.basemap, day, scale)
    furniture.draw_bar(view, one.basemap, one.free[0], scale, arrow=one is plan)
    names = Names(
        view, one.basemap, one.placement.symbols, day, language=plan.scene.language, scale=scale,
        occupied=[*one.free, *annotate.boxes(plan.annotations(one), one.basemap, scale)],
        outline=plan.inset.edge if plan.inset and one is plan else None,
    )  # fmt: skip
    found = names.of_symbols()
    names.of_basemap(borders=one is plan)
    if one is not plan:
        sheet_map.draw_edge(view, one.basemap, palette.ink, 1.0 * scale)
        return found
    sheet_map.draw_frame(view, one.basemap, scale)
    if plan.inset:
        furniture.draw_outline(view, plan.inset.outline, scale)
    return found


def draw_beside(paper: Paper, plan: Plan, *, rest: str = "in this file") -> None:
    """Draw head, legend, strip and foot; `rest` says where the sources without room are listed."""
    layout, palette = plan.layout, plan.palette
    y = layout.height - layout.edge
    for band in plan.head:
        for line in band.lines:
            paper.text(layout.edge, y - band.size, line, band.size, bold=band.bold)
            y -= band.leading
    sheet_legend.set_legend(paper, plan.legend, plan.cited, list(plan.columns), layout.body, rest)
    if plan.strip and plan.strip_box:
        time_strip.draw(paper, plan.strip, plan.strip_box, layout.small)
    y = sum(band.height for band in plan.foot) + 0.6 * layout.edge
    paper.line(
        (layout.edge, layout.width - layout.edge), (y + 3, y + 3), color=palette.faint, lw=0.5
    )
    for band in plan.foot:
        for line in band.lines:
            paper.text(layout.edge, y - band.size, line, band.size, color=palette.grey)
            y -= band.leading
