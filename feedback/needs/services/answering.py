"""Answering a need, once, in the languages of those who reported it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from feedback.needs.models import Need, NeedAnswer
from feedback.needs.services.locking import latest, locked, save_noted, values_noted
from feedback.needs.services.studying import refuse_settled
from feedback.needs.services.telling import call_answer_off, has_left, tell_answer
from stakeholders.models import User

ANSWERED, REOPENED = "answered", "answer undone"


@dataclass(frozen=True)
class AnswerData:
    """What the answer comes to, and its words by language; “will not” is an answer too."""

    outcome: str
    texts: Mapping[str, str]


@transaction.atomic
def answer(need: Need, data: AnswerData, by: User, now: datetime, seen: int | None = None) -> Need:
    """Answer a need and what was joined with it; whoever reported one is told by email, once.

    The emails leave some minutes later: until then the answer can be undone.

    Raises:
        ValidationError: it was changed since ``seen``, answered, or joined with another.
    """
    need = locked(need, seen)
    refuse_settled(need)
    before = values_noted(need)
    need.outcome, need.answered_at, need.answered_by = data.outcome, now, by
    _write(need, data.texts)
    save_noted(need, before, ANSWERED, by, now)
    tell_answer(need, by, now)
    return need


def _write(need: Need, texts: Mapping[str, str]) -> None:
    """Store the words; those of an answer that was taken back are replaced."""
    need.answers.all().delete()
    rows = [NeedAnswer(need=need, language=code, text=text) for code, text in texts.items() if text]
    NeedAnswer.objects.bulk_create(rows)


@transaction.atomic
def reopen(need: Need, by: User, now: datetime) -> Need:
    """Take the user's own answer back before anybody was told; its words are kept to go on.

    Raises:
        ValidationError: an email has left, somebody else answered, or something was done since.
    """
    need = locked(need)
    latest(need, ANSWERED, by)
    call_answer_off(need, now)
    if has_left(need):
        raise ValidationError(_("The answer has been emailed and can no longer be undone."))
    before = values_noted(need)
    need.outcome, need.answered_at, need.answered_by = "", None, None
    save_noted(need, before, REOPENED, by, now)
    return need
