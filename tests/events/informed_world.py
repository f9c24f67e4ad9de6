"""Random worlds of people, changes, messages and events, and who is informed there by plain SQL."""

import random
from datetime import timedelta
from typing import Any

from django.db import connection

from communications.messages.services.message import MessageData, create_message
from communications.models import Bounce, Channel, Delivery, Dispatch, Message, Post, State
from events.models import CheckIn, Registration
from stakeholders.models import EnglishReaders, Impact, Person, Persona
from tests import factories
from tests.events.making import make_event

SPOKEN = ["en-gb", "es", "fr-ca", "pt-pt", "zh-hant", "zh-hans", "lb", "de"]
TEXTS = ["en", "es", "fr", "pt-br", "zh-hans", "de"]
# Who reads what, written down by hand.
READ = [
    ("en-gb", "en"),
    ("es", "es"),
    ("fr-ca", "fr"),
    ("pt-pt", "pt-br"),
    ("zh-hant", "zh-hans"),
    ("zh-hans", "zh-hans"),
    ("lb", "fr"),
    ("lb", "de"),
    ("de", "de"),
]
CHANNELS = [[], ["mail"], ["mail", "poster"], ["poster"], ["briefing", "event"]]
PEOPLE, MESSAGES, DAYS = 24, 5, 60


class InformedWorld:
    """One world: movers have mails at sites where they are no more, and leavers have mails too."""

    def __init__(self, cast: Any, now: Any, seed: int) -> None:
        self.cast, self.now, self.dice = cast, now, random.Random(seed)
        self.programme = cast.programme
        self.lines = [
            factories.BusinessLineFactory(channels=self.dice.choice(CHANNELS)) for _ in range(2)
        ]
        self.sites = [
            *(cast.barcelona, cast.shanghai),
            factories.SiteFactory(region=cast.iberia, country="PT"),
            factories.SiteFactory(region=cast.china, country="SG"),
        ]
        factories.place(cast.wave1, self.sites[2])
        factories.place(cast.wave2, self.sites[3])
        factories.WaveFactory(sites=self.sites)
        if self.dice.random() < 0.5:
            EnglishReaders.objects.create(country=self.dice.choice(["PT", "SG", "CN"]))
        Person.objects.all().delete()
        self.people = [self.person() for _ in range(PEOPLE)]
        self.personas = [self.persona(n) for n in range(4)]
        self.services = [self.service() for _ in range(2)]
        self.impacts = [self.impact() for _ in range(4)]
        for _ in range(MESSAGES):
            self.tell(self.message())
        for _ in range(2):
            self.meet()

    def some(self, things: list[Any], most: int = 2) -> list[Any]:
        return self.dice.sample(things, self.dice.randint(0, most))

    def person(self) -> Person:
        return factories.PersonFactory(
            site=self.dice.choice(self.sites),
            language=self.dice.choice(SPOKEN),
            business_line=self.dice.choice([None, *self.lines]),
            reads_english=self.dice.random() < 0.15,
            left_on=self.now.date() if self.dice.random() < 0.1 else None,
        )

    def persona(self, number: int) -> Persona:
        made = Persona.objects.create(
            programme=self.programme,
            slug=f"persona-{number}",
            name_en=f"Persona {number}",
            channels=self.dice.choice(CHANNELS),
            is_hand_picked=self.dice.random() < 0.25,
        )
        made.people.set(self.some(self.people, 8) if made.is_hand_picked else [])
        made.business_lines.set(self.some(self.lines))
        made.sites.set(self.some(self.sites, 1))
        made.regions.set(self.some([self.cast.iberia, self.cast.china], 1))
        return made

    def service(self) -> Any:
        made = factories.ServiceFactory(programme=self.programme)
        for persona in self.some(self.personas):
            persona.services.add(made)
        return made

    def impact(self) -> Impact:
        made = factories.ImpactFactory(
            programme=self.programme,
            personas=self.dice.sample(self.personas, self.dice.randint(1, 2)),
            sites=self.some(self.sites),
            severity=self.dice.randint(2, 4),
            wave=self.dice.choice([None, None, self.cast.wave1]),
        )
        made.business_lines.set(self.some(self.lines, 1))
        if self.dice.random() < 0.15:
            made.removed_at = self.now
            made.save()
        return made

    def about(self, action: Any) -> None:
        """Say what an action is about; some are about nothing."""
        action.answers.set(self.some(self.impacts))
        action.services.set(self.some(self.services, 1))
        action.stage = self.dice.choice(["", "", "", "go_live"])
        action.save()

    def message(self) -> Message:
        data = MessageData(purpose="Tell", sender="IT", fixed_on=self.now.date())
        made = create_message(self.programme, data, self.cast.ines, self.now)
        self.about(made)
        if self.dice.random() < 0.2:
            made.source = "event"
            made.save()
        return made

    def tell(self, message: Message) -> None:
        """Let mails of a message be in any state, and post it in a group."""
        sent = Dispatch.objects.create(message=message, started_at=self.now)
        for person in self.dice.sample(self.people, PEOPLE // 2):
            moved = self.dice.random() < 0.2
            row = Delivery.objects.create(
                dispatch=sent,
                person=person,
                site=self.dice.choice(self.sites) if moved else person.site,
                state=self.dice.choice([State.SENT] * 4 + [State.FAILED, State.PLANNED]),
                language=self.dice.choice(TEXTS),
                due_at=self.now,
                latest_at=self.now,
                ended_at=self.now - timedelta(minutes=self.dice.randint(1, 900)),
            )
            if self.dice.random() < 0.1:
                kind = Bounce.Kind.SOFT
                Bounce.objects.create(
                    delivery=row, dispatch=sent, site=row.site, kind=kind, received_at=self.now
                )
        if self.dice.random() < 0.4:
            name = f"Board {message.pk}"
            board = Channel.objects.create(
                programme=self.programme, name=name, kind="by_hand", language="en"
            )
            state = self.dice.choice([State.SENT, State.PLANNED])
            post = Post.objects.create(
                dispatch=sent, channel=board, state=state, due_at=self.now, latest_at=self.now
            )
            post.sites.set(self.some(self.sites))

    def meet(self) -> None:
        """Let some who registered for an event come, and others not."""
        event = make_event(self.cast, self.now, site=self.dice.choice(self.sites), capacity=50)
        self.about(event)
        for number, person in enumerate(self.dice.sample(self.people, 6)):
            seat = Registration.objects.create(
                event=event,
                person=person,
                state="going",
                asked_at=self.now,
                ticket_hash=f"{event.pk}-{number}",
            )
            if self.dice.random() < 0.6:
                at = self.now - timedelta(minutes=self.dice.randint(1, 900))
                CheckIn.objects.create(registration=seat, at=at)


# In both databases; {…} are lists of ids and pairs that are kept in JSON or settings.
PLAIN = """
WITH line AS (SELECT persona_id, businessline_id AS thing FROM stakeholders_persona_business_lines),
spot AS (SELECT persona_id, site_id AS thing FROM stakeholders_persona_sites),
area AS (SELECT persona_id, region_id AS thing FROM stakeholders_persona_regions),
home AS (
  SELECT s.id, s.region_id, s.country, w.id AS wave_id,
    COALESCE(ws.own_go_live_on, w.go_live_on) AS live_on
  FROM programmes_site s JOIN programmes_wavesite ws ON ws.site_id = s.id
  JOIN programmes_wave w ON w.id = ws.wave_id WHERE w.programme_id = {programme}
),
person AS (
  SELECT p.*, home.region_id, home.country, home.wave_id, home.live_on
  FROM stakeholders_person p JOIN home ON home.id = p.site_id WHERE p.left_on IS NULL
),
member AS (
  SELECT a.id AS persona_id, p.id AS person_id
  FROM stakeholders_persona a CROSS JOIN person p
  WHERE a.programme_id = {programme} AND CASE WHEN a.is_hand_picked THEN EXISTS (
      SELECT 1 FROM stakeholders_persona_people x WHERE x.persona_id = a.id AND x.person_id = p.id)
    ELSE EXISTS (
      SELECT persona_id FROM line WHERE persona_id = a.id UNION
      SELECT persona_id FROM spot WHERE persona_id = a.id UNION
      SELECT persona_id FROM area WHERE persona_id = a.id)
    AND (NOT EXISTS (SELECT 1 FROM line WHERE persona_id = a.id)
      OR p.business_line_id IN (SELECT thing FROM line WHERE persona_id = a.id))
    AND (NOT EXISTS (
        SELECT persona_id FROM spot WHERE persona_id = a.id UNION
        SELECT persona_id FROM area WHERE persona_id = a.id)
      OR p.site_id IN (SELECT thing FROM spot WHERE persona_id = a.id)
      OR p.region_id IN (SELECT thing FROM area WHERE persona_id = a.id)) END
),
touched AS (
  SELECT DISTINCT i.id AS impact_id, i.severity, m.person_id
  FROM stakeholders_impact i
  JOIN stakeholders_impact_personas ip ON ip.impact_id = i.id
  JOIN member m ON m.persona_id = ip.persona_id JOIN person p ON p.id = m.person_id
  WHERE i.programme_id = {programme} AND i.removed_at IS NULL AND (
    NOT EXISTS (SELECT 1 FROM stakeholders_impact_sites x WHERE x.impact_id = i.id)
    OR p.site_id IN (SELECT x.site_id FROM stakeholders_impact_sites x WHERE x.impact_id = i.id))
  AND (i.wave_id IS NULL OR i.wave_id = p.wave_id) AND (
    NOT EXISTS (SELECT 1 FROM stakeholders_impact_business_lines x WHERE x.impact_id = i.id)
    OR p.business_line_id IN (SELECT x.businessline_id
      FROM stakeholders_impact_business_lines x WHERE x.impact_id = i.id))
),
served AS (
  SELECT s.id AS service_id, p.id AS person_id FROM programmes_service s CROSS JOIN person p
  WHERE s.programme_id = {programme} AND (
    NOT EXISTS (SELECT 1 FROM stakeholders_persona_services x WHERE x.service_id = s.id)
    OR EXISTS (SELECT 1 FROM stakeholders_persona_services x
      JOIN member m ON m.persona_id = x.persona_id
      WHERE x.service_id = s.id AND m.person_id = p.id))
),
missed AS (
  SELECT p.id AS person_id FROM person p WHERE
    (EXISTS (SELECT 1 FROM member m WHERE m.person_id = p.id AND m.persona_id IN {others})
      AND NOT EXISTS (SELECT 1 FROM member m WHERE m.person_id = p.id AND m.persona_id IN {mail}))
    OR (p.business_line_id IN {lines} AND NOT EXISTS (
      SELECT 1 FROM member m WHERE m.person_id = p.id
      AND (m.persona_id IN {others} OR m.persona_id IN {mail})))
),
reads (spoken, written) AS (VALUES {pairs}),
mail AS (
  SELECT d.person_id, d.ended_at, d.person_id IN (SELECT person_id FROM missed) AS is_missed
  FROM communications_delivery d
  JOIN communications_dispatch di ON di.id = d.dispatch_id
  JOIN communications_message me ON me.id = di.message_id
  JOIN person p ON p.id = d.person_id
  WHERE me.programme_id = {programme} AND me.source = 'message' AND d.state = 'sent'
    AND NOT EXISTS (SELECT 1 FROM communications_bounce b WHERE b.delivery_id = d.id)
    AND (EXISTS (
        SELECT 1 FROM reads WHERE spoken = p.language AND written = d.language)
      OR (d.language = 'en' AND (p.reads_english OR p.country IN (
        SELECT country FROM stakeholders_englishreaders))))
    AND (EXISTS (SELECT 1 FROM communications_message_answers x
        JOIN touched t ON t.impact_id = x.impact_id
        WHERE x.message_id = me.id AND t.person_id = p.id)
      OR EXISTS (SELECT 1 FROM communications_message_services x
        JOIN served s ON s.service_id = x.service_id
        WHERE x.message_id = me.id AND s.person_id = p.id)
      OR (me.stage <> '' AND p.wave_id = (SELECT wave_id FROM home WHERE home.id = d.site_id)))
),
came AS (
  SELECT r.person_id, c.at AS ended_at
  FROM events_checkin c JOIN events_registration r ON r.id = c.registration_id
  JOIN events_event e ON e.id = r.event_id JOIN person p ON p.id = r.person_id
  WHERE e.programme_id = {programme} AND (
    EXISTS (SELECT 1 FROM events_event_answers x JOIN touched t ON t.impact_id = x.impact_id
      WHERE x.event_id = e.id AND t.person_id = p.id)
    OR EXISTS (SELECT 1 FROM events_event_services x JOIN served s ON s.service_id = x.service_id
      WHERE x.event_id = e.id AND s.person_id = p.id)
    OR (e.stage <> '' AND p.wave_id = (SELECT wave_id FROM home WHERE home.id = e.site_id)))
),
posted AS (
  SELECT p.id AS person_id FROM communications_post po
  JOIN communications_post_sites ps ON ps.post_id = po.id
  JOIN communications_dispatch di ON di.id = po.dispatch_id
  JOIN communications_message me ON me.id = di.message_id
  JOIN person p ON p.site_id = ps.site_id
  WHERE me.programme_id = {programme} AND me.source = 'message' AND po.state = 'sent' AND (
    EXISTS (SELECT 1 FROM communications_message_answers x
      JOIN touched t ON t.impact_id = x.impact_id
      WHERE x.message_id = me.id AND t.person_id = p.id)
    OR EXISTS (SELECT 1 FROM communications_message_services x
      JOIN served s ON s.service_id = x.service_id
      WHERE x.message_id = me.id AND s.person_id = p.id)
    OR me.stage <> '')
),
informed AS (
  SELECT person_id, MIN(ended_at) AS at FROM (
    SELECT person_id, ended_at FROM mail WHERE NOT is_missed
    UNION ALL SELECT person_id, ended_at FROM came) told
  GROUP BY person_id
)
"""
INFORMED = PLAIN + "SELECT person_id FROM informed"
POSSIBLY = (
    PLAIN
    + """
SELECT person_id FROM posted WHERE person_id NOT IN (SELECT person_id FROM informed)
UNION SELECT person_id FROM mail WHERE is_missed AND person_id NOT IN (
  SELECT person_id FROM informed)
"""
)
UNCOVERED = (
    PLAIN
    + """
SELECT id FROM person p WHERE live_on BETWEEN '{first}' AND '{last}'
  AND EXISTS (SELECT 1 FROM touched t WHERE t.person_id = p.id AND t.severity >= 3)
  AND id NOT IN (SELECT person_id FROM informed)
"""
)
MISSED = PLAIN + "SELECT person_id FROM missed"


def asked_plainly(world: InformedWorld, statement: str) -> set[int]:
    """Return the ids of people that one of the statements finds."""
    named = {p.pk: p.channels for p in world.personas if p.channels}
    lacking = [one.pk for one in world.lines if one.channels and "mail" not in one.channels]
    values = {
        "programme": world.programme.pk,
        "mail": _ids(pk for pk, channels in named.items() if "mail" in channels),
        "others": _ids(pk for pk, channels in named.items() if "mail" not in channels),
        "lines": _ids(lacking),
        "pairs": ", ".join(f"('{spoken}', '{written}')" for spoken, written in READ),
        "first": world.now.date(),
        "last": world.now.date() + timedelta(days=DAYS),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement.format(**values))
        return {row[0] for row in cursor.fetchall()}


def _ids(ids: Any) -> str:
    return f"({', '.join(str(pk) for pk in [0, *ids])})"
