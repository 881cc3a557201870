"""The floor: the least that a Streamlit page can do after a slider moved."""

import streamlit as st

number = st.slider("Dates shown", 0, 1000, 1000)
st.text(f"The number is {number}.")
