"""Folds text for search: case, diacritics, hyphens and apostrophes do not count."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

LEVEL = str.maketrans(
    {
        # Letters of Tajik and Kyrgyz that a Russian keyboard lacks, as its users type them.
        **dict(zip("ҷҳқғөүң", "чхкгоун", strict=True)),
        **dict.fromkeys("-‐‑–—", " "),
        **dict.fromkeys("'’‘`ʻʼ´", ""),
    }
)
"""Signs that do not count: which hyphen, which apostrophe, which hook."""


@cache
def _marks() -> re.Pattern[str]:
    return re.compile(r"[\u0300-\u036f]")


def fold(text: str) -> str:
    """Fold a text for search: case, diacritics, hyphens and apostrophes do not count."""
    # Decomposed before and after: 𝑨 becomes a capital only then, and a fold may recompose.
    folded = unicodedata.normalize("NFKD", text).casefold()
    plain = _marks().sub("", unicodedata.normalize("NFKD", folded))
    return plain.translate(LEVEL)
