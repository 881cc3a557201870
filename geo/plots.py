"""Vega-Lite of the house: bars by type, ranges of tolls, axes of years."""

from __future__ import annotations

from typing import Any

from geo.charts import TYPES

HEIGHT = 170
STANDING = {
    "field": "standing",
    "type": "nominal",
    "title": None,
    "legend": None,
    "scale": {"domain": ["established", "not established"], "range": [1, 0.4]},
}
"""Encoding: what is alleged, announced or planned is paler."""
GRID = {"gridOpacity": 0.3, "domain": False, "ticks": False, "tickMinStep": 1, "title": None}


def tips(field: str) -> list[dict[str, str]]:
    """Tooltip of a count by a field, type and standing."""
    return [
        {"field": field, "type": "nominal", "title": field.capitalize()},
        {"field": "type", "type": "nominal", "title": "Type"},
        {"field": "standing", "type": "nominal", "title": "Standing"},
        {"field": "count", "type": "quantitative", "title": "Incidents"},
    ]


def year_axis(years: list[int]) -> dict[str, Any]:
    """Horizontal axis of years, named every fifth."""
    return {
        "field": "year",
        "type": "ordinal",
        "title": None,
        "scale": {"domain": years},
        "axis": {"labelAngle": 0, "values": [y for y in years if y % 5 == 0], "ticks": False},
    }


def bars(values: list[dict[str, Any]], field: str, order: list[str]) -> dict[str, Any]:
    """Lying bars, one a value of a field, coloured by type."""
    return {
        "height": {"step": 22},
        "data": {"values": values},
        "mark": {"type": "bar"},
        "encoding": {
            "y": {"field": field, "type": "nominal", "sort": order, "title": None,
                  "axis": {"labelLimit": 220, "ticks": False, "domain": False}},
            "x": {"field": "count", "type": "quantitative", "stack": "zero", "axis": GRID},
            "color": {**TYPES, "legend": None},
            "opacity": STANDING,
            "order": {"field": "rank"},
            "tooltip": tips(field) if field != "type" else tips(field)[1:],
        },
    }  # fmt: skip


def ranges(values: list[dict[str, Any]], years: list[int]) -> dict[str, Any]:
    """Standing lines from low to high with an end mark; an arrow where the end is open."""
    x = year_axis(years)
    # A square root lets a year of two dead be seen beside one of a hundred.
    scale = {"type": "sqrt", "nice": True, "zero": True}
    about = [
        {"field": "year", "type": "ordinal", "title": "Year"},
        {"field": "said", "type": "nominal", "title": "Sum"},
    ]

    def y(field: str) -> dict[str, Any]:
        return {"field": field, "type": "quantitative", "scale": scale, "axis": GRID}

    ends: dict[str, Any] = {"type": "tick", "thickness": 2, "size": 9, "color": "#4a6fa5"}
    return {
        "height": HEIGHT,
        "data": {"values": values},
        "layer": [
            {
                "mark": {"type": "rule", "strokeWidth": 4, "color": "#4a6fa5", "opacity": 0.55},
                "encoding": {"x": x, "y": y("low"), "y2": {"field": "high"}, "tooltip": about},
            },
            {"mark": ends, "encoding": {"x": x, "y": y("low"), "tooltip": about}},
            {
                "transform": [{"filter": "!datum.open"}],
                "mark": ends,
                "encoding": {"x": x, "y": y("high"), "tooltip": about},
            },
            {
                "transform": [{"filter": "datum.open"}],
                "mark": {"type": "point", "shape": "triangle-up", "filled": True, "size": 70,
                         "opacity": 1, "yOffset": -4, "color": "#4a6fa5"},
                "encoding": {"x": x, "y": y("high"), "tooltip": about},
            },
        ],
    }  # fmt: skip
