"""What a kind of text is: where its objects are, what is written of them and how it is saved."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.functional import Promise

from communications.messages.rendering.fitting import one_line
from onelift.exchange.desk import Desk
from programmes.models import Programme
from programmes.queries.texts import (
    DRAFT,
    READY,
    SOURCE_LANGUAGE,
    STALE,
    TextStatus,
    states_of_many,
    translated_fields,
)
from programmes.scope import Scope
from programmes.services.texts import mark, write_text
from stakeholders.models import User

# Characters of a field that the database does not limit.
LONGEST = 20_000

# What waits until its English is settled: nobody is asked for it yet.
WAITS = "waits"
# The same, where the English has been written and is out of date itself.
BEHIND = "behind"

# By language, what is written and how far it is.
Statuses = Mapping[str, TextStatus]


@dataclass(frozen=True)
class Translation:
    """What somebody writes in one language.

    Attributes:
        language: the code.
        text: all fields of it.
        state: ``draft``, or ``review`` where it is called ready.
        text_seen: the fingerprint of the text that it takes the place of.
        source_seen: the fingerprint of the English that was read; None for that of now.
        by_machine: whether a service wrote it, and nobody has read it yet.

    """

    language: str
    text: Mapping[str, str]
    state: str
    text_seen: str
    source_seen: str | None = None
    by_machine: bool = False


@dataclass(frozen=True)
class WrittenField:
    """One field of a text.

    Attributes:
        name: of the field.
        label: what it is called.
        longest: how many characters it may have, each of its lines where it is a list.
        has_lines: whether it may have more than one.
        is_list: whether each line is a text of its own, such as an answer.

    """

    name: str
    label: str
    longest: int
    has_lines: bool
    is_list: bool = False

    def fit(self, text: str) -> str:
        """Return a text without ends of lines where it has none."""
        return text if self.has_lines else one_line(text)


class TextKind:
    """Objects of one model, whose translated fields are written with the one mechanism.

    Attributes:
        key: how ids of texts begin.
        label: what one is called.
        where: the path from the model to its programme.

    """

    # Whether the texts are written on the page for any kind.
    is_written_here = True
    # Whether a service may draft them; its fields are texts, one by one.
    is_machine_drafted = True
    # Whether each language has a state of its own, which a file can move on.
    has_states = True

    def __init__(
        self, key: str, label: str | Promise, model: type[Model], where: str = "programme"
    ) -> None:
        self.key, self.label, self.model, self.where = key, label, model, where

    def objects(self, programmes: Iterable[Programme]) -> QuerySet[Any]:
        """Return the objects of programmes, in the order in which they were made."""
        found = self.model._default_manager.filter(
            **{f"{self.where}__in": [one.pk for one in programmes]}
        )
        return found.order_by("pk")

    def within(self, programme: Programme, scope: Scope) -> QuerySet[Any]:
        """Return those of a programme in view."""
        return self.objects([programme])

    def open(self, desk: Desk) -> Sequence[Any]:
        """Return those in view that somebody is still to read."""
        return list(self.within(desk.programme, desk.scope))

    def is_own(self, obj: Any, scope: Scope) -> bool:
        """Tell whether an object in view is the user's to write, in the languages of their role."""
        return True

    def is_begun(self, obj: Any, found: Statuses) -> bool:
        """Tell whether there is something to write from."""
        return any(found[SOURCE_LANGUAGE].text.values())

    def codes(self, languages: Sequence[str], scope: Scope) -> Sequence[str]:
        """Return in which languages texts are written: those of the user, without their source."""
        return languages

    def languages(self, obj: Any, desk: Desk) -> Collection[str]:
        """Return the languages in which it is wanted."""
        codes: list[str] = desk.programme.languages
        return codes

    def title(self, obj: Any, desk: Desk) -> str:
        """Return what it is called in a list."""
        return str(obj)

    def due_on(self, obj: Any, desk: Desk) -> date | None:
        """Return the day on which people first read it; None where that is unknown."""
        return desk.next_go_live

    def is_settled(self, english: TextStatus) -> bool:
        """Tell whether the English is more than a draft, so that it may be translated."""
        return english.state in READY

    def state_of(self, obj: Any, code: str, found: Statuses, desk: Desk) -> str:
        """Return the state of one language; ``waits`` or ``behind`` where its English is none."""
        english = found[SOURCE_LANGUAGE]
        if english.state == STALE:
            return BEHIND
        return found[code].state if self.is_settled(english) else WAITS

    def page(self, obj: Any, language: str, slug: str) -> str:
        """Return the address in the programme ``slug`` at which one language is written."""
        return reverse("exchange:text-write", args=[slug, self.key, obj.pk, language])

    def fields(self) -> list[WrittenField]:
        """Return the fields that are translated, in their order."""
        return [_written(self.model._meta.get_field(n)) for n in translated_fields(self.model)]

    def fit(self, obj: Any, field: WrittenField, text: str) -> str:
        """Return a text as the page of its kind would save it.

        Raises:
            ValidationError: the page would refuse it.

        """
        return field.fit(text)

    def statuses(self, objs: Sequence[Any], languages: Iterable[str]) -> Mapping[int, Statuses]:
        """Return what is written in each language, by object, in a constant number of queries."""
        return states_of_many(objs, languages=languages)

    @transaction.atomic
    def write(self, obj: Any, new: Translation, by: User | None, now: datetime) -> None:
        """Save all fields of one language, as a draft or ready for review.

        Raises:
            TextChangedError: the text is no longer the one that was seen.

        """
        write_text(
            obj,
            new.language,
            new.text,
            by,
            now,
            text_seen=new.text_seen,
            source_seen=new.source_seen,
            by_machine=new.by_machine,
        )
        if new.state != DRAFT:
            mark(obj, new.language, new.state, by, now)


def _written(field: Any) -> WrittenField:
    label = field.verbose_name[:1].upper() + field.verbose_name[1:]
    return WrittenField(field.name, label, field.max_length or LONGEST, not field.max_length)
