"""Everything that is written in several languages as one list: what, in which language, how far."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from onelift.exchange.desk import Desk
from onelift.exchange.kinds import KINDS
from onelift.exchange.text_kind import BEHIND, WAITS, TextKind
from programmes.design.formats import language_title
from programmes.queries.texts import APPROVED, DRAFT, MISSING, REVIEW, SOURCE_LANGUAGE, STALE

# What somebody has to write.
TODO = "todo"
OPEN = (MISSING, STALE, DRAFT)
STATES: dict[str, Promise] = {
    TODO: _("To write"),
    MISSING: _("Missing"),
    STALE: _("Out of date"),
    DRAFT: _("Draft"),
    REVIEW: _("In review"),
    APPROVED: _("Approved"),
    WAITS: _("English is still a draft"),
    BEHIND: _("English is out of date"),
}


@dataclass(frozen=True)
class TextRow:
    """One language of one object.

    Attributes:
        kind: what the object is.
        obj: the object.
        title: what it is called.
        language: the code.
        state: of the text, or ``waits`` or ``behind`` while the English is a draft or out of
            date itself: nobody is asked for it yet.
        due_on: the day on which people first read it, if that is known.
        slug: the address of its programme.

    """

    kind: TextKind
    obj: Any
    title: str
    language: str
    state: str
    due_on: date | None
    slug: str

    @property
    def pk(self) -> int:
        """Return the id of the object."""
        return int(self.obj.pk)

    @property
    def url(self) -> str:
        """Return the address at which it is written; only the rows of one page are asked."""
        return self.kind.page(self.obj, self.language, self.slug)

    @property
    def is_to_write(self) -> bool:
        return self.state in OPEN

    @property
    def waits_words(self) -> str | Promise:
        """Return why nobody is asked for it yet; nothing where somebody is."""
        return STATES[self.state] if self.state in (WAITS, BEHIND) else ""

    @property
    def order(self) -> tuple[Any, ...]:
        """Return what sorts rows: what is to write first, and of that the oldest due."""
        due = self.due_on or date.max
        return (not self.is_to_write, due, self.kind.key, self.pk, self.language)


@dataclass(frozen=True)
class TextFilter:
    """What the list is narrowed to; empty is all."""

    kind: str = ""
    state: str = ""
    language: str = ""

    @classmethod
    def read(cls, query: Mapping[str, Any]) -> "TextFilter":
        """Return what an address asks for."""
        return cls(*(query.get(name, "") for name in ("kind", "state", "language")))

    @property
    def is_any(self) -> bool:
        return bool(self.kind or self.state or self.language)

    def takes(self, row: TextRow) -> bool:
        """Tell whether a row belongs to the list."""
        is_in_state = row.is_to_write if self.state == TODO else self.state in ("", row.state)
        return (
            is_in_state and self.kind in ("", row.kind.key) and self.language in ("", row.language)
        )


def text_rows(desk: Desk, languages: Sequence[str]) -> list[TextRow]:
    """Return all texts in view in some languages, in a number of queries that is fixed."""
    rows = [row for kind in KINDS.values() for row in _of_kind(kind, desk, languages)]
    return sorted(rows, key=lambda row: row.order)


def _of_kind(kind: TextKind, desk: Desk, languages: Sequence[str]) -> Iterator[TextRow]:
    objs = kind.open(desk)
    found = kind.statuses(objs, [SOURCE_LANGUAGE, *languages]) if objs else {}
    codes, slug = kind.codes(languages, desk.scope), desk.programme.slug
    for obj in (one for one in objs if kind.is_begun(one, found[one.pk])):
        wanted = kind.languages(obj, desk)
        title, due_on = kind.title(obj, desk), kind.due_on(obj, desk)
        for code in (one for one in codes if one in wanted):
            state = kind.state_of(obj, code, found[obj.pk], desk)
            yield TextRow(kind, obj, title, code, state, due_on, slug)


def chosen(rows: Iterable[TextRow], wish: TextFilter) -> list[TextRow]:
    """Narrow rows to what is asked for."""
    return [row for row in rows if wish.takes(row)]


def filters_of(
    rows: Sequence[TextRow], languages: Iterable[str], wish: TextFilter
) -> list[dict[str, Any]]:
    """Return the groups of the filter; a choice that holds nothing is left out.

    A count is that of the list with this choice and all that is chosen otherwise. Their shape is
    that of ``components/chip_filter.html``.
    """
    kinds = [(kind.key, kind.label) for kind in KINDS.values()]
    written = {row.language for row in rows}
    codes = [(code, language_title(code)) for code in languages if code in written]
    groups: list[tuple[Promise, str, list[tuple[str, Any]]]] = [
        (_("State"), "state", list(STATES.items())),
        (_("Kind"), "kind", kinds),
        *([(_("Language"), "language", codes)] if len(codes) > 1 else []),
    ]
    return [_group(label, name, choices, rows, wish) for label, name, choices in groups]


def _group(
    label: Promise, name: str, choices: Iterable[tuple[str, Any]], rows: Any, wish: TextFilter
) -> dict[str, Any]:
    counted = [
        {"value": value, "label": word, "count": len(chosen(rows, replace(wish, **{name: value})))}
        for value, word in choices
    ]
    shown = [one for one in counted if one["count"] or one["value"] == getattr(wish, name)]
    return {"label": label, "name": name, "choices": shown}
