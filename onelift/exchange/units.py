"""Texts as translators' tools know them: one unit for each field of each object and language."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from onelift.exchange.desk import Desk
from onelift.exchange.kinds import KINDS
from onelift.exchange.text_kind import TextKind
from programmes.design.cells import fit_for_xml
from programmes.models import Programme
from programmes.queries.texts import SOURCE_LANGUAGE, TextStatus

ID = re.compile(r"(?P<kind>[a-z]+)/(?P<pk>\d{1,18})/(?P<field>[a-z_]+)")


@dataclass(frozen=True)
class Unit:
    """One field of one object in one language.

    Attributes:
        id: kind, key and field, such as ``message/12/subject``.
        language: the code of ``target``.
        source: the English.
        target: what is written, empty if nothing is.
        state: of the text, as the portal says it (see ``programmes.queries.texts``).
        note: what it is part of, for the translator.
        seen: a mark of the target at the time of the export; empty if the file has none.

    """

    id: str
    language: str
    source: str
    target: str
    state: str
    note: str = ""
    seen: str = ""

    @property
    def field(self) -> str:
        """Return the name of the field."""
        return self.id.rpartition("/")[2]


def units_of(programmes: Sequence[Programme], languages: Sequence[str]) -> Iterator[Unit]:
    """Yield all texts of programmes that there are in English, for each of the languages."""
    for kind in KINDS.values():
        objs = list(kind.objects(programmes))
        found = kind.statuses(objs, [SOURCE_LANGUAGE, *languages])
        for obj in objs:
            for language in languages:
                english, text = found[obj.pk][SOURCE_LANGUAGE], found[obj.pk][language]
                yield from _fields(kind, obj, english, text)


def units_on(desk: Desk, languages: Sequence[str]) -> Iterator[Unit]:
    """Yield the texts that are wanted of a translator in some languages: those of the list."""
    for kind in KINDS.values():
        objs = kind.open(desk)
        found = kind.statuses(objs, [SOURCE_LANGUAGE, *languages]) if objs else {}
        for obj in objs:
            english, wanted = found[obj.pk][SOURCE_LANGUAGE], kind.languages(obj, desk)
            for language in languages if kind.is_settled(english) else ():
                if language in wanted:
                    yield from _fields(kind, obj, english, found[obj.pk][language])


def _fields(kind: TextKind, obj: Any, english: TextStatus, text: TextStatus) -> Iterator[Unit]:
    for field, source in english.text.items():
        if source:
            target = plain(text.text[field])
            key, note = f"{kind.key}/{obj.pk}/{field}", f"{kind.key}: {obj}"
            yield Unit(key, text.language, plain(source), target, text.state, note, mark_of(target))


def mark_of(text: str) -> str:
    """Return a mark that another text does not have, as short as a cell shows it."""
    return hashlib.sha256(plain(text).strip().encode()).hexdigest()[:12]


def plain(text: str) -> str:
    """Return a text with the line ends and signs that each file can hold."""
    return fit_for_xml(text.replace("\r\n", "\n").replace("\r", "\n"))


def place_of(key: str) -> tuple[TextKind | None, int]:
    """Return the kind and the key of the object that an id names; no kind if it names none."""
    found = ID.fullmatch(key)
    if found is None or found["kind"] not in KINDS:
        return None, 0
    return KINDS[found["kind"]], int(found["pk"])
