"""An English text as a program reads it: its words and signs, and its sentences."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from programmes.design.substance import MONTH_OF

# Kinds of words, and of what carries meaning.
DATE, NUMBER, NAME, LINK, PLACEHOLDER, NEGATION, SENTENCE = (
    "date",
    "number",
    "name",
    "link",
    "placeholder",
    "negation",
    "sentence",
)


def listed_words(words: str) -> frozenset[str]:
    """Return words that are written with spaces between them."""
    return frozenset(words.split())


# Bounded where a hostile text could make each sign begin a search to the end.
TOKEN = re.compile(
    r"(?P<placeholder>\{\{\s{0,9}\w{1,60}\s{0,9}\}\})"
    r"|(?P<link>\]\([^)\s]{0,2000}\)|(?:https?://|mailto:|tel:|www\.)[^\s)]+"
    r"|\w[\w.+-]{0,63}@[\w-]{1,63}(?:\.[\w-]{1,63})+)"
    r"|(?P<number>[-−+]?\d(?:[\d.,:/]*\d)?\w*|[%€$£¥‰°])"
    r"|(?P<word>\w+(?:['’]\w+)*)"
    r"|(?P<sign>\S)"
)
# Words that sentences of any meaning share.
SMALL_WORDS = listed_words(
    "a an the and or but so then as at by for from in into of off on onto out over to up with "
    "i you he she it we they me him her us them my your his its our their this that these those "
    "is are was were be been being am do does did have has had will would shall should can could "
    "may might must if when while where which who what how there here also too just please very "
    "than about let lets dear hello hi colleague colleagues everyone thank thanks regards "
    "sincerely kind best soon welcome bye"
)
ENDINGS, VOWELS = ("ings", "ing", "ied", "ies", "ed", "es", "ly", "s"), ("e", "y")
LEAST_ROOT = 3
ENDS_SENTENCE = frozenset(".!?:;")


@dataclass(frozen=True)
class Token:
    """One word or sign; ``begins`` tells that it is the first of its sentence or line."""

    kind: str
    text: str
    begins: bool


def tokens_of(text: str) -> list[Token]:
    """Return the words and signs of a text; the day of a month is part of a date."""
    found = list(_tokens(text))
    for place, token in enumerate(found):
        beside = (*found[max(0, place - 1) : place], *found[place + 1 : place + 2])
        if token.kind == NUMBER and any(one.text.casefold() in MONTH_OF for one in beside):
            found[place] = replace(token, kind=DATE)
    return found


def _tokens(text: str) -> Iterator[Token]:
    begins = True
    for line in text.splitlines():
        begins = True
        for match in TOKEN.finditer(line):
            kind, words = match.lastgroup or "sign", match[0]
            yield Token(kind, words, begins)
            begins = (begins and kind == "sign") or words in ENDS_SENTENCE


def words_of(text: str) -> list[str]:
    """Return the words of a text in order, without its signs and the case of its letters."""
    return [one.text.casefold() for one in tokens_of(text) if one.kind != "sign"]


def with_names(tokens: Sequence[Token], names: Iterable[str]) -> list[Token]:
    """Return tokens of which those that begin a sentence with a known name do not count as such.

    A capital tells a name elsewhere only; at the beginning, one that is known is looked for.
    """
    known = {tuple(one.text for one in _tokens(name)) for name in names if name.strip()}
    firsts = {one[0]: [name for name in known if name[0] == one[0]] for one in known}
    found = list(tokens)
    for place, token in enumerate(tokens):
        for name in firsts.get(token.text, ()) if token.begins else ():
            if tuple(one.text for one in tokens[place : place + len(name)]) == name:
                found[place] = replace(token, begins=False)
    return found


def sentences_of(text: str) -> list[tuple[str, ...]]:
    """Return the sentences and lines of a text, each as the words that say something, by roots."""
    found: list[list[str]] = []
    was_beginning = False
    for token in _tokens(text):
        if (token.begins and not was_beginning) or not found:
            found.append([])
        was_beginning = token.begins
        low = token.text.casefold()
        if token.kind == "word" and low not in SMALL_WORDS:
            found[-1].append(root_of(low))
    return [tuple(sentence) for sentence in found if sentence]


def root_of(word: str) -> str:
    """Return what forms of one English word have in common, as far as that is easily told."""
    for endings in (ENDINGS, VOWELS):
        fitting = (one for one in endings if word.endswith(one))
        ending = next(fitting, "")
        word = word.removesuffix(ending) if len(word) - len(ending) >= LEAST_ROOT else word
    return word
