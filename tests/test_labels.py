"""Names beside points: where they stand, and when they are left out."""

from __future__ import annotations

import itertools

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.text import Text

from geo.picture.labels import ASCENT, DESCENT, Board, around, point_label
from geo.picture.layout import Box
from geo.picture.palette import PALETTES
from geo.picture.paper import Paper, sheet_of

FRAME = (0.0, 0.0, 200.0, 150.0)
AT = (100.0, 75.0)
NOWHERE = shapely.Polygon()


def beside(board: Board, at: tuple[float, float] = AT, text: str = "Isfara") -> Text | None:
    paper: Paper = sheet_of(200, 150, PALETTES["light"])
    name = point_label(board, at, text, size=8, off=(6, 6), color="k", most=160, halo=2.2)
    return name.draw(paper) if name else None


def test_a_name_stands_to_the_right_at_half_its_height() -> None:
    name = beside(Board(FRAME, NOWHERE))
    assert name is not None
    x, baseline = name.get_position()
    assert x == 106 and baseline == 75 + (DESCENT - ASCENT) / 2 * 8


def test_where_the_right_is_taken_it_moves_up_and_stays_near() -> None:
    board = Board(FRAME, NOWHERE, occupied=[(107, 70, 140, 78)])
    assert beside(board) is not None
    left, bottom, _, _ = board.occupied[-1]
    assert left > 100 and 75 < bottom < 85


def test_it_crosses_no_border() -> None:
    right = Board(FRAME, shapely.box(115, 0, 117, 150))
    assert beside(right) is not None
    assert not right.avoid.intersects(shapely.box(*right.occupied[-1]))
    everywhere = shapely.box(*FRAME)
    assert beside(Board(FRAME, everywhere)) is None


def test_a_name_that_would_be_taken_for_anothers_is_left_out() -> None:
    here, there = (*AT, 5.0), (118.0, 75.0, 3.0)
    board = Board(FRAME, NOWHERE, occupied=[(96, 71, 104, 79), (115, 72, 121, 78)])
    board.marks = [here, there]
    assert beside(board) is not None
    name = shapely.box(*board.occupied[-1])
    assert name.distance(shapely.Point(AT)) - 5 < name.distance(shapely.Point(118, 75)) - 3
    # All that is left is right of the other one.
    full = [(0, 0, 200, 67), (0, 83, 200, 150), (0, 67, 128, 83)]
    assert beside(Board(FRAME, NOWHERE, occupied=[*full]), (116, 75)) is not None
    other = Board(FRAME, NOWHERE, occupied=[*full], marks=[(126, 75, 3)])
    assert beside(other, (116, 75)) is None and len(other.occupied) == 3


def test_a_name_without_a_sign_to_draw_is_none() -> None:
    assert beside(Board(FRAME, NOWHERE), text="\u200f") is None


POINTS = st.lists(st.tuples(st.floats(0, 200), st.floats(0, 150)), min_size=1, max_size=25)


@settings(max_examples=40)
@given(POINTS)
def test_no_name_leaves_the_frame_or_lies_over_another(points: list[tuple[float, float]]) -> None:
    board = Board(FRAME, NOWHERE)
    for n, at in enumerate(points):
        beside(board, at, f"Place {n}")
    frame, boxes = shapely.box(*FRAME), [shapely.box(*one) for one in board.occupied]
    assert all(frame.covers(one) for one in boxes)
    assert all(one.distance(other) > 0.9 for one, other in itertools.combinations(boxes, 2))


@given(st.floats(4, 40), st.floats(4, 40), st.floats(10, 90))
def test_every_place_of_a_name_is_near_its_point(across: float, up: float, width: float) -> None:
    boxes = around(AT, (across, up), width, 10)
    assert np.allclose(boxes[:, 2:] - boxes[:, :2], (width, 10))
    reach: Box = (-across - 10, -up - 10, across + 10, up + 10)
    near = shapely.affinity.translate(shapely.box(*reach), *AT)
    assert shapely.intersects(near.buffer(1e-6), shapely.box(*boxes.T)).all()
