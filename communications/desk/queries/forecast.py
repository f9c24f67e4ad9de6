"""How many people of a version will wait for the next week, since they get enough mails."""

from dataclasses import dataclass

from communications.desk.queries.recipients import narrowed
from communications.dispatches.models import Dispatch, Tally
from communications.dispatches.models.tally import WAITING
from communications.dispatches.queries.load import crowd_with, hits_of, waiting_with
from communications.dispatches.queries.parts import parts_of
from communications.dispatches.queries.plans import places_of, plan_on, plans_of, with_ends
from communications.dispatches.queries.slots import planned_at
from communications.mailroom.models import State
from communications.messages.models import Approval
from programmes.scope import Scope
from programmes.timing import Delay


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
        return Waiting(people=people_waiting(version, scope))
    delayed = Tally.objects.within(scope).filter(dispatch=dispatch, delay=Delay.BUDGET)
    found = {row["part"]: row["n"] for row in delayed.by("part")}
    return Waiting(people=found.get(WAITING, 0), waited=found.get(State.SENT, 0))


def people_waiting(version: Approval, scope: Scope) -> int:
    """Return how many of a version, saved or not, will wait for the next week."""
    programme = version.message.programme
    places = places_of(scope)
    plans = with_ends(plans_of(programme, scope), programme)
    crowd = crowd_with([version], plans, places, scope)
    rules = {plan.message: plan.rule for plan in plans} | {version.message: version.frozen.rule}
    hits = hits_of(plans, planned_at(plans, places), places, parts_of(crowd, narrowed(rules)))
    own = planned_at([plan_on(version.message, version.frozen.rule, version)], places)
    return waiting_with(hits, version, own, programme.mails_a_week)
