"""Folds text for search: case, diacritics, punctuation and the script do not count."""

from __future__ import annotations

import re
import unicodedata

LETTERS = str.maketrans(
    # Cyrillic in Latin letters, so that Ворух and Vorukh are one word. Letters that a Russian
    # keyboard lacks become what its users type for them.
    dict(zip("абвгдезийклмнопрстуфэыіґєәһ", "abvgdeziiklmnoprstufeyigeah", strict=True))
    | dict(zip("ғқңөүұў", "gknouuu", strict=True))
    | {"ж": "zh", "х": "kh", "ҳ": "kh", "ц": "ts", "ч": "ch", "ҷ": "ch", "ш": "sh", "щ": "shch"}
    | {"ю": "yu", "я": "ya", "ъ": "", "ь": ""}
    # Arabic letters that Persian and Arabic keyboards give different characters.
    | dict(zip("يىكة", "ییکه", strict=True))
    | dict.fromkeys("'’‘`ʻʼʹ´\u0640\u200c", "")
)
"""Characters that do not count, or count as others: which script, which apostrophe, which hook."""
_MARKS = re.compile(r"[\u0300-\u036f\u064b-\u065f\u0670]")
_BETWEEN = re.compile(r"[\W_]+")

SOUNDS = (
    ("dzh", "j"),
    ("zh", "j"),
    ("ch", "j"),
    ("kh", "h"),
    ("gh", "g"),
    ("x", "h"),
    ("q", "k"),
    ("w", "v"),
    ("ya", "a"),
    ("y", "i"),
    (" ", ""),
)
"""What romanisations write for one sound, in this order: Пяндж, Panj and Pyandzh are one name."""
_TWICE = re.compile(r"(.)\1+")


def fold(text: str) -> str:
    """Fold a text for search.

    Returns
    -------
    str
        Its words in small letters, one space between: case, diacritics, hyphens, apostrophes and
        all other punctuation do not count, and Cyrillic stands in Latin letters.
    """
    # Decomposed before and after: 𝑨 becomes a capital only then, and a fold may recompose.
    folded = unicodedata.normalize("NFKD", text).casefold()
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", folded)).translate(LETTERS)
    return _BETWEEN.sub(" ", plain).strip()


def key(folded: str) -> str:
    """How a folded name sounds, whatever its romanisation: Leylek is Leilek, Pyanj is Panj.

    Two names of one key may still be two names: it is for finding a place in a list of them.
    """
    for written, sound in SOUNDS:
        folded = folded.replace(written, sound)
    return _TWICE.sub(r"\1", folded)
