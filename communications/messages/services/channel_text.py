"""Writing the texts of channels: of a message itself, or of one of its adaptations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from communications.messages.models import Adaptation, ChannelText, Message
from communications.messages.queries.change import english_proposal
from communications.messages.queries.channel_text import (
    CORE,
    is_english_behind,
    lost_from,
    own_texts,
    source_of_text,
    status_of,
    statuses_of,
    unfilled,
)
from communications.messages.queries.meaning import WORDING
from communications.messages.rendering.proposal import Core, Proposal, proposed
from communications.messages.services.refusal import RefusedError
from programmes.models import TextState
from programmes.queries.texts import MISSING, SOURCE_LANGUAGE, STALE, text_of
from programmes.services.publishing import approve_text
from programmes.services.texts import (
    confirm_unchanged,
    forget_texts,
    mark,
    write_text,
)
from programmes.services.trail import write_change
from stakeholders.models import User


@dataclass(frozen=True)
class FormFrame:
    """What a channel needs beside its words: its days, and how many copies."""

    from_on: date | None = None
    until_on: date | None = None
    copies: int | None = None


def proposal_for(message: Message, form: str, language: str = SOURCE_LANGUAGE) -> Proposal:
    """Return what a form could say, cut from a text of its message."""
    text = text_of(message, language, CORE)
    points = message.key_points if language == SOURCE_LANGUAGE else ""
    return proposed(form, Core(**text, key_points=points), language)


@transaction.atomic
def propose(
    message: Message,
    form: str,
    user: User,
    now: datetime,
    adaptation: Adaptation | None = None,
    language: str = SOURCE_LANGUAGE,
) -> ChannelText:
    """Fill the empty fields of a form from its message: a draft until somebody looks at it.

    Raises:
        RefusedError: there is nothing to propose from, or the form has words already.

    """
    text = text_for(message, form, user, now, adaptation)
    if status_of(text, language).state != MISSING:
        raise RefusedError(_("This text already has words. Change them, or remove them first."))
    fields = proposal_for(message, form, language).fields
    if not any(fields.values()):
        raise RefusedError(_("The email has no text yet. Write it first."))
    values = {name: fields.get(name, "") for name in text.fields}
    seen = source_of_text(text, language)
    write_text(text, language, values, user, now, source_seen=seen)
    text.is_proposed = True
    text.save(update_fields=["is_proposed"])
    return text


def text_for(
    message: Message,
    form: str,
    user: User | None,
    now: datetime,
    adaptation: Adaptation | None = None,
) -> ChannelText:
    """Return the text of a form, made where there is none yet."""
    text, _made = ChannelText.objects.get_or_create(
        message=message,
        adaptation=adaptation,
        form=form,
        defaults={"written_by": user, "changed_at": now},
    )
    text.message = message
    return text


@transaction.atomic
def write_channel_text(
    text: ChannelText,
    language: str,
    values: Mapping[str, str],
    user: User | None,
    now: datetime,
    *,
    frame: FormFrame | None = None,
    **seen: str | None,
) -> None:
    """Save one language of a text as a draft, and its days if given.

    Once its English is saved, it is no proposal any more.

    ``seen`` may hold ``text_seen`` and ``source_seen``, see ``programmes.services.texts``.

    Raises:
        TextChangedError: the text is no longer the one that was seen.
        ValueError: the form has no such field.

    """
    if not set(values) <= set(text.fields):
        raise ValueError(sorted(set(values) - set(text.fields)))
    whole = {name: values.get(name, "") for name in text.fields}
    if frame and any(getattr(text, name) != value for name, value in vars(frame).items()):
        note_chooser(text, user)
    source = seen.pop("source_seen", None) or source_of_text(text, language)
    is_wording = language == SOURCE_LANGUAGE and _is_wording(text, whole)
    told: dict[str, Any] = {"source_seen": source, "is_wording": is_wording, **seen}
    write_text(text, language, whole, user, now, **told)
    changes: dict[str, Any] = {"changed_at": now, **(vars(frame) if frame else {})}
    if language == SOURCE_LANGUAGE:
        changes["is_proposed"] = False
    for name, value in changes.items():
        setattr(text, name, value)
    text.save(update_fields=list(changes))


def note_chooser(text: ChannelText, user: User | None) -> None:
    """Keep who has chosen its days or copies, or removes it: they do not approve their choice."""
    message = Message.objects.select_for_update(no_key=True).get(pk=text.message_id)
    message.add_editor(user)
    message.save(update_fields=["editors"])


def _is_wording(text: ChannelText, english: Mapping[str, str]) -> bool:
    """Tell whether a change of the English would leave its meaning, as a program can tell."""
    before = text_of(text, SOURCE_LANGUAGE, text.fields)
    return english_proposal(text.message.programme, before, english).kind == WORDING


@transaction.atomic
def mark_channel_text(text: ChannelText, language: str, user: User | None, now: datetime) -> None:
    """Call one language ready for review; a proposal that somebody calls ready is none any more.

    Raises:
        RefusedError: a field that it needs is empty, it is out of date, or it lacks a number, a
            link or a placeholder of its English.

    """
    status = status_of(text, language)
    if unfilled(status.text):
        raise RefusedError(_("Write the headline and the text first."))
    _check_english(text, language)
    if status.state == STALE:
        raise RefusedError(_("The English has changed. Update this text, or confirm it first."))
    check_kept(text, language)
    if language == SOURCE_LANGUAGE:
        text.is_proposed = False
        text.save(update_fields=["is_proposed"])
    mark(text, language, TextState.State.REVIEW, user, now, fields=text.fields)


def _check_english(text: ChannelText, language: str) -> None:
    """Raise RefusedError for a translation while the English of its form is out of date."""
    if language != SOURCE_LANGUAGE and is_english_behind(text):
        words = _(
            "The English of this channel is out of date. It has to be updated or confirmed first."
        )
        raise RefusedError(words)


def check_kept(text: ChannelText, language: str) -> None:
    """Raise RefusedError where a translation lacks what its English says."""
    if reason := lost_from(text, language):
        raise RefusedError(reason)


@transaction.atomic
def confirm_channel_text(
    text: ChannelText, language: str, user: User | None, now: datetime, **seen: str | None
) -> None:
    """Say that a text which is out of date is still right: it gets the state that it had before.

    Raises:
        RefusedError: there is no text, it lacks a number, link or placeholder of the English, or
            text or English are no longer those of ``text_seen`` and ``source_seen``.

    """
    ChannelText.objects.select_for_update().filter(pk=text.pk).first()
    status = status_of(text, language)
    if status.state == MISSING:
        raise RefusedError(_("There is no text yet. Write it first."))
    there = {"text_seen": status.fingerprint, "source_seen": status.source}
    if any(value not in (None, there[name]) for name, value in seen.items()):
        raise RefusedError(_("The text has changed since you opened it. Read it again."))
    _check_english(text, language)
    check_kept(text, language)
    confirm_unchanged(text, language, user, now, fields=text.fields, source=status.source)


@transaction.atomic
def remove_channel_text(text: ChannelText, user: User, now: datetime) -> None:
    """Delete a text in all languages; what is approved goes on as approved."""
    note_chooser(text, user)
    statuses = statuses_of([text], text.message.programme.languages)[text.pk]
    written = [code for code, status in statuses.items() if status.state != MISSING]
    was = {"form": text.form, "languages": ", ".join(written)}
    write_change(text, was, {}, user, now, of=text.message.programme_id)
    forget_texts(text)
    text.delete()


@transaction.atomic
def copy_channel_texts(message: Message, made: Message, user: User, now: datetime) -> None:
    """Give a copy of a message the texts of its channels, as drafts, without their days."""
    for text in own_texts(message):
        copied = text_for(made, text.form, user, now)
        ChannelText.objects.filter(pk=copied.pk).update(copies=text.copies)
        for code in message.programme.languages:
            values = text_of(text, code, text.fields)
            if any(values.values()):
                write_channel_text(copied, code, values, user, now)


def approve_channel_texts(
    texts: Sequence[ChannelText], forms: Mapping[str, Any], user: User, now: datetime
) -> None:
    """Call approved what a version froze of some texts, where nobody has changed it since."""
    for text in texts:
        frozen = forms[text.form].texts if text.form in forms else {}
        for code, words in frozen.items():
            approve_text(text, code, words, user, now, fields=text.fields)
