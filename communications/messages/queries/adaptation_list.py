"""The adaptations of a message in a list, and where each is."""

from dataclasses import dataclass

from communications.messages.models import Adaptation, AdaptationVersion, Message
from communications.messages.models.adaptation import core_of
from communications.messages.models.adapted import AdaptedContent
from communications.messages.queries.adaptation import up_to_date
from communications.messages.queries.adapted_core import as_seen, reads_draft
from communications.messages.queries.wording import alike
from programmes.scope import Scope

WAITING, APPROVED = AdaptationVersion.State.WAITING.value, AdaptationVersion.State.APPROVED.value


@dataclass(frozen=True)
class AdaptationLine:
    """An adaptation in a list, with where it is: ``state`` is that of its latest version."""

    adaptation: Adaptation
    state: str
    is_stale: bool


def adaptations_in(message: Message, scope: Scope) -> list[AdaptationLine]:
    """Return the adaptations of a message in view; two queries, one where there is none.

    One more query where one was made from another wording.

    Who reads no drafts sees those that are approved, and their own.
    """
    own = Adaptation.objects.within(scope).filter(message=message)
    found = as_seen(own.with_places().prefetch_related("versions"), scope)
    standing = [v for one in found for v in one.versions.all() if v.state == APPROVED]
    current = {v.adaptation_id for v in up_to_date(standing, {message.pk: core_of(message)})}
    stale = {version.adaptation_id for version in standing} - current
    lines = [AdaptationLine(one, state_seen(one, scope), one.pk in stale) for one in found]
    return [line for line in lines if scope.reads_drafts or _is_shown(line, scope)]


def _is_shown(line: AdaptationLine, scope: Scope) -> bool:
    return line.state == APPROVED or line.adaptation.written_by_id == scope.user_id


def is_stale(adaptation: Adaptation, content: AdaptedContent) -> bool:
    """Tell whether the core says something else now than a content was made from; one query."""
    source = core_of(adaptation.message)
    return content.source != source and content.source not in alike(adaptation.message_id, source)


def state_of(adaptation: Adaptation) -> str:
    """Return where an adaptation is, by its versions: draft, waiting, approved, refused, withdrawn.

    Without a query if they are loaded.
    """
    versions = sorted(adaptation.versions.all(), key=lambda one: -one.version)
    states = [str(one.state) for one in versions]
    known = [state for state in (WAITING, APPROVED) if state in states]
    ended = [state for state in states[:1] if state != AdaptationVersion.State.REPLACED]
    return next(iter([*known, *ended]), "draft")


def state_seen(adaptation: Adaptation, scope: Scope) -> str:
    """Return where an adaptation is for somebody: what stands, if its draft is not for them."""
    states = {str(one.state) for one in adaptation.versions.all()}
    is_approved = APPROVED in states and not reads_draft(adaptation, scope)
    return APPROVED if is_approved else state_of(adaptation)
