"""Which open needs say much the same: by the beginnings of their words, in any language.

No dictionary is asked. Words that many needs share say nothing, and are left out; of scripts that
put no blanks between words, pairs of letters stand for words.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping

from feedback.needs.models import Need
from programmes.design.folding import folded
from programmes.scope import Scope

# Word endings differ (printer, printers): so many letters are compared.
STEM = 5
SHORTEST = 4
# Compared with the shorter of two needs, so large a part must be the same.
LIKE = 0.5
SHARED = 2
# Of so many needs or more, what stands in a third of them tells nothing apart.
MANY, COMMON = 9, 1 / 3
# The latest open needs that are looked at, and how many are shown.
LOOKED_AT, SHOWN = 500, 3
_TOGETHER = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
_ARTICLE = "ال"


def stems_of(text: str) -> frozenset[str]:
    """Return what of a text is compared: beginnings of words, acronyms, pairs of letters."""
    acronyms = {word.casefold() for word in re.findall(r"\w+", text) if _is_acronym(word)}
    words = unicodedata.normalize("NFC", folded(text)).split()
    found = {stem for word in words for stem in _stems_of_word(word)}
    return frozenset(found | {unicodedata.normalize("NFC", folded(word)) for word in acronyms})


def _is_acronym(word: str) -> bool:
    return len(word) > 1 and (word.isupper() or any(letter.isdigit() for letter in word))


def _stems_of_word(word: str) -> Iterable[str]:
    if pieces := _TOGETHER.findall(word):
        return {piece[i : i + 2] for piece in pieces for i in range(max(len(piece) - 1, 1))}
    bare = word.removeprefix(_ARTICLE) if len(word) > SHORTEST else word
    return {bare[:STEM]} if len(bare) >= SHORTEST or bare != word else ()


def similar_to(need: Need, scope: Scope) -> list[Need]:
    """Return the open needs in view that are most like one, the most alike first (one query)."""
    found = Need.objects.within(scope).open().unjoined().exclude(pk=need.pk)
    looked_at = list(found.select_related("site").order_by("-reported_at", "-pk")[:LOOKED_AT])
    return most_alike(need, looked_at)


def most_alike(need: Need, others: Iterable[Need]) -> list[Need]:
    """Return those of some needs that are most like one, the most alike first."""
    stems = {other: stems_of(other.what) for other in others}
    own, common = stems_of(need.what), _common(stems)
    likeness = {other: _likeness(own - common, those - common) for other, those in stems.items()}
    alike = [other for other, share in likeness.items() if share >= LIKE]
    return sorted(alike, key=lambda one: (-likeness[one], -one.pk))[:SHOWN]


def _common(stems: Mapping[Need, frozenset[str]]) -> frozenset[str]:
    if len(stems) < MANY:
        return frozenset()
    counts = Counter(stem for those in stems.values() for stem in those)
    return frozenset(stem for stem, n in counts.items() if n > COMMON * len(stems))


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Return which part of the shorter is shared, from 0 to 1; 0 where too little is."""
    shortest = min(len(one), len(other))
    shared = len(one & other)
    return shared / shortest if shared and shared >= min(SHARED, shortest) else 0.0
