"""Personnel files that come in while messages are planned and sent."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from django.db import connection

from communications.mailroom.channels.mail import RelayConfig
from communications.models import Delivery, NotSent
from communications.operation.services import pump
from stakeholders.importing.services.personnel import import_people
from stakeholders.models import Person
from tests import factories
from tests.communications.making import approve, make_message, run

pytestmark = pytest.mark.django_db(transaction=True)

LATER = timedelta(minutes=6)
PEOPLE = 60


def file_of(people, **given):
    """Return a personnel file of people, with columns of all of them replaced."""
    lines = ["personnel_number,last_name,first_name,email,site,language"]
    for person in people:
        number = person.personnel_number
        mail = given.get("mail", person.email).replace("*", number.lower())
        name = f"{number},{person.last_name},{person.first_name}"
        lines.append(f"{name},{mail},{person.site.name},{given.get('language', person.language)}")
    return "\n".join(lines).encode()


def bring(content, now):
    return import_people(content, "people.csv", now=now, confirm_leavers=True)


def test_two_people_with_one_address_get_a_mail_each(cast, now, relay):
    people = cast.people[:3]
    bring(file_of(people, mail="shared@onelift.example"), now)
    approve(cast, make_message(cast, now), now)
    run(now + LATER)
    assert relay.recipients == ["shared@onelift.example"] * 3
    greeted = {a.message.get_body(("plain",)).get_content().split()[1] for a in relay.accepts}
    assert {word.strip(":,") for word in greeted} == {p.first_name for p in people}


def test_who_comes_back_before_the_dispatch_is_told_once(cast, now, relay):
    approve(cast, make_message(cast, now), now)
    pump.run_pump(now + LATER)
    back, *others = cast.people
    bring(file_of(others), now)
    bring(file_of(cast.people), now)
    for _again in range(2):
        run(now + LATER)
    told = Counter(Delivery.objects.values_list("person", "state"))
    assert told == {(person.pk, "sent"): 1 for person in cast.people}
    assert relay.recipients.count(back.email) == 1


def test_who_comes_back_after_the_dispatch_is_not_told_again(cast, now, relay):
    approve(cast, make_message(cast, now), now)
    pump.run_pump(now + LATER)
    back, *others = cast.people
    bring(file_of(others), now)
    run(now + LATER)
    bring(file_of(cast.people), now)
    run(now + LATER * 2)
    delivery = Delivery.objects.get(person=back)
    assert (delivery.state, delivery.reason) == ("skipped", NotSent.LEFT)
    assert back.email not in relay.recipients


def test_an_import_during_a_sending_is_seen_whole_or_not_at_all(cast, now, relay, settings):
    settings.SEND_BATCH = 5
    Person.objects.all().delete()
    made = [factories.PersonFactory(site=cast.barcelona, language="es") for _ in range(PEOPLE)]
    bring(file_of(made, mail="*@before.example"), now)
    approve(cast, make_message(cast, now), now)
    pump.run_pump(now + LATER)
    is_sending = Event()

    def clock():
        if len(relay.accepts) >= PEOPLE // 4:
            is_sending.set()
        return now + LATER

    def import_meanwhile():
        try:
            assert is_sending.wait(60)
            return bring(file_of(made, mail="*@after.example", language="en"), now)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        imported = pool.submit(import_meanwhile)
        while Delivery.objects.exclude(state="sent").exists():
            pump.deliver(clock, RelayConfig.from_settings())
        assert imported.result(timeout=60).updated == PEOPLE
    assert len(set(relay.recipients)) == len(relay.recipients) == PEOPLE
    for accept in relay.accepts:
        domain = accept.recipient.partition("@")[2]
        language = str(accept.message["Content-Language"])
        assert (domain, language) in {("before.example", "es"), ("after.example", "en")}
    rows = Delivery.objects.values_list("person__personnel_number", "address", "language")
    assert all(address.startswith(f"{number.lower()}@") for number, address, _code in rows)
