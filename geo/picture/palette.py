"""The inks of a picture in its three styles: light, dark, and one that survives a grey printer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo.vocabulary import EVENT_TYPES


@dataclass(frozen=True, slots=True)
class Fill:
    """How an event type is told from the others.

    Attributes
    ----------
    face : str
        Colour of its area.
    line : str
        Colour of its outline where it is hollow.
    hatch : str
        Pattern over the face, as matplotlib writes it; "" for none.
    shape : str
        Outline of a single incident: one of `geo.picture.symbols.SHAPES`.
    """

    face: str
    line: str
    hatch: str = ""
    shape: str = "circle"


@dataclass(frozen=True, slots=True)
class Palette:
    """The inks of one style.

    Attributes
    ----------
    name : str
        Of the style.
    paper, ink, soft, grey, faint : str
        The sheet; type from the strongest to the weakest; thin rules.
    land, shade, open : str
        Ground of the country in focus, what shades the others, and what no layer covers.
    world_land, sea, abroad : str
        Where the package's layers end: land, sea, and outlines of countries.
    water, lake, lake_name, country, region : str
        Lines of rivers, faces and names of lakes, outlines of countries and regions.
    casing : str
        What borders and names are set off with.
    hatch : str
        Lines over an area that incidents are known to. Opaque: forms differ over clear hatches.
    shading : float
        Opacity of what shades the neighbours.
    fills : dict of str to Fill
        Event type -> how it is told.
    """

    name: str
    paper: str
    ink: str
    soft: str
    grey: str
    faint: str
    land: str
    shade: str
    open: str
    world_land: str
    sea: str
    abroad: str
    water: str
    lake: str
    lake_name: str
    country: str
    region: str
    casing: str
    hatch: str
    shading: float
    fills: dict[str, Fill]


def _coloured() -> dict[str, Fill]:
    return {kind: Fill(color, color) for kind, (color, _) in EVENT_TYPES.items()}


_GREYS = (
    Fill("#000000", "#000000", shape="diamond"),
    Fill("#ffffff", "#000000", "xxxxxxxx", "star"),
    Fill("#7d7d7d", "#000000", shape="square"),
    Fill("#ffffff", "#000000", "////////", "triangle"),
    Fill("#ffffff", "#000000", "......", "circle"),
    Fill("#cfcfcf", "#000000", shape="hexagon"),
)
"""Lightness and pattern for shares, shapes for single incidents: hue is not needed."""

PALETTES = {
    "light": Palette(
        name="light",
        paper="#ffffff", ink="#1f2328", soft="#3b4248", grey="#5d646b", faint="#a7adb2",
        land="#fdfcf8", shade="#d3d6d7", open="#eceeee",
        world_land="#e9eae8", sea="#dbe5ea", abroad="#b4b8b9", water="#5c8fb3", lake="#c3d9e6",
        lake_name="#3f6f91", country="#7b8187", region="#b3b4b1", casing="#ffffff",
        hatch="#b9b9b4", shading=0.5,
        fills=_coloured(),
    ),
    "dark": Palette(
        name="dark",
        paper="#14181c", ink="#eef1f3", soft="#c9d0d5", grey="#a2abb2", faint="#525b63",
        land="#262c30", shade="#0f1214", open="#1b2024",
        world_land="#1d2226", sea="#121a21", abroad="#3d454b", water="#3f7196", lake="#24465d",
        lake_name="#86b4d6", country="#7f8990", region="#4b5359", casing="#14181c",
        hatch="#4e565c", shading=0.45,
        fills=_coloured(),
    ),
    "grey": Palette(
        name="grey",
        paper="#ffffff", ink="#000000", soft="#2e2e2e", grey="#555555", faint="#a0a0a0",
        land="#ffffff", shade="#d9d9d9", open="#eeeeee",
        world_land="#eeeeee", sea="#d6d6d6", abroad="#a8a8a8", water="#8c8c8c", lake="#dcdcdc",
        lake_name="#4a4a4a", country="#7a7a7a", region="#b5b5b5", casing="#ffffff",
        hatch="#b4b4b4", shading=0.45,
        fills=dict(zip(EVENT_TYPES, _GREYS, strict=True)),
    ),
}  # fmt: skip
"""Style -> its inks. Colours of event types are Okabe and Ito's in both coloured styles."""


def tone(relief: npt.NDArray[np.uint8], style: str) -> npt.NDArray[np.uint8]:
    """Bring a relief of the light style into another.

    Parameters
    ----------
    relief : array of uint8, shape (height, width, 4)
        RGBA.

    Returns
    -------
    array of uint8
        Of the same shape: grey and a little paler, or dark with the same slopes in light.
    """
    if style == "light":
        return relief
    toned = relief.copy()
    luminance = relief[..., :3] @ np.array([0.2126, 0.7152, 0.0722], dtype=np.float32)
    if style == "grey":
        toned[..., :3] = (255 - (255 - luminance) * 0.75).astype(np.uint8)[..., None]
        return toned
    depth = np.clip((luminance - 140) / 115, 0, 1)[..., None]
    dark, pale = np.array([14, 18, 21], dtype=np.float32), np.array([58, 66, 70], dtype=np.float32)
    toned[..., :3] = (dark + (pale - dark) * depth).astype(np.uint8)
    return toned
