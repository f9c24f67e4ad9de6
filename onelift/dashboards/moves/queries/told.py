"""Whose last word on a go-live is another date, by name and in an email that left."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import product

from django.db.models import Count, F, Max, Q, QuerySet

from communications.mailroom.models import State
from communications.models import Approval, Delivery, Message
from programmes.design.written import names_day
from programmes.models import Move
from programmes.queries.shift import Shift
from programmes.scope import Scope
from stakeholders.models import Person
from stakeholders.people.models.person import PersonQuerySet

DATE_OF_SITE = re.compile(r"\{\{\s*go_live_date\s*\}\}")


@dataclass(frozen=True)
class Epoch:
    """A date that the go-live had, and the instants (UTC) between which it had it; None is open."""

    on: date
    since: datetime | None
    until: datetime | None

    @property
    def sent(self) -> Q:
        """Return the condition of deliveries that left meanwhile."""
        after = Q(ended_at__gt=self.since) if self.since else Q()
        return after & Q(ended_at__lte=self.until) if self.until else after


@dataclass(frozen=True)
class Telling:
    """Who was last told another date than the new one, and still works at a site that moves.

    An email says the date of its day by the placeholder, or somebody wrote it into the text of a
    language. Who was told an earlier date and not corrected since is still told that one. Where no
    other day is asked for, it is everybody who was told any. Two queries to find them.
    """

    shift: Shift
    scope: Scope

    def people(self, on: date | None = None) -> PersonQuerySet:
        """Return them; with ``on`` those who were last told this date."""
        told = self._told([epoch for epoch in self._old if on in (None, epoch.on)])
        return self._there.filter(told) if told else Person.objects.none()

    def by_date(self) -> dict[date, int]:
        """Count them by the date that they were last told; each was told one date last."""
        days = sorted({epoch.on for epoch in self._old})
        told = {on: self._told([epoch for epoch in self._old if epoch.on == on]) for on in days}
        counts = {f"{on}": Count("pk", filter=those) for on, those in told.items() if those}
        found = self._there.order_by().aggregate(**counts) if counts else {}
        return {date.fromisoformat(on): n for on, n in found.items() if n}

    def messages(self) -> QuerySet[Message]:
        """Return the messages by which people were told."""
        wrong = _saying(self._versions, self._old) or Q(pk=None)
        sent = self._sent.filter(wrong).order_by()
        return Message.objects.filter(pk__in=sent.values("approval__message"))

    @cached_property
    def _epochs(self) -> list[Epoch]:
        return epochs_of(self.shift)

    @property
    def _old(self) -> list[Epoch]:
        """Return when the go-live had another date than the new one."""
        new = self.shift.after_on if self.shift.days else None
        return [epoch for epoch in self._epochs if epoch.on != new]

    @cached_property
    def _versions(self) -> list[Approval]:
        """Return what may have told a date; nothing tells the day of a hand-over."""
        if self.shift.what != Move.What.GO_LIVE or not self.shift.places:
            return []
        return list(Approval.objects.within(self.scope).once_given().select_related("message"))

    @property
    def _there(self) -> PersonQuerySet:
        people = Person.objects.within(self.scope).active()
        return people.filter(site__in=self.shift.sites)

    @property
    def _sent(self) -> QuerySet[Delivery]:
        sent: QuerySet[Delivery] = Delivery.objects.within(self.scope)
        return sent.filter(state=State.SENT, site__in=self.shift.sites)

    def _told(self, wrong: Sequence[Epoch]) -> Q:
        """Return the condition of people who were told one of these dates last; empty if none."""
        is_wrong = _saying(self._versions, wrong)
        others = _saying(self._versions, [e for e in self._epochs if e not in wrong])
        if not is_wrong:
            return Q()
        last = (
            self._sent.order_by()
            .values("person")
            .annotate(
                right=Max("ended_at", filter=others or Q(pk=None)),
                wrong=Max("ended_at", filter=is_wrong),
            )
        )
        told = last.filter(Q(right=None) | Q(right__lt=F("wrong")), wrong__isnull=False)
        return Q(pk__in=told.values("person"))


def epochs_of(shift: Shift) -> list[Epoch]:
    """Return the dates that what moves has had, the present one last."""
    moves = Move.objects.standing().filter(wave=shift.wave, what=Move.What.GO_LIVE)
    whole = Q(site=None) if shift.place is None or shift.place.own_go_live_on is None else Q()
    own = Q(site__in=shift.sites) if shift.place else Q()
    found, since = [], None
    for on, at in moves.filter(whole | own).order_by("pk").values_list("before_on", "moved_at"):
        found.append(Epoch(on, since, at))
        since = at
    return [*found, Epoch(shift.before_on, since, None)]


def _saying(versions: Sequence[Approval], epochs: Iterable[Epoch]) -> Q:
    """Return the condition of deliveries that said a date while it was the date; empty if none."""
    found = Q()
    for epoch, version in product(epochs, versions):
        languages = version.frozen.languages
        saying = [code for code, text in languages.items() if says(text, code, epoch.on)]
        if saying:
            found |= epoch.sent & Q(approval=version.pk, language__in=saying)
    return found


def says(text: Mapping[str, str], language: str, on: date) -> bool:
    """Tell whether a text says a date of a site, by the placeholder or in so many words."""
    words = "\n".join(text.values())
    return bool(DATE_OF_SITE.search(words)) or names_day(words, on, language)


def told_by_language(people: PersonQuerySet) -> Counter[str]:
    """Count people by the language that they read, in one query."""
    rows = people.order_by().values_list("language").annotate(n=Count("pk"))
    return Counter(dict(rows))
