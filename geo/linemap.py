"""A small map of one border: its line in its vintages, and the towns near it."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from shapely import Point
from shapely.geometry.base import BaseGeometry

from geo.borderline import own, vintages
from geo.charts import Chart
from geo.package import Package
from geo.strip import strip

COARSE = 0.004
"""Degrees to which lines are simplified for the small map: below its pixel."""
TOWN = 3
"""Rank of places up to which they are named on the small map."""
NARROW = 420
"""Pixels across the small map, between a phone's and a desk's."""
NAME_PX = 6.5
"""Mean width of a letter in a name on it."""
NAME_TALL = 12
SIDES: dict[str, tuple[str, int, int]] = {
    "right": ("left", 6, 0),
    "left": ("right", -6, 0),
    "below": ("center", 0, 11),
    "above": ("center", 0, -11),
}
"""Where a name may stand at its town, the best first: its anchor, and pixels right and down."""


def line_map(package: Package, border: str) -> Chart:
    """The line in its vintages, and the towns near it, as a small map."""
    frame = own(package, border)
    features = []
    for number, row in enumerate(frame.to_dict("records")):
        latest = number == len(frame) - 1
        geometry = shapely.simplify(row["geometry"], COARSE)
        features.append(
            {
                "type": "Feature",
                "geometry": shapely.geometry.mapping(geometry),
                "properties": {"latest": latest, "vintage": _vintage(row)},
            }
        )
    marks = strip(package, np.array([], dtype=np.intp), border).landmarks
    places = package.layers["places"]
    drawn = frame.geometry.iloc[-1]
    towns = [
        {"name": row["name"], "lon": row["geometry"].x, "lat": row["geometry"].y,
         "side": _free_side(drawn, row["geometry"], row["name"])}
        for row in places.to_dict("records")
        if row["name"] in {name for _, name in marks} and row.get("rank", 9) <= TOWN
    ]  # fmt: skip

    def line(latest: bool) -> dict[str, Any]:
        dash: dict[str, Any] = {} if latest else {"strokeDash": [3, 3]}
        return {
            "data": {"values": features, "format": {"type": "json"}},
            "transform": [{"filter": f"datum.properties.latest === {str(latest).lower()}"}],
            "mark": {"type": "geoshape", "filled": False, "stroke": "#4a6fa5",
                     "strokeWidth": 2.5 if latest else 1.2, **dash},
            "encoding": {"tooltip": {"field": "properties.vintage", "type": "nominal"}},
        }  # fmt: skip

    at = {
        "longitude": {"field": "lon", "type": "quantitative"},
        "latitude": {"field": "lat", "type": "quantitative"},
    }
    dots: dict[str, Any] = {"type": "circle", "size": 22, "color": "#77736a", "opacity": 1}
    text = {"type": "text", "color": "#77736a", "fontSize": 11}
    named: list[dict[str, Any]] = [
        {"data": {"values": [town for town in towns if town["side"] == side]},
         "mark": {**text, "align": align, "dx": dx, "dy": dy},
         "encoding": {**at, "text": {"field": "name"}}}
        for side, (align, dx, dy) in SIDES.items()
    ]  # fmt: skip
    name = str(frame["name"].iloc[-1])
    return Chart(
        name=f"line-{border.lower()}",
        title=f"The {name}",
        alt=f"Map of the line of the {name} with the towns near it.",
        spec={
            "height": 300,
            # Room for a name that ends left of the line's own end, on a phone.
            "padding": {"top": 5, "left": 30, "right": 30, "bottom": 5},
            "projection": {"type": "mercator"},
            "layer": [
                line(True),
                *([line(False)] if len(frame) > 1 else []),
                {"data": {"values": towns}, "mark": dots, "encoding": at},
                *named,
            ],
        },
        table=vintages(package, border),
        note="Dashed: the vintage before. The two differ by the treaty and by re-mapping: the "
        "difference is not territory ceded."
        if len(frame) > 1
        else "",
    )  # fmt: skip


def _free_side(line: BaseGeometry, town: Point, name: str) -> str:
    """The side of its town where a name lies least on the line; of `SIDES` the first such."""
    west, _, east, _ = line.bounds
    pixel = (east - west) / NARROW
    flat = float(np.cos(np.radians(town.y)))  # degrees of latitude in as many of longitude
    wide, tall = NAME_PX * len(name) * pixel, NAME_TALL * pixel * flat

    def covered(side: str) -> float:
        align, dx, dy = SIDES[side]
        left = town.x + dx * pixel - {"left": 0, "center": wide / 2, "right": wide}[align]
        middle = town.y - dy * pixel * flat
        box = shapely.box(left, middle - tall / 2, left + wide, middle + tall / 2)
        return float(line.intersection(box).length)

    return min(SIDES, key=covered)


def _vintage(row: dict[str, Any]) -> str:
    return f"{row['valid_from'] or '…'} to {row['valid_to'] or 'today'}"
