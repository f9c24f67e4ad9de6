"""Messages that were made from a saved audience, and whether they still mean the same people."""

from collections.abc import Sequence
from dataclasses import dataclass

from communications.messages.models import Message
from programmes.scope import Scope
from stakeholders.audiences.models.audience import rule_lookups
from stakeholders.audiences.models.rule import Rule
from stakeholders.audiences.queries.people import count_each
from stakeholders.models import Audience


@dataclass(frozen=True)
class Follower:
    """One unsent message: for how many it is, and whether its lines are those of the audience."""

    message: Message
    people: int
    is_same: bool


def unsent_from(audience: Audience) -> list[Message]:
    """Return the messages made from a saved audience of which nothing is on its way."""
    made = Message.objects.filter(audience__follows=audience, dispatches=None)
    loaded = made.select_related("audience").prefetch_related(*rule_lookups("audience__"))
    return list(loaded.order_by("pk"))


def followers_of(
    audience: Audience, messages: Sequence[Message], scope: Scope
) -> tuple[int, list[Follower]]:
    """Return how many the saved audience means in view, and its messages (one statement)."""
    now = audience.rule()
    rules = {str(message.pk): message.audience.rule() for message in messages}
    conditions = {pk: rule.meant() for pk, rule in rules.items()} | {"saved": now.meant()}
    counts = count_each(conditions, Rule(programme=audience.programme_id), scope)
    return counts["saved"], [
        Follower(message, counts[str(message.pk)], rules[str(message.pk)] == now)
        for message in messages
    ]
