"""Reading one table by its schema."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from geo.package import tables

SCHEMA: dict[str, Any] = {
    "primaryKey": "id",
    "fields": [
        {"name": "id", "type": "string", "constraints": {"required": True}},
        {"name": "when", "type": "string", "rdfType": tables.EDTF_TYPE},
        {"name": "dead", "type": "integer", "constraints": {"minimum": 0}},
        {"name": "kind", "type": "string", "constraints": {"enum": ["a", "b"]}},
        {"name": "where", "type": "string", "rdfType": tables.COUNTRY_TYPE},
        {"name": "url", "type": "string", "format": "uri"},
    ],
}
HEADER = "id,when,dead,kind,where,url\n"


def read(tmp_path: Path, content: str | bytes) -> tables.Table:
    path = tmp_path / "t.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return tables.read(path, SCHEMA)


def test_good_rows_are_read_with_their_types(tmp_path: Path) -> None:
    table = read(tmp_path, HEADER + "x,2022-09,0,a,TJ;KG,https://a.org/b\ny,,,,,\n")
    assert table.problems == ()
    assert table.frame["dead"].tolist()[0] == 0
    assert table.frame["dead"].isna().tolist() == [False, True]
    assert table.frame["when"].tolist() == ["2022-09", ""]
    assert table.seen == {"x", "y"}


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    table = read(tmp_path, b"\xef\xbb\xbf" + (HEADER + "x,,,,,\n").replace("\n", "\r\n").encode())
    assert table.problems == () and table.frame["id"].tolist() == ["x"]


def test_every_problem_is_told_and_no_good_row_lost(tmp_path: Path) -> None:
    table = read(
        tmp_path,
        HEADER
        + "bad1,14.9.2022,-3,c,XX,javascript:alert(1)\n"
        + "good,2022,1,b,TJ,\n"
        + "bad2,,2.5,,,\n"
        + "bad3,,\n"
        + "good,,,,,\n"
        + ",,,,,\n"
        + "bad4 ,,,,,\n",
    )
    assert table.frame["id"].tolist() == ["good"]
    told = [str(problem) for problem in table.problems]
    assert all(text.startswith("t.csv:") for text in told)
    for row_id, part in [
        ("bad1", "field when"),
        ("bad1", "field dead: -3 is below 0"),
        ("bad1", "'c' is not one of a, b"),
        ("bad1", "'XX' is no ISO 3166-1"),
        ("bad1", "not an http or https address"),
        ("bad2", "'2.5' is not a whole number"),
        ("bad3", "has 3 cells where the header has 6"),
        ("good", "row 6, field id: is used in row 3 already"),
        ("-", "row 7, field id: is blank"),
        ("bad4 ", "has blanks at an end"),
    ]:
        assert any(t.startswith(f"t.csv:{row_id}:") and part in t for t in told), (row_id, part)
    assert len(told) == 10


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"\xff\xfe\x00", "cannot be read as UTF-8 CSV"),
        (HEADER + '"never closed,,,,,\n', "cannot be read as UTF-8 CSV"),
        ("", "the column id is missing"),
        ("id,when\n", "the column dead is missing"),
        (HEADER.strip() + ",more\n", "the column 'more' is not known"),
        ("id," + HEADER, "the column id is there twice"),
    ],
)
def test_a_damaged_file_is_a_problem_and_no_crash(
    tmp_path: Path, content: str | bytes, part: str
) -> None:
    table = read(tmp_path, content)
    assert table.frame.empty
    assert any(part in problem.message for problem in table.problems)


def test_a_missing_file_is_a_problem(tmp_path: Path) -> None:
    table = tables.read(tmp_path / "none.csv", SCHEMA)
    assert "missing" in table.problems[0].message


@pytest.mark.parametrize("digits", ["٣", "１", "1_000", "1e3", "0x1", "+1", "9999999999"])
def test_only_plain_digits_are_numbers(tmp_path: Path, digits: str) -> None:
    problems = read(tmp_path, f"{HEADER}x,,{digits},,,\n").problems
    assert "is not a whole number" in problems[0].message


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("https://example.org/a?b=c", True),
        ("http://example.org", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("file:///etc/passwd", False),
        ("//example.org", False),
        ("https://", False),
        ("https://exa mple.org", False),
        ("https://example.org/\n", False),
        ("http://[bad", False),
    ],
)
def test_only_web_addresses_become_links(address: str, safe: bool) -> None:
    assert tables.is_web_address(address) is safe
