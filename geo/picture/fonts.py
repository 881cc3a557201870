"""Type for pictures: Noto Sans as shipped, measured text, and no character that no font has."""

from __future__ import annotations

import base64
import io
import unicodedata
from bisect import bisect_right
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import matplotlib
from fontTools import subset
from fontTools.ttLib import TTFont
from matplotlib import font_manager
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text
from matplotlib_scalebar.scalebar import ScaleBar

from geo.files import FONTS

LAST = "DejaVu Sans"
"""Comes with matplotlib, so it is always there."""
MISSING = "\N{REPLACEMENT CHARACTER}"
JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
"""Persian needs them; every other format character could only turn a line round."""
DPI = 200
# Hinted letters have other widths at each resolution, and lines are measured at one only.
matplotlib.rcParams["text.hinting"] = "none"


@cache
def families() -> tuple[str, ...]:
    """Families in the order in which a character is looked for."""
    found: dict[str, None] = {}
    for path in sorted(FONTS.glob("*.[to]tf"), key=lambda p: (len(p.name), p.name)):
        try:
            font_manager.fontManager.addfont(path)
            found[font_manager.get_font(path).family_name] = None
        except (OSError, RuntimeError):
            continue
    return (*sorted(found, key=lambda name: (name != "Noto Sans", name)), LAST)


@cache
def _font(size: float, *, bold: bool, first: bool) -> FontProperties:
    """All families, or only the first by its file: matplotlib then looks for no others."""
    weight = "bold" if bold else "normal"
    if not first:
        return FontProperties(family=list(families()), size=size, weight=weight)
    family = families()[0]
    path = _file(family, bold=bold)
    return FontProperties(family=[family], size=size, weight=weight, fname=path)


def font_for(text: str, size: float, *, bold: bool = False) -> FontProperties:
    """Properties that draw a text; one family where that has all its characters."""
    plain = _known(_file(families()[0], bold=bold))
    return _font(size, bold=bold, first=all(ord(character) in plain for character in text))


@cache
def _file(family: str, *, bold: bool) -> str:
    weight = "bold" if bold else "normal"
    return str(font_manager.findfont(FontProperties(family=[family], weight=weight)))


@cache
def _known(path: str) -> frozenset[int]:
    """Code points of a font."""
    return frozenset(font_manager.get_font(path).get_charmap())


@cache
def _drawable(*, bold: bool) -> frozenset[int]:
    """Code points that some font of ours draws."""
    return frozenset().union(*(_known(_file(family, bold=bold)) for family in families()))


@lru_cache(maxsize=16384)
def drawable(text: str, *, bold: bool = False) -> str:
    """Fit a text for drawing on one line.

    Returns
    -------
    str
        Controls and line ends are blanks; a character that no font has is one that says so,
        which also keeps matplotlib from warning.
    """
    characters = []
    for character in text:
        if character.isspace() or unicodedata.category(character) in ("Cc", "Zl", "Zp"):
            characters.append(" ")
        elif unicodedata.category(character) == "Cf" and character not in JOINERS:
            continue
        elif ord(character) in _drawable(bold=bold):
            characters.append(character)
        elif character not in JOINERS:
            characters.append(MISSING)
    return " ".join("".join(characters).split())


@cache
def _renderer() -> Any:
    return RendererAgg(8, 8, DPI)  # type: ignore[no-untyped-call]


@lru_cache(maxsize=65536)
def width(text: str, size: float, *, bold: bool = False) -> float:
    """Width of a line of text, in points."""
    if not text:
        return 0.0
    measured = _renderer().get_text_width_height_descent(
        text, font_for(text, size, bold=bold), ismath=False
    )
    return float(measured[0]) * 72 / DPI


AHEAD = 16
"""Words that are tried together on a line."""


@lru_cache(maxsize=8192)
def wrap(
    text: str, size: float, measure: float, *, bold: bool = False, most: int = 99
) -> tuple[str, ...]:
    """Break a text into lines.

    Parameters
    ----------
    size, measure : float
        Of the type and of a line, in points.
    most : int
        Lines; what does not fit into them ends in an ellipsis.
    """
    lines: list[str] = []
    line = ""
    words = drawable(text, bold=bold).split()
    while words:
        # Measuring takes longest by far, so the words that fit are found by halving.
        ahead = range(1, len(words[:AHEAD]) + 1)
        tried = [" ".join(filter(None, [line, *words[:many]])) for many in ahead]
        fit = bisect_right(tried, measure, key=lambda one: width(one, size, bold=bold))
        if fit:
            line, words = tried[fit - 1], words[fit:]
        if fit == len(tried):
            continue
        word, words = words[0], words[1:]
        for piece in _pieces(word, size, measure, bold=bold):
            longer = f"{line} {piece}" if line else piece
            if width(longer, size, bold=bold) <= measure:
                line = longer
            else:
                lines.append(line)
                line = piece
    lines.append(line)
    if len(lines) <= most:
        return tuple(line for line in lines if line)
    return (*lines[: most - 1], shorten(" ".join(lines[most - 1 :]), size, measure, bold=bold))


def _pieces(word: str, size: float, measure: float, *, bold: bool) -> list[str]:
    """Split a word where it alone is wider than a line."""
    pieces = []
    while width(word, size, bold=bold) > measure and len(word) > 1:
        cut = len(word) - 1
        while cut > 1 and width(word[:cut], size, bold=bold) > measure:
            cut = cut * 3 // 4
        pieces.append(word[:cut])
        word = word[cut:]
    return [*pieces, word]


def shorten(text: str, size: float, measure: float, *, bold: bool = False) -> str:
    """Cut a line to a width; the ellipsis says that it was cut."""
    text = drawable(text, bold=bold)
    if width(text, size, bold=bold) <= measure:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if width(text[:middle] + "…", size, bold=bold) <= measure:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + "…"


def faces(figure: Figure) -> str:
    """Give a style element with the faces of all text on a figure that was drawn; ASCII."""
    characters: dict[str, set[str]] = {"normal": set(), "bold": set()}
    for text in figure.findobj(Text):
        if isinstance(text, Text) and text.get_text():
            characters[str(text.get_fontweight())].update(text.get_text())
    for bar in figure.findobj(ScaleBar):
        # It makes its text only while it is drawn.
        characters["normal"].update(bar.info.scale_text)
    faces = []
    for weight, written in characters.items():
        left = set(written)
        for family in families():
            path = _file(family, bold=weight == "bold")
            own = {character for character in left if ord(character) in _known(path)}
            left -= own
            if own:
                data = base64.b64encode(_subset(path, "".join(sorted(own)))).decode("ascii")
                faces.append(
                    f"@font-face{{font-family:'{family}';font-weight:"
                    f"{700 if weight == 'bold' else 400};"
                    f"src:url(data:font/woff;base64,{data}) format('woff')}}"
                )
    return f'<style type="text/css">{"".join(faces)}</style>'


@lru_cache(maxsize=64)
def _subset(path: str, characters: str) -> bytes:
    """A font with only some characters, as WOFF."""
    options = subset.Options()
    options.flavor = "woff"
    options.hinting = False
    options.recalc_timestamp = False
    options.notdef_outline = True
    with TTFont(Path(path), recalcTimestamp=False, lazy=True) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(text=characters)
        cutter.subset(font)
        font.flavor = "woff"
        out = io.BytesIO()
        font.save(out, reorderTables=False)
    return out.getvalue()
