"""Writes HTML elements: every text is escaped, unless it is markup that was written here."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
from html import escape
from typing import Any, TypeAlias

VOID = frozenset("br hr img input link meta".split())
"""Elements without an end tag."""
NOT_SHOWN = ("Cc", "Cs", "Cn")
"""Unicode's categories that HTML cannot hold: controls, lone surrogates, noncharacters."""


class Markup(str):
    """HTML that `element` wrote; whatever else is a text is escaped."""

    __slots__ = ()


Child: TypeAlias = "str | int | Markup | Iterable[Child] | None"


def legal(content: str) -> str:
    """A text whose characters HTML and XML can hold: any other becomes U+FFFD, not lost unseen."""
    if content.isprintable():
        return content
    return "".join(
        "\ufffd" if unicodedata.category(char) in NOT_SHOWN and char not in "\n\t" else char
        for char in content
    )


def text(content: str) -> Markup:
    """Escape a text."""
    return Markup(escape(legal(content)))


def joined(children: Child, separator: str = "") -> Markup:
    """Put children side by side."""
    if children is None:
        return Markup()
    if isinstance(children, Markup):
        return children
    if isinstance(children, (str, int)):
        return text(str(children))
    return Markup(separator.join(joined(child) for child in children))


def element(name: str, /, *children: Child, **attributes: str | int | bool | None) -> Markup:
    """Write an element.

    Parameters
    ----------
    name : str
        Of the element.
    *children : str, Markup, None or iterable of them
        Texts are escaped; None is left out.
    **attributes : str, int, bool or None
        An underscore at the end is dropped and one within becomes a hyphen. True writes the name
        alone, None and False leave it out.
    """
    written = [name]
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        label = key.rstrip("_").replace("_", "-")
        written.append(label if value is True else f'{label}="{text(str(value))}"')
    start = f"<{' '.join(written)}>"
    if name in VOID:
        return Markup(start)
    return Markup(f"{start}{joined(children)}</{name}>")


def linked_data(value: Any) -> Markup:
    """An element that holds JSON-LD; what could end it stands as an escape in its strings."""
    written = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for char in "<>&\u2028\u2029":
        written = written.replace(char, f"\\u{ord(char):04x}")
    written = written.encode("utf-8", "replace").decode()
    return Markup(f'<script type="application/ld+json">{written}</script>')
