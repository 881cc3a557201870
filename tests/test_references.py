"""Pictures look as their committed references do, in every style and form."""

from __future__ import annotations

import pytest
from perceive import CASES, FOLDER, difference, made
from PIL import Image

from geo.package.load import Package

MEAN, WORST = 0.5, 5.0
"""Most that may differ; see `perceive.difference`."""


def reference(name: str) -> Image.Image:
    with Image.open(FOLDER / f"{name}.webp") as image:
        return image.convert("RGB")


@pytest.mark.parametrize("name", CASES)
def test_a_picture_looks_as_its_reference_does(data: Package, name: str) -> None:
    drawn, wanted = made(data, name), reference(name)
    assert drawn.size == wanted.size
    mean, worst = difference(drawn, wanted)
    assert mean < MEAN and worst < WORST, (name, mean, worst)


def test_the_forms_of_a_style_look_alike(data: Package) -> None:
    png = reference("light-png")
    for form in ("svg", "pdf"):
        # Pixels of a millimetre's size are rounded in their own way by each program.
        other = reference(f"light-{form}").crop((0, 0, *png.size))
        assert difference(png, other)[0] < 2


@pytest.mark.parametrize(
    "changed", [{"style": "dark"}, {"timeline": False}, {"title": "Another title, much longer"}]
)
def test_the_comparison_sees_a_change(data: Package, changed: dict[str, object]) -> None:
    mean, worst = difference(made(data, "light-png", **changed), reference("light-png"))
    assert mean > MEAN or worst > WORST


def test_references_are_few_bytes() -> None:
    files = list(FOLDER.glob("*.webp"))
    assert {file.stem for file in files} == set(CASES)
    assert sum(file.stat().st_size for file in files) < 600_000
