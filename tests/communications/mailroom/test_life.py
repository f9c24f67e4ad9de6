"""What a database that broke down may have forgotten is in doubt, and never planned again."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr

from communications.approvals.services import approval as approvals
from communications.dispatches.services import dispatch as acts
from communications.dispatches.services.batch import read_batch
from communications.dispatches.services.sending import DELIVERIES
from communications.mailroom.services import ledger
from communications.mailroom.services.database_life import current_life
from communications.mailroom.services.identity import message_id_of
from communications.models import Delivery, Dispatch
from communications.operation.services.pump import run_pump
from tests.communications.making import approve, make_message

pytestmark = pytest.mark.django_db

LATER = timedelta(minutes=6)
ANOTHER = "another."


def states():
    return Counter(Delivery.objects.values_list("state", flat=True))


@pytest.fixture
def forgotten(cast, now, settings):
    """A claim on four of six rows, made in a life of the database that has ended."""
    settings.SEND_BATCH = 4
    approve(cast, make_message(cast, now), now)
    run_pump(now + LATER)
    claim = DELIVERIES.claim(now + LATER)
    claim.rows.update(fence=Concat(Value(ANOTHER), Substr(F("fence"), len(ANOTHER) + 1)))
    return replace(claim, fence=ANOTHER + claim.fence[len(ANOTHER) :])


def test_the_sweeper_calls_it_in_doubt(forgotten, now):
    ledger.sweep(Delivery, now + LATER)
    assert states() == {"in_doubt": 4, "planned": 2}
    for doubt in Delivery.objects.filter(state="in_doubt").select_related("person"):
        assert (doubt.message_id, doubt.address) == (message_id_of(doubt), doubt.person.email)


def test_whoever_claimed_it_cannot_give_it_back(forgotten, now):
    assert ledger.release(forgotten) == ledger.postpone(forgotten, "x", now) == 0
    assert states() == {"claimed": 4, "planned": 2}


def test_cancelling_leaves_it_in_doubt(forgotten, cast, now):
    assert acts.cancel(Dispatch.objects.get(), cast.ines, now + LATER) == 2
    assert states() == {"in_doubt": 4, "cancelled": 2}


def test_withdrawing_and_approving_anew_do_not_send_it_again(forgotten, cast, now):
    standing = Dispatch.objects.get().message.approvals.standing().get()
    assert approvals.withdraw(standing, cast.claire, "A typo", now + LATER) == 2
    approve(cast, standing.message, now + LATER)
    run_pump(now + LATER * 2)
    assert states() == {"in_doubt": 4, "planned": 2}


def test_another_version_does_not_send_it_again(forgotten, cast, now):
    from communications.messages.services.message import write_ready

    message = Dispatch.objects.get().message
    write_ready(message, "en", "Another", "Hello", cast.ines, now)
    approve(cast, message, now + LATER)
    assert states() == {"in_doubt": 4, "planned": 2}


@pytest.mark.services
def test_a_life_ends_where_the_unlogged_table_is_empty():
    life = current_life()
    assert life == current_life()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relpersistence FROM pg_class WHERE oid = 'communications_life'::regclass"
        )
        assert cursor.fetchone() == ("u",)
        cursor.execute("TRUNCATE communications_life")
    assert current_life() != life


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_only_the_steps_within_a_claim_do_not_wait_for_the_disk(cast, now):
    approve(cast, make_message(cast, now), now)
    run_pump(now + LATER)
    claim = ledger.claim(DELIVERIES.ready(now + LATER), 2, now + LATER)
    batch = read_batch(claim, now + LATER)
    for delivery in batch.rows:
        batch.address(delivery)
    assert len(batch.begin(claim, batch.rows, now + LATER)) == 2
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone() == ("on",)
