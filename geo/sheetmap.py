"""The map on the sheet: ground, borders in their vintages, sites, names, scale bar."""

from __future__ import annotations

from datetime import date

import shapely
from matplotlib.patches import Rectangle

from geo import labels
from geo.ground import BOTTOM, LEFT, RIGHT, TOP, Ground, Shape
from geo.labels import Board
from geo.paper import GREY, INK, PAPER, WATER, Paper
from geo.places import Site
from geo.projection import bar_length, nice
from geo.symbols import Symbol

LAND, SHADE, OPEN = "#fdfcf8", "#d3d6d7", "#eceeee"
GLOW = "#1f2328"
"""Marks what is only known to a line or an area. Ink: colours are the event types' alone."""
SIZES = {1: 9.0, 2: 8.0, 3: 7.0, 4: 6.4}
"""Rank of a place -> size of its name, in points."""
SHOWN = ((900, 1), (500, 3), (0, 4))
"""Width of the frame in kilometres above which places up to a rank are named."""


def in_force(shape: Shape, day: date) -> bool:
    """Whether a feature is of the vintage in force on a day."""
    start, end = shape.properties["valid_from"], shape.properties["valid_to"]
    return (start or "") <= day.isoformat() <= (end or "9999")


def draw_ground(paper: Paper, on: Ground, day: date) -> Rectangle:
    """Draw everything below the incidents.

    Returns
    -------
    matplotlib.patches.Rectangle
        The frame, to clip by.
    """
    frame = Rectangle((LEFT, BOTTOM), RIGHT - LEFT, TOP - BOTTOM, facecolor=OPEN, lw=0, zorder=0)
    paper.axes.add_patch(frame)
    layers = on.layers
    for country in layers["countries"]:
        paper.area(country.geometry, color=LAND, zorder=1, clip=frame)
    if on.relief is not None:
        image = paper.axes.imshow(
            on.relief, extent=(LEFT, RIGHT, BOTTOM, TOP), zorder=2, aspect="auto",
            interpolation="bilinear",
        )  # fmt: skip
        image.set_clip_path(frame)
        paper.axes.set(xlim=(0, paper.figure.bbox_inches.width * 72))
        paper.axes.set(ylim=(0, paper.figure.bbox_inches.height * 72))
    for country in layers["countries"]:
        if country.properties["country"] != on.focus:
            paper.area(country.geometry, color=SHADE, alpha=0.5, zorder=3, clip=frame)
    for lake in layers["lakes"]:
        paper.area(
            lake.geometry, color="#c3d9e6", edgecolor=WATER, linewidth=0.3, zorder=4, clip=frame
        )
    paper.lines(
        [river.geometry for river in layers["rivers"]],
        color=WATER, width=0.7, alpha=0.75, zorder=5, clip=frame,
    )  # fmt: skip
    for _, _, line in on.graticule:
        paper.lines([line], color=GREY, width=0.3, alpha=0.22, zorder=6)
    _outlines(paper, on, day, frame)
    _graticule_labels(paper, on)
    edge = Rectangle((LEFT, BOTTOM), RIGHT - LEFT, TOP - BOTTOM, fill=False, ec=GREY, lw=0.6)
    edge.set_zorder(45)
    paper.axes.add_patch(edge)
    return frame


def _outlines(paper: Paper, on: Ground, day: date, frame: Rectangle) -> None:
    paper.lines([on.edges["regions"]], color="#b3b4b1", width=0.5, zorder=7, clip=frame)
    paper.lines([on.edges["countries"]], color="#7b8187", width=0.8, zorder=8, clip=frame)
    exclaves = [shape.geometry for shape in on.layers["exclaves"] if in_force(shape, day)]
    paper.lines(exclaves, color="#7b8187", width=0.8, zorder=9, clip=frame)
    strong = [shape.geometry for shape in on.layers["borders"] if in_force(shape, day)]
    others = [shape.geometry for shape in on.layers["borders"] if not in_force(shape, day)]
    paper.lines(others, color=PAPER, width=2.2, alpha=0.7, zorder=11, clip=frame)
    paper.lines(
        others, color=INK, width=0.7, zorder=12, clip=frame, linestyle=(0, (3, 2)), capstyle="butt"
    )
    paper.lines(strong, color=PAPER, width=4.6, alpha=0.9, zorder=13, clip=frame)
    paper.lines(strong, color=INK, width=2.0, zorder=14, clip=frame)


def _graticule_labels(paper: Paper, on: Ground) -> None:
    for label, meridian, line in on.graticule:
        ends = sorted(line.coords, key=lambda xy: xy[1] if meridian else xy[0])
        x, y = ends[0]
        if meridian and y < BOTTOM + 1:
            paper.text(x, BOTTOM - 9, label, 6.4, color=GREY, ha="center")
        elif not meridian and x < LEFT + 1:
            paper.text(
                LEFT - 3, y, label, 6.4, color=GREY, ha="right", va="center", rotation=90,
            )  # fmt: skip


def draw_sites(paper: Paper, on: Ground, sites: list[Site], frame: Rectangle) -> None:
    """Tint what an incident hangs on where that is a line or an area."""
    wanted = {(site.layer, site.feature_id): site for site in sites if not site.is_point}
    for layer, shapes in on.layers.items():
        for shape in shapes:
            if (layer, str(shape.properties["id"])) not in wanted:
                continue
            if layer == "borders":
                paper.lines(
                    [shape.geometry], color=GLOW, width=11, alpha=0.13, zorder=10, clip=frame
                )
            elif layer != "countries":
                # A whole country in a tint would tell nothing; its symbol says it in words.
                area = paper.area(
                    shape.geometry, color="none", edgecolor=GLOW, alpha=0.28, zorder=10,
                    hatch="////", hatch_linewidth=0.5, clip=frame,
                )  # fmt: skip
                if area is not None:
                    part = shape.geometry.intersection(shapely.box(LEFT, BOTTOM, RIGHT, TOP))
                    inner = paper.area(part, color="none", zorder=10)
                    paper.lines(
                        [shape.geometry], color=GLOW, width=5, alpha=0.16, zorder=10, clip=inner
                    )


def draw_names(
    paper: Paper, on: Ground, found: list[Symbol], day: date, taken: list[labels.Box]
) -> None:
    """Write names, the most important first, so that none covers another or a symbol."""
    strong = [shape for shape in on.layers["borders"] if in_force(shape, day)]
    board = Board(
        frame=(LEFT, BOTTOM, RIGHT, TOP),
        avoid=shapely.union_all([shape.geometry for shape in strong]).buffer(2),
    )
    shapely.prepare(board.avoid)
    board.taken.extend(taken)
    for symbol in found:
        (x, y), reach = symbol.at, symbol.reach + 1
        board.taken.append((x - reach, y - reach, x + reach, y + reach))
    for symbol in found:
        _site_name(paper, board, symbol)
    for border in strong:
        labels.line_label(
            paper, board, border.geometry, border.properties["name"], size=7.6, color=INK
        )
    for country in sorted(on.layers["countries"], key=lambda shape: -shape.geometry.area):
        widest = max(shapely.get_parts(country.geometry), key=lambda part: part.area)
        focus = country.properties["country"] == on.focus
        for size in (11.5 if focus else 9.5, 7.5):
            name = country.properties["name"]
            if labels.area_label(paper, board, widest, name, size=size, color="#6c7278"):
                break
    _place_names(paper, on, board, {symbol.site for symbol in found})
    exclaves = [shape for shape in on.layers["exclaves"] if in_force(shape, day)]
    _small_names(paper, board, exclaves, "#4e555b", least=200)
    _small_names(paper, board, on.layers["lakes"], "#3f6f91", least=60)


def _small_names(
    paper: Paper, board: Board, shapes: list[Shape], color: str, *, least: float
) -> None:
    """Name areas of at least so many square points."""
    for shape in shapes:
        if shape.properties["name"] and shape.geometry.area > least:
            point = shape.geometry.representative_point()
            labels.point_label(
                paper, board, (point.x, point.y), shape.properties["name"],
                size=6.4, off=3, color=color, cross=False,
            )  # fmt: skip


def _site_name(paper: Paper, board: Board, symbol: Symbol) -> None:
    site = symbol.site
    if site is None:
        return
    name, size, color = site.name, 8.0, INK
    if not site.is_point:
        # A border carries its own name already.
        on_line = site.layer == "borders"
        name = "somewhere on this border" if on_line else f"somewhere in {site.name}"
        size, color = 6.8, "#3b4248"
    labels.point_label(
        paper, board, symbol.at, name,
        size=size, off=symbol.reach + 2.5, color=color, bold=site.is_point,
    )  # fmt: skip


def _place_names(paper: Paper, on: Ground, board: Board, done: set[Site | None]) -> None:
    most = next(rank for width, rank in SHOWN if on.width_km > width)
    named = {site.feature_id for site in done if site and site.layer == "places"}
    ranked = sorted(
        on.layers["places"], key=lambda s: (s.properties.get("rank") or 4, s.properties["id"])
    )
    for place in ranked:
        rank = int(place.properties.get("rank") or 4)
        if place.properties["id"] in named or rank > most:
            continue
        x, y = place.geometry.coords[0][:2]
        dot = 1.3 + 0.35 * (4 - rank)
        mark = (x - dot, y - dot, x + dot, y + dot)
        if not board.free(mark):
            continue
        board.taken.append(mark)
        text = labels.point_label(
            paper, board, (x, y), place.properties["name"],
            size=SIZES.get(rank, 6.4), off=dot + 2, color=INK if rank < 3 else "#3b4248",
            cross=rank < 3,
        )  # fmt: skip
        if text is None:
            # A dot without a name tells nothing, so neither is drawn.
            board.taken.remove(mark)
            continue
        paper.axes.plot([x], [y], marker="o", ms=2 * dot, mfc=PAPER, mec=INK, mew=0.7, zorder=20)


def scale_bar(paper: Paper, on: Ground) -> labels.Box:
    """Draw a bar that is true along the parallel through the middle of the map.

    Returns
    -------
    tuple of float
        The box that it takes.
    """
    kilometres = nice(on.width_km / 4.5)
    length = bar_length(on.sheet, kilometres) * on.scale
    x, y = LEFT + 14, BOTTOM + 14
    taken = (x - 7, y - 6, x + length + 26, y + 16)
    paper.axes.add_patch(
        Rectangle(taken[:2], taken[2] - taken[0], taken[3] - taken[1], fc=PAPER, alpha=0.82,
                  lw=0, zorder=44)
    )  # fmt: skip
    for number, color in enumerate((INK, PAPER)):
        paper.axes.add_patch(
            Rectangle((x + number * length / 2, y), length / 2, 3, fc=color, ec=INK, lw=0.6,
                      zorder=46)
        )  # fmt: skip
    for share in (0, 0.5, 1):
        unit = " km" if share == 1 else ""
        text = f"{kilometres * share:g}"
        paper.text(x + share * length, y + 6, text, 6.4, ha="center", zorder=46)
        if unit:
            paper.text(x + length + 8, y + 6, unit.strip(), 6.4, zorder=46)
    return taken
