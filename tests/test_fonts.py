"""Type for pictures: lines fit, lose nothing, and hold no character that cannot be drawn."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from madeup import HOSTILE

from geo.picture import fonts


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
