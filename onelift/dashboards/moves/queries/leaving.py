"""What happens if sites are taken out of a wave, before anything is written."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from communications.dispatches.queries.left import left_at_sites
from communications.dispatches.queries.plans import with_ends
from communications.dispatches.queries.slots import planned_at
from onelift.dashboards.moves.queries.clashes import sites_in_words
from onelift.dashboards.moves.queries.mails import ENDED
from onelift.dashboards.moves.queries.told import Telling
from onelift.dashboards.plan.queries.moments import NamedSlot, named_plans
from programmes.design.collation import name_key
from programmes.models import Programme, WaveSite
from programmes.queries.shift import Row, Shift, movers, shift_of
from programmes.scope import Scope
from stakeholders.audiences.queries.crowd import crowd_of


@dataclass(frozen=True)
class Leaving:
    """Sites that would lose their go-live, and what would not go out there any more.

    ``rows`` are messages and surveys with the first day of each; ``stays`` of a row names the
    sites that it is lost for. ``staying`` is what takes place there all the same, such as events.
    ``told`` counts who was told a date, at each site where somebody was.
    """

    places: Sequence[WaveSite]
    rows: Sequence[Row]
    staying: Sequence[Row]
    people: int
    told: Sequence[tuple[WaveSite, int]]

    @cached_property
    def fingerprint(self) -> str:
        """Return the SHA-256 of all that was shown, whatever the language of the page."""
        facts = [
            [[place.pk, str(place.live_on)] for place in self.places],
            [[place.pk, n] for place, n in self.told],
            [[row.key, sorted(row.instants), str(row.before_on)] for row in self.rows],
            [[row.key, str(row.before_on)] for row in self.staying],
        ]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def leaving_of(programme: Programme, shift: Shift, scope: Scope, now: datetime) -> Leaving:
    """Return the preview, in a number of queries that grows with the sites, not with the plan."""
    places = shift.places
    plans = with_ends(named_plans(programme, scope), programme)
    sites = {place.site_id for place in places}
    sent = left_at_sites(sites, scope)
    lost: dict[int, list[NamedSlot]] = {}
    for slot in planned_at(plans, places):
        key = slot.plan.message.pk
        is_over = (key, slot.wave_site.site_id) in sent or slot.is_missed(now)
        if slot.plan.state not in ENDED and not is_over:
            lost.setdefault(key, []).append(slot)
    rows = sorted(map(_row, lost.values()), key=lambda row: (str(row.before_on), row.title))
    people = crowd_of(sites, scope, [plan.rule for plan in plans]).people
    staying = [row for mover in movers() for row in mover.leaving(shift, scope, now)]
    return Leaving(places, rows, staying, people, _told(places, scope, now))


def _told(places: Sequence[WaveSite], scope: Scope, now: datetime) -> list[tuple[WaveSite, int]]:
    """Return how many were told a date of their site, as the list of a move of it has them."""
    found = []
    for place in places:
        shift = shift_of(place.wave, tuple(places), place.pk, place.live_on, now.date())
        found.append((place, Telling(shift, scope).people().count()))
    return [(place, n) for place, n in found if n]


def _row(slots: Sequence[NamedSlot]) -> Row:
    plan = slots[0].plan
    return Row(
        kind=plan.kind,
        key=f"message-{plan.message.pk}",
        title=plan.title,
        before_on=min(slot.on for slot in slots),
        then_on=None,
        stays=sites_in_words([slot.wave_site for slot in slots]),
        instants={slot.wave_site.site_id: (slot.due.at, None) for slot in slots},
        pk=plan.pk,
    )


def places_chosen(places: Iterable[WaveSite], wave: int, keys: Iterable[str]) -> list[WaveSite]:
    """Return the sites of a wave that an address names, by name."""
    wanted = set(keys)
    found = (one for one in places if one.wave_id == wave and str(one.site_id) in wanted)
    return sorted(found, key=lambda place: name_key(place.site.name, place.site.latin_name))
