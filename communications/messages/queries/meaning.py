"""Whether a change of the English is one of wording or of meaning, as a program can tell.

Numbers, dates, names, links, placeholders and negations carry meaning: where a change adds, takes
or moves one of them, other languages say something else until somebody has looked. So does a
sentence that is added, taken away or has become another one. All else is proposed as wording; the
author knows better, and may overrule either.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import NamedTuple

from communications.messages.queries.words import (
    DATE,
    LINK,
    NAME,
    NEGATION,
    NUMBER,
    PLACEHOLDER,
    SENTENCE,
    Token,
    listed_words,
    sentences_of,
    tokens_of,
    with_names,
)

WORDING, MEANING = "wording", "meaning"
# Texts that are told apart word by word up to so many pairs of words that differ.
MOST_PAIRS = 1_000_000
# A sentence is another one if more than this share of its words has changed, and so many of them:
# one that is shorter is a greeting, or a turn of phrase.
MOST_CHANGED, LEAST_CHANGED = 0.5, 2
DATES = listed_words(
    "january february march april june july august september october november december "
    "jan feb apr jun jul aug sep sept oct nov dec "
    "monday tuesday wednesday thursday friday saturday sunday "
    "mon tue tues wed thu thurs fri "
    "today tomorrow yesterday tonight midnight noon morning afternoon evening weekend weekly daily "
    "monthly minute minutes hour hours day days week weeks month months quarter quarters year "
    "years before after until till since am pm"
)
# These are dates as names of a month or day only.
CAPITAL_DATES = frozenset(("May", "Mar", "Sat", "Sun"))
NUMBERS = listed_words(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety "
    "hundred thousand million half double twice once both first second third fourth fifth last "
    "all every each any some most few many several"
)
NEGATIONS = listed_words(
    "not no never only without none nobody nothing nowhere neither nor cannot except unless "
    "hardly barely stop stops stopped instead"
)
# They begin as a negation does, and are none.
NO_NEGATIONS = listed_words("until unless uncle unanimous")
NO_TURNS = ("under", "univers", "unif", "unit", "uniq", "union")
# Each turns a word round; except the first, only where the word itself is on the other side.
TURNING = ("un", "non", "dis", "in", "im", "il", "ir", "mis")
LEAST_TURNED = 5


class Mark(NamedTuple):
    """Something that carries meaning: its kind, and its letters without their case."""

    kind: str
    text: str


@dataclass(frozen=True)
class Proposal:
    """What a change is taken for.

    Attributes:
        kind: ``wording`` or ``meaning``.
        reasons: the kinds of marks that changed, each once, in the order of the text.
        key: the same exactly where the same marks changed: whoever overruled it has seen these.

    """

    kind: str
    reasons: tuple[str, ...] = ()
    key: str = ""


def proposal_of(
    before: Mapping[str, str], after: Mapping[str, str], names: Iterable[str] = ()
) -> Proposal:
    """Return what a change of some texts, by field name, is taken for.

    Args:
        before: the texts until now.
        after: those that take their place.
        names: names that are known, so that they are names at the beginning of a sentence too.

    """
    known, found = list(names), list[Mark]()
    for field in after:
        found += changed_marks(before.get(field, ""), after[field], known)
    if not found:
        return Proposal(WORDING, (), WORDING)
    reasons = tuple(dict.fromkeys(mark.kind for mark in found))
    written = "\n".join(f"{mark.kind} {mark.text}" for mark in found)
    return Proposal(MEANING, reasons, hashlib.sha256(written.encode()).hexdigest()[:16])


def changed_marks(before: str, after: str, known: Sequence[str] = ()) -> list[Mark]:
    """Return what carries meaning and was added, taken away or moved."""
    if before == after:
        return []
    old, new = (with_names(tokens_of(text), known) for text in (before, after))
    names = names_in(old) | names_in(new)
    found: list[Mark] = []
    for gone, come in _changes(old, new):
        was = list(_marks(gone, names, Others.of(come)))
        now = list(_marks(come, names, Others.of(gone)))
        if was != now:
            other = (Counter(was) - Counter(now)) | (Counter(now) - Counter(was))
            found += [mark for mark in (*was, *now) if mark in other] or was
    return found + [Mark(SENTENCE, "")] * others_in(before, after)


def others_in(before: str, after: str) -> int:
    """Return how many sentences were added, taken away or have become other ones.

    What stands elsewhere now, or was cut in two or turned round, is none.
    """
    old, new = Counter(sentences_of(before)), Counter(sentences_of(after))
    left, right = list((old - new).elements()), list((new - old).elements())
    said, says = (Counter(word for one in found for word in one) for found in (left, right))
    return _others(left, said - says) + _others(right, says - said)


def _others(sentences: Iterable[Sequence[str]], changed: Counter[str]) -> int:
    """Count the sentences most of whose words are among those that came or went."""
    found, open_ = 0, Counter(changed)
    for sentence in sentences:
        words = Counter(sentence) & open_
        open_ -= words
        is_most = words.total() > MOST_CHANGED * len(sentence)
        found += is_most and words.total() >= LEAST_CHANGED
    return found


def names_in(tokens: Iterable[Token]) -> frozenset[str]:
    """Return the words that a text writes as names: a capital where no sentence begins."""
    return frozenset(one.text for one in tokens if _is_capital(one) and not one.begins)


def _is_capital(token: Token) -> bool:
    return token.kind == "word" and token.text != "I" and token.text[:1].isupper()


def _changes(
    old: Sequence[Token], new: Sequence[Token]
) -> Iterator[tuple[Sequence[Token], Sequence[Token]]]:
    """Yield what went and what came in its place, passage by passage."""
    before, after = [one.text for one in old], [one.text for one in new]
    start = alike(before, after)
    end = alike(before[start:][::-1], after[start:][::-1])
    old, new = old[start : len(old) - end], new[start : len(new) - end]
    if len(old) * len(new) > MOST_PAIRS:
        yield old, new
        return
    match = SequenceMatcher(None, [t.text for t in old], [t.text for t in new], autojunk=False)
    for kind, i, j, k, m in match.get_opcodes():
        if kind != "equal":
            yield old[i:j], new[k:m]


def alike(one: Sequence[str], other: Sequence[str]) -> int:
    """Return with how many same words two texts begin."""
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


class Others(NamedTuple):
    """The words that are in the place of some others, and those without what turns them round."""

    words: frozenset[str]
    stems: frozenset[str]

    @classmethod
    def of(cls, tokens: Iterable[Token]) -> "Others":
        words = frozenset(one.text.casefold() for one in tokens if one.kind == "word")
        return cls(words, frozenset(stem for word in words for stem in _stems_of(word)))


def _stems_of(word: str) -> set[str]:
    return {word.removeprefix(start) for start in TURNING} - {word}


def _marks(tokens: Iterable[Token], names: frozenset[str], others: Others) -> Iterator[Mark]:
    """Yield the marks among some words; ``others`` are those in their place."""
    for token in tokens:
        if kind := _kind_of(token, names, others):
            text = token.text if kind == NAME else token.text.casefold()
            yield Mark(kind, text.rstrip(".,:"))


def _kind_of(token: Token, names: frozenset[str], others: Others) -> str:
    """Return which kind of mark a word is; empty if it is none."""
    if token.kind in (PLACEHOLDER, LINK, NUMBER, DATE):
        return token.kind
    if token.kind != "word":
        return ""
    low = token.text.casefold()
    if low in DATES or token.text in CAPITAL_DATES:
        return DATE
    if low in NUMBERS or any(sign.isnumeric() for sign in low):
        return NUMBER
    if _is_negation(low, others):
        return NEGATION
    return NAME if _is_name(token, names) else ""


def _is_negation(low: str, others: Others) -> bool:
    if low in NEGATIONS or low.endswith(("n't", "n’t")):
        return True
    if len(low) > LEAST_TURNED and low.startswith("un") and not _is_no_negation(low):
        return True
    return low not in others.words and bool(_stems_of(low) & others.words or low in others.stems)


def _is_no_negation(low: str) -> bool:
    return low in NO_NEGATIONS or low.startswith(NO_TURNS)


def _is_name(token: Token, names: frozenset[str]) -> bool:
    """Tell whether a word is written as a name; one that begins a sentence only if others are."""
    if not _is_capital(token):
        return False
    has_more = any(sign.isupper() for sign in token.text[1:])
    return not token.begins or has_more or token.text in names
