"""Reads one CSV table by its schema and reports every cell that does not fit."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import pandas as pd

from geo import edtf
from geo.model import EdtfError, Problem
from geo.vocabulary import country_names

EDTF_TYPE = "http://id.loc.gov/datatypes/edtf"
COUNTRY_TYPE = "https://www.iso.org/iso-3166-country-codes.html"
FORMULA = re.compile(r"[\t\r\n]|[\s\x00-\x20\ufeff\u200b-\u200f\u2060'\"‘’“”]*[=+\-@＝＋－＠]")
"""What a spreadsheet may take a cell for a formula by, after blanks and quotes too
(OWASP, CSV Injection)."""
NEGATIVE = re.compile(r"-\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
MAX_BYTES = 64 * 2**20
csv.field_size_limit(2**20)
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Table:
    """A table as read.

    Attributes
    ----------
    frame : pandas.DataFrame
        The rows without any problem; text columns hold "" where blank, integer columns
        are nullable ``Int64``.
    seen : frozenset of str
        Every key of the file, of refused rows too, so that one bad row raises no second alarm.
    problems : tuple of Problem
        Everything that was refused, and why.
    """

    frame: pd.DataFrame
    seen: frozenset[str]
    problems: tuple[Problem, ...]


def read(path: Path, schema: dict[str, Any], content: bytes | None = None) -> Table:
    """Read a CSV file by a Frictionless table schema.

    Parameters
    ----------
    path : Path
        UTF-8, comma-separated, with a header row.
    schema : dict
        ``fields`` with ``name``, ``type`` (string or integer), ``constraints`` and, where the
        text is of a known kind, ``rdfType``; ``primaryKey``.
    content : bytes, optional
        What is read in the place of the file.

    Returns
    -------
    Table
        What is good, and every problem of what is not.
    """
    name, fields = path.name, schema["fields"]
    columns = [field["name"] for field in fields]
    key = schema.get("primaryKey")
    key = key[0] if isinstance(key, list) and len(key) == 1 else key
    empty = _frame([], fields)
    try:
        if content is None:
            if path.stat().st_size > MAX_BYTES:
                raise ValueError(f"larger than {MAX_BYTES // 2**20} MiB; split it")
            content = path.read_bytes()
        text = content.decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except FileNotFoundError:
        problem = Problem(name, "-", "the file is missing. Restore it, or drop its resource.")
        return Table(empty, frozenset(), (problem,))
    except (OSError, UnicodeDecodeError, csv.Error, ValueError) as error:
        problem = Problem(name, "-", f"cannot be read as UTF-8 CSV ({error}). Save it again so.")
        return Table(empty, frozenset(), (problem,))

    header = rows[0] if rows else []
    problems = list(_header_problems(name, header, columns))
    if problems:
        return Table(empty, frozenset(), tuple(problems))

    good: list[dict[str, Any]] = []
    seen: dict[str, int] = {}
    known: dict[tuple[str, str], tuple[str, ...]] = {}

    def checked(field: dict[str, Any], value: str) -> tuple[str, ...]:
        """Most cells of a table say what others of their column say."""
        key = (field["name"], value)
        if key not in known:
            known[key] = (*_cell_problems(value, field),)
        return known[key]

    for number, cells in enumerate(rows[1:], start=2):
        if len(cells) != len(header):
            problems.append(
                Problem(
                    name,
                    cells[0] if cells and cells[0] else "-",
                    f"row {number}: has {len(cells)} cells where the header has {len(header)}. "
                    "Quote cells that hold commas or line ends.",
                )
            )
            continue
        raw = dict(zip(header, cells, strict=True))
        row_id = raw.get(key, "") if isinstance(key, str) else cells[0]
        found = [
            Problem(name, row_id or "-", f"row {number}, field {field['name']}: {message}")
            for field in fields
            for message in checked(field, raw[field["name"]])
        ]
        if isinstance(key, str) and row_id:
            if row_id in seen:
                found.append(
                    Problem(
                        name,
                        row_id,
                        f"row {number}, field {key}: is used in row {seen[row_id]} already. "
                        "Give each row an id of its own.",
                    )
                )
            seen.setdefault(row_id, number)
        problems.extend(found)
        if not found:
            good.append(raw)
    return Table(_frame(good, fields), frozenset(seen), tuple(problems))


def _frame(rows: list[dict[str, Any]], fields: list[dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=[field["name"] for field in fields], dtype=object)
    for field in fields:
        if field["type"] == "integer":
            numbers = [int(value) if value else None for value in frame[field["name"]]]
            frame[field["name"]] = pd.array(numbers, dtype="Int64")
    return frame


def _header_problems(name: str, header: list[str], columns: list[str]) -> Iterator[Problem]:
    for column in columns:
        if column not in header:
            yield Problem(name, "-", f"row 1: the column {column} is missing. Add it, even blank.")
    for column in header:
        if column not in columns:
            yield Problem(
                name, "-", f"row 1: the column {column!r} is not known. Describe it in the schema."
            )
        elif header.count(column) > 1:
            yield Problem(name, "-", f"row 1: the column {column} is there twice. Drop one.")


def _cell_problems(value: str, field: dict[str, Any]) -> Iterator[str]:
    """Say what is wrong with one cell, each with its remedy."""
    rules = field.get("constraints", {})
    if value == "":
        if rules.get("required"):
            yield "is blank. It must be filled in."
        return
    if value != value.strip():
        yield f"{value!r} has blanks at an end. Remove them."
    if "\0" in value:
        # GeoPackage and PDF end a text there: no two kinds of file would say the same.
        yield "holds the character NUL. Remove it."
    if field["type"] == "integer":
        if not re.fullmatch(r"-?\d{1,9}", value, re.ASCII):
            yield f"{value!r} is not a whole number. Write digits only, or leave it blank."
        elif int(value) < rules.get("minimum", -(10**9)):
            yield f"{value} is below {rules['minimum']}."
    enum = rules.get("enum")
    if enum and value not in enum:
        yield f"{value!r} is not one of {', '.join(enum)}."
    pattern = rules.get("pattern")
    if pattern and not re.fullmatch(pattern, value):
        yield f"{value!r} does not have the form {pattern}."
    kind = field.get("rdfType")
    if kind == EDTF_TYPE:
        try:
            edtf.parse(value)
        except EdtfError as error:
            yield str(error)
    if kind == COUNTRY_TYPE:
        for code in split(value):
            if code not in country_names():
                yield f"{code!r} is no ISO 3166-1 alpha-2 code. Write codes such as TJ;KG."
    if field.get("format") == "uri" and not is_web_address(value):
        yield f"{value!r} is not an http or https address."


def is_web_address(value: str) -> bool:
    """Whether a text is an http(s) address that is safe to offer as a link."""
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return (
        parts.scheme in ("http", "https")
        and bool(parts.hostname)
        and not any(character.isspace() or ord(character) < 32 for character in value)
    )


def safe_cell(value: Any) -> str:
    """Write a cell that no spreadsheet runs; numbers, negative ones too, stay as they are.

    Returns
    -------
    str
        The text, with an apostrophe before it where it would be a formula, or where it begins as
        one that was made harmless. `plain_cell` takes it off again.
    """
    if isinstance(value, str):
        return f"'{value}" if _is_live(value.lstrip("'")) else value
    return "" if pd.isna(value) else str(value)


def plain_cell(text: str) -> str:
    """Read a cell that `safe_cell` wrote."""
    return text[1:] if text.startswith("'") and _is_live(text.lstrip("'")) else text


def _is_live(text: str) -> bool:
    return FORMULA.match(text) is not None and NEGATIVE.fullmatch(text) is None


def written(columns: Sequence[str], rows: Iterable[Mapping[str, Any]], *, mark: bool) -> bytes:
    """Write rows as CSV (RFC 4180, UTF-8) that no spreadsheet runs; see `safe_cell`.

    Parameters
    ----------
    mark : bool
        Whether to begin with a byte order mark, by which a spreadsheet knows the encoding.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([safe_cell(column) for column in columns])
    for row in rows:
        writer.writerow([safe_cell(row[column]) for column in columns])
    return out.getvalue().encode("utf-8-sig" if mark else "utf-8", errors="replace")


def holders(one: Key, parents: Mapping[Key, Key]) -> Iterator[Key]:
    """What a row is part of, what that is part of, and so on, each once.

    Parameters
    ----------
    parents : mapping
        Row -> the one that it is part of; blank where it is part of none.

    Yields
    ------
    hashable
        In order; the row itself, as the last, where it is part of itself.
    """
    seen = set()
    current = parents.get(one)
    while current and current not in seen:
        yield current
        seen.add(current)
        current = parents.get(current)


def by_incident(table: pd.DataFrame) -> dict[str, list[dict[str, Any]]]:
    """Rows of a table that belong to incidents, by the id of each."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in table.to_dict("records"):
        found.setdefault(row["incident_id"], []).append(row)
    return found


def figure(value: Any) -> int | None:
    """A cell of a column of whole numbers; None where it is blank."""
    return None if pd.isna(value) else int(value)


def split(value: str) -> list[str]:
    """Split a ``;``-separated cell, without blanks."""
    return [part.strip() for part in value.split(";") if part.strip()]
