"""What most map apps on Streamlit do: a new folium.Map of CircleMarkers at every change."""

import folium
from incidents import chosen
from streamlit_folium import st_folium

chart = folium.Map(location=[38.8, 71.0], zoom_start=6, tiles=None)
# Leaflet comes from this server, so that the app works with no internet, as Marz does; what
# folium would also fetch (jQuery, Bootstrap, Font Awesome) this map has no use for.
chart.default_js = [("leaflet", "../../app/static/leaflet.js")]
chart.default_css = [("leaflet", "../../app/static/leaflet.css")]
for row in chosen().itertuples():
    folium.CircleMarker([row.lat, row.lon], radius=7, tooltip=row.title, fill=True).add_to(chart)
st_folium(chart, height=470, use_container_width=True)
