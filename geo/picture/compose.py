"""Draws a planned sheet: map, head, legend, strip of time, foot."""

from __future__ import annotations

from datetime import date

from geo.picture import furniture, sheet_legend, sheet_map, symbols, time_strip
from geo.picture.names import Names
from geo.picture.paper import Paper, sheet_of
from geo.picture.sheet import Plan


def compose(on: Plan) -> Paper:
    """Draw all of a sheet.

    Returns
    -------
    Paper
        Its `labels` are the names on the map.
    """
    paper = sheet_of(on.layout.width, on.layout.height, on.palette)
    view = paper.view(on.frame)
    sheet_map.draw_ground(view, on.on, on.layout.scale)
    draw_rest(paper, view, on)
    return paper


def ground_alone(on: Plan) -> Paper:
    """Draw what no incident changes, where it stands on the sheet."""
    paper = sheet_of(on.layout.width, on.layout.height, on.palette)
    sheet_map.draw_ground(paper.view(on.frame), on.on, on.layout.scale)
    return paper


def rest_alone(on: Plan) -> Paper:
    """Draw all but what `ground_alone` does, on a clear paper."""
    paper = sheet_of(on.layout.width, on.layout.height, on.palette, bare=True)
    draw_rest(paper, paper.view(on.frame), on)
    return paper


def draw_rest(paper: Paper, view: Paper, on: Plan) -> None:
    """Draw incidents, borders and names over the ground, and everything beside the map."""
    sites = [site for symbol in on.found.symbols for site in symbol.sites]
    sheet_map.draw_veils(view, on.on, sites, on.layout.scale)
    draw_lines(view, on, on.day)
    for symbol in on.found.symbols:
        symbols.draw(view, symbol)
    paper.labels = view.labels
    draw_beside(paper, on)


def draw_lines(view: Paper, on: Plan, day: date) -> None:
    """Draw what lies on the map over ground and tints: borders as of a day, names, scale bar."""
    scale = on.layout.scale
    sheet_map.draw_borders(view, on.on, day, scale)
    furniture.draw_bar(view, on.on, on.free[0], scale)
    Names(
        view, on.on, on.found.symbols, day, language=on.scene.language, scale=scale,
        taken=list(on.free),
    ).write()  # fmt: skip
    sheet_map.draw_frame(view, on.on, scale)


def draw_beside(paper: Paper, on: Plan, *, rest: str = "in this file") -> None:
    """Draw head, legend, strip and foot; `rest` says where the sources without room are listed."""
    layout, palette = on.layout, on.palette
    y = layout.height - layout.edge
    for band in on.head:
        for line in band.lines:
            paper.text(layout.edge, y - band.size, line, band.size, bold=band.bold)
            y -= band.leading
    sheet_legend.set_legend(paper, on.legend, on.cited, list(on.columns), layout.body, rest)
    if on.strip and on.strip_box:
        time_strip.draw(paper, on.strip, on.strip_box, layout.small)
    y = sum(band.height for band in on.foot) + 0.6 * layout.edge
    paper.line(
        (layout.edge, layout.width - layout.edge), (y + 3, y + 3), color=palette.faint, lw=0.5
    )
    for band in on.foot:
        for line in band.lines:
            paper.text(layout.edge, y - band.size, line, band.size, color=palette.grey)
            y -= band.leading
