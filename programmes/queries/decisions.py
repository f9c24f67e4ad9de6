"""What waits for a decision: kinds of matters, which each floor brings from a ``decisions`` module.

A count, a card and a reminder come from the same matters. What waits for somebody's answer is not
the decider's until that is there.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, ParamSpec, TypeVar, cast

from django.conf import settings

from programmes.models import Programme
from programmes.scope import Scope

DECIDE = "approval.decide"
# The key of the kind that is handed over.
NEED = "need"
# The key of the kind that waits for the consent of an author, whoever decides.
CONSENT = "consent"
Args = ParamSpec("Args")
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Asking:
    """Who asks what waits, where and when; ``query`` are the other parameters of the page.

    ``found`` keeps what was asked already, so that kinds and boards share it. In brief, cards
    leave out what takes long to work out.
    """

    programme: Programme
    scope: Scope
    now: datetime
    query: Mapping[str, str] = field(default_factory=dict)
    is_brief: bool = False
    found: dict[object, Any] = field(default_factory=dict)

    def once(
        self, question: Callable[Args, Answer], *args: Args.args, **kwargs: Args.kwargs
    ) -> Answer:
        """Return what a question answers, asked once for all kinds."""
        if question not in self.found:
            self.found[question] = question(*args, **kwargs)
        return cast(Answer, self.found[question])

    def keep(self, question: Callable[..., Answer], answer: Answer) -> Answer:
        """Let a question be answered by what a board has worked out for itself."""
        self.found[question] = answer
        return answer


@dataclass(frozen=True)
class Matter:
    """One decision that waits.

    Attributes:
        kind: the key of its kind.
        key: what tells it from the others of its kind, such as ids.
        title: what it is called where it is only named.
        since: since when it waits for whoever it waits for now.
        authors: ids of those who wrote or asked for it, and so do not decide on it.
        due_on: by when it is needed, if that is known.
        waits_for: the name of somebody whose answer is missing; empty where it is the decider's.
        answerers: ids of those who may give that answer.
        rows: what it is about, for the cards of its kind.
        signers: ids of those who alone decide on it, in whose name it is; empty is all deciders.

    """

    kind: str
    key: str
    title: str
    since: datetime
    authors: frozenset[int | None] = frozenset()
    due_on: date | None = None
    waits_for: str = ""
    answerers: frozenset[int | None] = frozenset()
    rows: Sequence[Any] = ()
    signers: frozenset[int] = frozenset()

    @property
    def is_open(self) -> bool:
        """Tell whether it waits for its decider, and not for an answer."""
        return not self.waits_for

    def is_late(self, today: date) -> bool:
        """Tell whether it was needed before a day."""
        return self.due_on is not None and self.due_on < today

    def may_decide(self, scope: Scope) -> bool:
        """Tell whether a reader may decide on it, whatever it waits for."""
        is_signer = not self.signers or scope.user_id in self.signers
        return is_signer and scope.may(DECIDE) and scope.user_id not in self.authors

    def is_for(self, scope: Scope) -> bool:
        """Tell whether it waits for the reader: for their decision, or for their answer."""
        return self.may_decide(scope) if self.is_open else scope.user_id in self.answerers


@dataclass(frozen=True)
class Decided:
    """One decision that was taken, as the history shows it.

    Attributes:
        kind: the key of its kind.
        pk: of the row by which it is undone.
        page: the key of the page it is about, such as that of a stream.
        title: what was decided on.
        word: what was decided, in a word or two.
        at: when.
        by: who decided; None if their account is gone.
        principal: for whom, where a delegate decided.
        principal_id: their id.
        reason: what the decider wrote, if anything.
        state: of a version of a message, which its mark shows.
        version: its number.
        undone_at: when it was undone, if it was; ``undone_by`` whom.

    """

    kind: str
    pk: int
    page: int
    title: str
    word: str
    at: datetime
    by: Any
    principal: str = ""
    reason: str = ""
    state: str = ""
    version: int | None = None
    principal_id: int | None = None
    undone_at: datetime | None = None
    undone_by: Any = None

    def may_undo(self, scope: Scope, now: datetime) -> bool:
        """Tell whether the reader decided it, or somebody in their name, and may still undo it."""
        own = {self.by.pk if self.by else None, self.principal_id} - {None}
        return scope.user_id in own and is_fresh(self.at, now)


def is_fresh(at: datetime, now: datetime) -> bool:
    """Tell whether a decision of that moment can still be undone by its decider."""
    return now - at <= timedelta(minutes=settings.SEND_QUIET_MINUTES)


@dataclass(frozen=True)
class Card:
    """A matter as its page shows it; ``parts`` are what the template of its kind takes."""

    matter: Matter
    template: str
    parts: Sequence[Any]
    is_mine: bool
    may_decide: bool

    @property
    def may_approve_all(self) -> bool:
        """Tell whether the reader may decide on each of its parts."""
        return self.may_decide and all(getattr(part, "may_decide", True) for part in self.parts)


class DecisionKind:
    """One kind of decision; a floor makes a subclass and registers it.

    Attributes:
        key: what its matters are known by.
        template: shows one ``Card``.
        page: the name of the address of what a decision was about, by ``Decided.page``.
        undo: the name of the address that undoes one, by ``Decided.pk``.

    """

    key = ""
    template = ""
    page = ""
    undo = ""

    def matters(self, asked: Asking) -> list[Matter]:
        """Return what waits, in a fixed number of queries."""
        raise NotImplementedError

    def decided(self, asked: Asking) -> list[Decided]:
        """Return what was decided, in a fixed number of queries; in any order."""
        return []

    def parts(self, matters: Sequence[Matter], asked: Asking, user: Any) -> list[Sequence[Any]]:
        """Return what the card of each matter shows; a page asks for it, a count does not."""
        return [matter.rows for matter in matters]

    def cards(self, matters: Sequence[Matter], asked: Asking, user: Any) -> list[Card]:
        """Return the cards of matters of this kind."""
        parts = self.parts(matters, asked, user) if matters else []
        return [
            Card(
                matter=replace(matter, due_on=self.due_on(matter, own)),
                template=self.template,
                parts=own,
                is_mine=matter.is_for(asked.scope),
                may_decide=matter.is_open and matter.may_decide(asked.scope),
            )
            for matter, own in zip(matters, parts, strict=True)
        ]

    def due_on(self, matter: Matter, parts: Sequence[Any]) -> date | None:
        """Return by when a matter is needed, where its parts know more."""
        return matter.due_on


_KINDS: dict[str, DecisionKind] = {}


def register(kind: DecisionKind) -> None:
    """Make a kind of decision known under its key."""
    _KINDS[kind.key] = kind


def all_matters(asked: Asking) -> list[Matter]:
    """Return what waits in a programme, of all kinds: what every count is a count of."""
    return [matter for kind in _KINDS.values() for matter in asked.once(kind.matters, asked)]


def all_decided(asked: Asking) -> list[Decided]:
    """Return what was decided in a programme, of all kinds, the latest first."""
    found = [each for kind in _KINDS.values() for each in kind.decided(asked)]
    return sorted(found, key=lambda each: (each.at, each.pk), reverse=True)


def kind_of(decided: Decided) -> DecisionKind:
    """Return the kind of a decision."""
    return _KINDS[decided.kind]


def all_cards(asked: Asking, user: Any) -> list[Card]:
    """Return what waits as cards: first what waits for the reader, by need."""
    found = [
        card
        for kind in _KINDS.values()
        for card in kind.cards(asked.once(kind.matters, asked), asked, user)
    ]
    return sorted(found, key=_urgency)


def _urgency(card: Card) -> tuple[bool, bool, date, datetime]:
    matter = card.matter
    return (not card.is_mine, not matter.is_open, matter.due_on or date.max, matter.since)
