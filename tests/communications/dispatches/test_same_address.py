"""Two people with one address: a mail each, or one where the programme says so."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from communications.dispatches.services.batch import read_batch
from communications.dispatches.services.sending import DELIVERIES
from communications.mailroom.channels.mail import RelayConfig
from communications.mailroom.services import ledger
from communications.models import Addressee, Delivery, State
from communications.operation.services import pump
from stakeholders.models import Person
from stakeholders.people.services.person import stop_contact
from tests.communications.dispatches.test_sending import LATER
from tests.communications.making import approve, make_message, run
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db(transaction=True)

SHARED = "desk@onelift.example"


@pytest.fixture
def once(cast):
    cast.programme.is_once_per_address = True
    cast.programme.save()
    return cast


def share(cast, count=2, address=SHARED):
    return [
        PersonFactory(site=cast.barcelona, email=address if n % 2 else address.title())
        for n in range(count)
    ]


def tell(cast, now):
    message = make_message(cast, now)
    approve(cast, message, now)
    return message


def accepted(relay, address=SHARED):
    return [mail for mail in relay.accepts if mail.recipient.lower() == address]


def stand_of(people):
    rows = Delivery.objects.filter(person__in=people).order_by("pk")
    return list(rows.values_list("state", "reason"))


def test_without_the_setting_each_gets_one(cast, now, relay):
    share(cast)
    tell(cast, now)
    run(now + LATER)
    assert len(accepted(relay)) == 2
    assert not Addressee.objects.exists()


def test_with_it_the_first_row_gets_it_and_the_others_say_why(once, now, relay):
    people = share(once, 3)
    tell(once, now)
    run(now + LATER)
    assert len(accepted(relay)) == 1
    skipped = ("skipped", "same_address")
    assert stand_of(people) == [("sent", ""), skipped, skipped]
    assert Delivery.objects.filter(state=State.SENT).count() == len(once.people) + 1


def test_the_next_message_is_another_mail(once, now, relay):
    share(once)
    for n in range(2):
        tell(once, now + LATER * n)
    run(now + LATER * 3)
    assert len(accepted(relay)) == 2


def test_whoever_gets_nothing_anyway_takes_nobodys_place(once, now, relay):
    people = share(once)
    stop_contact(people[0], "On leave", once.ines, now)
    tell(once, now)
    run(now + LATER)
    assert stand_of(people) == [("skipped", "do_not_contact"), ("sent", "")]


def test_a_mail_that_is_tried_again_is_still_the_only_one(once, now, relay):
    people = share(once)
    relay.greylists = True
    tell(once, now)
    for n in range(1, 6):
        run(now + LATER * n)
    assert len(accepted(relay)) == 1
    assert stand_of(people) == [("sent", ""), ("skipped", "same_address")]


def test_a_worker_that_dies_leaves_the_address_to_the_same_row(once, now, relay):
    people = share(once)
    tell(once, now)
    pump.run_pump(now + LATER)
    rows = DELIVERIES.ready(now + LATER).filter(person__in=people)
    second = ledger.claim(rows.order_by("-pk"), 1, now + LATER)
    assert read_batch(second, now + LATER).holders
    run(now + LATER)
    assert accepted(relay) == []
    run(now + LATER * 30)
    assert len(accepted(relay)) == 1
    assert stand_of(people) == [("skipped", "same_address"), ("sent", "")]


def test_an_address_that_becomes_shared_meanwhile_gets_no_second_mail(once, now, relay):
    person, late = PersonFactory(site=once.barcelona, email=SHARED), once.people[0]
    tell(once, now)
    pump.run_pump(now + LATER)
    claim = ledger.claim(DELIVERIES.ready(now + LATER).filter(person=late), 1, now + LATER)
    run(now + LATER)
    ledger.release(claim)
    Person.objects.filter(pk=late.pk).update(email=SHARED.upper())
    run(now + LATER)
    assert len(accepted(relay)) == 1
    assert stand_of([person]) == [("sent", "")]
    assert stand_of([late]) == [("skipped", "same_address")]


def test_what_runs_keeps_the_rule_with_which_it_started(cast, now, relay):
    share(cast)
    tell(cast, now)
    pump.run_pump(now + LATER)
    cast.programme.is_once_per_address = True
    cast.programme.save()
    run(now + LATER)
    assert len(accepted(relay)) == 2


@pytest.mark.parametrize("workers", [2, 5])
def test_rivals_send_one_between_them(once, now, relay, settings, workers):
    settings.SEND_BATCH = 1
    addresses = [f"desk{n}@onelift.example" for n in range(4)]
    for address in addresses:
        share(once, 5, address)
    tell(once, now)
    pump.run_pump(now + LATER)
    barrier = threading.Barrier(workers)

    def work(_number):
        try:
            barrier.wait()
            return pump.deliver(lambda: now + LATER, RelayConfig.from_settings())
        finally:
            connection.close()

    with ThreadPoolExecutor(workers) as rivals:
        assert sum(rivals.map(work, range(workers))) == len(addresses) + len(once.people)
    for address in addresses:
        assert len(accepted(relay, address)) == 1
        assert Addressee.objects.filter(address=address).count() == 1
    shared = Delivery.objects.filter(person__email__istartswith="desk")
    assert shared.filter(state=State.SENT).count() == len(addresses)
    assert shared.filter(reason="same_address").count() == 4 * len(addresses)
