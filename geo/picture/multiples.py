"""Small multiples: one map a year, month or type on one sheet, all of one scale and extent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from geo import describe, places
from geo.charts.patterns import month_of, year_of
from geo.collection import extents
from geo.collection.packaged import Packaged
from geo.model import Bbox, FilterError, Progress, Scene, tell
from geo.package.load import Package, Rows
from geo.picture import annotate, fonts, furniture, imprint, sheet_legend, sheet_map, symbols
from geo.picture.basemap import BaseMap, base_map
from geo.picture.clusters import Placement, clustered
from geo.picture.columns import Entry
from geo.picture.exported import Export
from geo.picture.layout import Box
from geo.picture.names import Names
from geo.picture.paper import Paper, drawing
from geo.picture.sheet import Plan, draw_beside, plan
from geo.picture.snapshot import check_form
from geo.vocabulary import EVENT_TYPES

BY = ("year", "month", "type")
MOST = 42
"""Maps on a sheet; more would be too small to read."""
TOGETHER = "all together"
"""Title of a last map where a cell would be empty."""
ROOM = (1.6, 1.15)
"""How much wider and higher than its extent a map may be."""
WHOLE = 560.0
"""Width in points of a map whose symbols are drawn at their full size."""
SMALLEST = 0.5
LEAST_TYPE = 0.85
"""Scale that the names of towns have at least."""


def sheet(of: Export) -> bytes:
    """Draw incidents as small maps on one sheet, or two ranges of dates side by side.

    What each map is of, the scene's sheet says: ``each`` a year, month or type, where incidents
    whose date fits into none have a map of their own; or the two ranges that it has to `compare`,
    which stand for the dates of the filter.

    Its progress counts maps.

    Returns
    -------
    bytes
        Equal for equal arguments and data.

    Raises
    ------
    Cancelled
        If the progress says so.
    FilterError
        If there are no incidents or too many maps, or the kind of maps or of file is unknown.
    """
    check_form(of.form)
    package, scene, rows = of.package, of.scene, of.rows
    if scene.sheet.compare:
        scene = replace(scene, query=replace(scene.query, start=None, end=None))
        groups = compared(package, scene)
        rows = np.unique(np.concatenate([members for _, members in groups]))
    else:
        groups = groups_of(package, rows, scene.sheet.each)
    laid_out = replace(scene.sheet, timeline=False, inset=False)
    shown = replace(scene, sheet=laid_out, bbox=scene.bbox or _fitted(package, rows))
    with drawing():
        planned = plan(package, shown, rows, now=of.now, address=of.address)
        told = imprint.about(planned, state=of.state, address=of.address)
        drawn = compose(planned, groups, of.progress)
        return imprint.printed(drawn.figure, told, of.form, scene.sheet.dpi)


def _fitted(package: Package, rows: Rows) -> Bbox | None:
    """Where the incidents are; None, for the borders, where none has a place."""
    located = any(places.site_of(package, int(row)) for row in rows)
    return extents.named(package, rows, extents.FILTER) if located else None


def compared(package: Package, scene: Scene) -> list[tuple[str, Rows]]:
    """The two ranges of a sheet in words, each with the rows that the filter leaves in it.

    One whose date is uncertain may possibly lie in both.
    """
    select = Packaged(package).select
    return [
        (describe.days(start, end), select(replace(scene.query, start=start, end=end)))
        for start, end in scene.sheet.compare
    ]


def groups_of(package: Package, rows: Rows, by: str) -> list[tuple[str, Rows]]:
    """Divide incidents.

    Returns
    -------
    list of tuple
        Title of a map and its rows, in the order of time or of the types.
    """
    if by not in BY:
        raise FilterError(f"Small maps are not by “{by}”. Choose one of {', '.join(BY)}.")
    if not len(rows):
        raise FilterError("No incident matches, so there is no map to draw. Widen the filter.")
    keys = [_key(package, int(row), by) for row in rows]
    found = sorted(set(keys))
    if len(found) > MOST:
        coarser = "by year or " if by == "month" else "by type or "
        raise FilterError(
            f"These would be {len(found)} small maps, and at most {MOST} can be read on a sheet. "
            f"Choose {coarser}a shorter range of dates."
        )
    return [
        (title, rows[[key == (order, title) for key in keys]]) for order, title in found
    ]  # fmt: skip


def _key(package: Package, row: int, by: str) -> tuple[tuple[int, int], str]:
    incident = package.incidents.iloc[row]
    if by == "type":
        kind = str(incident["event_type"])
        return (list(EVENT_TYPES).index(kind), 0), kind
    year = year_of(package, row)
    if not incident["dated"]:
        return (10_001, 0), "no date"
    if by == "year":
        return ((year, 0), str(year)) if year else ((10_000, 0), "over several years")
    month = month_of(package, row)
    if year and month:
        return (year, month), f"{date(year, month, 1):%B} {year}"
    return (10_000, 0), "over several months"


def compose(
    plan: Plan, groups: list[tuple[str, Rows]], progress: Progress | None = None
) -> Paper:  # fmt: skip
    """Draw the sheet: head, small maps, one legend, foot."""
    size = plan.layout.body * (1.0 if len(groups) < 16 else 0.85)
    boxes = grid(plan.frame, len(groups), size, aspect_of(plan))
    every_row = np.unique(np.concatenate([members for _, members in groups]))
    drawn = [*groups, (TOGETHER, every_row)][: len(boxes)]
    wide, tall = boxes[0][2] - boxes[0][0], boxes[0][3] - boxes[0][1]
    small = base_map(plan.package, plan.scene.bbox, wide, tall, relief=False)
    scale = max(SMALLEST, min(1.0, wide / WHOLE) * plan.layout.scale)
    maps: list[Placement] = []
    paper = plan.paper()
    for (title, members), box in zip(drawn, boxes, strict=True):
        placement = clustered(plan.package, members, small, scale, keep_off=[])
        _map(paper, plan, small, placement, members, box, scale)
        _title(paper, title, len(members), placement.count, box, size)
        maps.append(placement)
        tell(progress, len(maps), len(drawn))
    # What is shown once more, all together, is not counted twice.
    own = maps[: len(groups)]
    every = Placement(
        [symbol for placement in own for symbol in placement.symbols],
        [one for placement in own for one in placement.beyond],
        sum(placement.unplaced for placement in own),
        [one for placement in own for one in placement.beside],
    )
    draw_beside(paper, replace(plan, legend=tuple(_legend(plan, small, maps, every)), strip=None))
    return paper


def _map(
    paper: Paper,
    plan: Plan,
    small: BaseMap,
    placement: Placement,
    members: Rows,
    box: Box,
    scale: float,
) -> None:
    view = paper.view(box)
    day = places.vintage_day(plan.package, members, today=plan.now.date())
    sheet_map.draw_basemap(view, small, scale)
    sheet_map.draw_area_shading(
        view, small, [s for one in placement.symbols for s in one.sites], scale
    )
    sheet_map.draw_borders(view, small, day, scale)
    for symbol in placement.symbols:
        symbols.draw(view, symbol)
    Names(
        view, small, placement.symbols, day, language=plan.scene.language,
        scale=max(scale, LEAST_TYPE), occupied=[],
    ).of_towns()  # fmt: skip
    drawn = annotate.held(plan.scene.annotations, small)
    annotate.draw(view, small, drawn, max(scale, LEAST_TYPE))
    view.rectangle(small.frame, fill=False, edgecolor=plan.palette.grey, lw=0.6, zorder=45,
                   clip_on=False)  # fmt: skip


def _title(paper: Paper, title: str, count: int, drawn: int, box: Box, size: float) -> None:
    """Write what a map is of, how many incidents that are, and how many of them it shows."""
    left, _, right, top = box
    paper.text(left, top + 0.35 * size, title, size, bold=True)
    room = right - left - fonts.width(title, size, bold=True) - size
    told = describe.count(count, "incident")
    offered = [f"{told}, {drawn} on the map", f"{drawn} of {count:,}"]
    if drawn == count:
        offered = [told, f"{count:,}"]
    number = next((text for text in offered if fonts.width(text, size) <= room), offered[-1])
    paper.text(right, top + 0.35 * size, number, size * 0.92, color=paper.palette.grey, ha="right")


def aspect_of(plan: Plan) -> float:
    """Width by height of the extent, near enough to divide a sheet by."""
    west, south, east, north = plan.scene.bbox or places.extent_of(plan.package)
    return float((east - west) * np.cos(np.radians((south + north) / 2)) / (north - south))


def grid(frame: Box, number: int, size: float, aspect: float) -> list[Box]:
    """Boxes of small maps in a frame, at as large a scale as may be, row by row.

    Where one cell would be left, it is among them: a map of all of them together has room.

    Parameters
    ----------
    size : float
        Of the titles above them, in points.
    aspect : float
        Width by height of what is on each.
    """
    left, bottom, right, top = frame
    gap, head = 1.2 * size, 1.6 * size
    best: tuple[float, int, float, float] | None = None
    for columns in range(1, number + 1):
        lines = -(-number // columns)
        wide = (right - left - gap * (columns - 1)) / columns
        tall = (top - bottom - (gap + head) * lines + gap) / lines
        scale = min(wide / aspect, tall)
        # What is left of the last row is lost paper, unless it has room for all of them together.
        lost = columns * lines - number
        worth = scale * (1.0 if lost == 1 else number / (columns * lines)) ** 0.5
        if scale > 0 and (best is None or worth > best[0]):
            best = (worth, columns, wide, tall)
    _, columns, wide, tall = best or (1.0, 1, right - left, top - bottom)
    scale = min(wide / aspect, tall)
    wide, tall = min(wide, scale * aspect * ROOM[0]), min(tall, scale * ROOM[1])
    lines = -(-number // columns)
    cells = number + 1 if columns * lines == number + 1 else number
    # What the maps leave of the frame is air on all sides, not an empty part of the page.
    across = (right - left - columns * (wide + gap) + gap) / 2
    down = (top - bottom - lines * (tall + gap + head) + gap) / 2
    found = []
    for n in range(cells):
        line, column = divmod(n, columns)
        short = (columns * lines - cells) * (wide + gap) / 2 if line == lines - 1 else 0.0
        x = left + across + short + column * (wide + gap)
        y = top - down - head - line * (tall + gap + head)
        found.append((x, y - tall, x + wide, y))
    return found


def _legend(plan: Plan, small: BaseMap, maps: Sequence[Placement], every: Placement) -> list[Entry]:
    def bar(paper: Paper, x: float, y: float, scale: float) -> None:
        furniture.draw_alone(paper, small, (x, y + 3), scale)

    return [
        *sheet_legend.incidents([symbol for one in maps for symbol in one.symbols]),
        *sheet_legend.lines(
            plan.palette,
            [(small, placement.symbols) for placement in maps],
            plan.day,
            plan.scene.language,
            when="at the time of each map",
        ),
        Entry("Scale of all maps", head=True),
        Entry("", bar, tall=(furniture.TEXT * 3.2) / plan.layout.body),
        *sheet_legend.annotated(plan.scene.annotations),
        *sheet_legend.counts(every, describe.filter_in_words(plan.scene.query), maps="these maps"),
    ]
