"""The version of a message that goes out while its page shows something else."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from communications.desk.queries.recipients import part_of
from communications.messages.models import Approval
from communications.messages.models.content import Content
from communications.messages.queries.content import ContentFacts, facts_of
from programmes.scope import Scope


@dataclass(frozen=True)
class Ahead:
    """A version that goes out, or waits to, its facts, and how many people get it."""

    version: Approval
    facts: ContentFacts
    only: int | None

    @property
    def is_approved(self) -> bool:
        return self.version.state == Approval.State.APPROVED

    @property
    def people(self) -> int:
        return self.facts.people if self.only is None else self.only

    @property
    def days(self) -> list[date]:
        """Return the days on which sites get it, the first one first."""
        dated = [(one.due, one.site.time_zone) for one in self.facts.sites if one.due]
        return sorted({due.at.astimezone(ZoneInfo(zone)).date() for due, zone in dated})


def ahead_of(
    going: Approval | None, version: Approval | None, draft: Content, scope: Scope
) -> Ahead | None:
    """Return the version that goes out, where a page shows another ``version`` or a newer draft."""
    if going is None:
        return None
    is_shown = going == version if version else going.fingerprint == draft.fingerprint
    return None if is_shown else ahead_as(going, scope)


def ahead_as(going: Approval, scope: Scope) -> Ahead:
    """Return a version that goes out with what it means for the people in view."""
    content = going.frozen
    only = part_of(going.message, content.rule, scope)
    return Ahead(going, facts_of(content, scope, going.message_id), only)
