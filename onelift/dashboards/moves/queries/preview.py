"""What happens if a date moves, before anything is written."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communications.desk.queries.recipients import narrowed
from communications.dispatches.queries.left import left_at_sites
from communications.dispatches.queries.load import LIMIT, Load, hits_of, loads_of
from communications.dispatches.queries.parts import Parts, parts_of
from communications.dispatches.queries.plans import with_ends
from communications.dispatches.queries.slots import planned_at
from communications.dispatches.queries.weeks import ONE_WEEK, Weeks, monday_of
from onelift.dashboards.moves.queries.clashes import clashes_of_day, clashes_of_past
from onelift.dashboards.moves.queries.mails import rows_of_mails
from onelift.dashboards.moves.queries.texts import NamingText, naming_texts
from onelift.dashboards.moves.queries.told import Telling, told_by_language
from onelift.dashboards.plan.queries.moments import NamedPlan, NamedSlot, named_plans
from programmes.design.formats import day
from programmes.models import Move, Programme, WaveSite
from programmes.queries.shift import Clash, Row, Shift, Wishes, movers
from programmes.scope import Scope
from stakeholders.audiences.queries.crowd import crowd_of

# The order in which things of one day stand.
ORDER = ("go_live", "message", "survey", "event", "service", "kit", "hand_over")


@dataclass(frozen=True)
class Preview:
    """What would move, what would not, what is in the way, and who heard the old date."""

    shift: Shift
    wishes: Wishes
    rows: Sequence[Row]
    loads: Sequence[Clash]
    texts: Sequence[NamingText]
    told: Counter[str]
    told_on: Mapping[date, int]
    people: int

    @property
    def moving(self) -> list[Row]:
        """Return what moves, with the date itself."""
        return [row for row in self.rows if not row.stays]

    @property
    def actions(self) -> int:
        """Return how many things move along with the date."""
        return len(self.moving) - 1

    @property
    def staying(self) -> list[Row]:
        return [row for row in self.rows if row.stays]

    @cached_property
    def clashes(self) -> list[Clash]:
        """Return what is in the way, in the order of the rows; overload comes last."""
        return [*(clash for row in self.moving for clash in row.clashes), *self.loads]

    @property
    def choices(self) -> list[Row]:
        """Return what moves, or stays, as somebody chooses."""
        return [row for row in self.rows if row.choice]

    @property
    def conflicts(self) -> int:
        """Return how many things somebody should look at: clashes, and texts as one."""
        return len(self.clashes) + bool(self.texts)

    @property
    def told_count(self) -> int:
        return self.told.total()

    @cached_property
    def fingerprint(self) -> str:
        """Return the SHA-256 of all that was shown, whatever the language of the page."""
        shift = self.shift
        facts = [
            [shift.wave.pk, shift.place.pk if shift.place else None, shift.what],
            [str(shift.before_on), str(shift.after_on), str(shift.wave.handed_over_on)],
            [self.wishes.events, sorted(self.wishes.choices.items()), sorted(self.told.items())],
            [_facts_of(row) for row in self.rows],
            [[clash.kind, clash.detail] for clash in self.loads],
            [[one.kind, one.pk, one.language, one.named.words] for one in self.texts],
        ]
        return hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode()).hexdigest()


def _facts_of(row: Row) -> list[object]:
    instants = [[site, *map(str, pair)] for site, pair in sorted(row.instants.items())]
    kinds = [clash.kind for clash in row.clashes]
    return [row.key, str(row.before_on), str(row.then_on), bool(row.stays), kinds, instants]


def preview_of(
    programme: Programme, shift: Shift, wishes: Wishes, scope: Scope, now: datetime
) -> Preview:
    """Return the preview, in a number of queries that does not grow with the plan."""
    plans = with_ends(named_plans(programme, scope), programme)
    sent = left_at_sites(shift.sites, scope)
    rows = [*_dates(shift, now), *rows_of_mails(plans, shift, wishes, sent, now)]
    for mover in movers():
        rows += mover.rows(shift, wishes, scope, now)
    rules = {plan.message: plan.rule for plan in plans}
    crowd = crowd_of(_sites(shift), scope, list(rules.values()))
    telling = Telling(shift, scope)
    return Preview(
        shift=shift,
        wishes=wishes,
        rows=sorted(rows, key=_order),
        loads=_loads(plans, shift, parts_of(crowd, narrowed(rules)), sent),
        texts=naming_texts(plans, shift, sent, programme, scope),
        told=told_by_language(telling.people()),
        told_on=telling.by_date(),
        people=crowd.people,
    )


def _sites(shift: Shift) -> set[int]:
    own = {place.site_id for place in shift.everywhere if place.wave_id == shift.wave.pk}
    return set(shift.sites) or own


def _order(row: Row) -> tuple[date, int, str]:
    return row.before_on or date.max, ORDER.index(row.kind), row.title


def _dates(shift: Shift, now: datetime) -> list[Row]:
    """Return the rows of the date itself, of the hand-over, and of sites with their own date."""
    title = _("Go-live") if shift.what == Move.What.GO_LIVE else _("Hand-over to Run")
    places = [shift.then(place) for place in shift.places] or [
        place for place in shift.everywhere if place.wave_id == shift.wave.pk
    ]
    clashes = [
        *clashes_of_day(title, shift.after_on, places),
        *clashes_of_past(title, shift.after_on, now.date()),
    ]
    own = Row(
        kind=shift.what,
        key=shift.what,
        title=title,
        before_on=shift.before_on,
        then_on=shift.after_on,
        clashes=tuple(clashes) if shift.days else (),
        pk=shift.wave.pk,
    )
    if shift.what != Move.What.GO_LIVE or shift.place:
        return [own]
    return [own, *_hand_over(shift), *_apart(shift)]


def _hand_over(shift: Shift) -> list[Row]:
    """Return the hand-over of the wave, which moves along where it has its day."""
    on, then = shift.wave.handed_over_on, shift.moved(shift.wave.handed_over_on)
    if on is None or then is None:
        return []
    clashes = clashes_of_day(_("Hand-over to Run"), then, shift.places)
    return [Row("hand_over", "hand_over", _("Hand-over to Run"), on, then, clashes=tuple(clashes))]


def _apart(shift: Shift) -> list[Row]:
    """Return the sites of the wave that have a date of their own."""
    return [
        Row(
            kind="go_live",
            key=f"site-{place.pk}",
            title=place.site.name,
            before_on=place.live_on,
            then_on=place.live_on,
            stays=_("Has its own go-live, %(day)s") % {"day": day(place.live_on)},
            tag=_("Own date"),
        )
        for place in shift.everywhere
        if place.wave_id == shift.wave.pk and place.own_go_live_on is not None
    ]


def _loads(
    plans: Sequence[NamedPlan], shift: Shift, parts: Parts, sent: set[tuple[int, int]]
) -> list[Clash]:
    """Return the weeks over the limit that the move makes, or makes worse."""
    was = planned_at(plans, shift.places)
    moved = planned_at(plans, [shift.then(place) for place in shift.places])
    known = {_slot_key(one): one for one in was}
    then = [known[_slot_key(one)] if _slot_key(one) in sent else one for one in moved]
    if not then:
        return []
    before = _loads_at(plans, was, shift.places, parts, shift)
    after = _loads_at(plans, then, [shift.then(place) for place in shift.places], parts, shift)
    none = Load(0, 0)
    return [
        _load_clash(week, load)
        for week, load in sorted(after.items())
        if load.is_over and load.people_over > before.get(week, none).people_over
    ]


def _slot_key(slot: NamedSlot) -> tuple[int, int]:
    return slot.plan.message.pk, slot.wave_site.site_id


def _loads_at(
    plans: Sequence[NamedPlan],
    planned: Sequence[NamedSlot],
    places: Sequence[WaveSite],
    parts: Parts,
    shift: Shift,
) -> dict[date, Load]:
    days = [one.on for one in planned]
    first, last = monday_of(min(days)), monday_of(max(days)) + timedelta(days=6)
    weeks = Weeks(first, (last - first) // ONE_WEEK + 1)
    return loads_of(hits_of(plans, planned, places, parts), shift.sites, weeks)


def _load_clash(week: date, load: Load) -> Clash:
    words = ngettext(
        "%(n)d contact in week %(week)s, the limit is %(limit)d",
        "Up to %(n)d contacts per person in week %(week)s, the limit is %(limit)d",
        load.contacts,
    )
    named = {"n": load.contacts, "week": week.isocalendar().week, "limit": LIMIT}
    people = ngettext("%(n)d person", "%(n)d people", load.people_over)
    return Clash("load", words % named, people % {"n": load.people_over})
