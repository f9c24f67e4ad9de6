"""The glossary of a programme, and which of its words a translation does not use."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from programmes.design.folding import folded
from programmes.models import Programme, Term
from programmes.queries.texts import SOURCE_LANGUAGE, text_of

# Languages decline and conjugate the ends of words, and put articles before them; so much of a
# word is compared. Shorter words are compared whole.
LEAST_STEM, ENDING = 3, 2
NO_SPACES = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


@dataclass(frozen=True)
class TermWord:
    """A term in one language; ``word`` is empty where the glossary has none yet."""

    english: str
    word: str
    note: str

    def is_in(self, source: str) -> bool:
        """Tell whether an English text has the term, in the singular or the plural."""
        pattern = rf"(?<!\w){re.escape(folded(self.english))}(?:e?s)?(?!\w)"
        return re.search(pattern, folded(source)) is not None

    def is_used_in(self, text: str) -> bool:
        """Tell whether a translation has the word, in whatever case or number."""
        word, there = folded(self.word), folded(text)
        if word in there or NO_SPACES.search(self.word):
            return word in there
        return all(_stem(part) in there for part in word.split())


def _stem(part: str) -> str:
    return part[: max(LEAST_STEM, len(part) - ENDING)]


def terms_of(programme: Programme) -> list[Term]:
    """Return the glossary by its English terms (one query)."""
    found = Term.objects.filter(programme=programme).present()
    return sorted(found, key=lambda term: folded(english_of(term)))


def english_of(term: Term) -> str:
    """Return the term itself."""
    return word_in(term, SOURCE_LANGUAGE)


def word_in(term: Term, language: str) -> str:
    """Return how a term is called in a language; nothing where it has no word there."""
    return text_of(term, language)["word"]


def words_of(programme: Programme, language: str) -> list[TermWord]:
    """Return the glossary in one language, by its English terms (one query)."""
    terms = terms_of(programme)
    return [TermWord(english_of(one), word_in(one, language), one.note) for one in terms]


def words_in(words: Iterable[TermWord], source: str) -> list[TermWord]:
    """Return the terms that an English text has; those inside of a longer one are left out."""
    found = [one for one in words if one.is_in(source)]
    return [one for one in found if not _is_covered(one, found, source)]


def _is_covered(one: TermWord, found: Sequence[TermWord], source: str) -> bool:
    """Tell whether a term stands in a text only as a part of longer ones."""
    rest = folded(source)
    for other in found:
        if len(other.english) > len(one.english):
            rest = rest.replace(folded(other.english), " ")
    return not one.is_in(rest)
