"""Charts of one border: the strip of its incidents, and where they stand close."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
import shapely
from shapely import Point
from shapely.geometry.base import BaseGeometry

from geo import describe
from geo.charts.border_strip import Strip, own, strip, vintages
from geo.charts.vegalite import TYPES, Chart
from geo.collection.packaged import Packaged
from geo.days import EPOCH, OPEN_END, OPEN_START
from geo.package.load import Package
from geo.vocabulary import ESTABLISHED

PER_KM = 25
"""Kilometres in a bar of the chart below the strip."""
MARGIN = 0.07
"""Share of the line's length left of it, for what is known to be on it and no closer."""
LONG_DAYS = 31
"""Dates less exact than this are drawn as a line."""


def strip_chart(package: Package, laid: Strip, border: str) -> Chart:
    """Incidents by distance along the border and by time."""
    name = str(own(package, border)["name"].iloc[-1])
    values = [_value(package, s.row, s.start, s.end, s.end - s.start < 0.05) for s in laid.stands]
    middle = -MARGIN / 2 * laid.length
    values += [_value(package, row, middle, middle, True) for row in laid.anywhere]
    first, last = Packaged(package).days()
    x: dict[str, Any] = _along(laid, grid=True)
    y: dict[str, Any] = {
        "type": "temporal",
        "title": None,
        "scale": {"type": "utc", "domain": [f"{first.year}-01-01", f"{last.year}-12-31"]},
        "axis": {"format": "%Y", "gridOpacity": 0.3, "tickCount": "year", "minExtent": 40,
                 "labelOverlap": True},
    }  # fmt: skip
    tips = [
        {"field": field, "type": "nominal", "title": title}
        for field, title in (("title", "What"), ("when", "When"), ("where", "Where"))
    ]
    color: dict[str, Any] = {**TYPES, "legend": None}
    across: dict[str, Any] = {"x": {**x, "field": "x"}, "x2": {"field": "x2"}}
    band: dict[str, Any] = {**across, "y": {**y, "field": "y"}}
    spot: dict[str, Any] = {"x": {**x, "field": "middle"}, "y": {**y, "field": "y"}}
    spot |= {"color": color, "tooltip": tips}
    marks = [{"km": kilometre, "name": name} for kilometre, name in laid.landmarks]
    layers: list[dict[str, Any]] = [
        {
            "data": {"values": [{"x": -MARGIN * laid.length, "x2": -0.005 * laid.length}]},
            "mark": {"type": "rect", "color": "#77736a", "opacity": 0.12},
            "encoding": across,
        },
        {
            "transform": [{"filter": "!datum.point"}],
            "mark": {"type": "rule", "strokeWidth": 3, "opacity": 0.22},
            "encoding": {**band, "color": color, "tooltip": tips},
        },
        {
            "transform": [{"filter": "datum.long"}],
            "mark": {"type": "rule", "strokeWidth": 1, "opacity": 0.5},
            "encoding": {
                "x": {**x, "field": "middle"}, "y": {**y, "field": "from"},
                "y2": {"field": "to"}, "color": color, "tooltip": tips,
            },
        },
        *(
            {
                "transform": [{"filter": f"datum.point && datum.established === {test}"}],
                "mark": {"type": "point", "filled": filled, "size": 60, "opacity": 0.9,
                         "strokeWidth": 2},
                "encoding": spot,
            }
            for test, filled in (("true", True), ("false", False))
        ),
        {
            "data": {"values": marks},
            "mark": {"type": "text", "angle": -35, "align": "left", "dy": -4, "fontSize": 11,
                     "color": "#77736a"},
            "encoding": {"x": {**x, "field": "km"}, "y": {"value": 0}, "text": {"field": "name"}},
        },
    ]  # fmt: skip
    shown = len(laid.stands) + len(laid.anywhere)
    notes = [
        "Points at their nearest place on the line, pale bars where only a stretch or an area is "
        f"known. Grey band: {describe.count(len(laid.anywhere), 'incident')} known to be "
        "somewhere on the line and no closer. Rings around exclaves are left out of the line.",
        f"{describe.count(len(laid.beside), 'incident')} beside the strip: without a place, "
        "far from the line, or known only by country."
        if laid.beside
        else "",
    ]
    return Chart(
        name=f"strip-{border.lower()}",
        title=f"Along the {name}",
        alt=f"{describe.count(shown, 'incident')} by distance along the border and by time.",
        spec={
            "height": 540,
            "padding": {"top": 48, "left": 5, "right": 60, "bottom": 5},
            "data": {"values": values},
            "layer": layers,
        },
        table=_table(package, laid),
        note=" ".join(note for note in notes if note),
    )


def density_chart(package: Package, laid: Strip, border: str) -> Chart:
    """Incidents at known points for every 25 kilometres of the border."""
    name = str(own(package, border)["name"].iloc[-1])
    counts: Counter[tuple[int, str]] = Counter()
    for stand in laid.stands:
        if stand.end - stand.start < 0.05:
            kind = str(package.incidents["event_type"].iat[stand.row])
            counts[int(stand.start // PER_KM) * PER_KM, kind] += 1
    values = [
        {"from": start, "to": start + PER_KM, "type": kind, "count": number}
        for (start, kind), number in counts.items()
    ]
    sums: Counter[int] = Counter()
    for (start, _), number in counts.items():
        sums[start] += number
    table = pd.DataFrame(
        [(start, start + PER_KM, number) for start, number in sorted(sums.items())],
        columns=["From km", "To km", "Incidents"],
    )
    x = {"field": "from", **_along(laid, grid=False)}
    y = {
        "field": "count",
        "type": "quantitative",
        "stack": "zero",
        "title": None,
        "axis": {"gridOpacity": 0.3, "tickMinStep": 1, "tickCount": 4, "minExtent": 40},
    }
    return Chart(
        name=f"density-{border.lower()}",
        title=f"Incidents at known points, for every {PER_KM} km of the {name}",
        alt=f"Bars, incidents at known points by distance along the {name}.",
        spec={
            "height": 160,
            "padding": {"top": 5, "left": 5, "right": 60, "bottom": 5},
            "data": {"values": values},
            "mark": {"type": "bar", "orient": "vertical"},
            "encoding": {"x": x, "x2": {"field": "to"}, "y": y,
                         "color": {**TYPES, "legend": None}},
        },
        table=table,
        note="Points only: what is known by a stretch, an area or the whole border is not spread.",
    )  # fmt: skip


def _along(laid: Strip, *, grid: bool) -> dict[str, Any]:
    """Axis of the kilometres along a border, alike in the charts that stand below each other."""
    start = f"the tripoint with {laid.origin}" if laid.origin else "the western end"
    hundreds = list(range(0, int(laid.length) + 1, 100))
    return {
        "type": "quantitative",
        "title": f"Kilometres from {start}",
        "scale": {"domain": [-MARGIN * laid.length, laid.length], "nice": False},
        "axis": {"values": hundreds, "grid": grid, "gridOpacity": 0.3},
    }


def _value(package: Package, row: int, start: float, end: float, is_point: bool) -> dict[str, Any]:
    incident = package.incidents.iloc[row]
    first, last = Packaged(package).days()
    low = first if incident["start"] == OPEN_START else EPOCH + timedelta(int(incident["start"]))
    high = last if incident["end"] == OPEN_END else EPOCH + timedelta(int(incident["end"]))
    high = max(low, high)
    return {
        "x": round(start, 1),
        "x2": round(end, 1),
        "middle": round((start + end) / 2, 1),
        "y": (low + (high - low) / 2).isoformat(),
        "from": low.isoformat(),
        "to": high.isoformat(),
        "long": (high - low).days > LONG_DAYS,
        "point": is_point,
        "established": bool(incident["status"] in ESTABLISHED),
        "type": incident["event_type"],
        "title": incident["title"],
        "when": describe.date_of(incident),
        "where": describe.place_of(package, row),
    }


def _table(package: Package, laid: Strip) -> pd.DataFrame:
    stands = {stand.row: stand for stand in laid.stands}
    frame = package.incidents
    lines = []
    for row in sorted([*stands, *laid.anywhere, *laid.beside]):
        stand, incident = stands.get(row), frame.iloc[row]
        known = (stand.start, stand.end, stand.off) if stand else ()
        kilometres: list[float | None] = [round(one, 1) for one in known] or [None] * 3
        elsewhere = "somewhere on the line" if row in laid.anywhere else "beside it"
        lines.append(
            (describe.short_date(incident), incident["title"], describe.place_of(package, row),
             *kilometres, "yes" if stand else elsewhere, incident["id"])
        )  # fmt: skip
    columns = ["When", "What", "Where", "From km", "To km", "Off the line, km", "On the strip",
               "Id"]  # fmt: skip
    return pd.DataFrame(lines, columns=columns)


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
