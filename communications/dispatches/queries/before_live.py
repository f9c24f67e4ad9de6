"""What is sent in a wave until it goes live, whether it is approved, and in which languages.

Readiness counts it, and the list of messages shows it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from communications.dispatches.queries.plans import plans_of
from communications.dispatches.queries.slots import Plan, planned_at
from communications.messages.models import Approval
from communications.messages.queries.content import readers
from communications.messages.queries.source import FIELDS
from programmes.models import Programme, Wave, WaveSite
from programmes.queries.texts import READY, states_of_many
from programmes.scope import Scope
from stakeholders.audiences.queries.crowd import crowd_of

CANCELLED, PAUSED = "cancelled", "paused"
# What a message of a wave may lack, by the word that addresses use.
LACKS = APPROVAL, LANGUAGE = "approval", "language"


@dataclass(frozen=True)
class Sent:
    """What is sent in a wave: the plan, and who reads which language there."""

    wave: int
    plan: Plan
    wanted: Counter[str]

    @property
    def is_approved(self) -> bool:
        return self.plan.state in (Approval.State.APPROVED, PAUSED)


def sent_by_wave(programme: Programme, scope: Scope, places: Sequence[WaveSite]) -> Iterator[Sent]:
    """Yield what each wave is sent until it goes live, in a fixed number of queries."""
    plans = [p for p in plans_of(programme, scope) if p.state != CANCELLED]
    sites: defaultdict[tuple[int, int], set[int]] = defaultdict(set)
    for slot in planned_at(plans, places):
        place = slot.wave_site
        if slot.on <= place.live_on:
            sites[place.wave_id, slot.plan.message.pk].add(place.site_id)
    everywhere = {place.site_id for place in places}
    crowd = crowd_of(everywhere, scope, [plan.rule for plan in plans], "language")
    by_message = {plan.message.pk: plan for plan in plans}
    for (wave, message), there in sites.items():
        if wanted := crowd.readers(by_message[message].rule, there):
            yield Sent(wave, by_message[message], wanted)


def languages_ready(sent: Iterable[Sent]) -> dict[int, set[str]]:
    """Return the languages of each message that are frozen or, of a draft, ready (one query)."""
    plans = {one.plan.message.pk: one.plan for one in sent}
    drafts = [plan.message for plan in plans.values() if plan.approval.pk is None]
    found = {pk: set(plan.approval.frozen.languages) for pk, plan in plans.items()}
    for pk, statuses in states_of_many(drafts, FIELDS).items():
        found[pk] = {code for code, status in statuses.items() if status.state in READY}
    return found


def others_in(sent: Sent, languages: set[str]) -> int:
    """Return how many people get another language than they read, or nothing."""
    _own, others = readers(sent.wanted, languages)
    return sum(count.people for count in others)


def lacking_in(wave: Wave, programme: Programme, scope: Scope, what: str) -> set[int]:
    """Return the ids of the messages in view that lack an approval or a language in a wave."""
    places = WaveSite.objects.within(scope).dated().filter(wave=wave)
    there = list(places.select_related("wave", "site__region"))
    sent = list(sent_by_wave(programme, scope, there))
    if what == APPROVAL:
        return {one.plan.message.pk for one in sent if not one.is_approved}
    ready = languages_ready(sent)
    lacking = (one for one in sent if others_in(one, ready[one.plan.message.pk]))
    return {one.plan.message.pk for one in lacking}
