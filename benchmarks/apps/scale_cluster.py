"""Made-up incidents with folium's FastMarkerCluster, a new map at every change."""

import folium
from folium.plugins import FastMarkerCluster
from made_up import chosen
from streamlit_folium import st_folium

chart = folium.Map(location=[38.8, 71.0], zoom_start=6, tiles=None, maxZoom=18)
# What folium would fetch from elsewhere comes from this server, so that no line is measured.
STATIC = "../../app/static"
chart.default_js = [("leaflet", f"{STATIC}/leaflet.js")]
chart.default_css = [("leaflet", f"{STATIC}/leaflet.css")]
cluster = FastMarkerCluster(  # type: ignore[no-untyped-call]
    chosen()[["lat", "lon"]].to_numpy().tolist(),
    callback="function (row) { return L.circleMarker(new L.LatLng(row[0], row[1])); }",
)
cluster.default_js = [("cluster", f"{STATIC}/leaflet.markercluster.js")]
cluster.default_css = [
    ("cluster", f"{STATIC}/MarkerCluster.css"),
    ("clusters", f"{STATIC}/MarkerCluster.Default.css"),
]
cluster.add_to(chart)
st_folium(chart, height=470, use_container_width=True, returned_objects=[])
