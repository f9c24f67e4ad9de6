"""How many people of a version will wait for the next week, since they get enough mails.

A higher floor knows all that hits the same people, and registers who can tell.
"""

from collections.abc import Callable
from dataclasses import dataclass

from communications.dispatches.models import Dispatch, Tally
from communications.dispatches.models.tally import WAITING
from communications.mailroom.models import State
from communications.messages.models import Approval
from programmes.scope import Scope
from programmes.timing import Delay

Forecast = Callable[[Approval, Scope], int]
_FORECASTS: list[Forecast] = []


def register(forecast: Forecast) -> None:
    """Make known who tells how many of a version, saved or not, will wait."""
    _FORECASTS.append(forecast)


@dataclass(frozen=True)
class Waiting:
    """People whom the contact budget holds back: before a sending starts those who will wait.

    Once it has started, those who wait now, and who have got their mail after they waited.
    """

    people: int = 0
    waited: int = 0


def waiting_for(version: Approval, dispatch: Dispatch | None, scope: Scope) -> Waiting:
    """Return whom the budget holds back from a version, or from its message's sending."""
    if version.message.programme.mails_a_week is None:
        return Waiting()
    if dispatch is None:
        return Waiting(people=sum(forecast(version, scope) for forecast in _FORECASTS))
    delayed = Tally.objects.within(scope).filter(dispatch=dispatch, delay=Delay.BUDGET)
    found = {row["part"]: row["n"] for row in delayed.by("part")}
    return Waiting(people=found.get(WAITING, 0), waited=found.get(State.SENT, 0))
