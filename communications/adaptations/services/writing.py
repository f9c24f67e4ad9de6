"""Making an adaptation and writing its texts, each in one language of one form."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from communications.adaptations.queries.checks import refusal_of
from communications.adaptations.queries.forms import (
    EMAIL,
    FIELDS,
    holders_of,
)
from communications.adaptations.queries.points import points_of
from communications.adaptations.services.points import take_consent_back
from communications.messages.models import Adaptation, ChannelText, Message
from communications.messages.models.adaptation import core_of
from communications.messages.services.channel_text import FormFrame
from communications.messages.services.refusal import RefusedError
from programmes.models import BusinessLine, Region, Site, TextState
from programmes.queries.texts import text_of
from programmes.services.texts import confirm_unchanged, forget_texts, mark, write_text
from programmes.services.trail import recorded
from stakeholders.models import Persona, User

# What the trail tells of an adaptation.
NOTED = ("message_id", "region_id", "site_id", "business_line_id", "persona_id", "has_email")


@dataclass(frozen=True)
class AdaptationData:
    """The people of an adaptation, who are in each part that is named, and whether it is mailed."""

    region: Region | None = None
    site: Site | None = None
    business_line: BusinessLine | None = None
    persona: Persona | None = None
    has_email: bool = True


@transaction.atomic
def create_adaptation(
    message: Message, data: AdaptationData, user: User, now: datetime
) -> Adaptation:
    """Return a new adaptation of a message, still without a text.

    Raises:
        ValidationError: it names nobody, or exactly the people of another one.
    """
    return change_criteria(Adaptation(message=message, written_by=user), data, user, now)


@transaction.atomic
def change_criteria(
    adaptation: Adaptation, data: AdaptationData, user: User, now: datetime
) -> Adaptation:
    """Change the criteria of an adaptation; what is approved goes on as approved.

    Raises:
        ValidationError: as above.
    """
    # Two writers who choose the same people come one after the other.
    Message.objects.select_for_update(no_key=True).get(pk=adaptation.message_id)
    stored = Adaptation.objects.select_for_update().filter(pk=adaptation.pk).first()
    for name, value in vars(data).items():
        setattr(adaptation, name, value)
    adaptation.clean()
    if stored:
        adaptation.editors = stored.editors
        if stored.places != adaptation.places:
            take_consent_back(adaptation, user, now)
    adaptation.add_editor(user.pk)
    adaptation.changed_at = now
    with recorded(adaptation, user, now, NOTED, of=adaptation.message.programme_id):
        # Its texts may have been written since it was read.
        adaptation.save(update_fields=[*vars(data), "changed_at", "editors"] if stored else None)
    return adaptation


@transaction.atomic
def remove_adaptation(adaptation: Adaptation, user: User, now: datetime) -> None:
    """Delete an adaptation with its texts.

    Raises:
        RefusedError: a version of it was shown for decision.
    """
    Adaptation.objects.select_for_update().get(pk=adaptation.pk)
    if adaptation.versions.exists():
        raise RefusedError(_("Only an adaptation that was never in review can be removed."))
    with recorded(adaptation, user, now, NOTED, of=adaptation.message.programme_id):
        for holder in holders_of(adaptation).values():
            forget_texts(holder)
        adaptation.delete()


@transaction.atomic
def write_adapted(
    adaptation: Adaptation,
    form: str,
    language: str,
    text: Mapping[str, str],
    user: User | None,
    now: datetime,
    *,
    frame: FormFrame | None = None,
    text_seen: str | None = None,
    source_seen: str | None = None,
) -> Adaptation | ChannelText | None:
    """Save one form in one language as a draft, and its days if given; return what holds it.

    A form that is in no language yet, and is saved without a word, stays missing: None.

    Raises:
        TextChangedError: somebody else has written it since it was seen.
    """
    if form not in holders_of(adaptation) and not any(said.strip() for said in text.values()):
        return None
    holder = _holder(adaptation, form, user, now)
    write_text(holder, language, text, user, now, text_seen=text_seen, source_seen=source_seen)
    if frame and isinstance(holder, ChannelText):
        if (holder.until_on, holder.copies) != (frame.until_on, frame.copies):
            note_chooser(adaptation, user)
        # The first day is that of the core, which nobody types.
        holder.until_on, holder.copies, holder.changed_at = frame.until_on, frame.copies, now
        holder.save(update_fields=["until_on", "copies", "changed_at"])
    return holder


def note_chooser(adaptation: Adaptation, user: User | None) -> None:
    """Keep who has chosen a day of an adaptation: they do not approve their own choice."""
    stored = Adaptation.objects.select_for_update().get(pk=adaptation.pk)
    if user:
        stored.add_editor(user.pk)
    stored.save(update_fields=["editors"])


@transaction.atomic
def call_ready(
    adaptation: Adaptation, form: str, language: str, user: User | None, now: datetime
) -> None:
    """Call a text that is written ready to be approved.

    Raises:
        RefusedError: it lacks a day, hour or number of the core, or has what nobody can fill.
        TextMissingError: nothing is written.
    """
    holder = holders_of(adaptation).get(form) or _holder(adaptation, form, user, now)
    text = text_of(holder, language, FIELDS[form])
    if wrong := refusal_of(adaptation, points_of(adaptation), form, language, text):
        raise RefusedError(wrong)
    mark(holder, language, TextState.State.REVIEW, user, now, fields=FIELDS[form])


@transaction.atomic
def confirm_adapted(
    adaptation: Adaptation,
    form: str,
    language: str,
    user: User,
    now: datetime,
    *,
    source_seen: str | None = None,
) -> None:
    """Say that a text is still right though the core has changed, and call it ready.

    ``source_seen`` is the fingerprint of the core that the writer was shown.

    Raises:
        RefusedError: it lacks a number that the core has now, or the core is no longer the one
            that was seen.
        TextMissingError: nothing is written.
    """
    core = Message.objects.select_for_update(no_key=True).get(pk=adaptation.message_id)
    if source_seen not in (None, core_of(core)):
        raise RefusedError(
            _(
                "The core message has changed since you opened this page. Compare your text with "
                "it, and confirm again."
            )
        )
    holder = holders_of(adaptation).get(form) or _holder(adaptation, form, user, now)
    confirm_unchanged(holder, language, user, now, fields=FIELDS[form])
    call_ready(adaptation, form, language, user, now)


def _holder(
    adaptation: Adaptation, form: str, user: User | None, now: datetime
) -> Adaptation | ChannelText:
    if form == EMAIL:
        return adaptation
    if form not in FIELDS:
        raise RefusedError(_("There is no such channel."))
    found, _made = ChannelText.objects.get_or_create(
        message=adaptation.message,
        adaptation=adaptation,
        form=form,
        defaults={"written_by": user, "changed_at": now},
    )
    return found
