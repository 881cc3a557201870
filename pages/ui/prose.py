"""Shows a text file of a data package with its headings and lists, and nothing rendered."""

from __future__ import annotations

import re

import streamlit as st

MARKS = re.compile(r"\*\*|`|(?<!\w)\*(?=\w)|(?<=\w)\*(?!\w)")


def show(text: str, key: str) -> None:
    """Headings bold, items with a dot, the rest as paragraphs; all through st.text.

    Parameters
    ----------
    text : str
        Markdown, of which only ``#``, ``-`` and blank lines count. It comes with the data, so
        it is never given to a renderer.
    key : str
        Prefix of the keys that the style sheet knows.
    """
    for number, block in enumerate(re.split(r"\n\s*\n", text.strip())):
        lines = block.splitlines()
        if lines[0].startswith("#"):
            with st.container(key=f"{key}-heading-{number}"):
                st.text(_plain(lines.pop(0).lstrip("# ")))
        paragraph = "\n".join(
            f"•  {_plain(line[2:])}" if line.startswith("- ") else _plain(line) for line in lines
        )
        if paragraph:
            st.text(paragraph)


def _plain(line: str) -> str:
    return MARKS.sub("", line)
