"""What the list of messages is narrowed to, and the filter that offers it."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from communications.desk.queries.message import MessageRow
from communications.messages.models import Message
from programmes.design.formats import language_title
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
        lacks: of a wave's messages until it goes live, ``approval`` or ``language``.
        own: the codes of the languages whose texts are the reader's to write; none is all.

    """

    state: str = ""
    level: str = ""
    wave: str = ""
    lang: str = ""
    lacks: str = ""
    own: tuple[str, ...] = ()

    @classmethod
    def read(cls, query: Mapping[str, Any], languages: Collection[str] | None) -> "MessageFilter":
        """Return what an address asks for; ``languages`` are those of a scope."""
        asked = {name: query.get(name, "") for name in ("state", "level", "wave", "lang", "lacks")}
        return cls(**asked, own=tuple(sorted(languages or ())))

    @property
    def is_any(self) -> bool:
        """Tell whether anything is narrowed."""
        return bool(self.state or self.level or self.wave or self.lang or self.lacks)

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
    "waiting": _("Waiting for the CIO"),
    "approved": _("Approved"),
    "sending": _("Sending"),
    "scheduled": _("Scheduled"),
    "sent": _("Sent"),
    "refused": _("Refused"),
    "withdrawn": _("Withdrawn"),
}


def filters_of(
    rows: list[MessageRow], waves: Iterable[Wave], wish: MessageFilter
) -> list[dict[str, Any]]:
    """Return the groups of the filter; a choice that holds nothing is left out.

    A count is that of the list with this choice and all that is chosen otherwise; there is none
    where what lacks narrows it further. Their shape is that of ``components/chip_filter.html``.
    """
    counts = {key: len(chosen(rows, replace(wish, state=key))) for key in STATES}
    states = [(k, w, counts[k]) for k, w in STATES.items() if counts[k] or k == wish.state]
    spoken = [(c, language_title(c), len(chosen(rows, replace(wish, lang=c)))) for c in wish.own]
    levels = Counter(row.level for row in rows)
    return [
        _group(_("State"), "state", _said(states, wish)),
        *([_group(_("Language"), "lang", _said(spoken, wish))] if spoken else []),
        _group(_("Wave"), "wave", [(str(wave.pk), wave.name, None) for wave in waves]),
        _group(_("Level"), "level", [(k, w, None) for k, w in Message.Level.choices if levels[k]]),
    ]


def _said(counted: list[tuple[Any, Any, int]], wish: MessageFilter) -> list[tuple[Any, Any, Any]]:
    return [(key, word, None if wish.lacks else n) for key, word, n in counted]


def _group(label: Promise, name: str, choices: list[tuple[Any, Any, Any]]) -> dict[str, Any]:
    named = [{"value": value, "label": word, "count": count} for value, word, count in choices]
    return {"label": label, "name": name, "choices": named}
