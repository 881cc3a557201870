"""What a search by words looks for: any of some alternatives, each of words that must all occur.

Only what is asked for is changed: a word is looked for in its forms, a place in all its names.
The texts stay as they are but for `geo.collection.folding.fold`, so that every engine needs
nothing but to look for a text in a text, and ten million of them are never stemmed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from geo.collection.folding import fold, key

ANY = re.compile(r"\||(?:^|(?<=\s))OR(?=\s|$)")
"""What joins alternatives."""
SHORT = 3
"""Letters up to which a word is looked for as it is: “war” is not in “ward”."""
_TOGETHER = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u9fff]")
"""Scripts without spaces between words."""
_VOWELS = "aeiouy"
_SIBILANT = ("sses", "shes", "ches", "xes", "zes")

Part = tuple[str, ...]
"""Texts, any of which must occur in a text `padded`."""
Sought = tuple[tuple[Part, ...], ...]
"""Alternatives; of one of them all parts must occur."""


class Name(NamedTuple):
    """Something that has several names.

    Attributes
    ----------
    spellings : frozenset of str
        Folded.
    narrows : bool
        Whether it narrows beside the name of a place, instead of being another place: a country,
        or an actor.
    """

    spellings: frozenset[str]
    narrows: bool = False


class Names:
    """The names that a search knows, and the reader of what is asked for.

    Parameters
    ----------
    known : iterable of Name
        Each finds what is told under any of its spellings.
    """

    def __init__(self, known: Iterable[Name] = ()) -> None:
        self.known = tuple(known)
        self._exact: dict[str, list[Name]] = {}
        self._alike: dict[str, list[Name]] = {}
        for name in self.known:
            for spelling in name.spellings:
                self._exact.setdefault(spelling, []).append(name)
                self._alike.setdefault(key(spelling), []).append(name)
        self._longest = max((len(one.split()) for one in self._exact), default=1)
        self._words: dict[str, set[str]] = {}
        for word in {word for one in self._exact for word in one.split() if len(word) > SHORT}:
            self._words.setdefault(key(word), set()).add(word)

    def of(self, folded: str) -> Name | None:
        """What bears a folded name; where none does exactly, what bears one that sounds alike."""
        found = self._exact.get(folded)
        if found is None and len(folded) > SHORT:
            found = self._alike.get(key(folded))
        if not found:
            return None
        spellings = frozenset[str]().union(*(name.spellings for name in found))
        return Name(spellings | {folded}, all(name.narrows for name in found))

    def sought(self, text: str) -> Sought:
        """Read what is asked for.

        ``|`` or ``OR`` joins alternatives. The words of one must all occur, but the names of
        several places ask for any of them.

        Returns
        -------
        Sought
            Empty where nothing can be looked for, which no text matches.
        """
        found = (self._alternative(one) for one in ANY.split(text))
        return tuple(one for one in found if one)

    def places(self, text: str) -> frozenset[str]:
        """Every spelling of the places that are asked for by name, folded."""
        read = (self._read(one) for one in ANY.split(text))
        return frozenset(
            spelling
            for names in read
            for _, name in names
            if name is not None and not name.narrows
            for spelling in name.spellings
        )

    def _alternative(self, text: str) -> tuple[Part, ...]:
        parts: list[Part] = []
        places: list[str] = []
        for word, name in self._read(text):
            if name is None:
                # Part of a name may be written otherwise as well: Leylek is in Leilek district.
                alike = self._words.get(key(word), set()) if len(word) > SHORT else set()
                parts.append(_shortest([*forms(word), *(f" {one}" for one in alike)]))
            elif name.narrows:
                parts.append(_named(name.spellings))
            else:
                places += name.spellings
        if places:
            parts.insert(0, _named(places))
        return tuple(dict.fromkeys(parts))

    def _read(self, text: str) -> Iterator[tuple[str, Name | None]]:
        """The folded words of an alternative; where some are a name, the first of them and it."""
        words = [folded for word in text.split() if (folded := fold(word))]
        while words:
            length, name = self._first(words)
            yield words[0], name
            words = words[length:]

    def _first(self, words: list[str]) -> tuple[int, Name | None]:
        """The longest name that some words begin with, and of how many of them it is made."""
        for length in range(min(self._longest, len(words)), 0, -1):
            name = self.of(" ".join(words[:length]))
            if name is not None:
                return length, name
        return 1, None


def plain(names: Sequence[Sequence[str]]) -> list[frozenset[str]]:
    """Folded spellings of several things, without those that would find another thing.

    Kalacha is another name of Vorukh, and part of the name Ovchi-Kalacha, which is elsewhere. But
    Botken is part of a name of Batken district, which bears the first name of Batken as well.

    Parameters
    ----------
    names : sequence of sequence of str
        Of each thing its spellings, the first name first.
    """
    holders: dict[str, set[int]] = {}
    for number, spellings in enumerate(names):
        for words in (spelling.split() for spelling in spellings):
            # What a name begins with is its own: Khorog border unit is at Khorog.
            for start in range(1, len(words)):
                for end in range(start + 1, len(words) + 1):
                    holders.setdefault(" ".join(words[start:end]), set()).add(number)
    every = [padded("  ".join(spellings)) for spellings in names]
    return [
        frozenset(
            one
            for one in spellings
            if all(n == number or padded(spellings[0]) in every[n] for n in holders.get(one, ()))
        )
        for number, spellings in enumerate(names)
    ]


def padded(folded: str) -> str:
    """A folded text in which `forms` are looked for: every word has a space on both sides."""
    return f" {folded} "


def matches(sought: Sought, text: str) -> bool:
    """Whether a text `padded` has what is looked for."""
    return any(all(any(one in text for one in part) for part in parts) for parts in sought)


def forms(word: str) -> Part:
    """What to look for to find a folded word in all its English forms.

    A text that ends in a space is a whole word, another one how a word begins. So “drones” finds
    what “drone” finds, and “fired” finds “firing”, but not “first”.
    """
    if _TOGETHER.match(word):
        return (word,)
    if not word.isalpha():
        return (f" {word}",)
    if not word.isascii():
        return (f" {word} ",) if len(word) <= SHORT else (f" {word}",)
    return _shortest([f" {one}" for one in _forms(word)])


def _forms(word: str) -> list[str]:
    if len(word) <= SHORT:
        return [f"{word} ", f"{word}s "]
    if word.endswith("ies") and len(word) > SHORT + 1:
        return [word, f"{word[:-3]}y"]
    if word.endswith("y") and word[-2] not in _VOWELS:
        return [word, f"{word[:-1]}ie"]
    if word.endswith(_SIBILANT):
        word = word[:-2]
    elif word.endswith("s") and word[-2] not in "sui":
        word = word[:-1]
        if len(word) <= SHORT:
            return [f"{word} ", f"{word}s "]
    if word.endswith("e"):
        return [word, f"{word[:-1]}ing"]
    for ending in ("ing", "ed"):
        stem = word.removesuffix(ending)
        if stem != word and stem[-1:] != "e" and any(letter in _VOWELS for letter in stem):
            return [word, *_verb(stem)]
    return [word]


def _verb(stem: str) -> list[str]:
    """Forms of a verb without its ending: kill(ed), fir(ing), plann(ed)."""
    if len(stem) < SHORT:
        return [f"{stem}e"]
    if stem[-1] == stem[-2] and stem[-1] not in "lsfz":
        return [f"{stem[:-1]} ", f"{stem[:-1]}s ", stem]
    single = stem[-1] not in f"{_VOWELS}w" and stem[-2] in _VOWELS and stem[-3] not in _VOWELS
    if len(stem) <= SHORT or (len(stem) == SHORT + 1 and single):
        return [f"{stem} ", f"{stem}s ", f"{stem}e", f"{stem}ing"]
    return [stem]


def _named(spellings: Iterable[str]) -> Part:
    return _shortest(
        [f" {one} " if len(one) <= SHORT else f" {one}" for one in sorted(set(spellings))]
    )


def _shortest(found: list[str]) -> Part:
    """Without those that another one is the beginning of."""
    kept: list[str] = []
    for one in sorted(set(found)):
        if not kept or not one.startswith(kept[-1]):
            kept.append(one)
    return tuple(kept)
