"""One incident on a page of its own: what belongs to it, and how to cite it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import numpy as np
import streamlit as st
from streamlit_folium import st_folium

from geo import describe, places, records
from geo.collection import extents
from geo.collection.packaged import Packaged
from geo.days import day_number
from geo.package.load import Package
from geo.records import DAYS, NEAR_KM, related
from geo.webmap import incidents as incident_layer
from pages.ui import address, data, nav, stars, state
from pages.ui.state import State

AT_MOST = 12
"""Lines of a list before “and … more”."""


def steps(package: Package, current: State, row: int) -> None:
    """To the incidents before and after it, and to the map, where it stands alone; a star."""
    ids = package.incidents["id"]
    view = extents.alone(package, row)
    given = address.linked(id=ids.iat[row], at=",".join(f"{part:g}" for part in view or ()))
    if row not in Packaged(package).select(current.query):
        given = {name: values for name, values in given.items() if name not in state.filters()}
    with st.container(horizontal=True, vertical_alignment="center", key="incident-steps"):
        st.page_link(
            nav.PAGES / "atlas.py",
            label="On the map",
            icon=":material/map:",
            query_params=given,
        )
        if row > 0:
            link(package, row - 1, "‹ Previous")
        if row + 1 < len(ids):
            link(package, row + 1, "Next ›")
        st.space("stretch")
        stars.button(package, current)


def locate(package: Package, current: State, row: int) -> None:
    """A small map of where it was, as exactly as that is known."""
    site = places.site_of(package, row)
    if site is None:
        st.text("The place of this incident is not known.")
        return
    rows = np.array([row], dtype=np.intp)
    vintage = day_number(places.vintage_day(package, rows))
    view = incident_layer.View(vintage, current.tiles, current.language)
    drawn = places.features(package, rows)
    at = (site.lat, site.lon, 9.0 if site.is_point else 6.5)
    st_folium(
        incident_layer.base_map(
            data.base_address(package, package.version), places.extent_of(package), at
        ),
        key="incident-map",
        height=280,
        use_container_width=True,
        returned_objects=[],
        render=False,
        feature_group_to_add=incident_layer.incident_group(drawn, view, selected=row),
    )


def link(package: Package, row: int, label: str) -> None:
    """A link to an incident's page; the label is ours, for labels are Markdown."""
    address.to_incident(str(package.incidents["id"].iat[row]), label)


def line(package: Package, row: int, width: float, *told: str) -> None:
    """An incident’s date, which leads to its page, and words of so many widths of that."""
    incident = package.incidents.iloc[row]
    date, what = st.columns([1, width], gap="small", vertical_alignment="center")
    with date:
        # A date in words is the only label here that data decide, and they cannot word it.
        link(package, row, describe.short_date(incident))
    status = "" if incident["status"] == "occurred" else incident["status"]
    what.text(" · ".join(part for part in (incident["title"], *told, status) if part))


def relations(package: Package, row: int) -> None:
    """The larger event, its parts, what it is about, what else happened there and then."""
    found = related(package, row)
    place = describe.place_of(package, row)
    _list(package, "Part of a larger event", found.above, "Its toll includes this incident’s.")
    parts = "Their tolls are already included in the toll above."
    _list(package, "Parts of this event", found.parts, parts)
    _list(package, "Other parts of the larger event", found.siblings)
    _list(package, "What it is about", found.about, "No toll follows from it.")
    _list(package, "Later records about it", found.answered)
    _list(package, "Another event on the same day at the same place", found.distinct)
    near = f"At the same place ({place}) or within {NEAR_KM} km of its point."
    _list(package, "Nearby incidents", found.here, near)
    around = f"On the same border, possibly within {DAYS} days of it."
    _list(package, "Around the same time", found.around, around)


def _list(package: Package, title: str, rows: tuple[int, ...], note: str = "") -> None:
    if not rows:
        return
    st.header(title, anchor=False)
    if note:
        with st.container(key=f"note-{title.lower().replace(' ', '-').replace(',', '')}"):
            st.text(note)
    for row in rows[:AT_MOST]:
        incident = package.incidents.iloc[row]
        deaths = describe.toll(incident["fatalities_low"], None, incident["fatalities_high"])
        line(package, row, 2.6, "" if deaths == describe.NOT_REPORTED else f"{deaths} dead")
    if len(rows) > AT_MOST:
        st.caption(
            f"and {len(rows) - AT_MOST} more; see the atlas or the page Records for all of them."
        )


def citing(package: Package, row: int, found: dict[str, Any]) -> None:
    """Plain text, BibTeX, CSL-JSON and RIS, to copy and to download."""
    st.header("Cite as", anchor=False)
    forms = [
        ("Plain text", records.plain, "txt", "text/plain"),
        ("BibTeX", records.bibtex, "bib", "application/x-bibtex"),
        ("CSL-JSON", records.csl_json, "json", "application/vnd.citationstyles.csl+json"),
        ("RIS", records.ris, "ris", "application/x-research-info-systems"),
    ]
    root = address.root(st.context.url or "")
    url = f"{root}incident?id={quote(found['id'])}" if root else ""
    for tab, (label, make, ending, mime) in zip(
        st.tabs([form[0] for form in forms]), forms, strict=True
    ):
        with tab:
            text = make(package, row, url=url, accessed=datetime.now(UTC).date())
            st.code(text, language=None, wrap_lines=True)
            st.download_button(
                f"Download {label}",
                text.encode,
                file_name=f"marz-{found['id']}.{ending}",
                mime=mime,
                key=f"w-cite-{ending}",
                on_click="ignore",
            )
