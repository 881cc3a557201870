"""Styles by which QGIS opens the layers of a GeoPackage in the colours of the map."""

from __future__ import annotations

from datetime import date
from xml.etree import ElementTree

import pandas as pd

from geo.vocabulary import EVENT_TYPES

LAYERS = {"points": "marker", "lines": "line", "areas": "fill"}
"""Ending of a layer's name -> kind of its symbols in QGIS."""
SYMBOLS: dict[str, tuple[str, dict[str, str]]] = {
    "marker": (
        "SimpleMarker",
        {"name": "circle", "size": "3.4", "size_unit": "MM", "outline_color": "255,255,255,255",
         "outline_width": "0.3", "outline_width_unit": "MM"},
    ),
    "line": ("SimpleLine", {"line_width": "1.2", "line_width_unit": "MM"}),
    "fill": (
        "SimpleFill",
        {"style": "b_diagonal", "outline_width": "0.3", "outline_width_unit": "MM"},
    ),
}  # fmt: skip
"""Kind of a symbol -> class of its one layer, and what does not hang on the type."""
COLOURED = {
    "marker": ("color",),
    "line": ("line_color",),
    "fill": ("color", "outline_color"),
}
"""Kind of a symbol -> what of it has the colour of the type."""


def qml(kind: str) -> str:
    """Write a style of QGIS 3 that tells event types by their colours.

    Parameters
    ----------
    kind : {"marker", "line", "fill"}
        Of the symbols.
    """
    root = ElementTree.Element("qgis", version="3.34", styleCategories="Symbology")
    renderer = ElementTree.SubElement(
        root, "renderer-v2", type="categorizedSymbol", attr="event_type", enableorderby="0"
    )
    categories = ElementTree.SubElement(renderer, "categories")
    symbols = ElementTree.SubElement(renderer, "symbols")
    for number, (name, (color, _)) in enumerate(EVENT_TYPES.items()):
        ElementTree.SubElement(
            categories, "category", symbol=str(number), value=name, label=name, render="true"
        )
        symbol = ElementTree.SubElement(
            symbols, "symbol", type=kind, name=str(number), alpha="1", clip_to_extent="1"
        )
        layer, fixed = SYMBOLS[kind]
        drawn = ElementTree.SubElement(symbol, "layer", {"class": layer, "enabled": "1"})
        options = ElementTree.SubElement(drawn, "Option", type="Map")
        rgb = ",".join(str(int(color[at : at + 2], 16)) for at in (1, 3, 5))
        values = {**fixed, **dict.fromkeys(COLOURED[kind], f"{rgb},255")}
        for key, value in values.items():
            ElementTree.SubElement(options, "Option", name=key, value=value, type="QString")
    return "<!DOCTYPE qgis>\n" + ElementTree.tostring(root, encoding="unicode")


def table(day: date) -> pd.DataFrame:
    """The rows of ``layer_styles``, the table in which QGIS looks for the style of a layer."""
    return pd.DataFrame(
        [
            {
                "f_table_catalog": "",
                "f_table_schema": "",
                "f_table_name": f"incidents_{ending}",
                "f_geometry_column": "geom",
                "styleName": "Marz",
                "styleQML": qml(kind),
                "styleSLD": "",
                "useAsDefault": True,
                "description": "Event types in the colours of Marz",
                "owner": "",
                "ui": "",
                "update_time": f"{day.isoformat()}T00:00:00.000Z",
            }
            for ending, kind in LAYERS.items()
        ]
    )
