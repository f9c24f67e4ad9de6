"""Which messages answer which impacts."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from django.db.models import Q, prefetch_related_objects
from django.urls import reverse

from communications.messages.models import Approval, Message
from programmes.models import Programme
from programmes.scope import Scope
from stakeholders.audiences.models.audience import rule_lookups
from stakeholders.audiences.queries.answer import ImpactAnswer

Answering = tuple[Message, Approval | None, frozenset[int]]
# Of the sources that plan messages, these tell people of their change by themselves.
TELLING = ("message",)


def messages_that_answer(programme: Programme, scope: Scope) -> list[ImpactAnswer]:
    """Return the messages in view that answer an impact, in a number of queries that is fixed."""
    found = answering(programme, scope, TELLING)
    return [_answer(message, version, impacts, scope) for message, version, impacts in found]


def impacts_named(programme: Programme, sources: Collection[str]) -> dict[int, frozenset[int]]:
    """Return the impacts (their ids) that each message of some sources is about (one query)."""
    links = Message.answers.through.objects.filter(
        message__programme=programme, message__source__in=sources
    )
    named: defaultdict[int, set[int]] = defaultdict(set)
    for message, impact in links.values_list("message", "impact"):
        named[message].add(impact)
    return {message: frozenset(impacts) for message, impacts in named.items()}


def answering(programme: Programme, scope: Scope, sources: Collection[str]) -> Iterator[Answering]:
    """Yield the messages of some sources that are about an impact, in a fixed number of queries.

    With the version that stands, which speaks for its message: what it says to whom, and not what
    its author has begun to write since. None stands while it is a draft, or once its sending was
    cancelled; of these alone the rules of audiences are loaded.
    """
    named = impacts_named(programme, sources)
    messages = (
        Message.objects.within(scope.of_plan)
        .filter(pk__in=named)
        .select_related("audience", "programme")
    )
    over = Q(message__dispatches__cancelled_at__isnull=False)
    standing = Approval.objects.standing().filter(message__in=named).exclude(over)
    versions = {version.message_id: version for version in standing}
    found = list(messages)
    drafts = [message.audience for message in found if message.pk not in versions]
    prefetch_related_objects(drafts, *rule_lookups())
    for message in found:
        yield message, versions.get(message.pk), named[message.pk]


def titles_of(messages: Iterable[Message]) -> dict[int, str]:
    """Return the titles of messages: of what is approved, or else as it is written now."""
    named = {message.pk: message.title for message in messages}
    versions = Approval.objects.standing().filter(message__in=named)
    return named | {version.message_id: version.frozen.title for version in versions}


def _answer(
    message: Message, version: Approval | None, impacts: frozenset[int], scope: Scope
) -> ImpactAnswer:
    page = reverse("communications:message-show", args=[message.programme.slug, message.pk])
    return ImpactAnswer(
        kind="message",
        pk=message.pk,
        title=version.frozen.title if version else message.title,
        state="approved" if version else "draft",
        impacts=impacts,
        rule=version.frozen.rule if version else message.audience.rule(),
        is_approved=version is not None,
        url=page if scope.may("message.read") else "",
        unlink="communications:answer-take-back",
    )
