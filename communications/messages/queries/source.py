"""What has changed in the English since a text was translated."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import chain

from django.contrib.contenttypes.models import ContentType

from communications.messages.models import Message
from communications.messages.queries.meaning import MOST_PAIRS, alike
from programmes.models import TextState, fingerprint
from programmes.queries.texts import TEXT

FIELDS = ("subject", "body")
WORDS = re.compile(r"\s+|\S+")


@dataclass(frozen=True)
class Piece:
    """Some words; ``kind`` is ``equal``, ``delete`` or ``insert``."""

    kind: str
    text: str


def former_source(message: Message, language: str, source: Mapping[str, str]) -> Mapping[str, str]:
    """Return the English that a text was made from, if a version has kept it, else today's."""
    kind = ContentType.objects.get_for_model(Message)
    row = TextState.objects.filter(
        content_type=kind, object_id=message.pk, group=TEXT, language=language
    ).first()
    if row is None or row.source_fingerprint == fingerprint(source):
        return source
    contents = message.approvals.values_list("content__languages__en", flat=True)
    known = chain(message.history.values(*FIELDS), (one for one in contents if one))
    return next((one for one in known if fingerprint(one) == row.source_fingerprint), source)


def pieces(before: str, after: str) -> Iterator[Piece]:
    """Yield the words of both texts, what went before what came.

    Between what both begin and end with, texts of many words are told one after the other.
    """
    old, new = WORDS.findall(before), WORDS.findall(after)
    start = alike(old, new)
    end = alike(old[start:][::-1], new[start:][::-1])
    yield from _piece("equal", new[:start])
    yield from _between(old[start : len(old) - end], new[start : len(new) - end])
    yield from _piece("equal", new[len(new) - end :])


def _between(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    match = SequenceMatcher(None, old, new, autojunk=False)
    is_short = len(old) * len(new) <= MOST_PAIRS
    whole = [("replace", 0, len(old), 0, len(new))]
    for kind, i, j, k, m in match.get_opcodes() if is_short else whole:
        if kind == "equal":
            yield from _piece("equal", new[k:m])
            continue
        yield from _piece("delete", old[i:j])
        yield from _piece("insert", new[k:m])


def _piece(kind: str, words: Sequence[str]) -> Iterator[Piece]:
    if words:
        yield Piece(kind, "".join(words))
