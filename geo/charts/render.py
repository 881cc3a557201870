"""Turns a Vega-Lite spec into a picture, in a process of its own.

Run by `geo.charts.vegalite`, which hands the spec over on standard input. vl-convert is native
code: what
stops it must not stop the server, and its memory goes when the picture is made.
"""

from __future__ import annotations

import sys

import vl_convert


def main(fonts: str, kind: str, scale: str) -> None:
    """Write the picture to standard output.

    Parameters
    ----------
    fonts : str
        Folder of the fonts.
    kind : {"svg", "png"}
        Format.
    scale : str
        Pixels of a PNG to one of the page.
    """
    spec = sys.stdin.buffer.read().decode()
    vl_convert.register_font_directory(fonts)
    if kind == "svg":
        picture = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[]).encode()
    else:
        picture = vl_convert.vegalite_to_png(spec, scale=float(scale), ppi=72, allowed_base_urls=[])
    sys.stdout.buffer.write(picture)


if __name__ == "__main__":
    main(*sys.argv[1:])
