"""What has changed in the English since a text was translated."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.contrib.contenttypes.models import ContentType

from communications.messages.models import Message
from programmes.models import TextState, fingerprint
from programmes.queries.texts import SOURCE_LANGUAGE, TEXT, text_of

FIELDS = ("subject", "body")
WORDS = re.compile(r"\s+|\S+")


@dataclass(frozen=True)
class Piece:
    """Some words; ``kind`` is ``equal``, ``delete`` or ``insert``."""

    kind: str
    text: str


def source_changes(message: Message, language: str) -> dict[str, list[Piece]]:
    """Return the English as pieces by field; only ``equal`` where the former is not known."""
    source = text_of(message, SOURCE_LANGUAGE, FIELDS)
    before = former_source(message, language, source)
    return {name: list(pieces(before[name], source[name])) for name in FIELDS}


def former_source(message: Message, language: str, source: Mapping[str, str]) -> Mapping[str, str]:
    """Return the English that a text was made from, if a version has kept it, else today's."""
    kind = ContentType.objects.get_for_model(Message)
    row = TextState.objects.filter(
        content_type=kind, object_id=message.pk, group=TEXT, language=language
    ).first()
    if row is None or row.source_fingerprint == fingerprint(source):
        return source
    contents = message.approvals.values_list("content__languages__en", flat=True)
    made_from = (one for one in contents if one and fingerprint(one) == row.source_fingerprint)
    return next(made_from, source)


def pieces(before: str, after: str) -> Iterator[Piece]:
    """Yield the words of both texts, what went before what came."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield Piece("equal", "".join(new[k:m]))
            continue
        if i < j:
            yield Piece("delete", "".join(old[i:j]))
        if k < m:
            yield Piece("insert", "".join(new[k:m]))
