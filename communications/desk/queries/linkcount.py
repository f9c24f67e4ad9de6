"""How often the links of a message were opened, as far as that may be shown."""

from collections import Counter
from dataclasses import dataclass

from communications.dispatches.models import Dispatch, Tally
from communications.mailroom.models import State
from communications.messages.models import LinkCount
from communications.messages.rendering import page_links
from programmes.design.formats import most_first
from programmes.scope import Scope

# As of surveys: fewer are nobody's business (docs/decisions/anonymity.md).
SMALLEST_GROUP = 5


@dataclass(frozen=True)
class LinkLine:
    """One link in one language; ``opened`` is None where it, or its readers, are too few."""

    target: str
    language: str
    opened: int | None


def link_lines(
    dispatch: Dispatch | None, scope: Scope, placeholders: frozenset[str]
) -> list[LinkLine]:
    """Return the links of a sending that counts them, those opened most first.

    Counts know no region, so only who sees all of them sees counts. ``placeholders`` are those of
    the message's source. Two queries.
    """
    if dispatch is None or not dispatch.has_link_counts or not scope.is_everywhere:
        return []
    opened = Counter[tuple[str, str]]()
    counts = LinkCount.objects.filter(approval__message=dispatch.message_id)
    for one in counts.select_related("approval"):
        body = one.approval.frozen.languages[one.language]["body"]
        opened[page_links(body, placeholders)[one.number], one.language] += one.opened
    mails = Tally.objects.filter(dispatch=dispatch, part=State.SENT)
    sent = {row["language"]: row["n"] for row in mails.by("language")}
    return [
        LinkLine(target, code, n if min(n, sent.get(code, 0)) >= SMALLEST_GROUP else None)
        for (target, code), n in most_first(opened)
    ]
