"""Frames to a file: GIF by Pillow, MP4 by ffmpeg; equal frames are equal bytes."""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from itertools import chain
from pathlib import Path

import numpy as np
from PIL import Image, ImageColor

from geo.model import WriteError
from geo.picture.imprint import About, Pixels
from geo.picture.palette import Palette

LAST = 3.0
"""Seconds that the last frame stands."""
FRAME_RATE = 8
PACKET = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    "<dc:identifier>{}</dc:identifier></rdf:Description></rdf:RDF></x:xmpmeta>"
)
"""XMP that holds a state."""
COLOURS = 240
"""Of a GIF; some are left for what stands for “as before”."""


def gif(
    frames: Iterator[Pixels],
    last: Pixels,
    number: int,
    seconds: float,
    palette: Palette,
    told: About,
) -> bytes:
    """Write a GIF with one palette for all frames, so that only what changes is kept of each.

    Parameters
    ----------
    last : array of uint8
        The fullest frame, whose colours all take.
    number : int
        Of the frames.
    seconds : float
        How long each stands.
    """
    colours = _colours(palette, last)
    shown = (
        Image.fromarray(frame).quantize(palette=colours, dither=Image.Dither.NONE)
        for frame in frames
    )
    stands = [round(seconds * 100) * 10] * number
    stands[-1] = round(LAST * 1000)
    out = io.BytesIO()
    next(shown).save(
        out, "GIF", save_all=True, append_images=shown, duration=stands, loop=0,
        optimize=True, disposal=1,
    )  # fmt: skip
    content = out.getvalue()
    return content[:-1] + xmp(told.state) + content[-1:] if told.state else content


def xmp(state: str) -> bytes:
    """An extension of a GIF in which a state stands in one piece.

    A comment has a length between each 255 bytes; XMP has none. Whoever skips it by lengths is led
    to its end by the numbers behind it (XMP Specification, part 3, 1.1.2).
    """
    to_end = bytes([1, *range(255, -1, -1), 0])
    return b"!\xff\x0bXMP DataXMP" + PACKET.format(state).encode("ascii") + to_end


def _colours(palette: Palette, last: Pixels) -> Image.Image:
    """The colours of the last and fullest frame, those of the event types among them for sure."""
    inks = [palette.paper, palette.ink, *(fill.face for fill in palette.fills.values())]
    own = [channel for ink in inks for channel in ImageColor.getrgb(ink)]
    others = Image.fromarray(last).quantize(COLOURS - len(inks)).getpalette() or []
    colours = Image.new("P", (1, 1))
    colours.putpalette(own + others[: (COLOURS - len(inks)) * 3])
    return colours


def ffmpeg() -> str:
    """Where the program is that writes MP4: the optional package's, or else the system's.

    Raises
    ------
    WriteError
        If there is none; says how to get it.
    """
    try:
        import imageio_ffmpeg  # of the extra “mp4”: 80 MB that a GIF does not need

        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except (ImportError, RuntimeError) as error:
        if found := shutil.which("ffmpeg"):
            return found
        raise WriteError(
            "An MP4 is written by ffmpeg, which this computer does not have. Install it (on Debian "
            "and Ubuntu: sudo apt-get install ffmpeg; elsewhere: python -m pip install "
            "imageio-ffmpeg, with the Python that runs Marz), or choose GIF."
        ) from error


def mp4(frames: Iterator[Pixels], seconds: float, told: About) -> bytes:
    """Write H.264 without a clock or a name of the encoder in it, and its index first.

    Raises
    ------
    WriteError
        If there is no ffmpeg, or it cannot write H.264.
    """
    program = ffmpeg()  # before any frame is drawn
    first = next(frames)
    height, width = (side - side % 2 for side in first.shape[:2])
    kept = {
        "title": told.title, "copyright": told.rights, "description": told.description,
        # ffmpeg writes it behind the texts of the data, of which none may pose as the state.
        "synopsis": told.state,
    }  # fmt: skip
    metadata = [
        part
        for key, value in kept.items()
        if value
        for part in ("-metadata", f"{key}={value}".replace("\0", ""))
    ]
    with tempfile.TemporaryDirectory() as folder:
        path, log = Path(folder) / "film.mp4", Path(folder) / "log"
        command = [
            program, "-y", "-v", "error", "-f", "rawvideo", "-vcodec", "rawvideo",
            "-s", f"{width}x{height}", "-pix_fmt", "rgb24",
            "-r", str(Fraction(1 / seconds).limit_denominator()), "-i", "-", "-an",
            "-vcodec", "libx264", "-pix_fmt", "yuv420p", "-crf", "15", "-r", str(FRAME_RATE),
            "-threads", "1", "-fflags", "+bitexact", "-flags:v", "+bitexact",
            "-movflags", "+faststart", *metadata, str(path),
        ]  # fmt: skip
        with log.open("wb") as said:
            # Ctrl-C is ours to answer: the program ends when its frames do.
            process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stderr=said, start_new_session=True
            )
        assert process.stdin is not None
        try:
            last = first
            for last in chain([first], frames):
                process.stdin.write(np.ascontiguousarray(last[:height, :width]).data)
            for _ in range(round(LAST / seconds) - 1):
                process.stdin.write(np.ascontiguousarray(last[:height, :width]).data)
            process.stdin.close()
            process.wait()
        except BrokenPipeError:
            process.wait()  # it says itself why it ended
        finally:
            process.kill()  # if frames could not be drawn, or somebody stopped it
            with suppress(BrokenPipeError):
                process.stdin.close()
            process.wait()
        if process.returncode:
            why = log.read_text("utf-8", "replace").strip().splitlines() or ["no reason given"]
            raise WriteError(f"ffmpeg ({program}) could not write the MP4: {why[-1]} Choose GIF.")
        return path.read_bytes()
