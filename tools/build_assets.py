"""Rebuild what the browser and the pictures need besides our own code: Leaflet, Noto Sans, icons.

Run ``python tools/build_assets.py`` in an environment with ``fonttools[woff]`` (see
tools/requirements-assets.txt); it needs npm to fetch the pinned packages. Built files are
committed, so that neither ``make run`` nor a reader ever asks a server for them.
"""

from __future__ import annotations

import hashlib
import importlib.util
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from fontTools.merge import Merger
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = {
    "leaflet@1.9.4": "84c65a256e50657896f54c33bd857b6849ebe94c817803be818bf32a3dde0b77",
    "@fontsource/noto-sans@5.3.0": (
        "f62f8ed40e378f15134e32bed2fd5718d81e9ec7a5603d1022d7b385e2297abc"
    ),
    "@fontsource/noto-sans-arabic@5.3.0": (
        "e0a81ade67ce507c9b91546ca3d91332d184a8277fc683440b00896b430856bb"
    ),
}
"""npm package -> SHA-256 of its archive."""
SUBSETS = ("latin", "latin-ext", "cyrillic", "cyrillic-ext")
ICON = re.compile(r":material/([a-z0-9_]+)")
WEIGHTS = {"400": "Regular", "700": "Bold"}


def fetch(package: str, sha256: str, folder: Path) -> Path:
    """Fetch and unpack an npm package; stop if it is not the one that was pinned."""
    command = ["npm", "pack", "--silent", "--pack-destination", str(folder), package]
    name = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1]
    archive = folder / name
    actual = hashlib.sha256(archive.read_bytes()).hexdigest()
    if actual != sha256:
        sys.exit(f"{package}: its SHA-256 is {actual}, not the pinned {sha256}.")
    target = folder / archive.stem
    with tarfile.open(archive) as opened:
        opened.extractall(target, filter="data")
    return target / "package"


def merged(parts: list[Path], target: Path, family: str, style: str) -> None:
    """Join the subsets of a font into one TrueType file: matplotlib reads no WOFF2."""
    with tempfile.TemporaryDirectory() as folder:
        plain = []
        for number, part in enumerate(parts):
            font = TTFont(part, recalcTimestamp=False)
            font.flavor = None
            plain.append(str(Path(folder) / f"{number}.ttf"))
            # Layout tables of subsets do not merge. A font that is whole keeps them: without
            # its GSUB the letters of Persian stand apart.
            for table in ("GSUB", "GPOS", "GDEF") if len(parts) > 1 else ():
                if table in font:
                    del font[table]
            font.save(plain[-1])
        font = Merger().merge(plain) if len(plain) > 1 else TTFont(plain[0])
    for record in font["name"].names:
        if record.nameID in (1, 16):
            record.string = family
        elif record.nameID in (2, 17):
            record.string = style
        elif record.nameID == 4:
            record.string = f"{family} {style}"
        elif record.nameID == 6:
            record.string = f"{family.replace(' ', '')}-{style}"
    font["head"].modified = font["head"].created
    font.recalcTimestamp = False
    font.save(target)


def icons(target: Path) -> None:
    """Write the icons that pages of Marz or Streamlit itself name, of all that Streamlit ships.

    As WOFF, which needs no Brotli, so that a test can look into it.
    """
    found = importlib.util.find_spec("streamlit")
    if found is None or found.origin is None:
        sys.exit("Install Streamlit beside the tools, in the version of requirements.txt.")
    served = Path(found.origin).parent / "static/static"
    [source] = served.glob("media/MaterialSymbols-Rounded.*.woff2")
    written = [*served.glob("js/*.js"), *(ROOT / "pages").rglob("*.py")]
    named = {name for path in written for name in ICON.findall(path.read_text("utf-8"))}
    font = TTFont(source, recalcTimestamp=False)
    letters = {glyph: chr(character) for character, glyph in font.getBestCmap().items()}
    glyphs = [
        ligature.LigGlyph
        for lookup in font["GSUB"].table.LookupList.Lookup
        for table in lookup.SubTable
        for first, ligatures in getattr(table, "ExtSubTable", table).ligatures.items()
        for ligature in ligatures
        if "".join(letters[glyph] for glyph in [first, *ligature.Component]) in named
    ]
    # Closed over its ligatures, the letters would bring in every icon that they spell.
    chosen = Subsetter(Options(layout_closure=False, notdef_outline=True))
    chosen.populate(glyphs=glyphs, text="abcdefghijklmnopqrstuvwxyz0123456789_")
    chosen.subset(font)
    font.flavor = "woff"
    font.save(target)


def main() -> None:
    """Write static/leaflet, static/fonts and geo/picture/fonts."""
    icons(ROOT / "static/fonts/material-symbols.woff")
    with tempfile.TemporaryDirectory() as folder:
        leaflet, noto, arabic = (
            fetch(package, sha256, Path(folder)) for package, sha256 in PACKAGES.items()
        )
        for name in ("static/leaflet", "static/fonts", "geo/picture/fonts"):
            (ROOT / name).mkdir(parents=True, exist_ok=True)
        for name in ("dist/leaflet.js", "dist/leaflet.css", "LICENSE"):
            shutil.copyfile(leaflet / name, ROOT / "static/leaflet" / Path(name).name)
        shutil.copyfile(noto / "LICENSE", ROOT / "static/fonts/LICENSE")
        shutil.copyfile(noto / "LICENSE", ROOT / "geo/picture/fonts/LICENSE")
        for weight, style in WEIGHTS.items():
            latin = [noto / f"files/noto-sans-{s}-{weight}-normal.woff2" for s in SUBSETS]
            other = arabic / f"files/noto-sans-arabic-arabic-{weight}-normal.woff2"
            for part in (*latin, other):
                shutil.copyfile(part, ROOT / "static/fonts" / part.name)
            merged(latin, ROOT / f"geo/picture/fonts/NotoSans-{style}.ttf", "Noto Sans", style)
            merged(
                [other],
                ROOT / f"geo/picture/fonts/NotoSansArabic-{style}.ttf",
                "Noto Sans Arabic",
                style,
            )


if __name__ == "__main__":
    main()
