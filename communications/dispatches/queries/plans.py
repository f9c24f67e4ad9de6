"""What of each message is to be sent, as boards count it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from django.db.models import prefetch_related_objects

from communications.dispatches.models import Dispatch
from communications.dispatches.queries.slots import Plan, PlanT
from communications.dispatches.queries.tally import waiting_in
from communications.messages.models import Approval, Message
from programmes.models import Programme, WaveSite
from programmes.scope import Scope
from stakeholders.audiences.models.audience import rule_lookups
from stakeholders.audiences.models.rule import Rule


def places_of(scope: Scope) -> list[WaveSite]:
    """Return the sites of a programme's waves in view, each with ``live_on`` (one query)."""
    places = WaveSite.objects.dated().within(scope)
    return list(places.select_related("wave", "site__region"))


def open_versions(scope: Scope) -> list[Approval]:
    """Return the versions that stand or wait, with message and asker, oldest first (one query)."""
    states = [Approval.State.APPROVED, Approval.State.WAITING]
    found = Approval.objects.within(scope.of_plan).filter(state__in=states)
    return list(found.select_related("message", "asked_by").order_by("asked_at", "pk"))


def plans_of(
    programme: Programme,
    scope: Scope,
    versions: Iterable[Approval] | None = None,
    sent_for: Iterable[str] = (),
) -> list[Plan]:
    """Return what of each message on the plan is to be sent, in a number of queries that is fixed.

    The approved version, else what waits, else the draft. ``versions`` are those of
    ``open_versions``, where they were asked for already. A version brings its rule; only the rules
    of drafts are asked for. ``sent_for`` are relations of messages that are loaded with them.
    """
    chosen = _chosen(open_versions(scope) if versions is None else versions)
    sendings = _sendings(programme)
    messages = Message.objects.within(scope.of_plan).select_related("audience", *sent_for)
    found = list(messages)
    drafts = [message.audience for message in found if message.pk not in chosen]
    prefetch_related_objects(drafts, *rule_lookups())
    return [_plan(message, chosen, sendings) for message in found]


def _chosen(versions: Iterable[Approval]) -> dict[int, Approval]:
    """Return the version that stands, else the one that waits, by message id."""
    ordered = sorted(versions, key=lambda version: version.state == Approval.State.APPROVED)
    return {version.message_id: version for version in ordered}


def _sendings(programme: Programme) -> dict[int, str]:
    """Return ``paused`` or ``cancelled`` by message id, where its latest sending is."""
    sendings = Dispatch.objects.filter(message__programme=programme).order_by("occurrence")
    return {d.message_id: _halt(d) for d in sendings}


def _halt(dispatch: Dispatch) -> str:
    if dispatch.cancelled_at:
        return "cancelled"
    return "paused" if dispatch.paused_at else ""


def _plan(message: Message, versions: Mapping[int, Approval], sendings: Mapping[int, str]) -> Plan:
    version = versions.get(message.pk)
    if version is None:
        return plan_on(message, message.audience.rule())
    halt = sendings.get(message.pk, "") if version.state == Approval.State.APPROVED else ""
    return plan_on(message, version.frozen.rule, version, halt)


def plan_on(message: Message, rule: Rule, version: Approval | None = None, halt: str = "") -> Plan:
    """Return the plan of one version, or of the draft with its rule and own schedule."""
    if version is None:
        return Plan(Approval.of_draft(message, rule), "draft")
    version.message = message
    return Plan(version, halt or version.state)


def with_ends(plans: Iterable[PlanT], programme: Programme) -> list[PlanT]:
    """Return plans, of which those that were refused or withdrawn say so, in one query."""
    ends = [Approval.State.REFUSED, Approval.State.WITHDRAWN]
    versions = Approval.objects.filter(message__programme=programme, state__in=ends)
    latest = {each.message_id: each for each in versions.defer("content").order_by("version")}
    return [
        replace(plan, state=end.state, reason=end.reason)
        if plan.state == "draft" and (end := latest.get(plan.message.pk))
        else plan
        for plan in plans
    ]


def open_deliveries(scope: Scope) -> dict[tuple[int, int], int]:
    """Return how many mails are on their way, by ids of message and site (one query)."""
    rows = waiting_in(scope).by("dispatch__message", "site")
    return {(row["dispatch__message"], row["site"]): row["n"] for row in rows}
