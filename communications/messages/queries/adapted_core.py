"""The core and its adaptations as a reader may see them: of drafts, only their own.

Regional IT managers and leaders of streams read no drafts of messages. They adapt what is approved,
and only while nobody is writing other words: what they keep is then what is sent.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Model

from communications.messages.models import Adaptation, AdaptationVersion, Approval, Message
from communications.messages.models.adaptation import PLACES, core_of
from communications.messages.models.adapted import Texts
from communications.messages.models.content import Content
from communications.messages.queries.adaptation import source_of_core
from programmes.queries.texts import column_of
from programmes.scope import Scope
from stakeholders.audiences.models.rule import Rule

SAID = ("purpose", "key_points", "sender", "level", "is_optional")
TIMED = ("offset_days", "fixed_on", "local_time", "latest_hours", "is_urgent")


@dataclass(frozen=True)
class Core:
    """A message as somebody may adapt it; ``approval`` is what they see of it, None for the draft.

    Not ``is_settled`` is one whose draft differs from what is approved, for who reads no drafts.
    """

    message: Message
    approval: Approval | None = None
    is_settled: bool = True

    @property
    def rule(self) -> Rule:
        """Return its audience."""
        return self.approval.frozen.rule if self.approval else self.message.audience.rule()


def core_for(message: Message, scope: Scope) -> Core | None:
    """Return a message as somebody may see it, None if they may not; one query without drafts.

    The message then has the words and the day that are approved. It must not be saved.
    """
    if reads_core(message, scope):
        return Core(message)
    approval = message.approvals.standing().first()
    if approval is None:
        return None
    is_settled = source_of_core(approval.frozen) == core_of(message)
    _show_approved(message, approval.frozen)
    return Core(message, approval, is_settled)


def reads_core(message: Message, scope: Scope) -> bool:
    """Tell whether the draft of a message is in view; a query where a region and a stream are."""
    if not scope.reads_drafts or not scope.led:
        return scope.reads_drafts
    is_seen: bool = Message.objects.within(scope.of_plan).filter(pk=message.pk).exists()
    return is_seen


def may_adapt(message: Message, scope: Scope) -> bool:
    """Tell whether somebody who sees a message may adapt it: what concerns their stream.

    One query for who leads a stream and sees all messages, as a CIO does.
    """
    if not scope.may("adaptation.write"):
        return False
    if not scope.streams or scope.led:
        return True
    is_own: bool = Message.objects.concerning(scope.streams).filter(pk=message.pk).exists()
    return is_own


def may_write(adaptation: Adaptation, scope: Scope) -> bool:
    """Tell whether an adaptation is somebody's to write.

    Either all of its people are in their regions, or they lead a stream and made it.
    """
    if scope.streams is None or (scope.regions is None and not scope.streams):
        return True
    region = adaptation.site.region_id if adaptation.site else adaptation.region_id
    is_there = scope.regions is not None and region in scope.regions
    return is_there or (bool(scope.streams) and adaptation.written_by_id == scope.user_id)


def reads_draft(adaptation: Adaptation, scope: Scope) -> bool:
    """Tell whether the draft of an adaptation in view is for somebody to read."""
    if scope.reads_drafts and not scope.led:
        return True
    return scope.may("adaptation.write") and may_write(adaptation, scope)


def _show_approved(message: Message, content: Content) -> None:
    for name in SAID:
        setattr(message, name, getattr(content, name))
    for name in TIMED:
        setattr(message, name, getattr(content.schedule, name))
    _show_texts(message, content.languages)


def as_seen(adaptations: Iterable[Adaptation], scope: Scope) -> list[Adaptation]:
    """Return adaptations; where the draft is out of view, as approved, or not at all.

    Without a query if the versions are loaded and their people are those of now. What is shown as
    approved must not be saved.
    """
    return [one for one in adaptations if reads_draft(one, scope) or _show_version(one)]


def _show_version(adaptation: Adaptation) -> bool:
    """Give an adaptation what is approved of it; tell whether there is something."""
    versions = adaptation.versions.all()
    standing = next((v for v in versions if v.state == AdaptationVersion.State.APPROVED), None)
    if standing is None:
        return False
    content = standing.frozen
    for name, key in zip(PLACES, content.criteria.places, strict=True):
        setattr(adaptation, f"{name}_id", key)
    adaptation.has_email = content.has_email
    _show_texts(adaptation, content.languages)
    return True


def _show_texts(obj: Model, languages: Texts) -> None:
    for code, _name in settings.LANGUAGES:
        text: Mapping[str, str] = languages.get(code, {})
        for field in ("subject", "body"):
            setattr(obj, column_of(field, code), text.get(field, ""))
