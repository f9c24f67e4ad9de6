"""What is written in several languages: each kind, where its texts are and how they are saved.

A new kind of text that leaves for translators is one more entry of ``KINDS``.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communications.desk.queries.message import MessageRow
from communications.models import Adaptation, ChannelText, Message
from events.models import Event
from feedback.models import Option, Question, Survey
from feedback.queries.questionnaire import written_texts
from feedback.services.survey import SurveyTexts, write_texts
from onelift.exchange.desk import Desk
from onelift.exchange.message_kinds import Adaptations, ChannelTexts, Messages, Scoped
from onelift.exchange.text_kind import Statuses, TextKind, Translation, WrittenField
from programmes.models import Programme, Service, fingerprint
from programmes.queries.texts import (
    DRAFT,
    MISSING,
    READY,
    TextStatus,
    states_of_many,
)
from stakeholders.models import Persona, User


class _Purposes(TextKind):
    """What a programme is for; nobody approves it."""

    def is_settled(self, english: TextStatus) -> bool:
        return any(english.text.values())


class _Services(TextKind):
    """What people will get, from the first go-live on that brings it."""

    def due_on(self, obj: Any, desk: Desk) -> date | None:
        starts: date | None = obj.starts_on(next(iter(desk.go_lives), None))
        return starts


class _Invited(Scoped):
    """What is announced by a message of its own, to those whom that is for."""

    def languages(self, obj: Any, desk: Desk) -> Collection[str]:
        is_there = obj.invitation_id in desk.messages
        return desk.languages_of(obj.invitation_id) if is_there else desk.programme.languages


class _Events(_Invited):
    """What an event says of itself, until its day is over."""

    def open(self, desk: Desk) -> Sequence[Any]:
        found = self.within(desk.programme, desk.scope)
        return list(found.filter(cancelled_at=None, held_on__gte=desk.today))

    def due_on(self, obj: Any, desk: Desk) -> date | None:
        day: date = obj.held_on
        return day


class _Surveys(_Invited):
    """Questions and answers; the invitation is a message like any other, and tells their state."""

    is_written_here = is_machine_drafted = has_states = False

    def objects(self, programmes: Iterable[Programme]) -> QuerySet[Any]:
        found = super().objects(programmes).select_related("invitation", "programme")
        return found.prefetch_related("questions__options")

    def open(self, desk: Desk) -> Sequence[Any]:
        found = self.within(desk.programme, desk.scope)
        rows = desk.messages
        return [one for one in found if one.is_open(desk.now) and _is_to_come(one, rows)]

    def due_on(self, obj: Any, desk: Desk) -> date | None:
        row = desk.messages.get(obj.invitation_id)
        return row.goes_on if row else None

    def page(self, obj: Any, language: str, slug: str) -> str:
        address = reverse("feedback:survey-edit", args=[slug, obj.pk])
        return f"{address}?language={language}"

    def statuses(self, objs: Sequence[Any], languages: Iterable[str]) -> Mapping[int, Statuses]:
        codes = list(languages)
        mails = states_of_many([one.invitation for one in objs], ("subject", "body"), codes)
        return {
            survey.pk: {code: _asked(survey, mails[survey.invitation_id][code]) for code in codes}
            for survey in objs
        }

    def fields(self) -> list[WrittenField]:
        longest: int = Question._meta.get_field("text").max_length or 0
        asked = [WrittenField(one.value, str(one.label), longest, False) for one in Question.Kind]
        answer: int = Option._meta.get_field("text").max_length or 0
        return [*asked, WrittenField("options", str(_("Answers")), answer, True, True)]

    def write(self, obj: Any, new: Translation, by: User | None, now: datetime) -> None:
        questions = list(obj.questions.all())
        there = written_texts(obj, questions, new.language)
        asked = {name: value for name, value in new.text.items() if name != "options"}
        # An answer that got no line would be deleted in all languages.
        count = sum(len(question.options.all()) for question in questions)
        options = (new.text["options"].splitlines() + [""] * count)[:count]
        texts = SurveyTexts(there["subject"], there["body"], asked, options)
        write_texts(obj, new.language, texts, by, now, text_seen=fingerprint(there))


def _is_to_come(survey: Survey, rows: Mapping[int, MessageRow]) -> bool:
    row = rows.get(survey.invitation_id)
    return row is None or row.is_open


def _asked(survey: Survey, mail: TextStatus) -> TextStatus:
    texts = written_texts(survey, list(survey.questions.all()), mail.language)
    asked = {name: text for name, text in texts.items() if name not in ("subject", "body")}
    state = mail.state if mail.state in READY else DRAFT
    return TextStatus(mail.language, state if all(asked.values()) else MISSING, asked)


KINDS = {
    kind.key: kind
    for kind in (
        _Purposes("programme", _("Programme"), Programme, "pk"),
        _Services("service", _("Service"), Service),
        Scoped("persona", _("Persona"), Persona),
        Messages("message", _("Message"), Message),
        Adaptations("adaptation", _("Adaptation"), Adaptation, "message__programme"),
        ChannelTexts("channel", _("Text of a channel"), ChannelText, "message__programme"),
        _Events("event", _("Event"), Event),
        _Surveys("survey", _("Survey"), Survey),
    )
}
