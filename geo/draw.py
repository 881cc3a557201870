"""Features -> folium. Only numbers and our own words go in: folium runs text as templates.

The map itself is empty and always the same; the base layers come by address and the
incidents as one GeoJson layer in a feature group, so a change sends symbols and no map.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import folium
from branca.element import MacroElement
from folium.template import Template
from folium.utilities import JsCode

from geo.model import Bbox
from geo.values import ZOOMS

ADDRESS = re.compile(r"[A-Za-z0-9/._-]+")
STATIC = "../../app/static"
"""Where Streamlit serves static/, seen from streamlit-folium's frame; works below a base path."""

MARGIN = 0.05
"""Ground shown around the extent, as a part of it, so that no line ends at the frame."""


@dataclass(frozen=True, slots=True)
class View:
    """What the map shows besides the incidents; numbers only.

    Attributes
    ----------
    selected : int
        Row of the selected incident, -1 for none.
    vintage : int
        Day (since 1970-01-01) whose border lines are drawn strong.
    seek : bool
        Whether to bring the selected incident into view.
    tiles : bool
        Whether the reader switched online tiles on.
    language : str
        Code of the language of names, "" for English.
    """

    selected: int = -1
    vintage: int = 0
    seek: bool = False
    tiles: bool = False
    language: str = ""


class _Start(MacroElement):
    """Starts our script on the map."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        marz.start({{ this._parent.get_name() }}, {
            baseUrl: {{ this.address|tojson }},
            bounds: {{ this.bounds|tojson }},
            view: {{ this.view|tojson }},
            onPick: function (row, site) {
                window.marzValue = Object.assign({}, window.marzValue,
                    {pick: row, site: site, seq: Date.now()});
                window.Streamlit.setComponentValue(window.marzValue);
            },
            onView: function (view, size) {
                window.marzValue = Object.assign({}, window.marzValue, {view: view, size: size});
                window.Streamlit.setComponentValue(window.marzValue);
            }
        });
        {% endmacro %}
        """
    )

    def __init__(self, address: str, bounds: list[list[float]], view: list[float] | None) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Start"
        self.address, self.bounds, self.view = address, bounds, view


class _Commit(MacroElement):
    """Tells our script that the incident layer was made anew."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        marz.commit(map_div, {{ this.state|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, state: dict[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Commit"
        self.state = state


def base_map(address: str, extent: Bbox, view: tuple[float, float, float] | None) -> folium.Map:
    """The empty map that our script fills from the base document.

    Parameters
    ----------
    address : str
        The folder of ``map.js`` and ``base.json``, relative to the frame of the map.
    extent : Bbox
        What the map opens on.
    view : tuple of float or None
        Latitude, longitude and zoom to open on instead.

    Returns
    -------
    folium.Map
        Without tiles, and with nothing to fetch but what Marz ships.

    Raises
    ------
    ValueError
        If the address holds anything but letters, digits and ``/ . _ -``.
    """
    if not ADDRESS.fullmatch(address):
        raise ValueError(f"not a plain address: {address!r}")
    dy, dx = MARGIN * (extent.north - extent.south), MARGIN * (extent.east - extent.west)
    bounds = [[extent.south - dy, extent.west - dx], [extent.north + dy, extent.east + dx]]
    chart = folium.Map(
        location=[(extent.south + extent.north) / 2, (extent.west + extent.east) / 2],
        zoom_start=6,
        tiles=None,
        zoom_snap=0.25,
        zoom_delta=0.5,
        wheel_px_per_zoom_level=100,
        minZoom=ZOOMS[0],
        maxZoom=ZOOMS[1],
        attributionControl=False,
    )
    # Set on this map, not with add_js_link: that would change every map of the process.
    chart.default_js = [("map", f"{address}/map.js")]
    chart.default_css = [
        ("leaflet", f"{STATIC}/leaflet/leaflet.css"),
        ("fonts", f"{STATIC}/fonts.css"),
        ("marz", f"{STATIC}/marz.css"),
    ]
    chart.add_child(_Start(f"{address}/base.json", bounds, list(view) if view else None))
    return chart


def incident_group(collection: dict[str, Any], view: View) -> folium.FeatureGroup:
    """The incidents as one GeoJson layer.

    Parameters
    ----------
    collection : dict
        As `geo.places.features` makes it: numbers and geometry, no text of any record.
    view : View
        What is selected and how the rest is drawn.

    Returns
    -------
    folium.FeatureGroup
        To be given to ``st_folium`` as ``feature_group_to_add``.
    """
    group = folium.FeatureGroup()
    layer = folium.GeoJson(
        collection,
        point_to_layer=JsCode("marz.symbol"),
        style_function=None,
        smooth_factor=None,
    )
    group.add_child(layer)
    group.add_child(
        _Commit(
            {
                "sel": view.selected,
                "vintage": view.vintage,
                "seek": view.seek,
                "tiles": view.tiles,
                "lang": view.language,
            }
        )
    )
    return group
