"""Styles by which QGIS opens GeoPackage and GeoParquet in the colours of the map."""

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
GEOMETRY = {"Point": "marker", "Line": "line", "Polygon": "fill"}
"""What QGIS's expression ``geometry_type`` answers -> kind of the symbols that draw it."""
TYPE = "coalesce(attribute('event_type'), attribute('type'))"
"""The event type, in an expression of QGIS: GeoJSON calls it otherwise than the tables do."""


def qml(kind: str) -> str:
    """Write a style of QGIS 3 that tells event types by their colours.

    Parameters
    ----------
    kind : {"marker", "line", "fill"}
        Of the symbols.
    """
    root = _root()
    renderer = ElementTree.SubElement(
        root, "renderer-v2", type="categorizedSymbol", attr="event_type", enableorderby="0"
    )
    categories = ElementTree.SubElement(renderer, "categories")
    symbols = ElementTree.SubElement(renderer, "symbols")
    for number, name in enumerate(EVENT_TYPES):
        ElementTree.SubElement(
            categories, "category", symbol=str(number), value=name, label=name, render="true"
        )
        _symbol(symbols, str(number), kind, name)
    return _written(root)


def file_of(state: str = "") -> str:
    """Write one style for a layer that holds points, lines and areas, as GeoParquet has them.

    QGIS takes it by itself where it lies beside the file and has its name, but for the ending.

    Parameters
    ----------
    state : str
        Token of the view, kept in an element of its own; "" for none.
    """
    root = _root()
    if state:
        ElementTree.SubElement(root, "marz", state=state)
    renderer = ElementTree.SubElement(root, "renderer-v2", type="RuleRenderer", enableorderby="0")
    rules = ElementTree.SubElement(renderer, "rules", key="marz")
    symbols = ElementTree.SubElement(renderer, "symbols")
    for (geometry, kind), label in zip(GEOMETRY.items(), LAYERS, strict=True):
        group = ElementTree.SubElement(
            rules,
            "rule",
            key=f"marz-{label}",
            label=label.capitalize(),
            filter=f"geometry_type($geometry) = '{geometry}'",
        )
        for number, name in enumerate(EVENT_TYPES):
            key = f"{label}-{number}"
            is_type = f"{TYPE} = '{name}'"
            ElementTree.SubElement(
                group, "rule", key=f"marz-{key}", label=name, filter=is_type, symbol=key
            )
            _symbol(symbols, key, kind, name)
    return _written(root)


def _root() -> ElementTree.Element:
    return ElementTree.Element("qgis", version="3.34", styleCategories="Symbology")


def _written(root: ElementTree.Element) -> str:
    return "<!DOCTYPE qgis>\n" + ElementTree.tostring(root, encoding="unicode")


def _symbol(symbols: ElementTree.Element, key: str, kind: str, event_type: str) -> None:
    """Add the symbol of a type."""
    color, _ = EVENT_TYPES[event_type]
    symbol = ElementTree.SubElement(
        symbols, "symbol", type=kind, name=key, alpha="1", clip_to_extent="1"
    )
    layer, fixed = SYMBOLS[kind]
    drawn = ElementTree.SubElement(symbol, "layer", {"class": layer, "enabled": "1"})
    options = ElementTree.SubElement(drawn, "Option", type="Map")
    rgb = ",".join(str(int(color[at : at + 2], 16)) for at in (1, 3, 5))
    values = {**fixed, **dict.fromkeys(COLOURED[kind], f"{rgb},255")}
    for name, value in values.items():
        ElementTree.SubElement(options, "Option", name=name, value=value, type="QString")


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
