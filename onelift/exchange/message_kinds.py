"""Messages as texts to translate: their core, their adaptations, and what channels say.

All texts of an adaptation are made from the English of the core, so that one may be written in a
local language alone. Where there is English too, it is what leaves for translators.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from communications.adaptations.queries.forms import EMAIL, FIELDS, WORDS
from communications.adaptations.services.writing import call_ready, write_adapted
from communications.dispatches.sources import source_of
from communications.messages.models.adaptation import PLACES
from communications.messages.queries.adapted_core import may_write
from communications.messages.queries.channel_text import statuses_of
from communications.messages.rendering.fitting import fit_channel, fit_email
from communications.messages.services.channel_text import write_channel_text
from communications.messages.services.refusal import RefusedError
from communications.models import Adaptation
from onelift.exchange.desk import Desk
from onelift.exchange.text_kind import WAITS, Statuses, TextKind, Translation, WrittenField
from programmes.design import formats
from programmes.models import Programme
from programmes.queries.texts import DRAFT, MISSING, SOURCE_LANGUAGE, STALE, TextStatus
from programmes.scope import Scope
from programmes.services.texts import mark
from stakeholders.models import User


class Scoped(TextKind):
    """Objects of which not everybody sees all."""

    def within(self, programme: Programme, scope: Scope) -> QuerySet[Any]:
        manager: Any = self.model._default_manager
        seen = manager.within(scope)
        return super().within(programme, scope).filter(pk__in=seen.order_by().values("pk"))


class Messages(Scoped):
    """What is sent; the page of one language shows it sentence by sentence."""

    is_written_here = False

    def open(self, desk: Desk) -> Sequence[Any]:
        return [row.message for row in desk.messages.values() if row.is_open]

    def languages(self, obj: Any, desk: Desk) -> Collection[str]:
        return desk.languages_of(obj.pk)

    def title(self, obj: Any, desk: Desk) -> str:
        return desk.title_of(obj.pk)

    def due_on(self, obj: Any, desk: Desk) -> date | None:
        return desk.messages[obj.pk].goes_on

    def page(self, obj: Any, language: str, slug: str) -> str:
        return reverse("communications:text-edit", args=[slug, obj.pk, language])

    def fit(self, obj: Any, field: WrittenField, text: str) -> str:
        return fit_email(field.name, text, source_of(obj).placeholders)


class _OfMessage(Scoped):
    """What goes out with a message, and is written beside it."""

    is_written_here = is_machine_drafted = False

    def open(self, desk: Desk) -> Sequence[Any]:
        found = self.within(desk.programme, desk.scope).filter(message__in=desk.open_messages)
        return [one for one in found if self.is_own(one, desk.scope)]

    def due_on(self, obj: Any, desk: Desk) -> date | None:
        return desk.messages[obj.message_id].goes_on


class Adaptations(_OfMessage):
    """What the people of an adaptation get by email in place of the core."""

    def objects(self, programmes: Iterable[Programme]) -> QuerySet[Any]:
        found = super().objects(programmes).filter(has_email=True)
        return found.select_related("message__programme", *PLACES)

    def is_own(self, obj: Any, scope: Scope) -> bool:
        return may_write(obj, scope)

    def is_begun(self, obj: Any, found: Statuses) -> bool:
        return True

    def codes(self, languages: Sequence[str], scope: Scope) -> Sequence[str]:
        return _with_english(languages, scope)

    def languages(self, obj: Any, desk: Desk) -> Collection[str]:
        return desk.languages_adapted(obj.pk)

    def title(self, obj: Any, desk: Desk) -> str:
        return f"{desk.title_of(obj.message_id)} ({obj})"

    def state_of(self, obj: Any, code: str, found: Statuses, desk: Desk) -> str:
        return _state_adapted(code, found, obj.message_id in desk.settled_cores)

    def page(self, obj: Any, language: str, slug: str) -> str:
        return _page_adapted(obj.pk, EMAIL, language, slug)

    def fit(self, obj: Any, field: WrittenField, text: str) -> str:
        return fit_email(field.name, text)

    @transaction.atomic
    def write(self, obj: Any, new: Translation, by: User | None, now: datetime) -> None:
        english = self.statuses([obj], [SOURCE_LANGUAGE])[obj.pk][SOURCE_LANGUAGE]
        _write_adapted(obj, EMAIL, new, english, by, now)


class ChannelTexts(_OfMessage):
    """Texts of channels, of messages and of their adaptations; only those fields that they have."""

    def objects(self, programmes: Iterable[Programme]) -> QuerySet[Any]:
        found = super().objects(programmes).filter(Q(adaptation=None) | Q(form__in=FIELDS))
        places = (f"adaptation__{name}" for name in PLACES)
        return found.select_related("message__programme", "adaptation", *places)

    def is_own(self, obj: Any, scope: Scope) -> bool:
        return obj.adaptation is None or may_write(obj.adaptation, scope)

    def is_begun(self, obj: Any, found: Statuses) -> bool:
        return obj.adaptation_id is not None or super().is_begun(obj, found)

    def codes(self, languages: Sequence[str], scope: Scope) -> Sequence[str]:
        return _with_english(languages, scope)

    def languages(self, obj: Any, desk: Desk) -> Collection[str]:
        if obj.adaptation_id:
            return desk.languages_adapted(obj.adaptation_id)
        return [code for code in desk.languages_of(obj.message_id) if code != SOURCE_LANGUAGE]

    def title(self, obj: Any, desk: Desk) -> str:
        form = obj.get_form_display()
        if obj.adaptation:
            form = f"{obj.adaptation}{formats.comma()}{WORDS[obj.form]}"
        return f"{desk.title_of(obj.message_id)} ({form})"

    def due_on(self, obj: Any, desk: Desk) -> date | None:
        day: date | None = obj.from_on or super().due_on(obj, desk)
        return day

    def state_of(self, obj: Any, code: str, found: Statuses, desk: Desk) -> str:
        if obj.adaptation_id:
            return _state_adapted(code, found, obj.message_id in desk.settled_cores)
        return super().state_of(obj, code, found, desk)

    def page(self, obj: Any, language: str, slug: str) -> str:
        if obj.adaptation_id:
            return _page_adapted(obj.adaptation_id, obj.form, language, slug)
        where = [slug, obj.message_id, obj.form, language]
        return reverse("communications:channel-text-edit", args=where)

    def fit(self, obj: Any, field: WrittenField, text: str) -> str:
        return fit_channel(obj.form, field.name, text)

    def statuses(self, objs: Sequence[Any], languages: Iterable[str]) -> Mapping[int, Statuses]:
        return statuses_of(objs, languages)

    @transaction.atomic
    def write(self, obj: Any, new: Translation, by: User | None, now: datetime) -> None:
        """Save one language as its own page does: of an adaptation, or of a message.

        Raises:
            RefusedError: a text of an adaptation cannot be taken (see ``_write_adapted``).
            TextChangedError: the text is no longer the one that was seen.

        """
        if obj.adaptation:
            english = self.statuses([obj], [SOURCE_LANGUAGE])[obj.pk][SOURCE_LANGUAGE]
            _write_adapted(obj.adaptation, obj.form, new, english, by, now)
            return
        write_channel_text(
            obj,
            new.language,
            new.text,
            by,
            now,
            text_seen=new.text_seen,
            source_seen=new.source_seen,
        )
        if new.state != DRAFT:
            mark(obj, new.language, new.state, by, now, fields=obj.fields)


def _with_english(languages: Sequence[str], scope: Scope) -> Sequence[str]:
    """Return languages with English, which is written for an adaptation as every language is."""
    return [SOURCE_LANGUAGE, *languages] if scope.translates(SOURCE_LANGUAGE) else languages


def _state_adapted(code: str, found: Statuses, is_core_settled: bool) -> str:
    """Return the state of one text of an adaptation.

    What is not begun waits for the adaptation's English if somebody writes that, else for the
    core's.
    """
    own, english = found[code], found[SOURCE_LANGUAGE]
    is_english_settled = english.state not in (DRAFT, STALE, MISSING)
    is_settled = is_english_settled or (english.state == MISSING and is_core_settled)
    return own.state if own.state != MISSING or is_settled else WAITS


def _page_adapted(pk: int, form: str, language: str, slug: str) -> str:
    page = reverse("communications:adaptation-edit", args=[slug, pk])
    return f"{page}?{urlencode({'form': form, 'language': language})}"


def _write_adapted(
    adaptation: Adaptation,
    form: str,
    new: Translation,
    english: TextStatus,
    by: User | None,
    now: datetime,
) -> None:
    """Save one language that was made from the adaptation's English.

    Raises:
        RefusedError: the core has left that English behind, or a text that is called ready lacks
            what the core says.

    """
    if english.state == STALE:
        raise RefusedError(_("The English of this adaptation is out of date. Update it first."))
    write_adapted(
        adaptation,
        form,
        new.language,
        new.text,
        by,
        now,
        text_seen=new.text_seen,
        source_seen=new.source_seen,
    )
    if new.state != DRAFT:
        call_ready(adaptation, form, new.language, by, now)
