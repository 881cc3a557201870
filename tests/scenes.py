"""Random scenes of a package, for whatever must give a scene back unchanged."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from madeup import HOSTILE

from geo.address import limits
from geo.collection import space
from geo.collection.facets import FACETS
from geo.model import (
    ANNOTATIONS,
    LANGUAGES,
    MATCHES,
    MAX_KM,
    MAX_LATITUDE,
    MAX_TEXT,
    PERIODS,
    PRESETS,
    STYLES,
    ZOOMS,
    Annotation,
    Bbox,
    Filter,
    Near,
    Scene,
    Sheet,
    annotation,
)
from geo.package.load import Package

TEXTS = st.one_of(
    st.just(""),
    st.sampled_from(HOSTILE),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
)


@st.composite
def filters(draw: Any, package: Package) -> Filter:
    """A filter that can be asked of a package."""
    first, last = limits(package)
    days = st.none() | st.dates(first, last)
    start, end = draw(days), draw(days)
    if start and end and end < start:
        start, end = end, start
    chosen = {
        facet.name: tuple(draw(st.lists(st.sampled_from(known), max_size=4)))
        for facet in FACETS
        if (known := facet.options(package))
    }
    return Filter(
        start=start, end=end, match=draw(st.sampled_from(MATCHES)), text=draw(TEXTS)[:MAX_TEXT],
        chosen=chosen, near=draw(st.none() | nearby(package)), within=draw(extents()),
        ids=draw(st.lists(st.sampled_from(list(package.incidents["id"])), max_size=3)),
    )  # fmt: skip


@st.composite
def nearby(draw: Any, package: Package) -> Near:
    """A place of a package or a point, and kilometres around it."""
    km = draw(st.floats(0.001, MAX_KM))
    known = space.centres(package)
    if known and draw(st.booleans()):
        place = draw(st.sampled_from(sorted(known)))
        name, lon, lat = known[place]
        return Near(lon, lat, km, place, name)
    return Near(draw(st.floats(-180, 180)), draw(st.floats(-MAX_LATITUDE, MAX_LATITUDE)), km)


@st.composite
def extents(draw: Any) -> Bbox | None:
    """An extent, or none."""
    if draw(st.booleans()):
        return None
    west = draw(st.floats(-180, 179))
    south = draw(st.floats(-MAX_LATITUDE, MAX_LATITUDE - 1))
    east = draw(st.floats(west + 0.01, 180))
    north = draw(st.floats(south + 0.01, MAX_LATITUDE))
    return Bbox(west, south, east, north)


@st.composite
def annotated(draw: Any) -> Annotation:
    """What a reader may have drawn on a map."""
    lat = st.floats(-MAX_LATITUDE, MAX_LATITUDE)
    at, head = (draw(st.tuples(st.floats(-180, 180), lat)) for _ in range(2))
    words = draw(TEXTS.filter(lambda text: bool(annotation("arrow", 0, 0, text, (0, 0)).text)))
    kind = draw(st.sampled_from(ANNOTATIONS))
    return annotation(kind, at[0], at[1], words, head, draw(st.floats(0.001, MAX_KM)))


@st.composite
def scenes(draw: Any, package: Package) -> Scene:
    """A scene that can be asked of a package, with all that it can hold."""
    lat = st.floats(-MAX_LATITUDE, MAX_LATITUDE)
    return Scene(
        query=draw(filters(package)),
        bbox=draw(extents()),
        at=draw(st.none() | st.tuples(lat, st.floats(-180, 180), st.floats(*ZOOMS))),
        selected=draw(st.sampled_from(["", *package.incidents["id"]])),
        language=draw(st.sampled_from(list(LANGUAGES))),
        annotations=tuple(draw(st.lists(annotated(), max_size=3))),
        sheet=Sheet(
            preset=draw(st.sampled_from(PRESETS)),
            style=draw(st.sampled_from(STYLES)),
            title=draw(TEXTS),
            subtitle=draw(TEXTS),
            timeline=draw(st.booleans()),
            dpi=draw(st.integers(50, 600)),
            each=draw(st.sampled_from(["", *PERIODS])),
            inset=draw(st.booleans() | extents().filter(bool)),
        ),
    )
