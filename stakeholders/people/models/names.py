"""Names as they are searched and sorted: without case and accents, in both orders."""

import re
import unicodedata
from functools import lru_cache

from programmes.design.folding import folded

# An index of PostgreSQL takes 2,700 bytes, and a character up to four.
LONGEST = 500
BETWEEN = "|"
# Kana, Han and Hangul: such names are written without a space.
_CLOSED_UP = re.compile(
    "[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]"
)


def folded_name(last_name: str, first_name: str) -> str:
    """Return what ``Person.folded_name`` holds: ``sanchez ana|ana sanchez``.

    The family name stands first, so that it also sorts. Names in Han, kana or Hangul are closed
    up, as they are typed.
    """
    last, first = _plain(last_name), _plain(first_name)
    joint = "" if _CLOSED_UP.search(last + first) else " "
    orders = (joint.join(filter(None, names)) for names in ((last, first), (first, last)))
    both = BETWEEN.join(orders if last and first else [last or first])
    return (both if joint else both.replace(" ", ""))[:LONGEST]


def words_of(query: str) -> list[str]:
    """Return the parts of a search; a name fits that holds all of them somewhere.

    No name is longer than ``LONGEST``, and SQLite takes no thousand conditions.
    """
    return _plain(query[:LONGEST]).split()


@lru_cache(maxsize=10_000)
def _plain(text: str) -> str:
    """Return a text folded, with its letters composed; of signs alone the signs remain."""
    return unicodedata.normalize("NFC", folded(text)) or text.casefold()
