"""A preview before the download: the very sheet with fewer pixels, or the last frame of a film."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import streamlit as st
from PIL import Image

from geo.export.formats import Form
from geo.model import GeoError, Scene
from geo.picture.layout import LAYOUTS

ON, MADE = "preview-on", "preview-made"
LONG = 900
"""Pixels that the longer side is to have, as near as `LEAST` and `MOST` dots an inch let it."""
LEAST, MOST = 50, 150
Make = Callable[[Scene], Callable[[], bytes]]
"""Scene -> what makes its preview, in turn with all other files."""


def offer(scene: Scene, form: Form, version: str, make: Make) -> None:
    """A switch that shows the file as it will be; it stays on while the sheet is laid out."""
    if not st.toggle("Preview", key="w-preview", value=st.session_state.get(ON, False)):
        st.session_state[ON] = False
        st.session_state.pop(MADE, None)
        return
    st.session_state[ON] = True
    wanted = coarse(scene)
    key = (wanted, version, form.ending if form.kind == "film" else "")
    known = st.session_state.get(MADE)
    if known is None or known[0] != key:
        try:
            with st.spinner("Drawing the preview …"):
                known = (key, make(wanted)())
        except GeoError as error:
            st.text(str(error))
            return
        st.session_state[MADE] = known
    with Image.open(io.BytesIO(known[1])) as image:
        wide, tall = image.size
    st.image(known[1], width="stretch")
    if form.kind == "film":
        st.caption(f"The last frame of the film; {wide:,} × {tall:,} pixels")
        return
    dpi = scene.sheet.dpi if form.ending != ".pdf" else 0
    st.caption(size_in_words(wide / wanted.sheet.dpi, tall / wanted.sheet.dpi, dpi))


def coarse(scene: Scene) -> Scene:
    """The same sheet with as many dots an inch as a screen shows."""
    layout = LAYOUTS[scene.sheet.preset]
    dpi = round(LONG / max(layout.width, layout.height) * 72)
    return replace(scene, sheet=replace(scene.sheet, dpi=max(LEAST, min(MOST, dpi))))


def size_in_words(wide: float, tall: float, dpi: int) -> str:
    """A size in inches as “297 × 210 mm; as PNG 3,508 × 2,480 pixels”; 0 dpi for no pixels."""
    said = f"{wide * 25.4:.0f} × {tall * 25.4:.0f} mm"
    return f"{said}; as PNG {wide * dpi:,.0f} × {tall * dpi:,.0f} pixels" if dpi else said
