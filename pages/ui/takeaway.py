"""Downloads of exactly what is shown; each is made when its button is pressed, not before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt
import streamlit as st

from geo import export, snapshot
from geo.model import Scene
from geo.package import Package
from pages.ui import embed
from pages.ui.state import State


def show(package: Package, current: State, rows: npt.NDArray[np.intp]) -> None:
    """One button a format."""
    stamp = f"marz-{datetime.now(UTC):%Y-%m-%d}"
    query = current.query
    files: list[tuple[str, str, str, Callable[[], bytes]]] = [
        (
            "Map, PNG",
            "png",
            "image/png",
            lambda: snapshot.picture(
                package, Scene(query=query), rows, form="png", now=datetime.now(UTC)
            ),
        ),
        (
            "Map, HTML",
            "html",
            "text/html",
            lambda: export.html(package, query, rows, now=datetime.now(UTC)),
        ),
        ("Records, CSV", "csv", "text/csv", lambda: export.csv(package, query, rows)),
        (
            "Records, GeoJSON",
            "geojson",
            "application/geo+json",
            lambda: export.geojson(package, query, rows),
        ),
    ]
    with st.popover("Take away", icon=":material/download:"):
        st.caption(
            "Exactly what is shown, with the filter in words, the date, sources and attribution."
        )
        for label, ending, mime, make in files:
            st.download_button(
                label,
                make,
                file_name=f"{stamp}.{ending}",
                mime=mime,
                key=f"w-download-{ending}",
                on_click="ignore",
                width="stretch",
            )
        embed.offer(package)
