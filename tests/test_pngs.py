"""Our PNG is what Pillow reads: equal pixels, texts and resolution."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from madeup import HOSTILE
from PIL import Image

from geo.picture import pngs


@pytest.mark.parametrize("shape", [(1, 1, 3), (2, 3, 3), (129, 50, 4), (700, 333, 3)])
def test_pixels_and_texts_come_back(shape: tuple[int, ...]) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)
    texts = {f"Text-{n}": text for n, text in enumerate([*HOSTILE, "long " * 400])}
    content = pngs.png(pixels, dpi=300, texts=texts)
    with Image.open(BytesIO(content)) as image:
        image.load()  # Checks the sums of the chunks and of the stream.
        assert (np.asarray(image) == pixels[..., :3]).all()
        assert {key: image.info[key] for key in texts} == texts
        assert image.info["dpi"] == pytest.approx((300, 300), abs=0.02)
    assert content == pngs.png(pixels, dpi=300, texts=texts)
