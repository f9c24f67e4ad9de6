"""The versions of a message's English: each save that changes it keeps one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from communications.messages.models import Adaptation, ChannelText, Message, MessageVersion
from communications.messages.models.message_version import CORE, TEXTS
from communications.messages.queries.change import english_proposal
from communications.messages.queries.meaning import WORDING
from communications.messages.queries.wording import leaves_adaptations, source_in
from communications.messages.services.refusal import RefusedError
from programmes.models import TextState, fingerprint
from programmes.queries.texts import SOURCE_LANGUAGE, text_of
from programmes.services.texts import let_stand, write_text
from stakeholders.models import User


@dataclass(frozen=True)
class Said:
    """What a change is: its kind, and whether its author says so against the proposal.

    ``is_wording`` tells whether other languages may stay as they are: a purpose or a key point, of
    which they hold none, may have changed its meaning all the same.
    """

    kind: str
    is_overruled: bool = False
    is_wording: bool = False


def core_of(message: Message) -> dict[str, str]:
    """Return the English core as the database has it, locked until the transaction ends."""
    stored = Message.objects.select_for_update().get(pk=message.pk)
    texts = text_of(stored, SOURCE_LANGUAGE, TEXTS)
    return {**texts, "purpose": stored.purpose, "key_points": stored.key_points}


def said_of(
    message: Message, before: Mapping[str, str], after: Mapping[str, str], kind: str = ""
) -> Said:
    """Return what a change is: as its author says, or as it is proposed where they say nothing."""
    texts = english_proposal(message.programme, before, {name: after[name] for name in TEXTS}).kind
    is_overruled = bool(kind) and kind != texts
    said = kind if is_overruled else english_proposal(message.programme, before, after).kind
    return Said(said, is_overruled, is_wording=(kind or texts) == WORDING)


def keep_version(
    message: Message,
    before: Mapping[str, str],
    said: Said,
    user: User | None,
    now: datetime,
    restores: int | None = None,
) -> MessageVersion | None:
    """Keep what is saved now; None if nothing has changed.

    What was there ``before`` and no version holds, since it was written past this service, becomes
    one as well: of that nobody says what kind of change it was. What is made from the core stands
    beside its new wording.
    """
    after = core_of(message)
    _let_stand(message, before, after, said)
    last = message.history.first()
    if any(before[name] for name in TEXTS) and (last is None or last.core != before):
        last = _added(message, before, Said(""), None if last else message.written_by, now)
    if not any(after.values()) or (last and last.core == after):
        return None
    return _added(message, after, said if last else Said(""), user, now, restores)


def _let_stand(
    message: Message, before: Mapping[str, str], after: Mapping[str, str], said: Said
) -> None:
    """Let adaptations, and what channels say in English, stand beside a new wording of the core."""
    texts = ChannelText.objects.filter(message=message)
    if said.is_wording:
        own = texts.filter(adaptation=None).values_list("pk", flat=True)
        old, new = (fingerprint({name: core[name] for name in TEXTS}) for core in (before, after))
        let_stand(ChannelText, own, old, new)
    if leaves_adaptations(said.kind, before, after):
        old, new = source_in(before), source_in(after)
        let_stand(Adaptation, message.adaptations.values_list("pk", flat=True), old, new)
        adapted = texts.exclude(adaptation=None).values_list("pk", flat=True)
        let_stand(ChannelText, adapted, old, new)


def _added(
    message: Message,
    core: Mapping[str, str],
    said: Said,
    user: User | None,
    now: datetime,
    restores: int | None = None,
) -> MessageVersion:
    number = message.history.aggregate(last=Max("number"))["last"] or 0
    return MessageVersion.objects.create(
        message=message,
        number=number + 1,
        **{name: core[name] for name in CORE},
        saved_by=user,
        saved_at=now,
        kind=said.kind,
        is_overruled=said.is_overruled,
        restores=restores,
    )


@transaction.atomic
def write_language(
    message: Message,
    language: str,
    text: Mapping[str, str],
    user: User | None,
    now: datetime,
    kind: str = "",
    **seen: Any,
) -> TextState:
    """Write one language of a message; of the English, a version is kept.

    Args:
        message: the message.
        language: the code.
        text: subject and body.
        user: who wrote it; None for the system.
        now: the moment.
        kind: what the author calls a change of the English; empty leaves it to the proposal.
        seen: ``text_seen`` and ``source_seen``, see ``programmes.services.texts``.

    Raises:
        TextChangedError: the text is no longer the one that was seen.
    """
    if language != SOURCE_LANGUAGE:
        return write_text(message, language, text, user, now, **seen)
    before = core_of(message)
    said = said_of(message, before, {**before, **text}, kind)
    written = {"is_wording": said.is_wording, **seen}
    state = write_text(message, language, text, user, now, **written)
    keep_version(message, before, said, user, now)
    return state


@transaction.atomic
def restore_version(version: MessageVersion, user: User, now: datetime) -> MessageVersion | None:
    """Save the texts of an earlier version again, as a new one; None if they are the present ones.

    What is approved goes on as approved, as with every save.

    Raises:
        RefusedError: something else writes the texts of this message.
    """
    # As the database has it once nobody else is writing: another save may have come in between.
    message = Message.objects.select_for_update().get(pk=version.message_id)
    if message.source != "message":
        raise RefusedError(_("The texts of this message are edited elsewhere."))
    before = core_of(message)
    said = said_of(message, before, version.core)
    message.purpose, message.key_points = version.purpose, version.key_points
    message.changed_at = now
    message.add_editor(user)
    message.save(update_fields=["purpose", "key_points", "changed_at", "editors"])
    text = {name: version.core[name] for name in TEXTS}
    write_text(message, SOURCE_LANGUAGE, text, user, now, is_wording=said.is_wording)
    return keep_version(message, before, said, user, now, version.number)
