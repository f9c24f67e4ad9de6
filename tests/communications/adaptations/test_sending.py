"""Who gets the adaptation and who the core, by real mails."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from communications.adaptations.services import deciding
from communications.adaptations.services.writing import call_ready, write_adapted
from communications.approvals.services import approval as approvals
from communications.dispatches.services.batch import Batch
from communications.mailroom.channels.mail import RelayConfig
from communications.messages.services.message import write_ready
from communications.messages.services.refusal import RefusedError
from communications.models import Delivery, NotSent, State
from communications.operation.services import pump
from tests.communications.adaptations.making import (
    SPANISH,
    adapt,
    approve_adapted,
    make_core,
    make_persona,
)
from tests.communications.making import approve, run
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db(transaction=True)

LATER = timedelta(minutes=6)
CORE, LOCAL = "Tu centro hasta las 22:00", SPANISH["subject"]


def subjects(relay):
    return {one.recipient: one.message["Subject"] for one in relay.accepts}


def send(now):
    run(now)
    run(now + LATER)


def test_people_of_a_site_get_their_adaptation_and_others_the_core(cast, now, relay):
    message = make_core(cast, now)
    version = approve_adapted(cast, adapt(cast, message, now), now)
    core = approve(cast, message, now)
    send(now + LATER)
    here, there = cast.people[:3], cast.people[3:]
    assert {subjects(relay)[p.email] for p in here} == {LOCAL}
    assert {subjects(relay)[p.email] for p in there} == {"服务台到22:00"}
    rows = Counter(Delivery.objects.values_list("site__name", "adapted", "approval", "language"))
    assert rows == {
        ("Barcelona", version.pk, core.pk, "es"): 3,
        ("Shanghai", None, core.pk, "zh-hans"): 3,
    }


def test_one_that_nobody_approved_is_not_sent(cast, now, relay):
    message = make_core(cast, now)
    deciding.ask(adapt(cast, message, now), cast.nuria, now)
    approve(cast, message, now)
    send(now + LATER)
    assert subjects(relay)[cast.people[0].email] == CORE
    assert not Delivery.objects.exclude(adapted=None).exists()


def test_one_that_was_made_from_another_english_is_not_sent(cast, now, relay):
    message = make_core(cast, now)
    approve_adapted(cast, adapt(cast, message, now), now)
    english = ("Your desk answers until 23:00", "From 14 December, until 23:00. Call 5050.")
    write_ready(message, "en", *english, cast.ines, now)
    approve(cast, message, now)
    send(now + LATER)
    # The Spanish core is out of date as well: neither leaves.
    assert subjects(relay)[cast.people[0].email] == english[0]


def test_the_most_specific_one_wins(cast, now, relay):
    message = make_core(cast, now)
    shift = make_persona(cast, [cast.people[1]])
    for name, people in (
        ("region", {"region": cast.iberia}),
        ("site", {"site": cast.barcelona}),
        ("persona", {"persona": shift}),
    ):
        text = SPANISH | {"subject": f"{name}: 22:00"}
        approve_adapted(cast, adapt(cast, message, now, texts={"es": text}, **people), now)
    approve(cast, message, now)
    send(now + LATER)
    told = subjects(relay)
    assert [told[p.email] for p in cast.people[:3]] == [
        "site: 22:00",
        "persona: 22:00",
        "site: 22:00",
    ]


def test_people_of_one_without_email_get_none(cast, now, relay):
    message = make_core(cast, now)
    shift = make_persona(cast, cast.people[:2])
    people = {"site": cast.barcelona, "persona": shift, "has_email": False}
    briefing = {"points": {"es": {"headline": "Ayuda", "body": SPANISH["body"]}}}
    approve_adapted(cast, adapt(cast, message, now, forms=briefing, **people), now)
    approve(cast, message, now)
    send(now + LATER)
    assert cast.people[0].email not in subjects(relay)
    assert subjects(relay)[cast.people[2].email] == CORE
    rows = Delivery.objects.filter(person__in=cast.people[:2])
    assert set(rows.values_list("state", "reason")) == {(State.SKIPPED, NotSent.ADAPTED)}
    assert rows[0].reason_words == "gets a local version that is not sent by email"


def test_a_language_that_somebody_reads_goes_before_words_made_for_them(cast, now, relay):
    message = make_core(cast, now)
    german = PersonFactory(site=cast.barcelona, language="de")
    chinese = PersonFactory(site=cast.barcelona, language="zh-hans")
    argentine = PersonFactory(site=cast.barcelona, language="es-ar")
    english = {"subject": "Local: 22:00", "body": "From 14 December until 22:00. Call 5050."}
    approve_adapted(cast, adapt(cast, message, now, texts={"en": english, "es": SPANISH}), now)
    approve(cast, message, now)
    send(now + LATER)
    told = subjects(relay)
    assert told[german.email] == "Local: 22:00"
    assert told[chinese.email] == "服务台到22:00"
    assert told[argentine.email] == LOCAL


def test_who_moves_before_the_sending_gets_what_is_for_their_new_place(cast, now, relay):
    message = make_core(cast, now)
    approve_adapted(cast, adapt(cast, message, now), now)
    approve(cast, message, now)
    pump.run_pump(now + LATER)
    assert Delivery.objects.count() == 6
    mover = cast.people[0]
    mover.site = cast.shanghai
    mover.save()
    send(now + LATER)
    assert subjects(relay)[mover.email] == CORE


def test_once_withdrawn_it_is_used_no_more(cast, now, relay):
    message = make_core(cast, now)
    version = approve_adapted(cast, adapt(cast, message, now), now)
    approve(cast, message, now)
    pump.run_pump(now + LATER)
    deciding.withdraw(version, cast.claire, "Wrong hour", now + LATER)
    send(now + LATER)
    assert subjects(relay)[cast.people[0].email] == CORE


def test_what_a_sender_has_read_does_not_leave_once_it_is_withdrawn(cast, now, relay, monkeypatch):
    message = make_core(cast, now)
    version = approve_adapted(cast, adapt(cast, message, now), now)
    approve(cast, message, now)
    plain = Batch.begin
    done = []

    def begin(self, claim, rows, at):
        if not done and any(row.adapted_id for row in rows):
            done.append(True)
            # As if the decision fell between the reading and the first body, past any lock.
            type(version).objects.filter(pk=version.pk).update(state="withdrawn")
        return plain(self, claim, rows, at)

    monkeypatch.setattr(Batch, "begin", begin)
    pump.run_pump(now + LATER)
    for later in (now + LATER, now + 2 * LATER, now + 3 * LATER):
        pump.deliver(
            partial(datetime.fromtimestamp, later.timestamp(), UTC), RelayConfig.from_settings()
        )
    assert done
    assert set(subjects(relay).values()) == {CORE, "服务台到22:00"}
    assert Delivery.objects.filter(state=State.SENT).count() == 6


def test_a_new_version_takes_the_place_of_the_old_one(cast, now, relay):
    message = make_core(cast, now)
    adaptation = adapt(cast, message, now)
    first = approve_adapted(cast, adaptation, now)
    text = SPANISH | {"subject": "Otra vez hasta las 22:00"}
    write_adapted(adaptation, "email", "es", text, cast.nuria, now)
    call_ready(adaptation, "email", "es", cast.nuria, now)
    second = approve_adapted(cast, adaptation, now)
    first.refresh_from_db()
    assert (first.state, second.state) == ("replaced", "approved")
    approve(cast, message, now)
    send(now + LATER)
    assert subjects(relay)[cast.people[0].email] == "Otra vez hasta las 22:00"


def test_approving_one_undoes_no_approval_of_the_message(cast, now):
    message = make_core(cast, now)
    core = approve(cast, message, now)
    approve_adapted(cast, adapt(cast, message, now), now)
    core.refresh_from_db()
    assert core.state == "approved"
    with pytest.raises(RefusedError, match="Nothing has changed"):
        approvals.ask(message, cast.ines, now)
