"""Features -> folium. Only numbers and our own words go in: folium runs text as templates.

The map itself is empty and always the same; the base layers come by address and the
incidents as one GeoJson layer in a feature group, so a change sends symbols and no map.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import folium
from branca.element import Element, Figure, MacroElement
from folium.template import Template

from geo.model import ZOOMS, Bbox

ADDRESS = re.compile(r"[A-Za-z0-9/._-]+")
STATIC = "../../app/static"
"""Where Streamlit serves static/, seen from streamlit-folium's frame; works below a base path."""

ID = "marz"
"""Of the map in its frame, where there is only one."""

MARGIN = 0.05
"""Ground shown around the extent, as a part of it, so that no line ends at the frame."""


@dataclass(frozen=True, slots=True)
class View:
    """What any map shows besides its symbols; numbers only.

    Attributes
    ----------
    vintage : int
        Day (since 1970-01-01) whose border lines are drawn strong.
    tiles : bool
        Whether the reader switched online tiles on.
    language : str
        Code of the language of names, "" for English.
    dates : dict
        Days between which incidents are shown: `DateRange` of static/types.d.ts.
    turn : int
        How often the reader had set the dates by then; the browser may be ahead.
    """

    vintage: int
    tiles: bool
    language: str
    dates: dict[str, int | bool | None] = field(default_factory=dict)
    turn: int = 0

    def state(self) -> dict[str, Any]:
        """The same by the names that our script has."""
        return {
            "vintage": self.vintage,
            "tiles": self.tiles,
            "lang": self.language,
            "range": self.dates or None,
            "turn": self.turn,
        }


class _Start(MacroElement):
    """Starts our script on the map."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        window.marzTell = function (more) {
            window.marzValue = Object.assign({}, window.marzValue, more);
            window.Streamlit.setComponentValue(window.marzValue);
        };
        {% if this.awaited %}
        var container = {{ this._parent.get_name() }}.getContainer();
        new MutationObserver(function (changes, observer) {
            observer.disconnect();
            marzTell({drawn: true});
        }).observe(container, {attributeFilter: ["data-commit"]});
        {% endif %}
        marz.start({{ this._parent.get_name() }}, {
            baseUrl: {{ this.address|tojson }},
            bounds: {{ this.bounds|tojson }},
            view: {{ this.view|tojson }},
            onPick: function (row, site) {
                marzTell({pick: row, site: site, seq: Date.now()});
            },
            onView: function (view, size) {
                marzTell({view: view, size: size});
            }
        });
        {% endmacro %}
        """
    )

    def __init__(
        self, address: str, bounds: list[list[float]], view: list[float] | None, awaited: bool
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Start"
        self.address, self.bounds, self.view, self.awaited = address, bounds, view, awaited


class _Map(folium.Map):
    """A map with a ready-made head: it is the same for all, and folium would compile it anew."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._id = ID

    def render(self, **_: Any) -> str:
        """Put the head where st_folium looks for it; of all else it asks only the scripts."""
        _figure(self).header = _head()
        return ""


@cache
def _head() -> Element:
    plain = folium.Map(tiles=None)
    plain._id = ID
    plain.default_js = plain.default_css = []
    plain.render()  # type: ignore[no-untyped-call]
    return Element(_figure(plain).header.render())


def _figure(chart: folium.Map) -> Figure:
    figure = chart.get_root()
    assert isinstance(figure, Figure)
    return figure


class Layer(folium.FeatureGroup):
    """Features as one GeoJson layer, and word to our script that it was made anew.

    Of folium's own layer each part would be written twice, and the second time read as a
    template: half of what the whole map costs the server.

    Parameters
    ----------
    features : dict or list of dict
        GeoJSON: numbers and geometry, no text of any record.
    drawn : str
        Options of ``L.geoJson``, in JavaScript.
    commit : str
        Function of our script that is told.
    state : dict
        What it is told.
    """

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = L.featureGroup();
        L.geoJson({{ this.features|tojson }}, {{ this.drawn }}).addTo({{ this.get_name() }});
        marz.{{ this.commit }}(map_div, {{ this.state|tojson }});
        {% endmacro %}
        """
    )

    def __init__(
        self,
        features: dict[str, Any] | list[dict[str, Any]],
        drawn: str,
        commit: str,
        state: dict[str, Any],
    ) -> None:
        super().__init__()
        self.features, self.drawn, self.commit, self.state = features, drawn, commit, state

    def render(self, **_: Any) -> str:
        """Do nothing: st_folium asks for the script itself."""
        return ""


def base_map(
    address: str,
    extent: Bbox,
    view: tuple[float, float, float] | None,
    *,
    awaited: bool = False,
) -> folium.Map:
    """The empty map that our script fills from the base document.

    Parameters
    ----------
    address : str
        The folder of ``map.js`` and ``base.json``, relative to the frame of the map.
    extent : Bbox
        What the map opens on.
    view : tuple of float or None
        Latitude, longitude and zoom to open on instead.
    awaited : bool
        Whether the browser tells once the incidents are drawn, as ``drawn`` of the map's value.

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
    chart = _Map(
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
    chart.add_child(_Start(f"{address}/base.json", bounds, list(view) if view else None, awaited))
    return chart


def incident_group(
    collection: dict[str, Any],
    view: View,
    *,
    selected: int = -1,
    seek: bool = False,
    named: Sequence[int] = (),
) -> Layer:
    """The incidents, to be given to ``st_folium`` as ``feature_group_to_add``.

    Parameters
    ----------
    collection : dict
        As `geo.places.features` makes it.
    view : View
        How the rest of the map is drawn.
    selected : int
        Row of the selected incident, -1 for none.
    seek : bool
        Whether to bring it into view.
    named : sequence of int
        Sites that are named before all others, because they are searched for.
    """
    state = {"sel": selected, "seek": seek, "named": list(named), **view.state()}
    return Layer(collection, "{pointToLayer: marz.symbol}", "commit", state)
