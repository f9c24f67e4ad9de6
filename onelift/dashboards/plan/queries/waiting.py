"""How many people of one version will wait, since they get enough mails in its week."""

from communications.models import Approval
from onelift.dashboards.plan.queries.activities import with_ends
from onelift.dashboards.plan.queries.crowd import crowd_with
from onelift.dashboards.plan.queries.load import hits_of, waiting_with
from onelift.dashboards.plan.queries.moments import places_of, plan_on, planned_at, plans_of
from programmes.scope import Scope


def people_waiting(version: Approval, scope: Scope) -> int:
    """Return what the card of a decision says, of a version that may be unsaved (a draft)."""
    message, rule = version.message, version.frozen.rule
    programme = message.programme
    places = places_of(scope)
    plans = with_ends(plans_of(programme, scope), programme)
    crowd = crowd_with([version], plans, places, scope)
    hits = hits_of(plans, planned_at(plans, places), places, crowd)
    own = planned_at([plan_on(message, rule, version)], places)
    return waiting_with(hits, version, own, programme.mails_a_week)
