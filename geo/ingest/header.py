"""The names of a table's columns: found below titles, of two rows, with HXL tags set aside."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from geo.ingest import forms
from geo.ingest.batch import unique
from geo.ingest.mapping import known
from geo.model import ReadError

LOOKED = 40
"""First rows among which the names are looked for."""
TAG = re.compile(r"#[A-Za-z]\w*(\s*\+\s*\w+)*")
Row = Sequence[str]


@dataclass(frozen=True, slots=True)
class Header:
    """Names of columns, and where the data begin.

    Attributes
    ----------
    columns : tuple of str
        Names, each once.
    rows : int
        Rows of the file before the first of the data.
    tags : tuple of str
        HXL tags of the columns, if the file has them.
    notes : tuple of str
        What was found out.
    """

    columns: tuple[str, ...]
    rows: int
    tags: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def find(rows: Sequence[Row], name: str, wanted: int | None = None) -> Header:
    """Find the names of a table.

    Parameters
    ----------
    rows : sequence of sequence of str
        Its first rows, `LOOKED` of them if there are so many, blank ones too.
    name : str
        What messages call the file.
    wanted : int, optional
        Row that holds the names, 0 for none; found out without.

    Raises
    ------
    ReadError
        If there is no such row.
    """
    filled = [sum(bool(cell.strip()) for cell in row) for row in rows]
    first = next((place for place, count in enumerate(filled) if count), 0)
    at = _row(rows, filled, first) if wanted is None else wanted - 1
    if wanted and (at >= len(rows) or not filled[at]):
        raise ReadError(
            f"Row {wanted} of “{name}” holds no names of columns, or is not one of the first "
            f"{LOOKED}. Name another."
        )
    if at < 0:
        return _numbered(rows, first)
    names, below, notes = _trimmed(rows[at]), at + 1, []
    joined = _of_two(rows, at) if wanted is None else None
    if joined is not None:
        names, below = joined, at + 2
    elif wanted is None and at and filled[at - 1] > 1 and is_header(rows[at - 1]):
        # The upper row of two may look like a title.
        joined = _of_two(rows, at - 1)
        names = joined or names
    if joined is not None:
        notes.append(f"The names of columns are put together of rows {below - 1} and {below}.")
    elif at > first or wanted:
        notes.append(f"The names of columns are those of row {at + 1}.")
    tags: tuple[str, ...] = ()
    if below < len(rows) and _tagged(rows[below]):
        tags, below = tuple(cell.strip() for cell in rows[below]), below + 1
        notes.append(f"Row {below} holds HXL tags: they say what a column is, and are no data.")
    elif _tagged(names):
        tags = tuple(names)
    return Header(unique(names), below, tags, tuple(notes))


def _row(rows: Sequence[Row], filled: Sequence[int], first: int) -> int:
    """Place of the row of names; -1 where the rows are data from the first on."""
    counts = Counter(count for count in filled if count > 1)
    usual = max(counts, key=lambda count: (counts[count], count), default=1)
    at = next((n for n, count in enumerate(filled) if count and 2 * count > usual), first)
    best = max(range(len(rows)), key=lambda n: (_understood(rows[n]), -n), default=at)
    if _understood(rows[best]) > 2 > _understood(rows[at]):
        return best
    return at if rows and is_header(rows[at]) else -1


def _understood(row: Row) -> int:
    return known(_trimmed(row)) if is_header(row) else 0


def _of_two(rows: Sequence[Row], at: int) -> list[str] | None:
    """Names of two rows, the upper one of cells that were merged; None where they are of one."""
    if at + 1 >= len(rows) or not (is_header(rows[at + 1]) and any(rows[at + 1])):
        return None
    upper, lower = list(rows[at]), list(rows[at + 1])
    width = max(len(upper), len(lower))
    upper += [""] * (width - len(upper))
    lower += [""] * (width - len(lower))
    if _tagged(lower) or not any(
        low.strip() and not up.strip() for up, low in zip(upper, lower, strict=True)
    ):
        return None
    names, above = [], ""
    for up, low in zip(upper, lower, strict=True):
        above = up.strip() or (above if low.strip() else "")
        whole = f"{above} {low.strip()}".strip()
        # “Deaths | lowest” needs both to be understood, “Where | latitude” only the lower.
        rest = [other for other in lower if other != low]
        alone = low.strip() and not known([whole]) and known(lower) > known(rest)
        names.append(low.strip() if alone else whole)
    return names if known(names) > max(known(_trimmed(upper)), known(_trimmed(lower))) else None


def _numbered(rows: Sequence[Row], first: int) -> Header:
    data = rows[first] if rows else []
    if forms.is_ucdp_without_header(data):
        note = "The file has no row of names: it is read as UCDP GED by its cells."
        return Header(forms.UCDP, first, (), (note,))
    width = max((len(_trimmed(row)) for row in rows), default=0)
    note = "The file has no row of names: its columns are numbered."
    return Header(tuple(f"column {n}" for n in range(1, width + 1)), first, (), (note,))


def is_header(row: Row) -> bool:
    """Whether a row looks like names: no number and no date among them."""
    cells = [cell.strip() for cell in row]
    return not any(
        cell and cell[0].isdigit() and not any(character.isalpha() for character in cell)
        for cell in cells
    )


def _tagged(row: Row) -> bool:
    cells = [cell.strip() for cell in row if cell.strip()]
    return bool(cells) and all(TAG.fullmatch(cell) for cell in cells)


def _trimmed(row: Row) -> list[str]:
    """A row without the blank cells at its end."""
    cells = list(row)
    while cells and not cells[-1].strip():
        cells.pop()
    return cells
