"""What comes back, from the envelope that a server saw to the next mail that is not sent."""

import re
from datetime import timedelta

import pytest
from auditlog.models import LogEntry
from django.db.models import Max

from communications.dispatches.services import dispatch as acts
from communications.mailroom.channels.verp import return_path
from communications.models import Bounce, Delivery, Heartbeat, State
from stakeholders.models import Contact, Person
from stakeholders.people.services.person import address_works
from tests.communications.contacts import contacts
from tests.communications.dispatches.test_do_not_contact import recipients
from tests.communications.dispatches.test_import_meanwhile import bring, file_of
from tests.communications.dispatches.test_sending import LATER, states
from tests.communications.operation.test_pump import at_once
from tests.communications.returns.reports import away, exchange, gmail, postfix

pytestmark = pytest.mark.django_db(transaction=True)

DAY = timedelta(days=1)


def drop(folder, raw, name="1.eml"):
    (folder / name).write_bytes(raw)


def report(delivery, write=postfix, **more):
    return write(return_path(delivery.pk), delivery.address, **more)


def names_in(folder):
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def arrived():
    """Return the last mail that did not come back by programme and person, from the ledger."""
    rows = Delivery.objects.filter(state=State.SENT, bounces=None).order_by()
    rows = rows.values_list("dispatch__message__programme", "person").annotate(l=Max("ended_at"))
    return {row[:2]: row[2] for row in rows}


def test_each_mail_leaves_with_a_return_path_of_its_own(cast, now, relay, spool, told):
    rows = told()
    mails = [accept for accept in relay.accepts if accept.dispatch]
    paths = [re.search(r"<(.*)>", line)[1] for line in relay.envelopes]
    assert set(paths) >= {return_path(row.pk) for row in rows.values()}
    assert len({return_path(row.pk) for row in rows.values()}) == len(mails) == 6
    assert {mail.message["From"].addresses[0].addr_spec for mail in mails} == {
        "onelift@onelift.example"
    }


def test_without_a_mailbox_mails_leave_as_before(cast, now, relay, told):
    told()
    assert {re.search(r"<(.*)>", line)[1] for line in relay.envelopes} == {
        "onelift@onelift.example"
    }


def test_from_the_mail_to_its_return_to_silence_to_a_new_address(
    cast, now, relay, spool, told, fetch
):
    person, *others = cast.people
    first = told()[person.pk]
    drop(spool, report(first))
    assert fetch(now + LATER) == 1
    bounce = Bounce.objects.get()
    assert (bounce.delivery, bounce.kind, bounce.code) == (first, "hard", "5.1.1")
    assert Delivery.objects.get(pk=first.pk).state == State.SENT
    person.refresh_from_db()
    assert person.is_address_refused
    assert person.address_refused_at == now + LATER

    skipped = told(now + DAY)[person.pk]
    assert (skipped.state, skipped.reason) == (State.SKIPPED, "bad_address")
    assert relay.recipients.count(person.email) == 1

    bring(file_of([person, *others]), now + DAY)
    assert Person.objects.get(pk=person.pk).is_address_refused, "the file has the old address"
    person.email = "new@onelift.example"
    bring(file_of([person, *others]), now + DAY)
    assert not Person.objects.get(pk=person.pk).is_address_refused
    assert told(now + 2 * DAY)[person.pk].state == State.SENT
    assert "new@onelift.example" in recipients(relay)


@pytest.mark.parametrize("write", [postfix, exchange, gmail])
def test_reports_of_several_servers_count_once_however_often_they_are_read(
    write, cast, now, spool, told, fetch
):
    row = told()[cast.people[0].pk]
    for n in range(3):
        drop(spool, report(row, write), f"{n}.eml")
    drop(spool, report(row, write), "again.eml")
    assert fetch() == 4
    assert fetch() == 0
    assert Bounce.objects.count() == 1
    assert names_in(spool) == ["done"]
    assert len(names_in(spool / "done")) == 4


def test_forged_mails_and_answers_of_machines_do_nothing(cast, now, spool, told, fetch):
    rows = told()
    row, other = (rows[person.pk] for person in cast.people[:2])
    path = return_path(row.pk)
    forged = path.replace(path.partition("-")[2][:24], "a" * 24)
    drop(spool, postfix(forged, row.address), "forged.eml")
    drop(spool, postfix(path, other.address), "about somebody else.eml")
    drop(spool, postfix(return_path(10**9), row.address), "of no delivery.eml")
    drop(spool, b"\xff" * 2000, "noise.eml")
    drop(spool, b"", "empty.eml")
    drop(spool, away(path), "away.eml")
    drop(spool, postfix(path, row.address, action="delayed"), "delayed.eml")
    assert fetch() == 7
    assert not Bounce.objects.exists()
    assert not Person.objects.with_bad_address().exists()
    assert len(contacts()) == 6
    assert names_in(spool / "done") == ["away.eml", "delayed.eml"]
    assert len(names_in(spool / "failed")) == 5


def test_a_blocklist_condemns_nobody(cast, now, spool, told, fetch):
    for n, row in enumerate(told().values()):
        drop(
            spool, report(row, status="5.7.1", reply="554 5.7.1 your server is listed"), f"{n}.eml"
        )
    fetch()
    assert set(Bounce.objects.values_list("kind", flat=True)) == {"refused"}
    assert not Person.objects.with_bad_address().exists()
    assert {row.state for row in told(now + DAY).values()} == {State.SENT}


def test_who_got_only_mails_that_came_back_was_not_reached(cast, now, spool, told, fetch):
    person, second = cast.people[:2]
    first = told()
    later = told(now + DAY)
    drop(spool, report(later[person.pk], status="5.7.1", reply="no"), "1.eml")
    drop(spool, report(first[second.pk], status="5.7.1", reply="no"), "2.eml")
    fetch()
    key = (cast.programme.pk, person.pk)
    assert contacts() == arrived()
    assert contacts()[key] == first[person.pk].ended_at
    assert contacts()[cast.programme.pk, second.pk] == later[second.pk].ended_at
    drop(spool, report(first[person.pk]), "3.eml")
    fetch()
    assert key not in contacts()
    assert contacts() == arrived()
    assert Contact.objects.count() == 5


def soft(spool, row, n):
    drop(spool, report(row, gmail), f"{n}.eml")


def test_full_mailboxes_of_three_days_in_a_row_mark_the_address(cast, now, spool, told, fetch):
    person = cast.people[0]
    for n in range(3):
        assert not Person.objects.with_bad_address().exists()
        soft(spool, told(now + n * DAY)[person.pk], n)
        fetch(now + n * DAY + LATER)
    assert Person.objects.with_bad_address().get() == person
    address_works(Person.objects.get(pk=person.pk), cast.ines, now + 2 * DAY + LATER)
    soft(spool, told(now + 3 * DAY)[person.pk], 3)
    fetch(now + 3 * DAY + LATER)
    assert not Person.objects.with_bad_address().exists(), "what was before no longer counts"


@pytest.mark.parametrize("days", [(0, 0, 0), (0, 1, 31)])
def test_full_mailboxes_of_one_day_or_long_ago_do_not(days, cast, now, spool, told, fetch):
    for n, day in enumerate(days):
        at = now + day * DAY + n * timedelta(minutes=10)
        soft(spool, told(at)[cast.people[0].pk], n)
        fetch(at + LATER)
    assert Bounce.objects.filter(kind="soft").count() == 3
    assert not Person.objects.with_bad_address().exists()


def test_a_mail_that_arrived_in_between_ends_the_row(cast, now, spool, told, fetch):
    for n in range(4):
        row = told(now + n * DAY)[cast.people[0].pk]
        if n != 2:
            soft(spool, row, n)
            fetch(now + n * DAY + LATER)
    assert not Person.objects.with_bad_address().exists()


def test_a_return_of_what_is_in_doubt_ends_the_doubt(cast, now, relay, spool, told, fetch):
    relay.fault("dot", "accept_drop", recipient=cast.people[0].email, times=1)
    row = told()[cast.people[0].pk]
    assert row.state == State.IN_DOUBT
    drop(spool, report(row))
    fetch()
    row.refresh_from_db()
    assert (row.state, row.reason) == (State.SENT, "came_back")
    assert contacts() == arrived()
    assert not acts.confirm_delivered(row, cast.ines, now)


def test_what_is_read_before_its_outcome_is_written_waits(cast, now, spool, told, fetch):
    row = told()[cast.people[0].pk]
    Delivery.objects.filter(pk=row.pk).update(state=State.SENDING)
    drop(spool, report(row))
    assert fetch() == 0
    assert names_in(spool) == ["1.eml"]
    Delivery.objects.filter(pk=row.pk).update(state=State.SENT)
    assert fetch() == 1
    assert Bounce.objects.count() == 1


def test_a_late_return_condemns_neither_a_new_nor_a_confirmed_address(
    cast, now, spool, told, fetch
):
    rows = told()
    moved, sure = cast.people[:2]
    Person.objects.filter(pk=moved.pk).update(email="new@onelift.example")
    for n, person in enumerate((moved, sure)):
        drop(spool, report(rows[person.pk]), f"{n}.eml")
    Person.objects.filter(pk=sure.pk).update(address_confirmed_at=now + DAY)
    fetch(now + DAY)
    assert Bounce.objects.count() == 2
    assert not Person.objects.with_bad_address().exists()


def test_a_word_that_it_works_sends_again_and_leaves_a_trace(cast, now, relay, spool, told, fetch):
    person = cast.people[0]
    drop(spool, report(told()[person.pk]))
    fetch()
    person.refresh_from_db()
    assert address_works(person, cast.ines, now + DAY)
    assert not address_works(person, cast.ines, now + DAY)
    entry = LogEntry.objects.get(additional_data__act="address_works")
    assert (entry.actor, entry.object_pk) == (cast.ines, str(person.pk))
    row = told(now + 2 * DAY)[person.pk]
    assert row.state == State.SENT
    drop(spool, report(row), "2.eml")
    fetch(now + 3 * DAY)
    assert Person.objects.with_bad_address().get() == person


def test_several_workers_read_a_folder_once(cast, now, spool, told, fetch):
    for n, row in enumerate(told().values()):
        drop(spool, report(row), f"{n}.eml")
    at_once(3, fetch)
    assert Bounce.objects.count() == 6
    assert names_in(spool) == ["done"]
    assert Heartbeat.objects.filter(name="bounces").exists()


def test_two_reports_of_one_mail_at_once_count_once(cast, now, spool, told):
    from communications.dispatches.services.bounce import take_return
    from communications.mailroom.channels.bounce import read_return

    row = told()[cast.people[0].pk]
    returned = read_return(report(row))
    at_once(4, lambda: take_return(returned, now))
    assert Bounce.objects.count() == 1
    assert states() == {"sent": 6}
    assert contacts() == arrived()
