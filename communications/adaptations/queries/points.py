"""The key points of a message as an adaptation keeps them, and who agrees to leave one out."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from communications.approvals.services.reminder import Office, number_at
from communications.messages.models import Adaptation, DroppedPoint, Message
from communications.messages.models.adaptation import points_in
from communications.messages.models.adapted import Dropped
from programmes.design import formats
from programmes.design.substance import numbers_in
from programmes.models import fingerprint
from stakeholders.accounts.queries.role import holders
from stakeholders.models import Role, User

# From which reminder on a programme manager sees what nobody has answered.
SHOWN_AFTER = 2
# Enough of a fingerprint to tell the key points of one message apart.
DIGITS = 16
CHANGED = gettext_lazy(
    "The key points have changed since you opened this page. Check which ones you keep, and save "
    "again."
)


@dataclass(frozen=True)
class Point:
    """A key point of the core; ``dropped`` is there where the adaptation does without it."""

    text: str
    dropped: DroppedPoint | None = None

    @property
    def is_kept(self) -> bool:
        """Tell whether the texts must say it."""
        return self.dropped is None

    @property
    def digest(self) -> str:
        """Return what names it on a page, wherever it stands among the others."""
        return fingerprint({"point": self.text})[:DIGITS]

    @property
    def numbers(self) -> Counter[str]:
        """Return its days, hours and other numbers, which no text may change."""
        return numbers_in(self.text)

    @property
    def locked(self) -> str:
        """Return the same as a page lists them, the smallest first."""
        numbers: list[str] = sorted(self.numbers, key=by_size)
        return formats.listed(numbers)


def by_size(number: str) -> tuple[int, str]:
    """Return what sorts numbers as they are written, the smallest first."""
    return len(number), number


def points_of(adaptation: Adaptation) -> list[Point]:
    """Return the key points that the core has now; one query.

    What was dropped and is no key point any more is forgotten; a point in other words is kept.
    """
    return points_with(adaptation.message, adaptation.dropped_points.select_related("by"))


def points_with(message: Message, dropped: Iterable[DroppedPoint]) -> list[Point]:
    """Return the key points of a message, some of which are dropped."""
    rows = {one.point: one for one in dropped}
    # One that is written twice is one.
    texts = dict.fromkeys(points_in(message.key_points))
    return [Point(text, rows.get(text)) for text in texts]


def left_out(points: Iterable[Point]) -> dict[str, str]:
    """Return those that are dropped, with their reasons."""
    return {one.text: one.dropped.reason for one in points if one.dropped}


def not_agreed(points: Iterable[Point]) -> list[DroppedPoint]:
    """Return those that are dropped without consent."""
    return [one.dropped for one in points if one.dropped and not one.dropped.is_agreed]


def frozen_points(points: Iterable[Point]) -> tuple[Dropped, ...]:
    """Return what an approval keeps of dropped points."""
    rows = [one.dropped for one in points if one.dropped]
    return tuple(
        Dropped(row.point, row.reason, str(row.by or ""), str(row.decided_by or "")) for row in rows
    )


def agreers_of(message: Message) -> QuerySet[User]:
    """Return whose consent is needed: the core's author, or if they are gone, who writes cores."""
    writers = holders(message.programme, Role.Kind.COMMUNICATION_TEAM, Role.Kind.PROGRAMME_MANAGER)
    author = writers.filter(pk=message.written_by_id or 0)
    return author if author.exists() else writers


def name_of(agreers: Sequence[User]) -> str:
    """Return how a sentence names who must agree; empty where it is no single person."""
    return str(agreers[0]) if len(agreers) == 1 else ""


def is_overdue(point: DroppedPoint, now: datetime) -> bool:
    """Tell whether it has waited so long that programme managers see it, and may agree."""
    asked = point.asked_at
    return asked is not None and number_at(asked, Office("UTC"), now) >= SHOWN_AFTER


def may_agree(point: DroppedPoint, user: User, now: datetime) -> bool:
    """Tell whether a user may agree, or refuse to; nobody does to what they dropped themselves."""
    if user.pk == point.by_id:
        return False
    message = point.adaptation.message
    if agreers_of(message).filter(pk=user.pk).exists():
        return True
    managers = holders(message.programme, Role.Kind.PROGRAMME_MANAGER)
    return is_overdue(point, now) and managers.filter(pk=user.pk).exists()
