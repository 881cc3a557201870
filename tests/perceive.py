"""How different two pictures look; and the pictures of tests/references, to be drawn anew.

``python tests/perceive.py`` draws all references anew. Look at each before committing it.
"""

from __future__ import annotations

import sys
import tempfile
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2
import vl_convert
from PIL import Image, ImageFilter

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from geo.collection import memory
from geo.files import FONTS
from geo.model import STYLES, Filter, Scene, Sheet
from geo.package.load import Package, load_package
from geo.picture import snapshot
from geo.picture.exported import Export

FOLDER = Path(__file__).with_name("references")
NOW = datetime(2026, 11, 22, tzinfo=UTC)
DPI = 60
HEAD = 64
"""Pixels of a head."""
BLUR = 1.2
"""Pixels; the eye forgives an edge that lies half a pixel beside."""
SCRIPTS = {"title": "مرز تاجیکستان و قرقیزستان", "subtitle": "Марзи Тоҷикистону Қирғизистон · Marz"}
"""A line in each script that names come in."""
CASES: dict[str, tuple[str, dict[str, Any]]] = {
    **{
        f"{style}-{form}": (form, {"style": style, "timeline": True})
        for style in STYLES
        for form in snapshot.FORMS
    },
    "portrait": ("pdf", {"preset": "a4-portrait", "style": "grey"}),
    "slide": ("svg", {"preset": "slide", "style": "dark"}),
    "square": ("png", {"preset": "square", "timeline": True}),
    "column": ("png", {"preset": "column", "timeline": True}),
    **{f"scripts-{form}": (form, {"preset": "square", **SCRIPTS}) for form in snapshot.FORMS},
}
"""Name of a reference -> form and sheet."""


def rasterised(content: bytes, form: str, dpi: int = DPI) -> Image.Image:
    """A picture in pixels, whatever form it has."""
    if form == "svg":
        vl_convert.register_font_directory(str(FONTS))
        content = vl_convert.svg_to_png(content.decode("utf-8"), scale=dpi / 96)
    if form == "pdf":
        page = pypdfium2.PdfDocument(content)[0]
        drawn: Image.Image = page.render(scale=dpi / 72).to_pil()
        return drawn.convert("RGB")
    with Image.open(BytesIO(content)) as image:
        return image.convert("RGB")


def made(data: Package, name: str, **changed: Any) -> Image.Image:
    """Draw a case."""
    form, sheet = CASES[name]
    scene = Scene(sheet=Sheet(**{"dpi": DPI, **sheet, **changed}))
    rows = memory.select(data, Filter())
    content = snapshot.picture(Export(data, scene, rows, form, NOW, address="?q=x"))
    image = rasterised(content, form)
    # Of the lines in each script only the head tells anything that the others do not.
    return image.crop((0, 0, image.width, HEAD)) if name.startswith("scripts-") else image


def lab(image: Image.Image) -> npt.NDArray[np.float64]:
    """CIE L*a*b* of sRGB pixels under D65 (IEC 61966-2-1, CIE 15)."""
    rgb = np.asarray(image.convert("RGB"), dtype=float) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    to_xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    xyz = linear @ to_xyz.T / np.array([0.9505, 1.0, 1.089])
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    x, y, z = f[..., 0], f[..., 1], f[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def difference(one: Image.Image, other: Image.Image) -> tuple[float, float]:
    """Mean colour difference of two blurred pictures of one size, and that of the worst 1 in 200.

    In Delta E*ab of CIE 1976, of which 2.3 is just noticeable.
    """
    soft = ImageFilter.GaussianBlur(BLUR)
    apart = lab(one.convert("RGB").filter(soft)) - lab(other.convert("RGB").filter(soft))
    delta = np.sqrt((apart**2).sum(axis=-1))
    return float(delta.mean()), float(np.quantile(delta, 0.995))


def main() -> None:
    """Draw every reference anew."""
    from madeup import write_package

    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        data = load_package(write_package(Path(folder) / "package"))
        for name in CASES:
            made(data, name).save(FOLDER / f"{name}.webp", lossless=True, quality=100, method=6)


if __name__ == "__main__":
    main()
