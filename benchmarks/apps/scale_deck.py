"""Made-up incidents with st.pydeck_chart, without a background map."""

import pydeck
import streamlit as st
from made_up import chosen

st.pydeck_chart(
    pydeck.Deck(
        layers=[
            pydeck.Layer(
                "ScatterplotLayer",
                chosen()[["lon", "lat"]],
                get_position=["lon", "lat"],
                get_fill_color=[0, 114, 178],
                radius_min_pixels=4,
            )
        ],
        initial_view_state=pydeck.ViewState(latitude=38.8, longitude=71.0, zoom=5.5),
        map_provider=None,
        map_style=None,
    ),
    height=470,
)
