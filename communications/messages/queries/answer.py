"""Which messages answer which impacts."""

from collections import defaultdict
from collections.abc import Iterable

from communications.messages.models import Approval, Message
from programmes.models import Programme
from programmes.scope import Scope
from stakeholders.audiences.models.audience import rule_lookups
from stakeholders.audiences.queries.answer import ImpactAnswer


def messages_that_answer(programme: Programme, scope: Scope) -> list[ImpactAnswer]:
    """Return the messages in view that answer an impact, in a number of queries that is fixed.

    An approved version speaks for its message: what it says to whom, and not what its author
    has begun to write since.
    """
    links = Message.answers.through.objects.filter(message__programme=programme)
    answered: defaultdict[int, set[int]] = defaultdict(set)
    for message, impact in links.values_list("message", "impact"):
        answered[message].add(impact)
    messages = Message.objects.within(scope).filter(pk__in=answered).select_related("audience")
    versions = {
        version.message_id: version
        for version in Approval.objects.standing().filter(message__in=answered)
    }
    return [
        _answer(message, versions.get(message.pk), frozenset(answered[message.pk]))
        for message in messages.prefetch_related(*rule_lookups("audience__"))
    ]


def titles_of(messages: Iterable[Message]) -> dict[int, str]:
    """Return the titles of messages: of what is approved, or else as it is written now."""
    named = {message.pk: message.title for message in messages}
    versions = Approval.objects.standing().filter(message__in=named)
    return named | {version.message_id: version.frozen.title for version in versions}


def _answer(message: Message, version: Approval | None, impacts: frozenset[int]) -> ImpactAnswer:
    return ImpactAnswer(
        pk=message.pk,
        title=version.frozen.title if version else message.title,
        state="approved" if version else "draft",
        route="communications:message-show",
        take_back="communications:answer-take-back",
        impacts=impacts,
        rule=version.frozen.rule if version else message.audience.rule(),
    )
