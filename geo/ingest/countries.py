"""Countries as data sets write them (names, ISO codes, Gleditsch–Ward numbers) to ISO alpha-2."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache

from babel.core import Locale, get_global

from geo.vocabulary import country_names

GLEDITSCH_WARD: dict[int, str] = {
    int(pair[:-3]): pair[-2:]
    for pair in (
        "2=US 20=CA 31=BS 40=CU 41=HT 42=DO 51=JM 52=TT 53=BB 54=DM 55=GD 56=LC 57=VC 58=AG 60=KN"
        " 70=MX 80=BZ 90=GT 91=HN 92=SV 93=NI 94=CR 95=PA 100=CO 101=VE 110=GY 115=SR 130=EC 135=PE"
        " 140=BR 145=BO 150=PY 155=CL 160=AR 165=UY 200=GB 205=IE 210=NL 211=BE 212=LU 220=FR"
        " 221=MC 223=LI 225=CH 230=ES 232=AD 235=PT 260=DE 290=PL 305=AT 310=HU 316=CZ 317=SK"
        " 325=IT 331=SM 338=MT 339=AL 340=RS 341=ME 343=MK 344=HR 345=RS 346=BA 349=SI 350=GR"
        " 352=CY 355=BG 359=MD 360=RO 365=RU 366=EE 367=LV 368=LT 369=UA 370=BY 371=AM 372=GE"
        " 373=AZ 375=FI 380=SE 385=NO 390=DK 395=IS 402=CV 403=ST 404=GW 411=GQ 420=GM 432=ML"
        " 433=SN 434=BJ 435=MR 436=NE 437=CI 438=GN 439=BF 450=LR 451=SL 452=GH 461=TG 471=CM"
        " 475=NG 481=GA 482=CF 483=TD 484=CG 490=CD 500=UG 501=KE 510=TZ 516=BI 517=RW 520=SO"
        " 522=DJ 530=ET 531=ER 540=AO 541=MZ 551=ZM 552=ZW 553=MW 560=ZA 565=NA 570=LS 571=BW"
        " 572=SZ 580=MG 581=KM 590=MU 591=SC 600=MA 615=DZ 616=TN 620=LY 625=SD 626=SS 630=IR"
        " 640=TR 645=IQ 651=EG 652=SY 660=LB 663=JO 666=IL 670=SA 678=YE 690=KW 692=BH 694=QA"
        " 696=AE 698=OM 700=AF 701=TM 702=TJ 703=KG 704=UZ 705=KZ 710=CN 712=MN 713=TW 731=KP"
        " 732=KR 740=JP 750=IN 760=BT 770=PK 771=BD 775=MM 780=LK 781=MV 790=NP 800=TH 811=KH"
        " 812=LA 816=VN 820=MY 830=SG 835=BN 840=PH 850=ID 860=TL 900=AU 910=PG 920=NZ 935=VU"
        " 940=SB 950=FJ 347=XK 970=KI 971=NR 972=TO 973=TV 983=MH 986=PW 987=FM 990=WS"
    ).split()
}
"""Number of an independent state of today -> its ISO code.

After Gleditsch and Ward, A revised list of independent states since the Congress of Vienna,
International Interactions 25 (1999). States that are no more are left out. Compared with PyPI
country_converter 1.3.2: it agrees, but gives Czechia, Yemen and Vietnam the numbers of states
that are no more (315, 680, 817) and has none for Yugoslavia, here Serbia's (345).
"""
STATES = frozenset(GLEDITSCH_WARD.values())
"""Known without CLDR, which takes a while to load."""

ALIASES = {
    name: code
    for code, names in {
        "AE": "uae",
        "AF": "islamic emirate of afghanistan|islamic republic of afghanistan|"
        "исламская республика афганистан|ооганстан",
        "BA": "bosnia-herzegovina",
        "BN": "brunei darussalam",
        "BY": "республика беларусь",
        "CD": "democratic republic of congo|democratic republic of the congo|dr congo|"
        "dr congo (zaire)|drc|демократическая республика конго",
        "CG": "republic of congo|republic of the congo|congo",
        "CI": "ivory coast",
        "CN": "people's republic of china|китайская народная республика|prc|чин|кнр",
        "CV": "cape verde|cabo verde",
        "CZ": "czech republic",
        "GB": "great britain|united kingdom of great britain and northern ireland|uk|u.k.|britain",
        "GG": "bailiwick of guernsey",
        "GM": "the gambia",
        "HK": "hong kong|hong kong sar",
        "IR": "islamic republic of iran|исламская республика иран",
        "IT": "italy/sardinia",
        "JE": "bailiwick of jersey",
        "KG": "kyrgyz republic|kirghizstan|kirgizstan|кыргызстан|кыргызская республика|киргизстан|"
        "قرغیزستان|قیرغیزستان|кыргыз республикасы",
        "KH": "cambodia (kampuchea)",
        "KP": "korea, north|democratic people's republic of korea|dprk|north korea|северная корея",
        "KR": "korea, south|republic of korea|south korea|южная корея",
        "KZ": "republic of kazakhstan|республика казахстан",
        "LA": "lao people's democratic republic|lao pdr",
        "LK": "sri lanka (ceylon)",
        "MD": "republic of moldova",
        "MG": "madagascar (malagasy)",
        "MK": "macedonia, fyr",
        "MM": "burma|myanmar|myanmar (burma)",
        "MO": "macau",
        "NL": "the netherlands",
        "PK": "islamic republic of pakistan|исламская республика пакистан",
        "PN": "pitcairn",
        "PS": "palestine|state of palestine|west bank and gaza|occupied palestinian territory",
        "RO": "rumania",
        "RS": "serbia (yugoslavia)",
        "RU": "russia (soviet union)|russian federation|российская федерация|рф",
        "SH": "st. helena, ascension and tristan da cunha",
        "SR": "surinam",
        "SY": "syrian arab republic|сирийская арабская республика",
        "SZ": "kingdom of eswatini (swaziland)|swaziland",
        "TJ": "tadjikistan|tadzhikistan|republic of tajikistan|республика таджикистан|"
        "ҷумҳурии тоҷикистон",
        "TL": "east timor",
        "TR": "turkey|turkey (ottoman empire)|türkiye|republic of turkey",
        "TZ": "tanzania/zanzibar|united republic of tanzania",
        "UM": "united states minor outlying islands",
        "US": "united states of america|u.s.|u.s.a.|usa|сша",
        "UZ": "republic of uzbekistan|республика узбекистан",
        "VA": "holy see|vatican",
        "VI": "virgin islands, u.s.",
        "VN": "vietnam (north vietnam)|viet nam",
        "YE": "yemen (north yemen)",
        "ZW": "zimbabwe (rhodesia)",
    }.items()
    for name in names.split("|")
}
"""Name -> code, case folded: those that ACLED, UCDP, the United Nations, reports and others use
beside those of CLDR. The United Nations' are from UNTERM as the repository datasets/country-codes
has them (data/unterm_names.csv). ISO gives the letters of short forms, such as UK, to no other
country.
"""
LANGUAGES = ("ru", "tg", "ky", "uz", "uz_Cyrl", "fa", "fa_AF", "ps", "kk")
"""Whose names of countries are read beside English ones, as CLDR has them."""
SEPARATOR = re.compile(
    r"\s*(?:[;,/|&+\n،]|\s(?:and|und|и|ва|жана|менен|va|و)\s|[-–—])\s*", re.IGNORECASE
)
"""What stands between countries of one cell, or within the name of one."""
LONGEST = 2000
"""Characters of a cell of countries."""


@cache
def _names() -> dict[str, str]:
    names = {_plain(name): code for code, name in country_names().items()}
    names.update({_plain(name): code for name, code in ALIASES.items()})
    return names


@cache
def _foreign() -> dict[str, str]:
    """Names in other languages; looked at only where none in English fits."""
    names: dict[str, str] = {}
    for language in LANGUAGES:
        territories = Locale.parse(language).territories
        for code in country_names():
            names.setdefault(_plain(territories.get(code, "")), code)
    names.pop("", None)
    return names


def code_of(text: str, *, gleditsch_ward: bool = False) -> str:
    """ISO code of one country.

    Parameters
    ----------
    text : str
        A name in English or one of `LANGUAGES`, an ISO code of two or three letters, or a number.
    gleditsch_ward : bool
        Whether a number is that of Gleditsch and Ward, not of ISO.

    Returns
    -------
    str
        "" where it is not known.
    """
    text = text.strip()
    if not text:
        return ""
    if text.isascii() and text.replace(".0", "").isdigit():
        number = int(text.replace(".0", "")[:9])
        if gleditsch_ward:
            return GLEDITSCH_WARD.get(number, "")
        return _alias(f"{number:03d}")
    upper = text.upper()
    if len(upper) == 2 and (upper in STATES or upper in country_names()):
        return upper
    if len(upper) == 3 and (code := _alias(upper)):
        return code
    plain = _plain(text)
    known = _names()
    found = known.get(plain) or _foreign().get(plain, "")
    if not found and plain.startswith("the "):
        found = known.get(plain[4:], "")
    if not found:
        found = _formal(plain)
    if not found and (short := re.fullmatch(r"([^()]+?)\s*\(([^()]*)\)", plain)):
        # “Iran (Islamic Republic of)”, “Gambia (the)”, “Kyrgyzstan (KG)”: but of two Congos none.
        found = known.get(short[1], "") if _adds_nothing(short[2], short[1]) else ""
    return found


_SHORT = {"rep.": "republic", "dem.": "democratic", "fed.": "federal", "isl.": "islamic"}
_FORMAL = re.compile(
    r"(?:[\w' ]*\brepublic of (?:the )?|(?:[\w]+ая )?республика |ҷумҳурии (?:исломии )?|"
    r"جمهوری (?:اسلامی )?)(.+)|(.+) (?:республикасы|республикаси|respublikasi)"
)
"""What goes before or after the name of a country in that of its state."""
KINDS_OF_STATE = frozenset(
    "the of and arab bolivarian democratic federal federated islamic kingdom people's "
    "plurinational republic socialist state states united".split()
)
"""Words of such a name that name no country."""
DIVIDED = frozenset(("china", "congo", "korea", "китаи", "конго", "корея"))
"""Of these, states of more than one kind have had their name."""


def _formal(plain: str) -> str:
    """Code of a state by its name in full, or one turned round: “Moldova, Republic of”."""
    plain = " ".join(_SHORT.get(word, word) for word in plain.split())
    name, comma, rest = plain.partition(", ")
    if comma:
        if rest in _names() or not KINDS_OF_STATE.issuperset(rest.split()):
            return ""
        rest = rest.removesuffix(" the").removesuffix(" of")
        turned = (f"{rest} of {name}", f"{rest} of the {name}")
        named = next((_names()[one] for one in turned if one in _names()), "")
        return named or ("" if name in DIVIDED else _names().get(name, ""))
    if plain in _names():
        return _names()[plain]
    found = _FORMAL.fullmatch(plain)
    name = (found[1] or found[2]) if found else ""
    return "" if name in DIVIDED else _names().get(name) or _foreign().get(name, "")


def _adds_nothing(inner: str, name: str) -> bool:
    """Whether what stands in brackets behind a name is its kind of state, or its code."""
    formal = re.fullmatch(r"(the|[\w ]*(republic|state|states) of|[a-z]{2,3})", inner)
    code = code_of(inner) if len(inner) in (2, 3) and inner != "the" else ""
    return bool(formal) and (not code or code == _names().get(name))


def codes_of(text: str, *, gleditsch_ward: bool = False) -> tuple[tuple[str, ...], str]:
    """ISO codes of one or several countries, parted by `SEPARATOR`.

    Returns
    -------
    tuple of (tuple of str, str)
        The codes, and the first part that is not known ("" where all are).
    """
    if whole := code_of(text, gleditsch_ward=gleditsch_ward):
        return (whole,), ""
    parts = _parts(text) if len(text) <= LONGEST else [text]
    codes = [code_of(part, gleditsch_ward=gleditsch_ward) for part in parts]
    unknown = next((part for part, code in zip(parts, codes, strict=True) if not code), "")
    return tuple(dict.fromkeys(code for code in codes if code)), unknown


def _parts(text: str) -> list[str]:
    """Names of a cell, the longest first that is one: “Bosnia and Herzegovina, Serbia”."""
    text = text.strip()
    if code_of(text) or not text:
        return [text] if text else []
    cuts = list(SEPARATOR.finditer(text))
    if not cuts:
        return [text]
    known = (cut for cut in reversed(cuts) if code_of(text[: cut.start()]))
    cut = next(known, cuts[0])
    left = text[: cut.start()].strip()
    return [*([left] if left else []), *_parts(text[cut.end() :])]


def _alias(code: str) -> str:
    """Alpha-2 of a code of three characters: CLDR keeps those of ISO as aliases."""
    found = get_global("territory_aliases").get(code, ())
    return found[0] if len(found) == 1 and found[0] in country_names() else ""


def _plain(name: str) -> str:
    name = re.sub(r"\bsaint[ -]", "st. ", name.casefold().replace("&", "and"))
    # CLDR writes Côte d’Ivoire; ё and й are letters of their own that people write without marks.
    name = re.sub("[’‘ʻʼ`´]", "'", name).replace("ي", "ی").replace("ك", "ک")
    letters = unicodedata.normalize("NFKD", name)
    return " ".join("".join(s for s in letters if not unicodedata.combining(s)).split())


def codes_or_none(ward: bool) -> Callable[[str], str | None]:
    """Give a reader of a cell of countries: ``;`` between codes, None where one is not known."""

    def read(value: str) -> str | None:
        codes, unknown = codes_of(value, gleditsch_ward=ward)
        return ";".join(codes) if codes and not unknown else None

    return read


def distinct(value: str) -> str:
    """Codes with ``;`` between, each once."""
    return ";".join(dict.fromkeys(value.split(";")))
