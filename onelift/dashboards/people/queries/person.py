"""One person: who they are, what they were told and asked, and what is planned for them.

Never whether they answered: a survey is shown once, whatever was sent for it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef

from communications.dispatches.queries.delivery import may_see_persons
from communications.dispatches.queries.ledger import part_of
from communications.dispatches.queries.plans import places_of
from communications.dispatches.queries.slots import planned_at
from communications.dispatches.sources import titles_of
from communications.messages.rendering.language import candidates, reading_language
from communications.models import Delivery, State
from onelift.dashboards.plan.queries.moments import NamedSlot, named_plans
from programmes.models import Programme, Site, WaveSite
from programmes.scope import Scope
from stakeholders.audiences.models.rule import Rule
from stakeholders.audiences.queries.optout import opted_out_at
from stakeholders.audiences.queries.people import personas_of
from stakeholders.models import EntryKind, ImportEntry, Person, Persona
from stakeholders.people.queries.employee import manager_of

LATEST = 20


@dataclass(frozen=True)
class Mail:
    """One mail of the ledger as its reader may see it.

    ``state`` is a key of ``marks.STATUSES``, ``at`` the instant of its outcome, or of when it is
    due while it waits, ``zone`` that of the site, ``message`` the id of what was told.
    """

    title: str
    state: str
    reason: str
    at: datetime
    zone: str
    message: int


@dataclass(frozen=True)
class Texts:
    """What a person reads: ``order`` are the languages looked for, ``gets`` the one that is."""

    reads: str
    gets: str
    order: tuple[str, ...]


@dataclass(frozen=True)
class PersonPage:
    """What the page of a person shows.

    ``place`` is their site in its wave, if it has one, with ``live_on``; ``manager`` somebody
    within the scope. ``history`` is what files did, each with whether the reader may know what was
    before: not where somebody came from another programme or region. ``sees_all``: else only
    mails that did not reach them are in ``told`` and ``asked``. ``opted_out_at`` is since when
    (UTC) they get only what nobody may leave out.
    """

    person: Person
    place: WaveSite | None
    today: date
    texts: Texts
    manager: Person | None
    told: list[Mail]
    asked: list[Mail]
    planned: list[NamedSlot]
    personas: list[Persona]
    history: list[tuple[ImportEntry, bool]]
    sees_all: bool
    opted_out_at: datetime | None

    @property
    def live_on(self) -> date | None:
        """Return the go-live of their site."""
        return self.place.live_on if self.place else None

    @property
    def is_live(self) -> bool:
        """Tell whether their site has gone live."""
        return self.live_on is not None and self.live_on <= self.today


def person_page(programme: Programme, person: Person, scope: Scope, now: datetime) -> PersonPage:
    """Return the page of a person who is within the scope; constant queries."""
    places = [one for one in places_of(scope) if one.site_id == person.site_id]
    mails = list(_mails_of(person, programme))
    seen = [mail for mail in mails if _may_see(mail, scope)]
    titles = titles_of({mail.dispatch.message for mail in seen}, scope)
    return PersonPage(
        person=person,
        place=places[0] if places else None,
        today=now.date(),
        texts=texts_for(person.language, programme.languages),
        manager=manager_of(person, scope),
        told=[_mail(one, scope, titles) for one in seen if not _is_asked(one)],
        asked=_once_each(_mail(one, scope, titles) for one in seen if _is_asked(one)),
        planned=_planned_for(person, programme, places, scope, mails, now),
        personas=personas_of(person, _personas_of(scope)),
        history=_history_of(person, scope),
        sees_all=scope.may("delivery.read"),
        opted_out_at=opted_out_at(person, programme),
    )


def _history_of(person: Person, scope: Scope) -> list[tuple[ImportEntry, bool]]:
    """Return what files did to a person, with whether they were in view before (two queries)."""
    entries = ImportEntry.objects.history([person.personnel_number], scope)[:LATEST]
    sites = set(Site.objects.within(scope).order_by().values_list("pk", flat=True))
    return [
        (
            one,
            one.kind == EntryKind.CHANGED
            and ("site" not in one.fields or one.came_from_id in sites),
        )
        for one in entries
    ]


def _personas_of(scope: Scope) -> list[Persona]:
    return list(Persona.objects.within(scope).with_rule())


def texts_for(language: str, written: Sequence[str]) -> Texts:
    """Return which language somebody gets, of those that the programme writes, and in what order.

    Languages that the programme does not write are in the order only if they are read.
    """
    gets = reading_language(language, written) or "en"
    wanted = (code for code in candidates(language, written) if code in (language, gets, *written))
    order = list(dict.fromkeys(wanted))
    return Texts(language, gets, tuple(order[: order.index(gets) + 1]))


def _mails_of(person: Person, programme: Programme) -> Any:
    """Return the ledger of one person, the latest first (one query).

    All of it, since nothing is planned twice for whoever got it elsewhere; ``_may_see`` narrows.
    """
    mails = Delivery.objects.filter(person=person, dispatch__message__programme=programme)
    related = ("dispatch__message__survey", "approval", "site")
    found = mails.select_related(*related).prefetch_related("bounces")
    return found.order_by("-due_at", "-pk")


def _may_see(mail: Delivery, scope: Scope) -> bool:
    """Tell whether a reader may see a mail: of a site in view, and of a part open to them."""
    is_here = scope.regions is None or mail.site.region_id in scope.regions
    part = "bounced" if mail.bounces.all() else part_of(mail.state)
    return is_here and may_see_persons(scope, part)


def _is_asked(mail: Delivery) -> bool:
    return mail.dispatch.message.source == "survey"


def _mail(mail: Delivery, scope: Scope, titles: Mapping[int, str]) -> Mail:
    bounce = next(iter(mail.bounces.all()), None)
    state = "planned" if mail.state == State.CLAIMED else mail.state
    return Mail(
        title=titles.get(mail.dispatch.message_id) or _title(mail, scope),
        state="bounced" if bounce else state,
        reason=str(bounce) if bounce else mail.why,
        at=mail.ended_at or mail.turn_at,
        zone=mail.site.time_zone,
        message=mail.dispatch.message_id,
    )


def _title(mail: Delivery, scope: Scope) -> str:
    """Return the name of the survey, else the subject as approved; a draft is not for everybody."""
    message = mail.dispatch.message
    if survey := getattr(message, "survey", None):
        return str(survey.name)
    if mail.approval is not None:
        return mail.approval.frozen.title
    return message.title if scope.reads_drafts else ""


def _once_each(mails: Iterable[Mail]) -> list[Mail]:
    """Return the first invitation to each survey: who was reminded has not answered."""
    return list({mail.message: mail for mail in mails}.values())


def _planned_for(
    person: Person,
    programme: Programme,
    places: list[WaveSite],
    scope: Scope,
    mails: Iterable[Delivery],
    now: datetime,
) -> list[NamedSlot]:
    """Return what is still to come to a person, by its day."""
    if person.left_on is not None:
        return []
    had = {mail.dispatch.message_id for mail in mails}
    found = [
        each
        for each in planned_at(named_plans(programme, scope), places)
        if each.due.latest > now and each.plan.message.pk not in had
    ]
    meant = _meant(person, [each.plan.rule for each in found])
    return sorted(
        (each for each, is_meant in zip(found, meant, strict=True) if is_meant),
        key=lambda each: (each.due.at, each.plan.message.pk),
    )


def _meant(person: Person, rules: list[Rule]) -> Iterator[bool]:
    """Tell for each rule whether it means a person, in one query for all."""
    if not rules:
        return iter(())
    columns = {
        f"rule_{n}": Exists(rule.people().filter(pk=OuterRef("pk"))) for n, rule in enumerate(rules)
    }
    row = Person.objects.filter(pk=person.pk).annotate(**columns).values_list(*columns).get()
    return map(bool, row)
