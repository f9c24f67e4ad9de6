"""Names in the order of the reader's language: that of the alphabet, not of the signs' numbers.

The whole of Unicode's order would need a library in C on every machine. Names of places need the
alphabets of the portal's languages, so this holds where those differ from the letters without their
marks: Spanish ñ and Polish ą, ć … are letters of their own, elsewhere a mark decides only between
names that are alike without it.
"""

import re
import unicodedata
from functools import lru_cache

from django.utils.translation import get_language

from programmes.design.folding import folded

# language → the letters that follow another one as letters of their own.
_OWN_LETTERS: dict[str, dict[str, str]] = {
    "es": {"ñ": "n"},
    "pl": dict(zip("ąćęłńóśźż", "acelnoszz", strict=True)),
    "ru": {"й": "и"},
}
_SCRIPTS = {
    "Cyrl": re.compile("[\u0400-\u052f]"),
    "Arab": re.compile("[\u0600-\u06ff\u0750-\u077f]"),
    "Kana": re.compile("[\u3040-\u30ff]"),
    "Hang": re.compile("[\uac00-\ud7af]"),
}
# In these scripts a name is read by who reads the language, before Latin ones.
_READS = {"ru": "Cyrl", "ar": "Arab", "ja": "Kana", "ko": "Hang"}
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
FIRST, LAST = 0, 2

SortKey = tuple[int, tuple[str, ...], str, str]


def name_key(name: str, latin_name: str = "") -> SortKey:
    """Return what a name is sorted by for the reader; ``latin_name`` is how Latin writes it.

    A name in a script that the reader's language does not write stands where its Latin name does:
    Han by its pinyin too, as Chinese lists do. Without a Latin name it stands at the end.
    """
    return _key(name, latin_name, (get_language() or "en").split("-", maxsplit=1)[0])


@lru_cache(maxsize=10_000)
def _key(name: str, latin_name: str, language: str) -> SortKey:
    own = _SCRIPTS.get(_READS.get(language, ""))
    if own and own.search(name):
        return FIRST, _letters(name, language), name.casefold(), name
    read = name if _LATIN.search(name) else latin_name
    rank = 1 if read else LAST
    return rank, _letters(read or name, language), (read or name).casefold(), name


def _letters(text: str, language: str) -> tuple[str, ...]:
    """Return the letters by which two names differ first, each after the one that it follows."""
    own = _OWN_LETTERS.get(language, {})
    composed = unicodedata.normalize("NFC", text.casefold())
    letters = (_letter(c, own) for c in composed)
    return tuple(letter for letter in letters if letter)


def _letter(c: str, own: dict[str, str]) -> str:
    """Return a letter without its mark; a mark or a sign alone is nothing, a blank is first."""
    # "~" is after any letter that may follow the plain one.
    return f"{own[c]}~{_nth(own, c)}" if c in own else folded(c) or " " * c.isspace()


def _nth(own: dict[str, str], letter: str) -> int:
    """Tell letters apart that follow the same one: Polish ź stands before ż."""
    return [one for one in own if own[one] == own[letter]].index(letter)
