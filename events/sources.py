"""What the pump asks of this floor: whom events invite and remind, their links, their files."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from auditlog.models import LogEntry
from django.conf import settings
from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communications.dispatches.services.link import make_links
from communications.dispatches.sources import Source, register
from communications.mailroom.channels.parts import Attachment
from communications.messages.models.content import DAYS_BEFORE
from communications.messages.models.message import lead_to_stream
from communications.messages.rendering import reading_language
from communications.models import Approval, Delivery, Message
from events.models import CheckIn, Event, EventMail, Registration
from events.queries.occasion import facts_of, public_link, values_of
from events.queries.text import FIELDS, MORE, names_of, ready_texts, texts_of
from events.queries.ticket import INVITED, link_of
from events.rendering.calendar import PUBLISH, attached
from programmes.scope import Scope
from programmes.services.publishing import approve_text, take_approval_back
from programmes.services.sealing import blank_entries
from stakeholders.audiences.models.rule import Rule
from stakeholders.models import Person, User
from stakeholders.people.models.person import PersonQuerySet

# Who comes late to a link still sees that it is over.
KEPT_FOR = timedelta(days=30)
SHARED = frozenset({"event_title", "event_day", "event_hours", "event_place"})


class EventSource(Source):
    """What invitations and reminders share; ``relation`` is how an event names the message."""

    placeholders = SHARED | {"event_link"}
    edit_words = _("Edit event")
    page_action = "event.write"
    relation = "invitation"
    title_words = _("Invitation: %(event)s")

    def titles(self, messages: Collection[int], scope: Scope) -> dict[int, str]:
        """Return the kind of mail and the event, by its name."""
        events = list(Event.objects.filter(**{f"{self.relation}__in": messages}))
        names = names_of(events, scope)
        return {
            getattr(event, f"{self.relation}_id"): str(self.title_words)
            % {"event": names[event.pk]}
            for event in events
        }

    def together(self, messages: Collection[int], scope: Scope) -> dict[int, tuple[str, str]]:
        """Return the event of each: its invitation and its reminder are one decision."""
        events = list(Event.objects.filter(**{f"{self.relation}__in": messages}))
        names = names_of(events, scope)
        return {
            getattr(event, f"{self.relation}_id"): (f"event-{event.pk}", names[event.pk])
            for event in events
        }

    def purpose(self, message: Message, scope: Scope) -> str:
        event = self.event_of(message)
        return names_of([event], scope)[event.pk]

    def event_of(self, message: Message) -> Event:
        events = Event.objects.select_related("site", "programme", "invitation")
        return events.get(**{self.relation: message})

    def page(self, message: Message) -> str:
        """Return the address where the event is changed."""
        event = self.event_of(message)
        return reverse("events:event-edit", args=[event.programme.slug, event.slug])

    def examples(self, message: Message, language: str) -> dict[str, str]:
        """Return when and where it is, as a mail in a language says it."""
        event = self.event_of(message)
        return values_of(event, texts_of(event), language)

    def context(self, deliveries: Sequence[Delivery], now: datetime) -> dict[int, dict[str, str]]:
        """Return when and where, in the language of each mail, and each person's link."""
        if not deliveries:
            return {}
        event = self.event_of(deliveries[0].dispatch.message)
        texts, links = texts_of(event), self.links(event, deliveries)
        named = {delivery.approval_id for delivery in deliveries}
        versions = Approval.objects.in_bulk(filter(None, named))
        shared: dict[str, dict[str, str]] = {}
        values = {}
        for delivery in deliveries:
            code = _language_of(delivery, versions.get(delivery.approval_id))
            if code not in shared:
                shared[code] = values_of(event, texts, code)
            values[delivery.pk] = shared[code] | {"event_link": links[delivery.pk]}
        return values

    def links(self, event: Event, deliveries: Sequence[Delivery]) -> dict[int, str]:
        """Return the link of each mail to the page on which its person registers or cancels."""
        tokens = make_links(deliveries, INVITED, event.ends_at + KEPT_FOR)
        return {pk: f"{settings.PUBLIC_URL}/e/{token}/" for pk, token in tokens.items()}

    def attachments(self, message: Message, language: str) -> tuple[Attachment, ...]:
        """Return the calendar file, the same for all who read a language."""
        event = self.event_of(message)
        return (attached(facts_of(event, texts_of(event), language), PUBLISH),)


class InvitationSource(EventSource):
    """The mail that invites an audience; its approval covers what the event says of itself."""

    key = "event"
    page_words = _("This is the invitation to an event")

    def kept(self, person: Person) -> list[QuerySet[Any]]:
        """Return what was told about registrations, and where the person was let in."""
        return [
            EventMail.objects.filter(registration__person=person),
            CheckIn.objects.filter(registration__person=person),
        ]

    def erase(self, person: Person, now: datetime) -> None:
        """Take the address out of what was told about registrations, and who wrote them down."""
        mails = EventMail.objects.filter(registration__person=person)
        mails.filter(reason__contains="@").update(reason="")
        mails.update(address="")
        registrations = Registration.objects.filter(person=person)
        blank_entries(LogEntry.objects.get_for_objects(registrations), now)

    def people(self, message: Message, rule: Rule) -> PersonQuerySet:
        """Return whom the rule means; nobody once the event is cancelled."""
        people = rule.people()
        return people.none() if self.event_of(message).cancelled_at else people

    def content(self, message: Message) -> dict[str, Any]:
        """Return the texts that are ready: they are approved with the mail."""
        return {MORE: ready_texts(self.event_of(message))}

    def written(self, message: Message) -> list[Model]:
        """Return the mail, and the event with its texts."""
        return [message, self.event_of(message)]

    def approved(self, approval: Approval, user: User, now: datetime) -> None:
        """Call the texts approved that are still those which were shown."""
        event, frozen = self.event_of(approval.message), approval.frozen.more[MORE]
        for code, text in frozen.items():
            approve_text(event, code, text, user, now, fields=FIELDS)

    def undone(self, approval: Approval, before: Approval | None, now: datetime) -> None:
        """Put the texts back in review that this version had approved first."""
        kept = before.frozen.more.get(MORE, {}) if before else {}
        event = self.event_of(approval.message)
        take_approval_back(event, approval.frozen.more[MORE], kept, now)


class ReminderSource(EventSource):
    """The mail that reminds those who have a seat."""

    key = "event_reminder"
    page_words = _("This is the reminder for an event")
    only_words = _("only those with a seat by then get it")
    relation = "reminder"
    title_words = _("Reminder: %(event)s")

    def content(self, message: Message) -> dict[str, Any]:
        """Return how many days before the event it goes out: the event may move, and it with it."""
        return {DAYS_BEFORE: self.event_of(message).remind_days}

    def only(self, rules: Mapping[int, Rule]) -> dict[int, PersonQuerySet]:
        """Return who of the invited has a seat; nobody once the event is cancelled."""
        found = {event.reminder_id: event for event in Event.objects.filter(reminder__in=rules)}
        return {pk: _reminded(found[pk], rule) for pk, rule in rules.items() if pk in found}

    def people(self, message: Message, rule: Rule) -> PersonQuerySet:
        """Return who has a seat; nobody if so many days before were not approved."""
        event, people = self.event_of(message), rule.people()
        is_due = event.cancelled_at is None and _approved_day(message) == message.fixed_on
        return _seated(people if is_due else people.none(), event)

    def links(self, event: Event, deliveries: Sequence[Delivery]) -> dict[int, str]:
        """Return the link of each person's ticket; without one, that of the event."""
        people = {delivery.person_id for delivery in deliveries}
        found = Registration.objects.filter(event=event, person__in=people)
        tickets = {one.person_id: link_of(one) for one in found}
        elsewhere = public_link(event)
        return {each.pk: tickets.get(each.person_id, elsewhere) for each in deliveries}


def _reminded(event: Event, rule: Rule) -> PersonQuerySet:
    people = rule.people()
    return _seated(people.none() if event.cancelled_at else people, event)


def _seated(people: PersonQuerySet, event: Event) -> PersonQuerySet:
    going = Registration.objects.filter(event=event).going()
    return people.filter(pk__in=going.values("person"))


def _language_of(delivery: Delivery, version: Approval | None) -> str:
    ready = version.frozen.languages if version else ()
    return reading_language(delivery.person.language, ready) or "en"


def _approved_day(message: Message) -> date | None:
    version = message.approvals.standing().first()
    return version.frozen.schedule.fixed_on if version else None


lead_to_stream(
    *(
        f"{relation}__{path}"
        for relation in ("event", "reminded_event")
        for path in ("stream", "services__stream", "answers__stream")
    )
)
register(InvitationSource())
register(ReminderSource())
