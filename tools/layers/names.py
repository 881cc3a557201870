"""Names in five languages, taken from packaged sources only.

GeoNames lists other spellings without saying in which language. A form is given to a language
only when something proves it; otherwise the name stays empty and the form goes to the list of
other spellings, where a search still finds it.
"""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from babel import Locale

RUSSIAN = set("абвгдеёжзийклмнопрстуфхцчшщъыьэюя")
TAJIK = set("абвгғдеёжзиӣйкқлмнопрстуӯфхҳчҷшъэюя")
KYRGYZ = RUSSIAN | set("ңөү")
PERSIAN = set("آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهیءئ")

PROOF = {
    "name_tg": (TAJIK, set("ғӣқӯҳҷ")),
    "name_ky": (KYRGYZ, set("ңөү")),
    "name_fa": (PERSIAN, set("پچژگکی")),
}
RUSSIAN_IN_USE = {"KG", "KZ", "TJ", "UZ"}
# Letters prove a language only where it is spoken: ө is Kazakh too, and گ Urdu.
SPOKEN_IN = {"name_tg": {"TJ", "AF"}, "name_ky": {"KG"}, "name_fa": {"AF", "TJ"}}

# Letters would prove this one Kyrgyz, but other Turkic languages write Osh so too.
REJECTED = {"Өш"}

CLDR_LOCALES = {"name_tg": "tg", "name_ky": "ky", "name_ru": "ru", "name_fa": "fa_AF"}

# Cities after which CLDR names a time zone, so that it translates them: by GeoNames id.
CLDR_ZONES = {
    1221874: "Asia/Dushanbe",
    1528675: "Asia/Bishkek",
    1138958: "Asia/Kabul",
    1512569: "Asia/Tashkent",
    1216265: "Asia/Samarkand",
    524901: "Europe/Moscow",
    112931: "Asia/Tehran",
    5128581: "America/New_York",
}

ROMAN = {
    **dict(zip("абвгдезийклмнопрстуфыэ", "abvgdeziyklmnoprstufye", strict=True)),
    "ё": "yo",
    "ж": "zh",
    "х": "kh",
    "ц": "ts",
    "ч": "ch",
    "ш": "sh",
    "щ": "shch",
    "ъ": "",
    "ь": "",
    "ю": "yu",
    "я": "ya",
    "ғ": "gh",
    "ӣ": "i",
    "қ": "q",
    "ӯ": "u",
    "ҳ": "h",
    "ҷ": "j",
    "ң": "ng",
    "ө": "o",
    "ү": "u",
    **dict(zip("آابپتثجحدذرزژسصضطظفقکگلمنوهی", "aabptsjhdzrzjsszttfqkglmnuhi", strict=True)),
    "چ": "ch",
    "خ": "kh",
    "ش": "sh",
    "غ": "gh",
    "ع": "",
}
MIN_LIKENESS = 0.6


def romanised(form: str) -> str:
    """Plain Latin rendering of a form, for comparing it with the English name."""
    latin = "".join(ROMAN.get(letter, letter) for letter in form.lower())
    return _letters(latin.replace("dzh", "j"))


def _letters(latin: str) -> str:
    return re.sub(r"[^a-z]", "", latin.lower())


def _level(latin: str) -> str:
    """Level the spellings that differ between romanisations."""
    return latin.replace("y", "i")


def _likeness(form: str, english: str) -> float:
    """How much a form sounds like a name, from 0 to 1; Arabic script writes few vowels."""
    one, other = _level(romanised(form)), _level(_letters(english))
    if form >= "\u0600":
        one, other = (re.sub("[aeiou]", "", text) for text in (one, other))
    return SequenceMatcher(None, one, other).ratio()


def _written_in(form: str, alphabet: set[str]) -> bool:
    return all(letter in alphabet for letter in form.lower() if letter not in " -")


def _by_letters(
    key: str, forms: Iterable[str], english: str, proof_needed: bool = True
) -> str | None:
    """Find the form that its letters prove to be of one language.

    A former name is proven just as well, so a form must also sound like today's name; where
    several do, the closest wins, and a tie leaves the name empty.
    """
    alphabet, proof = PROOF[key]
    ranked = sorted(
        (
            (_likeness(form, english), form)
            for form in forms
            if form not in REJECTED
            and _written_in(form, alphabet)
            and (not proof_needed or proof & set(form.lower()))
        ),
        reverse=True,
    )
    if not ranked or ranked[0][0] < MIN_LIKENESS:
        return None
    is_tie = len(ranked) > 1 and ranked[1][0] == ranked[0][0]
    return None if is_tie else ranked[0][1]


def _russian(forms: Iterable[str], english: str, country: str) -> str | None:
    """Find the Russian form: the only one in Russian letters, or the one that renders the name.

    In Tajikistan a Tajik form may have Russian letters alone, so there a choice among several
    needs letters that Tajik doesn't write. Where Russian is no everyday language, the only
    form may well be another one's, so it has to render the name closely.
    """
    candidates = [form for form in forms if _written_in(form, RUSSIAN)]
    if len(candidates) == 1:
        needed = MIN_LIKENESS if country in RUSSIAN_IN_USE else 0.85
        return candidates[0] if _likeness(candidates[0], english) >= needed else None
    if country == "TJ":
        candidates = [form for form in candidates if re.search("дж|[ыцщь]", form.lower())]
    for level in (str, _level):
        exact = [form for form in candidates if level(romanised(form)) == level(_letters(english))]
        if len(exact) > 1:
            exact = [form for form in exact if form.count("-") == english.count("-")]
        if len(exact) == 1:
            return exact[0]
    return None


def translations(
    forms: list[str], english: str, country: str, zone: str | None, tagged_fa: set[str]
) -> dict[str, str | None]:
    """Names of a place by language.

    Parameters
    ----------
    forms : list of str
        GeoNames' other spellings.
    english : str
        The English name.
    country : str
        ISO 3166-1 alpha-2 code.
    zone : str or None
        Time zone that CLDR names after this very city.
    tagged_fa : set of str
        Words that Natural Earth tags as Persian: a form among them is Persian.
    """
    names: dict[str, str | None] = {}
    for key, locale in CLDR_LOCALES.items():
        names[key] = None
        if zone:
            names[key] = Locale.parse(locale).time_zones[zone]["city"]
        elif key == "name_ru":
            names[key] = _russian(forms, english, country)
        elif key == "name_fa" and country == "AF":
            # Dari and Pashto share most names, so here Persian letters need no further proof.
            tagged = [form for form in forms if form in tagged_fa]
            names[key] = _by_letters(key, tagged or forms, english, proof_needed=False)
        elif country in SPOKEN_IN[key]:
            names[key] = _by_letters(key, forms, english)
    return names


def other_spellings(forms: list[str], taken: Iterable[str | None], limit: int = 40) -> list[str]:
    """Spellings in Latin, Cyrillic or Arabic script that aren't a name already, for searching.

    GeoNames' airport codes and its mechanical transliterations, all in lower case, are left out.
    """
    readable = re.compile(
        r"^[A-ZÀ-ÞĀ-ſʻ‘'Ḩ][A-Za-zÀ-ɏḀ-ỿʻʼ‘’'` \-]+$|^[Ѐ-ӿ \-]+$|^[؀-ۿ\u200c \-]+$"
    )
    seen = set(taken)
    kept = [
        form
        for form in forms
        if form not in seen and readable.match(form) and not re.fullmatch("[A-Z]{3}", form)
    ]
    kept.sort(key=lambda form: (not form.isascii(), form))
    latin = [form for form in kept if form[0] < "Ѐ"]
    others = [form for form in kept if form[0] >= "Ѐ"]
    room_for_latin = max(limit - len(others), limit // 2)
    return (latin[:room_for_latin] + others)[:limit]
