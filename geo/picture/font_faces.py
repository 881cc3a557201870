"""Typefaces for SVG: of each font only what is written, so that text looks alike everywhere."""

from __future__ import annotations

import base64
import io
from functools import lru_cache
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text
from matplotlib_scalebar.scalebar import ScaleBar

from geo.picture import fonts


def style(figure: Figure) -> str:
    """Give a style element with the faces of all text on a figure that was drawn; ASCII."""
    signs: dict[str, set[str]] = {"normal": set(), "bold": set()}
    for text in figure.findobj(Text):
        if isinstance(text, Text) and text.get_text():
            signs[str(text.get_fontweight())].update(text.get_text())
    for bar in figure.findobj(ScaleBar):
        # It makes its text only while it is drawn.
        signs["normal"].update(bar.info.scale_text)
    faces = []
    for weight, written in signs.items():
        left = set(written)
        for family in fonts.families():
            path = font_manager.findfont(FontProperties(family=[family], weight=weight))
            own = {sign for sign in left if ord(sign) in _known(path)}
            left -= own
            if own:
                data = base64.b64encode(_subset(path, "".join(sorted(own)))).decode("ascii")
                faces.append(
                    f"@font-face{{font-family:'{family}';font-weight:"
                    f"{700 if weight == 'bold' else 400};"
                    f"src:url(data:font/woff;base64,{data}) format('woff')}}"
                )
    return f'<style type="text/css">{"".join(faces)}</style>'


@lru_cache
def _known(path: str) -> frozenset[int]:
    return frozenset(font_manager.get_font(path).get_charmap())


@lru_cache(maxsize=64)
def _subset(path: str, signs: str) -> bytes:
    """A font with only some signs, as WOFF."""
    options = subset.Options()
    options.flavor = "woff"
    options.hinting = False
    options.recalc_timestamp = False
    options.notdef_outline = True
    with TTFont(Path(path), recalcTimestamp=False, lazy=True) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(text=signs)
        cutter.subset(font)
        font.flavor = "woff"
        out = io.BytesIO()
        font.save(out, reorderTables=False)
    return out.getvalue()
