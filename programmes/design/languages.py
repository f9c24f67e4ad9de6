"""Which language is meant, however it is written: “fr-FR”, “Français”, “french”, “Französisch”."""

import re
from functools import cache, lru_cache

import pycountry
from babel import Locale, UnknownLocaleError
from django.conf import settings
from django.conf.locale import LANG_INFO

from programmes.design.folding import folded

# Where the place or the script decides which texts are read. Keys are folded.
_SCRIPTS = {
    "zh": {
        **dict.fromkeys(["hant", "tw", "hk", "mo", "taiwan", "hong kong", "macao"], "zh-hant"),
        **dict.fromkeys(["traditional", "traditionnel", "traditionell", "tradicional"], "zh-hant"),
        **dict.fromkeys(["繁體", "繁体", "台灣", "台湾", "香港"], "zh-hant"),
    },
    "pt": dict.fromkeys(["br", "brazil", "bresil", "brasil", "brasilien", "brazilian"], "pt-br"),
}
# What may follow a code: a script, a region, or both (“zh-Hant-TW”, “es-419”).
_REGION = re.compile(r"(?:hans|hant|latn|cyrl|arab)?(?:(?:^| )(?:[a-z]{2}|\d{3}))?")
_LONGEST_CODE = 3
_DEFAULTS = {"zh": "zh-hans"}
# Names in daily use that neither Django nor CLDR list.
_ALSO = {
    "中文": "zh",
    "汉语": "zh",
    "漢語": "zh",
    "普通话": "zh",
    "國語": "zh-hant",
    "繁體中文": "zh-hant",
    "mandarin": "zh",
    "castellano": "es",
    "castillan": "es",
    "castilian": "es",
    "farsi": "fa",
    "flamand": "nl",
    "flemish": "nl",
    "vlaams": "nl",
}


@lru_cache(maxsize=1_000)
def code_of(text: str) -> str | None:
    """Return the language meant by a cell as a lower-case code such as ``pt-br``, or None.

    Regions are dropped where they do not change what is read: fr-CA is fr.
    """
    words = folded(text)
    if not words:
        return None
    return _names().get(words) or _by_first_word(words)


def _by_first_word(words: str) -> str | None:
    """Read a code or name followed by a region or script: “en us”, “chinese traditional”."""
    first, _blank, rest = words.partition(" ")
    base = _names().get(first)
    if base is None or (len(first) <= _LONGEST_CODE and not _REGION.fullmatch(rest)):
        return None
    return _placed(base.partition("-")[0], rest) or base


def _placed(base: str, rest: str) -> str | None:
    marks = _SCRIPTS.get(base, {})
    return next((code for mark, code in marks.items() if mark in (rest, *rest.split())), None)


@cache
def _names() -> dict[str, str]:
    """Map each known spelling, folded, to its code; codes win over names, own names over others."""
    names: dict[str, str] = {}
    for spelling, code in [*_codes(), *_own_names(), *_ALSO.items(), *_foreign_names()]:
        names.setdefault(folded(spelling), _DEFAULTS.get(code, code))
    return names


def _codes() -> list[tuple[str, str]]:
    """Return the codes of two letters (ISO 639-1) and of three (639-2)."""
    known = [language for language in pycountry.languages if hasattr(language, "alpha_2")]
    three = [(getattr(x, "bibliographic", x.alpha_3), x.alpha_2) for x in known]
    return [
        *((x.alpha_2, x.alpha_2) for x in known),
        *((x.alpha_3, x.alpha_2) for x in known),
        *three,
    ]


def _own_names() -> list[tuple[str, str]]:
    """Return what languages call themselves, as Django and as CLDR spell it."""
    pairs = [(name, code) for code, name in settings.LANGUAGES]
    for code, info in LANG_INFO.items():
        pairs.append((info.get("name_local", code), code))
    bases = {code.partition("-")[0] for code in LANG_INFO}
    pairs += [(name, code) for code in bases if (name := _called_by_itself(code))]
    return [(name, _reduced(code)) for name, code in pairs]


def _called_by_itself(code: str) -> str | None:
    try:
        return Locale(code).languages.get(code)
    except UnknownLocaleError:
        return None


def _foreign_names() -> list[tuple[str, str]]:
    """Return what the content languages call languages (CLDR), those with a two-letter code."""
    pairs = []
    for spoken, _name in settings.LANGUAGES:
        languages = Locale.parse(spoken, sep="-").languages
        pairs += [(name, code) for code, name in languages.items()]
    known = {x.alpha_2 for x in pycountry.languages if hasattr(x, "alpha_2")}
    return [(name, _reduced(c)) for name, c in pairs if c.partition("_")[0] in known]


def _reduced(code: str) -> str:
    """Return a code without a region that does not change what is read."""
    base, _dash, rest = code.lower().replace("_", "-").partition("-")
    if base in ("nb", "nn"):
        return base
    return _placed(base, rest.replace("-", " ")) or _DEFAULTS.get(base, base)
