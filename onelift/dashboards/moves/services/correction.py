"""The correction for those who were told the old date: a draft with its audience."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from communications.messages.rendering.correction import correction_texts
from communications.messages.services.message import MessageData, create_message, write_ready
from communications.models import Message
from onelift.dashboards.moves.queries.drafts import drafted_before, people_joined
from onelift.dashboards.moves.queries.told import Telling
from programmes.design.formats import day, enumeration
from programmes.models import Move, Service, TextState
from programmes.models.trail import PROGRAMME, WHY
from programmes.queries.shift import Shift
from programmes.scope import EVERYTHING
from programmes.services.trail import write_entry
from stakeholders.audiences.services.audience import Lines, freeze_people, write_lines
from stakeholders.models import Audience, Impact
from stakeholders.register.models.about import Stage
from stakeholders.register.services.about import AboutData


@transaction.atomic
def draft_correction(shift: Shift, user: Any, now: datetime) -> dict[str, Any] | None:
    """Write the draft for whom a mail told the old date; return what ``discard`` needs.

    Where an earlier move has drafted one, these people join it: each gets one correction, with the
    newest date. None if nobody was told.
    """
    programme = shift.wave.programme
    telling = Telling(shift, replace(EVERYTHING, programme=programme.pk))
    if not telling.people().exists():
        return None
    draft = drafted_before(shift, telling.scope)
    if draft and draft.audience:
        return _join(draft.message, draft.audience, telling, user, now)
    people, named = telling.people(), _named(telling, shift.name)
    audience = freeze_people(programme, _name_of(telling) % named, people, now)
    data = MessageData(
        purpose=_purpose() % named,
        sender=programme.name,
        level=Message.Level.OPERATIONAL,
        fixed_on=now.date() + timedelta(days=1),
        follows=audience,
        about=_about(telling.messages()),
    )
    message = create_message(programme, data, user, now)
    for language in programme.languages:
        if texts := correction_texts(language):
            write_ready(message, language, *texts, user, now)
    return {"message": message.pk, "audience": audience.pk}


def _named(telling: Telling, what: str) -> dict[str, str]:
    """Return what moves, the days that people were told, and the newest one, in words."""
    days = [day(on) for on in telling.by_date()]
    return {"what": what, "day": enumeration(days), "new": day(telling.shift.after_on)}


def _name_of(telling: Telling) -> str:
    if len(telling.by_date()) == 1:
        return _("%(what)s: people told %(day)s")
    return _("%(what)s: people told earlier dates")


def _purpose() -> str:
    return _("Correct the go-live date of %(what)s: %(new)s, not %(day)s")


def _join(
    message: Message, had: Audience, telling: Telling, user: Any, now: datetime
) -> dict[str, Any]:
    """Give a draft the people of this move as well; return what ``discard`` needs to undo it.

    Its audience is a new one, so that undoing finds the old one as it was. When it was changed
    stays: only somebody who works on it changes that.
    """
    wave = telling.shift.wave
    named = _named(telling, str(wave))
    people = people_joined(had, telling)
    name = _("%(what)s: people told earlier dates") % named
    audience = freeze_people(wave.programme, name, people, now)
    before = message.purpose
    joined = {"audience": had.pk, "purpose": before, "fixed_on": str(message.fixed_on)}
    _give(message, audience, _purpose() % named, now.date() + timedelta(days=1), now)
    changes = {
        "audience": [had.name, audience.name],
        "purpose": [before, message.purpose],
    }
    said = {PROGRAMME: wave.programme_id}
    write_entry(message, LogEntry.Action.UPDATE, user, now, changes, said)
    return {"message": message.pk, "audience": audience.pk, "joined": joined}


def _give(message: Message, people: Audience, purpose: str, fixed_on: date, now: datetime) -> None:
    write_lines(message.audience, Lines(follows=people), now)
    message.purpose, message.fixed_on = purpose, max(fixed_on, message.fixed_on or fixed_on)
    message.save(update_fields=["purpose", "fixed_on"])


def _about(told: QuerySet[Message]) -> AboutData:
    """Return the services and stage that the texts were about; without one stage, the go-live."""
    stages = set(told.exclude(stage="").values_list("stage", flat=True))
    return AboutData(
        offered=Impact.objects.none(),
        services=list(Service.objects.filter(messages__in=told).distinct()),
        stage=stages.pop() if len(stages) == 1 else Stage.GO_LIVE,
    )


def title_of(kept: dict[str, Any]) -> str:
    """Return the title of the draft; empty once it is gone, or where it was there before."""
    message = Message.objects.filter(pk=kept["message"]).first()
    return message.title if message and "joined" not in kept else ""


@transaction.atomic
def discard(kept: dict[str, Any], move: Move, user: Any, now: datetime) -> None:
    """Remove the draft with its audience, unless somebody has worked on it since: then it stays.

    A draft that the move joined gets back the people that it had.

    Raises:
        ValidationError: somebody has asked for its approval.

    """
    message = Message.objects.filter(pk=kept["message"]).first()
    if message is not None:
        if message.approvals.exists():
            raise ValidationError(
                _("The correction has been submitted for approval. Move the date back instead.")
            )
        if _is_edited(message, move):
            return
        if "joined" in kept:
            _part(message, kept["joined"], now)
        else:
            _remove(message, move, user, now)
    saved = Audience.objects.filter(pk=kept["audience"], followers=None, copies=None)
    saved.delete()


def _part(message: Message, had: dict[str, str], now: datetime) -> None:
    people = Audience.objects.filter(pk=had["audience"]).first()
    if people is None:
        raise ValidationError(
            _("The audience of the correction no longer exists. Move the date back instead.")
        )
    message.fixed_on = None
    _give(message, people, had["purpose"], date.fromisoformat(had["fixed_on"]), now)


def _is_edited(message: Message, move: Move) -> bool:
    """Tell whether the draft or one of its texts was changed after the move wrote it."""
    return (
        message.changed_at > move.moved_at
        or _texts(message).filter(changed_at__gt=move.moved_at).exists()
    )


def _texts(message: Message) -> QuerySet[TextState]:
    kind = ContentType.objects.get_for_model(message)
    return TextState.objects.filter(content_type=kind, object_id=message.pk)


def _remove(message: Message, move: Move, user: Any, now: datetime) -> None:
    said = {PROGRAMME: message.programme_id, "move": move.pk, WHY: _("Undone")}
    write_entry(message, LogEntry.Action.DELETE, user, now, said=said)
    own = message.audience
    _texts(message).delete()
    message.delete()
    own.delete()
