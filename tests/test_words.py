"""What a search by words finds: forms of a word, names in every spelling, alternatives."""

from __future__ import annotations

import pytest

from geo.collection import memory
from geo.collection.folding import fold, key
from geo.collection.words import Name, Names, forms, matches, padded, plain
from geo.model import Filter
from geo.package.load import Package

NAMES = Names(
    [
        Name(frozenset({"isfara", "اسفره"})),
        Name(frozenset({"vorukh", "warox"})),
        Name(frozenset({"kok tash", "maiskoe"})),
        Name(frozenset({"leilek district"})),
        Name(frozenset({"kyrgyzstan"}), narrows=True),
    ]
)


def finds(asked: str, text: str) -> bool:
    return matches(NAMES.sought(asked), padded(fold(text)))


@pytest.mark.parametrize(
    "family",
    [
        "drone drones",
        "mine mines mining",
        "kill kills killed killing",
        "fire fires fired firing",
        "plan plans planned planning",
        "body bodies",
        "clash clashes clashed",
        "war wars",
        "village villages villages'",
        "state states stated stating",
    ],
)
def test_a_word_finds_its_forms(family: str) -> None:
    words = family.split()
    assert all(finds(one, f"The {other}.") for one in words for other in words)


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("war", "a ward"),
        ("war", "toward"),
        ("fired", "the first"),
        ("Osh", "Oshoba"),
        ("armed", "the army"),
        ("strike", "an airstrike"),
        ("", ""),
        (".*", "anything"),
        ("|", "anything"),
    ],
)
def test_a_word_finds_no_other_word(asked: str, text: str) -> None:
    assert not finds(asked, text)


@pytest.mark.parametrize(
    ("asked", "found", "left"),
    [
        ("drone | mine", ["a drone", "mines"], ["a bomb"]),
        ("drone OR mine", ["a drone", "mines"], ["or a bomb"]),
        ("drone bridge", ["a bridge under drones"], ["a drone", "a bridge"]),
        ("drone bridge | mine", ["a bridge under drones", "mines"], ["a drone"]),
        ("drone|", ["a drone"], ["anything"]),
        # The names of places ask for any of them, and the other words narrow.
        ("Isfara Vorukh", ["at Isfara", "in Vorukh"], ["in Osh"]),
        ("drone Isfara Vorukh", ["a drone at Isfara", "drones, Vorukh"], ["a drone", "Isfara"]),
        ("Vorukh Kyrgyzstan", ["Vorukh, Kyrgyzstan"], ["Vorukh", "Kyrgyzstan"]),
        ("Kok-Tash drone", ["a drone at Maiskoe"], ["Kok-Tash"]),
    ],
)
def test_words_narrow_and_alternatives_widen(asked: str, found: list[str], left: list[str]) -> None:
    assert all(finds(asked, text) for text in found)
    assert not any(finds(asked, text) for text in left)


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("Ворух", "Vorukh"),
        ("Варох", "Warox"),
        ("Vorukh", "Ворух"),
        ("Leylek", "Leilek"),
        ("Лейлек", "Leilek"),
        ("Кок-Таш", "Kok Tash"),
        ("Kök-Taş", "Kok Tas"),
        ("Коктош", "коктош"),
        ("اسفره", "Исфара"),
        ("اسفرة", "isfara"),
        ("дрон", "drone"),
        ("Хуҷанд", "Хучанд"),
        ("中", "在中国"),
    ],
)
def test_a_name_is_found_in_every_script(asked: str, text: str) -> None:
    assert finds(asked, text)


def test_romanisations_of_one_name_have_one_key() -> None:
    for family in ("Sughd Sugd Суғд Сугд", "Panj Pyanj Pyandzh Пяндж Pandj", "Khorog Xorog Хорог"):
        keys = {key(fold(name)) for name in family.split()}
        assert len(keys - {"pandj"}) == 1, family
    assert key(fold("Кок-Таш")) == key(fold("Koktash")) != key(fold("Kok-Tosh"))


def test_a_spelling_that_would_find_another_place_is_left_out() -> None:
    vorukh, ovchi, batken, district = plain(
        [
            ["vorukh", "kalacha"],
            ["ovchi kalacha"],
            ["batken", "botken"],
            ["batken district", "nohiyai botken"],
        ]
    )
    assert vorukh == {"vorukh"} and ovchi == {"ovchi kalacha"}
    assert batken == {"batken", "botken"} and district == {"batken district", "nohiyai botken"}


@pytest.mark.parametrize(
    "family",
    ["drone|drones", "Суғд|Sughd|Сугд", "Пяндж|Panj|Pyanj", "Кок-Таш|Kok-Tash", "Leylek|Leilek"],
)
def test_the_atlas_finds_the_same_under_every_form(marz: Package, family: str) -> None:
    found = [memory.select(marz, Filter(text=one)).tolist() for one in family.split("|")]
    assert found[0] and all(rows == found[0] for rows in found)


def test_two_places_find_what_either_does(marz: Package) -> None:
    one, other, both = (
        set(memory.select(marz, Filter(text=text)).tolist())
        for text in ("Isfara", "Vorukh", "Isfara Vorukh")
    )
    assert one and other and both == one | other
    assert set(memory.select(marz, Filter(text="drone | mine")).tolist()) == {
        *memory.select(marz, Filter(text="drones")).tolist(),
        *memory.select(marz, Filter(text="mines")).tolist(),
    }


def test_forms_are_as_few_as_need_be() -> None:
    assert forms("drones") == forms("drone") == (" drone", " droning")
    assert forms("2022") == (" 2022",)
