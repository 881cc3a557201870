"""The map on the sheet: base map, shading of what is known only roughly, borders by vintage."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from geo.picture.basemap import BaseMap, Shape
from geo.picture.palette import tone
from geo.picture.paper import Paper
from geo.places import Site

MOST_HATCHED = 0.4
"""Share of a map above which hatching tells nothing."""


def in_force(shape: Shape, day: date) -> bool:
    """Whether a feature is of the vintage in force on a day."""
    start, end = shape.properties["valid_from"], shape.properties["valid_to"]
    return (start or "") <= day.isoformat() <= (end or "9999")


def draw_basemap(view: Paper, basemap: BaseMap, scale: float) -> None:
    """Draw what no incident changes: land, relief, water, graticule, outlines."""
    palette, layers = view.palette, basemap.layers
    draw_world_land(view, basemap, scale)
    for country in layers["countries"]:
        view.area(country.geometry, color=palette.land, zorder=1)
    if basemap.relief is not None:
        view.fill(tone(basemap.relief, palette.name), zorder=2)
    for country in layers["countries"]:
        if country.properties["country"] != basemap.focus:
            view.area(country.geometry, color=palette.shade, alpha=palette.shading, zorder=3)
    for lake in layers["lakes"]:
        view.area(lake.geometry, color=palette.lake, edgecolor=palette.water,
                  linewidth=0.3 * scale, zorder=4)  # fmt: skip
    view.lines(
        [river.geometry for river in layers["rivers"]],
        color=palette.water, width=0.7 * scale, alpha=0.75, zorder=5,
    )  # fmt: skip
    for _, _, line in basemap.graticule:
        view.lines([line], color=palette.grey, width=0.3, alpha=0.3, zorder=6)
    view.lines([basemap.edges["regions"]], color=palette.region, width=0.5 * scale, zorder=7)
    view.lines([basemap.edges["countries"]], color=palette.country, width=0.8 * scale, zorder=8)


def draw_world_land(view: Paper, basemap: BaseMap, scale: float) -> None:
    """Draw land and sea where the package's layers end, pale beneath them."""
    palette = view.palette
    view.rectangle(
        basemap.frame, facecolor=palette.sea if basemap.world_land else palette.open, lw=0, zorder=0
    )
    for land in basemap.world_land:
        view.area(land, color=palette.world_land, zorder=0.4)
    view.lines([basemap.world_edges], color=palette.abroad, width=0.5 * scale, zorder=0.6)


def draw_borders(view: Paper, basemap: BaseMap, day: date, scale: float) -> None:
    """Draw the borders, those in force on a day strong and the others thin and dashed."""
    palette = view.palette
    exclaves = [shape.geometry for shape in basemap.layers["exclaves"] if in_force(shape, day)]
    view.lines(exclaves, color=palette.country, width=0.8 * scale, zorder=10.5)
    strong = [shape.geometry for shape in basemap.layers["borders"] if in_force(shape, day)]
    others = [shape.geometry for shape in basemap.layers["borders"] if not in_force(shape, day)]
    view.lines(others, color=palette.casing, width=2.2 * scale, alpha=0.7, zorder=11)
    view.lines(
        others, color=palette.ink, width=0.7 * scale, zorder=12, linestyle=(0, (3, 2)),
        capstyle="butt",
    )  # fmt: skip
    view.lines(strong, color=palette.casing, width=4.6 * scale, alpha=0.9, zorder=13)
    view.lines(strong, color=palette.ink, width=2.0 * scale, zorder=14)


def draw_frame(view: Paper, basemap: BaseMap, scale: float) -> None:
    """Draw the edge of the map and write its degrees along it."""
    draw_edge(view, basemap, view.palette.grey, 0.7)
    size = 6.4 * max(scale, 0.75)
    for label, meridian, line in basemap.graticule:
        ends = sorted(line.coords, key=lambda xy: xy[1] if meridian else xy[0])
        x, y = ends[0]
        if meridian and y < 1:
            view.text(x, -1.35 * size, label, size, color=view.palette.grey, ha="center")
        elif not meridian and x < 1:
            view.text(
                -0.45 * size, y, label, size, color=view.palette.grey, ha="right", va="center",
                rotation=90,
            )  # fmt: skip


def draw_edge(view: Paper, basemap: BaseMap, color: str, width: float) -> None:
    """Draw the edge of a map."""
    view.rectangle(basemap.frame, fill=False, edgecolor=color, lw=width, zorder=45, clip_on=False)


def hatched(basemap: BaseMap, sites: Iterable[Site]) -> list[Shape]:
    """The areas that are hatched: those that an incident hangs on, where they are a part of a map.

    Where they would cover more than `MOST_HATCHED` of it none is: that would tell nothing.
    """
    wanted = {(site.layer, site.feature_id) for site in sites if not site.is_point}
    areas = [
        (layer, shape)
        for layer, shapes in basemap.layers.items()
        if layer not in ("borders", "stretches", "countries")
        for shape in shapes
        if (layer, str(shape.properties["id"])) in wanted
    ]
    parts = [basemap.part(layer, str(shape.properties["id"])) for layer, shape in areas]
    covered = sum(part.area for part in parts if part is not None)
    whole = basemap.width * basemap.height
    return [shape for _, shape in areas] if covered <= MOST_HATCHED * whole else []


def draw_area_shading(view: Paper, basemap: BaseMap, sites: list[Site], scale: float) -> None:
    """Tint the lines that incidents hang on, and hatch the areas; see `hatched`."""
    ink = view.palette.ink
    wanted = {(site.layer, site.feature_id) for site in sites}
    for layer, width in (("borders", 11), ("stretches", 8)):
        for shape in basemap.layers[layer]:
            if (layer, str(shape.properties["id"])) in wanted:
                view.lines([shape.geometry], color=ink, width=width * scale, alpha=0.13,
                           zorder=9.5, capstyle="butt")  # fmt: skip
    for shape in hatched(basemap, sites):
        area = view.area(
            shape.geometry, color="none", edgecolor=view.palette.hatch, zorder=9.5,
            hatch="////", hatch_linewidth=0.5 * scale,
        )  # fmt: skip
        if area is not None:
            view.lines([shape.geometry], color=ink, width=1.6 * scale, alpha=0.16, zorder=9.5)
