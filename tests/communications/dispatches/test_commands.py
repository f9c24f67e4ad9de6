"""A rehearsal of any size, and the ledger for programs."""

import csv
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from communications.dispatches.services import dispatch as acts
from communications.mailroom.channels.connections import Connections
from communications.mailroom.channels.mail import RelayConfig
from communications.models import Delivery, Dispatch
from communications.operation.services.pump import run_pump
from onelift.rehearsal.dispatch import CHUNK
from programmes.database.clock import database_now
from stakeholders.models import Person
from tests.communications.making import approve, make_message, run
from tests.communications.over import send_over

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_rehearsal_is_sent_by_whoever_sends(relay, capsys):
    call_command("bench_dispatch", people=12, languages=3)
    dispatch = Dispatch.objects.get(pk=int(capsys.readouterr().out.split()[-1]))
    assert dispatch.deliveries.filter(state="planned").count() == 12
    run(database_now() + timedelta(seconds=1))
    assert dispatch.deliveries.filter(state="sent").count() == 12
    mails = [accept for accept in relay.accepts if accept.dispatch]
    assert len({accept.recipient for accept in mails}) == 12
    assert len({accept.language for accept in mails}) == 3
    assert all(18_000 < len(accept.raw) < 26_000 for accept in mails)
    call_command("deliveries", dispatch.pk, format="csv")
    rows = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert list(rows[0]) == [
        "person",
        "address",
        "language",
        "state",
        "reason",
        "message_id",
        "attempts",
    ]
    assert {row["message_id"] for row in rows} == {accept.message_id for accept in mails}
    assert {(row["state"], row["attempts"]) for row in rows} == {("sent", "1")}


def test_a_rehearsal_loses_nobody_between_two_chunks(relay, capsys):
    call_command("bench_dispatch", people=CHUNK + 3, languages=2)
    assert Person.objects.count() == CHUNK + 3
    assert Delivery.objects.filter(state="planned").count() == CHUNK + 3


def test_a_rehearsal_that_would_go_elsewhere_is_not_made(relay):
    with pytest.raises(CommandError, match=r"EMAIL_URL=smtp://mail\.example:2525"):
        call_command("bench_dispatch", people=2, host="mail.example", port=2525)
    assert not Dispatch.objects.exists()


def test_an_unknown_dispatch_is_refused_with_a_sentence():
    with pytest.raises(CommandError, match="There is no dispatch 99"):
        call_command("deliveries", 99)


def test_a_pause_in_the_middle_of_a_batch_costs_one_connection(cast, now, relay):
    approve(cast, make_message(cast, now), now)
    at = now + timedelta(minutes=6)
    run_pump(at)

    def clock():
        if relay.recipients:
            acts.pause(Dispatch.objects.get(), cast.ines, at)
        return at

    with Connections(RelayConfig.from_settings()) as line:
        send_over(line, clock, until=at + timedelta(minutes=1))
    assert relay.connections == 1
    assert Delivery.objects.filter(state="planned", fence="").count() == 5
