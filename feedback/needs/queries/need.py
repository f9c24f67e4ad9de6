"""The needs in view as a list with its filters, and how many are how far."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from feedback.needs.models import Need
from programmes.scope import Scope

WISHES = ("state", "due", "who", "effect", "region", "stream")
OVERDUE, MINE = "overdue", "me"
Stage = Need.Stage
# What stops work comes first.
_WEIGHT = {effect: n for n, effect in enumerate(Need.Effect.values)}
_ORDER = {stage: n for n, stage in enumerate(Stage.values)}


@dataclass(frozen=True)
class NeedLine:
    """A need of the list; ``support`` is how many others in view were joined with it."""

    need: Need
    support: int
    is_overdue: bool

    @property
    def reports(self) -> int:
        """Return how often it was reported, this time included."""
        return 1 + self.support


@dataclass(frozen=True)
class NeedList:
    """All needs in view, and those that the reader has chosen, the most urgent first."""

    all: Sequence[NeedLine]
    chosen: Sequence[NeedLine]
    groups: list[dict[str, Any]]

    @property
    def overdue(self) -> int:
        """Return how many of the chosen are overdue."""
        return sum(line.is_overdue for line in self.chosen)

    @property
    def received(self) -> int:
        """Return how many of the chosen nobody studies yet."""
        return sum(line.need.stage == Stage.RECEIVED for line in self.chosen)


@dataclass(frozen=True)
class NeedCounts:
    """How many needs in view are how far."""

    received: int
    studied: int
    answered: int
    overdue: int

    @property
    def all(self) -> int:
        """Return how many there are."""
        return self.received + self.studied + self.answered


def need_list(scope: Scope, wish: Mapping[str, str], today: date) -> NeedList:
    """Return the needs in view, as asked (keys of ``WISHES``), in one query."""
    lines = lines_of(scope, today)
    chosen = [line for line in lines if _is_wanted(line, wish, scope)]
    return NeedList(lines, chosen, _groups(lines, wish, scope))


def need_counts(scope: Scope, today: date) -> NeedCounts:
    """Return how many needs in view are how far; one query."""
    lines = lines_of(scope, today)
    stages = Counter(line.need.stage for line in lines)
    return NeedCounts(
        received=stages[Stage.RECEIVED],
        studied=stages[Stage.STUDIED],
        answered=stages[Stage.ANSWERED],
        overdue=sum(line.is_overdue for line in lines),
    )


def lines_of(scope: Scope, today: date) -> list[NeedLine]:
    """Return a line for each need in view that counts for none other there; one query."""
    related = ("site__region", "stream", "owner", "joined_to__owner")
    found = list(Need.objects.within(scope).select_related(*related))
    keys = {need.pk for need in found}
    support = Counter(need.joined_to_id for need in found if need.joined_to_id in keys)
    lines = [
        NeedLine(need, support[need.pk], need.is_overdue(today))
        for need in found
        if need.joined_to_id not in keys
    ]
    return sorted(lines, key=_urgency)


def _urgency(line: NeedLine) -> tuple[Any, ...]:
    """Return what sorts a list: overdue, received, studied, answered; the most urgent first."""
    need = line.need
    due_on = need.lead.due_on or date.max
    if need.lead.answered_at:
        return (True, _ORDER[need.stage], 0, date.max, -need.lead.answered_at.timestamp())
    weight = _WEIGHT[need.effect]
    return (not line.is_overdue, _ORDER[need.stage], weight, due_on, need.reported_at.timestamp())


def _is_wanted(line: NeedLine, wish: Mapping[str, str], scope: Scope) -> bool:
    need = line.need
    return (
        wish["state"] in ("", need.stage)
        and (wish["due"] != OVERDUE or line.is_overdue)
        and (wish["who"] != MINE or need.lead.owner_id == scope.user_id)
        and wish["effect"] in ("", need.effect)
        and wish["region"] in ("", need.site.region.slug)
        and wish["stream"] in ("", str(need.stream_id or "-"))
    )


def _groups(
    lines: Sequence[NeedLine], wish: Mapping[str, str], scope: Scope
) -> list[dict[str, Any]]:
    """Return the chips of the filters; a choice that would leave nothing is left out.

    A count is that of the list with this choice and all that is chosen otherwise.
    """
    regions = sorted({(line.need.site.region.name, line.need.site.region.slug) for line in lines})
    streams = {(str(n.stream), str(n.stream_id)) for line in lines if (n := line.need).stream}
    groups: list[tuple[str, str, list[tuple[Any, str]]]] = [
        (_("State"), "state", [(label, key) for key, label in Stage.choices]),
        (_("Show"), "due", [(_("Overdue"), OVERDUE)]),
        (_("Owner"), "who", [(_("Mine"), MINE)]),
        (_("Effect"), "effect", [(label, key) for key, label in Need.Effect.choices]),
        (_("Region"), "region", regions if len(regions) > 1 or wish["region"] else []),
        (_("Stream"), "stream", sorted(streams)),
    ]

    def choices(name: str, pairs: Iterable[tuple[Any, str]]) -> Iterator[dict[str, Any]]:
        for label, key in pairs:
            with_it = {**wish, name: key}
            count = sum(_is_wanted(line, with_it, scope) for line in lines)
            if count or wish[name] == key:
                yield {"label": label, "value": key, "count": count}

    found = [(label, name, list(choices(name, pairs))) for label, name, pairs in groups]
    return [
        {"label": label, "name": name, "choices": shown} for label, name, shown in found if shown
    ]
