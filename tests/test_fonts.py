"""Type for pictures: lines fit, lose nothing, and hold no character that cannot be drawn."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path

import numpy as np
import pytest
import streamlit
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st
from madeup import HOSTILE
from perceive import rasterised

from geo.files import STATIC
from geo.picture import fonts, snapshot
from geo.picture.imprint import pixels_of
from geo.picture.palette import PALETTES
from geo.picture.paper import drawing, sheet_of


def test_every_icon_that_a_page_names_is_served() -> None:
    font = TTFont(STATIC / "fonts/material-symbols.woff")
    letters = {glyph: chr(character) for character, glyph in font.getBestCmap().items()}
    held = {
        "".join(letters[glyph] for glyph in [first, *ligature.Component])
        for lookup in font["GSUB"].table.LookupList.Lookup
        for table in lookup.SubTable
        for first, ligatures in getattr(table, "ExtSubTable", table).ligatures.items()
        for ligature in ligatures
    }
    assert streamlit.__file__
    scripts = [*Path(streamlit.__file__).parent.glob("static/static/js/*.js")]
    pages = [*(STATIC.parent / "pages").rglob("*.py")]
    written, named = (
        {
            name
            for path in paths
            for name in re.findall(r":material/(\w+):", path.read_text("utf-8"))
        }
        for paths in (pages, scripts)
    )
    assert "layers" in written and "expand_more" in named
    # Of “star_filled”, in a widget for opinions, Streamlit's own face has no picture either.
    assert (written | named) - held <= {"star_filled"}, "python tools/build_assets.py"


@pytest.mark.parametrize("text", HOSTILE)
def test_a_line_fit_for_drawing_has_no_sign_without_a_shape(text: str) -> None:
    drawable = fonts.drawable(text)
    assert "\u2028" not in drawable and "\x1b" not in drawable and "\u202e" not in drawable


@given(st.text(max_size=80), st.floats(30, 300))
def test_wrapped_lines_fit_and_lose_nothing(text: str, measure: float) -> None:
    lines = fonts.wrap(text, 8, measure)
    assert "".join(lines).replace(" ", "") == fonts.drawable(text).replace(" ", "")
    assert all(fonts.width(line, 8) <= measure or len(line) == 1 for line in lines)
    assert len(fonts.wrap(text, 8, measure, most=2)) <= 2


@pytest.mark.parametrize("form", snapshot.FORMS)
def test_letters_of_persian_are_joined(form: str) -> None:
    def parts(text: str) -> int:
        """How many pieces with nothing between them a line of text is drawn in."""
        with drawing():
            paper = sheet_of(200, 60, PALETTES["light"])
            paper.text(20, 20, text, 30)
            if form == "png":
                pixels = pixels_of(paper.figure, 144)[..., :3]
            else:
                out = io.BytesIO()
                paper.figure.savefig(out, format=form)
                pixels = np.asarray(rasterised(out.getvalue(), form, 144))
        inked = (pixels.min(axis=-1) < 128).any(axis=0).astype(int)
        return int((np.diff(inked) == 1).sum())

    # Each letter joins the next; apart they are four, and five with the blank's two words.
    assert parts("محمد") == 1
    assert parts("محمد محمد") == 2
    assert parts("H M") == 2


def test_the_faces_of_an_svg_can_join_letters() -> None:
    with drawing():
        paper = sheet_of(200, 60, PALETTES["light"])
        paper.text(20, 20, "محمد", 30)
        style = fonts.faces(paper.figure)
    face = re.search(r"'Noto Sans Arabic'[^}]*base64,([^)]+)\)", style)
    assert face is not None
    with TTFont(io.BytesIO(base64.b64decode(face[1]))) as font:
        features = {one.FeatureTag for one in font["GSUB"].table.FeatureList.FeatureRecord}
        assert {"init", "medi", "fina"} <= features
        # Forms that only a join needs are in it, though no character of the text is one.
        assert len(font.getGlyphOrder()) > len(set("محمد")) + 3
