"""The bytes of a file: what they are, unpacked within bounds, and as UTF-8 whatever they were."""

from __future__ import annotations

import codecs
import hashlib
import os
import zlib
from contextlib import closing
from pathlib import Path
from typing import IO

from charset_normalizer import from_bytes

from geo.ingest.limits import MEBIBYTE, Limits
from geo.model import LimitError, ReadError

SAMPLE = 256 * 1024
PIECE = 64 * 1024
BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32-le": "UTF-32",
    "utf-32-be": "UTF-32",
    "cp1251": "CP1251 (Windows Cyrillic)",
    "cp1252": "Latin-1 (Windows-1252)",
    "latin-1": "Latin-1",
}
"""Encodings that are read, and how they are called."""
REFUSED_STARTS = (
    (b"%PDF", "a PDF. Export its table as CSV."),
    (b"<", "XML or HTML, and neither KML nor GPX. Export the data as CSV or GeoJSON."),
    (b"ARROW1", "an Arrow or Feather file. Write it as Parquet, or as CSV."),
    (b"FEA1", "a Feather file. Write it as Parquet, or as CSV."),
    (b"fgb\x03fgb", "a FlatGeobuf. Export it as GeoJSON or a GeoPackage, as QGIS does."),
    (b"$FL2", "an SPSS data file (.sav). Save it as CSV, or as Stata's .dta."),
    (b"$FL3", "an SPSS data file (.zsav). Save it as CSV, or as Stata's .dta."),
    *(
        (b, 'an R data file (.rds). Write it by R: write.csv(readRDS(file), "out.csv").')
        for b in (b"X\n\x00\x00\x00", b"A\n2\n", b"A\n3\n")
    ),
    *(
        (b, "an R workspace (.rda, .RData). Write its table by R: load(file), then write.csv.")
        for b in (b"RDX2", b"RDX3", b"RDA2", b"RDA3")
    ),
    (b"ASCII SPSS PORT FILE", "an SPSS data file (.por). Save it as CSV, or as Stata's .dta."),
    (
        bytes(12) + b"\xc2\xea\x81\x60\xb3\x14\x11\xcf",
        "a SAS data file (.sas7bdat). Write it as CSV by SAS or R.",
    ),
    *(
        (b"\x00\x01\x00\x00Standard " + b, "an Access database. Export its table as CSV or .xlsx.")
        for b in (b"Jet DB", b"ACE DB")
    ),
    (
        b"\x00\x00\x27\x0a",
        "one file of a Shapefile (.shp). Give all of it (.shp, .shx, .dbf, .prj) in one ZIP.",
    ),
    (b"\x89PNG", "a picture. Marz reads tables and geometries."),
    (b"\xff\xd8\xff", "a picture. Marz reads tables and geometries."),
    (b"\x89HDF", "an HDF5 file. Write its table as CSV or Parquet."),
    (b"7z\xbc\xaf", "a 7-Zip archive. Unpack it first."),
    (b"Rar!", "a RAR archive. Unpack it first."),
    (b"BZh", "packed by bzip2. Unpack it first, or pack it by gzip."),
    (b"\xfd7zXZ", "packed by xz. Unpack it first, or pack it by gzip."),
    (b"(\xb5/\xfd", "packed by Zstandard. Unpack it first, or pack it by gzip."),
)


class Bytes:
    """The unpacked bytes of a file, counted and hashed as they come.

    Parameters
    ----------
    path : Path
        The file.
    limits : Limits
        Of the size unpacked, and of its ratio to the size packed.

    Raises
    ------
    LimitError
        From `read`, if there is more than they allow.
    """

    def __init__(self, path: Path, limits: Limits) -> None:
        self._file: IO[bytes] = path.open("rb")
        self.packed = self._file.read(2) == b"\x1f\x8b"
        self._file.seek(0)
        self._limits = limits
        self._unpacker = zlib.decompressobj(31) if self.packed else None
        self._rest = b""
        self.hash = hashlib.sha256()
        self.done = 0
        self.size = 0

    def read(self, size: int) -> bytes:
        """Read up to so many bytes; fewer only at the end."""
        parts: list[bytes] = []
        missing = size
        while missing > 0:
            part = self._piece(missing)
            if not part:
                break
            parts.append(part)
            missing -= len(part)
            self.size += len(part)
            self._check()
        return b"".join(parts)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _raw(self, size: int) -> bytes:
        part = self._file.read(size)
        self.done += len(part)
        self.hash.update(part)
        return part

    def _piece(self, size: int) -> bytes:
        if self._unpacker is None:
            return self._raw(size)
        while True:
            if not self._rest:
                self._rest = self._raw(PIECE)
            if not self._rest:
                if not self._unpacker.eof:
                    raise ReadError(
                        "The gzip file ends before its end mark. Copy or download it again."
                    )
                return b""
            if self._unpacker.eof:
                # Several members one after another are one file.
                if not self._rest.startswith(b"\x1f\x8b"):
                    self._rest = b""
                    continue
                self._unpacker = zlib.decompressobj(31)
            try:
                part = self._unpacker.decompress(self._rest, size)
            except zlib.error as error:
                raise ReadError(
                    f"The gzip file is damaged ({error}). Copy or download it again."
                ) from None
            self._rest = self._unpacker.unconsumed_tail or self._unpacker.unused_data
            if part:
                return part

    def _check(self) -> None:
        limits = self._limits
        if self.size > limits.size:
            raise LimitError(
                f"The file holds more than {limits.size // MEBIBYTE:,} MiB. Split it, or raise "
                "MARZ_LIMIT_SIZE."
            )
        if self.packed and self.size > 16 * MEBIBYTE and self.size > limits.ratio * self.done:
            raise LimitError(
                f"The gzip file unpacks to more than {limits.ratio} times its size, as bombs do. "
                "Unpack it yourself if you trust it, and give that."
            )


def begin(path: Path, name: str, limits: Limits) -> tuple[bytes, str, int, bool]:
    """First bytes of a text, unpacked, and its encoding.

    Returns
    -------
    tuple of (bytes, str, int, bool)
        The bytes, name of the codec, length of its mark, and whether it is but a guess by the
        look of the words.

    Raises
    ------
    ReadError
        If it cannot be read, is empty, or is plainly of a kind that Marz does not read.
    """
    head = peek(path, name, limits, SAMPLE)
    for start, what in REFUSED_STARTS:
        if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(start):
            raise ReadError(f"“{name}” is {what}")
    return head, *_detect(path, name, head)


def peek(path: Path, name: str, limits: Limits, size: int) -> bytes:
    """First bytes of a file of any kind, unpacked; what is raised is as in `begin`."""
    try:
        source = Bytes(path, limits)
    except OSError as error:
        raise ReadError(f"“{name}” cannot be opened ({error.strerror}).") from None
    with closing(source):
        head = source.read(size)
    if not head.strip():
        raise ReadError(f"“{name}” is empty.")
    return head


def _detect(path: Path, name: str, head: bytes) -> tuple[str, int, bool]:
    """Encoding of a text, by its mark, its bytes, or else by the look of the words."""
    for mark, codec in BOMS:
        if head.startswith(mark):
            return codec, len(mark), False
    if b"\x00" in head[:4096]:
        even, odd = head[0:4096:2].count(0), head[1:4096:2].count(0)
        # Of words in UTF-16 one byte of each pair is often zero, the other never.
        if max(even, odd) * 6 > len(head[:4096]) // 2 and min(even, odd) * 20 < max(even, odd):
            return ("utf-16-be" if even > odd else "utf-16-le"), 0, False
        raise ReadError(f"“{name}” is no text: it holds zero bytes. Export it as CSV.")
    sample = head + _pieces(path, head)
    if _is_utf8(sample):
        return "utf-8", 0, False
    lines = b"\n".join(line for line in sample.splitlines() if not line.isascii())[:SAMPLE]
    best = from_bytes(lines, cp_isolation=["cp1251", "cp1252"]).best()
    codec = best.encoding if best is not None else "latin-1"
    return (codec if codec in ENCODINGS else "latin-1"), 0, True


def _is_utf8(sample: bytes) -> bool:
    """Whether a text is UTF-8, some damaged characters among many good ones allowed."""
    text = codecs.getincrementaldecoder("utf-8")(errors="replace").decode(sample)
    if text.isascii():
        return True
    broken = text.count("\ufffd")
    return broken * 20 <= sum(not character.isascii() for character in text)


def _pieces(path: Path, head: bytes) -> bytes:
    """Lines from the middle and the end of a plain file, and none of a packed one."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        if size <= len(head) or file.read(2) == b"\x1f\x8b":
            return b""
        parts = [b""]
        for place in (size // 2, max(size - PIECE, 0)):
            file.seek(place)
            part = file.read(PIECE)
            # Whole lines only: a piece may begin in the midst of a character.
            parts.append(part[part.find(b"\n") + 1 : part.rfind(b"\n") + 1])
    return b"\n".join(parts)


class Utf8:
    """A text as UTF-8, whatever it is kept in; what cannot be decoded becomes a lone surrogate.

    Parameters
    ----------
    source : Bytes
        At its beginning.
    encoding : str
        One of `ENCODINGS`.
    mark : int
        Bytes of the mark to leave out.
    """

    def __init__(self, source: Bytes, encoding: str, mark: int) -> None:
        self.source = source
        source.read(mark)
        self._decoder = None
        if encoding != "utf-8":
            # What has no meaning in an encoding must not stop the file: see `delimited`.
            self._decoder = codecs.getincrementaldecoder(encoding)(errors="surrogateescape")

    def read(self, size: int) -> bytes:
        """Read about so many bytes; b"" only at the end."""
        if self._decoder is None:
            return self.source.read(size)
        while True:
            raw = self.source.read(size)
            try:
                text = self._decoder.decode(raw, final=not raw)
            except UnicodeDecodeError:
                raise ReadError(
                    "The file breaks off in the midst of a character, or is not in the encoding "
                    "that it seems to be in. Save it as UTF-8."
                ) from None
            if text or not raw:
                return text.encode("utf-8", errors="surrogatepass")


def is_unsound(text: str | None) -> bool:
    """Whether a text holds a lone surrogate, as JSON can write it, and no file can keep."""
    if text is None or text.isascii():
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def skip(text: Utf8, length: int) -> bytes:
    """Read away so many bytes; return those that were read beyond."""
    while length > 0 and (part := text.read(min(length, 8 * MEBIBYTE))):
        if len(part) > length:
            return part[length:]
        length -= len(part)
    return b""
