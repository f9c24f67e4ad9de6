"""Messages as decisions: each version that waits, and what belongs together as one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from communications.approvals.models import Question
from communications.approvals.queries.approval import waiting_of
from communications.approvals.queries.question import questions_on
from communications.dispatches.queries.plans import open_versions
from communications.dispatches.sources import together_of
from communications.messages.models import Approval
from communications.messages.queries.sender import signing_cios
from programmes.queries.decisions import Asking, DecisionKind, Matter
from stakeholders.models import User


@dataclass(frozen=True)
class Waiting:
    """A version that waits, with what was asked back about it.

    ``signer`` is the CIO in whose name it is sent, who alone decides on it.
    """

    approval: Approval
    questions: Sequence[Question]
    signer: User | None = None

    @property
    def open_question(self) -> Question | None:
        """Return the oldest question without an answer."""
        return next((each for each in self.questions if each.answered_at is None), None)

    @property
    def since(self) -> datetime:
        """Return since when it waits for who is to act now."""
        asked = self.open_question
        answers = [each.answered_at for each in self.questions if each.answered_at]
        return asked.asked_at if asked else max([self.approval.asked_at, *answers])


class MessageDecisions(DecisionKind):
    """Versions of messages; what an event sends is one decision, with its parts side by side."""

    key = "message"

    def matters(self, asked: Asking) -> list[Matter]:
        """Return what waits, in five queries at most, and two for each source of what belongs."""
        versions = waiting_of(asked.once(open_versions, asked.scope))
        if not versions:
            return []
        questions = questions_on(versions)
        names = {version.frozen.sender for version in versions}
        signers = signing_cios(asked.programme.pk, *names)
        belongs = together_of((version.message for version in versions), asked.scope)
        found: dict[str, list[Waiting]] = {}
        for version in versions:
            key, _title = belongs.get(version.message_id, (f"message-{version.message_id}", ""))
            own = questions.get(version.pk, [])
            signer = signers.get(version.frozen.sender)
            found.setdefault(key, []).append(Waiting(version, own, signer))
        return [_matter(rows, belongs) for rows in found.values()]


def _matter(rows: Sequence[Waiting], belongs: Mapping[int, tuple[str, str]]) -> Matter:
    first = rows[0].approval
    _key, title = belongs.get(first.message_id, ("", ""))
    asked = [row for row in rows if row.open_question]
    return Matter(
        kind=MessageDecisions.key,
        key="-".join(str(row.approval.pk) for row in rows),
        title=title if len(rows) > 1 else first.frozen.title,
        since=min(row.since for row in asked or rows),
        authors=frozenset.intersection(*(row.approval.authors for row in rows)),
        waits_for=str(asked[0].approval.asked_by or "–") if asked else "",
        answerers=frozenset(pk for row in asked for pk in row.approval.authors if pk),
        rows=rows,
        signers=_signers(rows),
    )


def _signers(rows: Sequence[Waiting]) -> frozenset[int]:
    """Return who alone decides on some part of each: nobody where anybody may on one."""
    if any(row.signer is None for row in rows):
        return frozenset()
    return frozenset(row.signer.pk for row in rows if row.signer)
