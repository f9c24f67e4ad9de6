"""Text as it is compared: without case, accents and punctuation."""

import re
import unicodedata
from functools import lru_cache

_WORD_BREAK = re.compile(r"[\W_]+")
_LETTERS = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe"})


@lru_cache(maxsize=10_000)
def folded(text: str) -> str:
    """Return text for comparing: without case, accents, punctuation or doubled blanks."""
    letters = unicodedata.normalize("NFKD", text.casefold()).casefold()
    plain = "".join(c for c in letters if not unicodedata.combining(c))
    return _WORD_BREAK.sub(" ", plain.translate(_LETTERS)).strip()
