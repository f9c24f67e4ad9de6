"""What the list of messages is narrowed to, and the filter that offers it."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from communications.desk.queries.message import MessageRow
from communications.messages.models import Message
from programmes.design.formats import language_name
from programmes.models import Wave
from programmes.queries.texts import READY


@dataclass(frozen=True)
class MessageFilter:
    """What the list is narrowed to; empty is all.

    Attributes:
        state: of a row, ``open``, ``late`` or ``todo`` among them.
        level: of a row.
        wave: the id of one of its waves.
        lang: the code of a language that its people read.
        own: the codes of the languages whose texts are the reader's to write; none is all.

    """

    state: str = ""
    level: str = ""
    wave: str = ""
    lang: str = ""
    own: tuple[str, ...] = ()

    @classmethod
    def read(cls, query: Mapping[str, Any], languages: Collection[str] | None) -> "MessageFilter":
        """Return what an address asks for; ``languages`` are those of a scope."""
        asked = {name: query.get(name, "") for name in ("state", "level", "wave", "lang")}
        return cls(**asked, own=tuple(sorted(languages or ())))

    @property
    def is_any(self) -> bool:
        """Tell whether anything is narrowed."""
        return bool(self.state or self.level or self.wave or self.lang)

    @property
    def needs_texts(self) -> bool:
        """Tell whether rows have to be counted before they are chosen."""
        return bool(self.own or self.lang or self.state == "todo")

    @property
    def languages(self) -> tuple[str, ...]:
        """Return the languages in which something may be to write; none is all."""
        return (self.lang,) if self.lang else self.own


def to_write(row: MessageRow, languages: Collection[str] = ()) -> dict[str, str]:
    """Return the states of the texts of a counted row that are not ready, by language."""
    return {
        code: state
        for code, state in row.texts.items()
        if row.is_open and state not in READY and (not languages or code in languages)
    }


def chosen(rows: Iterable[MessageRow], wish: MessageFilter) -> list[MessageRow]:
    """Narrow rows, which are counted if the wish needs their texts."""
    return [
        row
        for row in rows
        if (not wish.state or has_state(row, wish.state, wish.languages))
        and (not wish.level or row.level == wish.level)
        and (not wish.wave or wish.wave in map(str, row.wave_ids))
        and (not wish.lang or wish.lang in row.texts)
    ]


def has_state(row: MessageRow, state: str, languages: Collection[str] = ()) -> bool:
    """Tell whether a row belongs under a state of the filter."""
    if state == "todo":
        return bool(to_write(row, languages))
    return {"open": row.is_open, "late": row.is_late}.get(state, row.state == state)


STATES: dict[str, Promise] = {
    "todo": _("To write"),
    "open": _("Not yet sent"),
    "late": _("Late"),
    "draft": _("Draft"),
    "waiting": _("Waits for the CIO"),
    "approved": _("Approved"),
    "sending": _("Sending"),
    "sent": _("Sent"),
    "refused": _("Refused"),
    "withdrawn": _("Withdrawn"),
}


def filters_of(
    rows: list[MessageRow], waves: Iterable[Wave], wish: MessageFilter
) -> list[dict[str, Any]]:
    """Return the groups of the filter with their counts; a choice that holds nothing is left out.

    Their shape is that of ``components/chip_filter.html``.
    """
    counts = {key: sum(has_state(row, key, wish.own) for row in rows) for key in STATES}
    levels = Counter(row.level for row in rows)
    return [
        _group(_("State"), "state", [(k, w, counts[k]) for k, w in STATES.items() if counts[k]]),
        *_languages(rows, wish.own),
        _group(_("Wave"), "wave", [(str(wave.pk), wave.name, None) for wave in waves]),
        _group(_("Level"), "level", [(k, w, None) for k, w in Message.Level.choices if levels[k]]),
    ]


def _languages(rows: list[MessageRow], own: Collection[str]) -> list[dict[str, Any]]:
    """Return the languages that the reader writes, with how many texts each still lacks."""
    counts = [(c, language_name(c), sum(1 for r in rows if to_write(r, [c]))) for c in own]
    return [_group(_("Language"), "lang", counts)] if counts else []


def _group(label: Promise, name: str, choices: list[tuple[Any, Any, Any]]) -> dict[str, Any]:
    named = [{"value": value, "label": word, "count": count} for value, word, count in choices]
    return {"label": label, "name": name, "choices": named}
