"""How much of the machine one file may take."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields

from geo.model import LimitError, ReadError

MEBIBYTE = 2**20


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of importing one file.

    Attributes
    ----------
    rows : int
        Rows of a table, features of a collection.
    columns : int
        Columns of a table, properties of a feature.
    cell : int
        Bytes of one cell.
    record : int
        Bytes of one record, line ends within quotes included; of one feature.
    size : int
        Bytes of the text once unpacked.
    ratio : int
        Bytes unpacked to one packed, once `MEBIBYTE` bytes came out.
    depth : int
        Nesting of JSON.
    cells : int
        Cells of a worksheet, blank ones within its corners included.
    output : int
        Bytes of any one file that is written.
    memory : int
        Bytes of the process, where it is one of its own.
    seconds : int
        Of the clock and of the processor, where it is a process of its own.
    """

    rows: int = 20_000_000
    columns: int = 1_000
    cell: int = MEBIBYTE
    record: int = 16 * MEBIBYTE
    size: int = 16 * 1024 * MEBIBYTE
    ratio: int = 400
    depth: int = 64
    cells: int = 20_000_000
    output: int = 8 * 1024 * MEBIBYTE
    memory: int = 3 * 1024 * MEBIBYTE
    seconds: int = 600

    def check_rows(self, count: int, what: str = "The file") -> None:
        """Refuse what has more rows than are allowed, by a `LimitError`."""
        if count > self.rows:
            raise LimitError(
                f"{what} has more than {self.rows:,} rows. Split it, or raise MARZ_LIMIT_ROWS."
            )

    def check_columns(self, count: int, name: str, called: str = "columns") -> None:
        """Refuse a file with more columns than are allowed, by a `LimitError`."""
        if count > self.columns:
            raise LimitError(
                f"“{name}” has more than {self.columns:,} {called}. Leave out what is not needed, "
                "or raise MARZ_LIMIT_COLUMNS."
            )

    @classmethod
    def from_environment(cls) -> Limits:
        """Take ``MARZ_LIMIT_ROWS``, ``MARZ_LIMIT_MEMORY`` and so on where they are set.

        Raises
        ------
        ReadError
            If one of them is no whole number above 0.
        """
        given = {one.name: whole_number(f"MARZ_LIMIT_{one.name.upper()}") for one in fields(cls)}
        return cls(**{name: number for name, number in given.items() if number})


def whole_number(name: str) -> int | None:
    """Number above 0 of a name in the environment, None where it is not set; else a `ReadError`."""
    text = os.environ.get(name, "").strip()
    if text and not (text.isascii() and text.isdigit() and int(text)):
        raise ReadError(f"{name} is “{text}”. Set it to a whole number above 0.")
    return int(text) if text else None
