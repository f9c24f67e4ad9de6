"""Versions of messages and adaptations that wait, and who alone decides on them."""

from collections.abc import Iterable, Mapping, Sequence

from communications.messages.models import AdaptationVersion, Approval
from communications.messages.models.adaptation import PLACES
from communications.messages.queries.sender import signing_cios
from programmes.models import Programme
from stakeholders.models import User

Waits = Approval | AdaptationVersion


def waiting_in(programme: Programme) -> list[Waits]:
    """Return the versions that wait for a decision, those of messages first; two queries."""
    waiting = Approval.objects.waiting().filter(message__programme=programme)
    adapted = AdaptationVersion.objects.waiting().filter(adaptation__message__programme=programme)
    related = ["adaptation__message", "asked_by", *(f"adaptation__{name}" for name in PLACES)]
    return [
        *waiting.select_related("message", "asked_by").order_by("asked_at", "pk"),
        *adapted.select_related(*related).order_by("asked_at", "pk"),
    ]


def title_of(version: Waits) -> str:
    """Return what a version is called, in the active language."""
    return version.title if isinstance(version, AdaptationVersion) else version.message.title


def for_decider(versions: Iterable[Waits], programme: Programme, user: User) -> list[Waits]:
    """Keep the versions that a decider may decide on: not their own, nor in another CIO's name."""
    others = [one for one in versions if user.pk not in one.authors]
    signers = signers_of(others, programme.pk)
    return [one for one, signing in zip(others, signers, strict=True) if not signing - {user}]


def signers_of(versions: Sequence[Waits], programme: int) -> list[set[User]]:
    """Return for each version the CIOs in whose name it is sent: nobody else decides on it.

    Three queries at most, none without versions.
    """
    adapted = [one for one in versions if isinstance(one, AdaptationVersion)]
    messages = {one.adaptation.message_id for one in adapted}
    standing = Approval.objects.standing().filter(message__in=messages)
    approved = {one.message_id: one.frozen.sender for one in standing} if messages else {}
    names = [senders_of(one, approved) for one in versions]
    signers = signing_cios(programme, *set().union(*names))
    return [{signers[name] for name in own if name in signers} for own in names]


def senders_of(version: Waits, approved: Mapping[int, str]) -> set[str]:
    """Return under which names a version would be sent.

    ``approved`` are the senders of the messages that are approved, by id: an adaptation is sent in
    that name, and in the one that its message has next; it was asked for under one as well.
    """
    if isinstance(version, Approval):
        return {version.frozen.sender}
    written = version.message.sender
    names = {version.frozen.sender, written, approved.get(version.adaptation.message_id, written)}
    return names - {""}
