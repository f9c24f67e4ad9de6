"""Statements and commits that fail amid a dispatch: nothing lost, nothing twice (F7)."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection

from communications.dispatches.services.batch import read_batch
from communications.dispatches.services.sending import DELIVERIES
from communications.mailroom.services.outbox import CONNECTIONS
from communications.models import Delivery
from communications.operation.services import pump
from stakeholders.models import Person
from tests.communications.contacts import contacts, last_sent
from tests.communications.making import approve, make_message, run

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

LATER, MUCH_LATER = timedelta(minutes=6), timedelta(minutes=40)
# As many statements of its kind succeed as ``left`` says; then each fails, at its commit or before.
FAILING = """
CREATE TABLE patience (left_over int);
INSERT INTO patience VALUES (%s);
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE patience SET left_over = left_over - 1;
  IF (SELECT left_over < 0 FROM patience) THEN
    RAISE EXCEPTION 'refused' USING ERRCODE = '%s';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER refuse AFTER UPDATE ON communications_delivery
DEFERRABLE INITIALLY %s FOR EACH ROW WHEN (NEW.state = '%s') EXECUTE FUNCTION refuse();
"""
MENDED = """
DROP TRIGGER IF EXISTS refuse ON communications_delivery;
DROP FUNCTION IF EXISTS refuse();
DROP TABLE IF EXISTS patience;
"""
FAILING_ONCE = """
CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF nextval('once') = 1 THEN
    RAISE EXCEPTION 'refused' USING ERRCODE = '40P01';
  END IF;
  RETURN NULL;
END $$
"""
DEADLOCK = "40P01"
SERIALIZATION, LOCK, CANCELLED, TOO_MANY = "40001", "55P03", "57014", "53300"


def ask(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def failing():
    """Return a function that lets updates to a state fail from one of them on."""

    def begin(state, left, code, when="DEFERRED"):
        ask(FAILING % (left, code, when, state))

    yield begin
    ask(MENDED)


def try_to_send(now):
    """Let a sender work; return whether it failed, as a task does that says so in its log."""
    try:
        run(now)
    except DatabaseError:
        return True
    return False


@pytest.mark.parametrize("when", ["DEFERRED", "IMMEDIATE"])
@pytest.mark.parametrize(
    ("state", "left", "code"),
    [
        ("claimed", 2, TOO_MANY),
        ("sending", 3, SERIALIZATION),
        ("sent", 0, LOCK),
        ("sent", 3, CANCELLED),
    ],
)
def test_nothing_is_lost_and_nothing_doubled(cast, now, relay, failing, state, left, code, when):
    approve(cast, make_message(cast, now), now)
    failing(state, left, code, when)
    assert try_to_send(now + LATER)
    told = len(relay.accepts)
    ask(MENDED)
    for round_ in range(3):
        run(now + MUCH_LATER * (round_ + 1))
    states = Counter(Delivery.objects.values_list("state", flat=True))
    assert set(states) <= {"sent", "in_doubt"}
    assert states["in_doubt"] <= CONNECTIONS
    taken = Counter(accept.recipient for accept in relay.accepts)
    assert max(taken.values()) == 1
    assert len(taken) == sum(states.values()) == Person.objects.count()
    assert told <= 6
    assert contacts() == last_sent()


def test_a_sender_that_fails_tries_no_mail_again_by_itself(cast, now, relay, failing):
    approve(cast, make_message(cast, now), now)
    pump.run_pump(now + LATER)
    failing("sending", 0, SERIALIZATION)
    for _task in range(5):
        assert try_to_send(now + LATER) or not relay.accepts
    assert not relay.accepts
    assert not Delivery.objects.exclude(attempts=0).exists()


def test_what_was_taken_is_told_once_more_where_the_database_gave_it_up(cast, now, relay, failing):
    """As where two wait for each other; a sequence counts on where a transaction is undone."""
    approve(cast, make_message(cast, now), now)
    ask("CREATE SEQUENCE once")
    failing("sent", 0, DEADLOCK, "IMMEDIATE")
    ask(FAILING_ONCE)
    try:
        run(now + LATER)
    finally:
        ask(MENDED + "DROP SEQUENCE once")
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}
    assert contacts() == last_sent()


def test_a_body_whose_row_somebody_has_in_hand_waits_and_holds_up_no_other(cast, now, relay):
    approve(cast, make_message(cast, now), now)
    pump.run_pump(now + LATER)
    ask("SET lock_timeout = '2s'")
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT id FROM communications_delivery ORDER BY id")
            first = cursor.fetchone()[0]
        claim = DELIVERIES.claim(now + LATER)
        with other.cursor() as cursor:
            cursor.execute(
                "SELECT 1 FROM communications_delivery WHERE id = %s FOR UPDATE", [first]
            )
        batch = read_batch(claim, now + LATER)
        for row in batch.rows:
            batch.address(row)
        may_leave = batch.begin(claim, batch.rows, now + LATER)
        assert may_leave == {row.pk for row in batch.rows} - {first}
    finally:
        other.rollback()
        other.close()
        ask("RESET lock_timeout")
