"""The rollup of who was last told when: it equals the ledger after all that can happen."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection

from communications.dispatches.queries.reach import got_mail, people_in, uncontacted
from communications.dispatches.services import dispatch as acts
from communications.models import Delivery, State
from communications.operation.services import pump
from programmes.scope import EVERYTHING
from stakeholders.models import Contact
from stakeholders.people.services.person import save_person
from stakeholders.tasks import pump as people_pump
from tests.communications.contacts import contacts, last_sent
from tests.communications.dispatches.test_import_meanwhile import bring, file_of
from tests.communications.making import approve, make_message, run
from tests.communications.operation.test_pump import at_once

pytestmark = pytest.mark.django_db(transaction=True)

LATER = timedelta(minutes=6)


def test_a_second_mail_moves_the_contacts_forward(cast, now, relay):
    for minutes in (6, 12):
        approve(cast, make_message(cast, now), now)
        run(now + timedelta(minutes=minutes))
    assert contacts() == last_sent()
    assert len(contacts()) == 6
    assert set(contacts().values()) == {now + LATER * 2}


def test_only_who_got_a_mail_has_a_contact(cast, now, relay):
    relay.fault("rcpt", "reply", reply="550 no such user", recipient=cast.people[0].email)
    relay.fault("rcpt", "reply", reply="451 later", recipient=cast.people[1].email)
    approve(cast, make_message(cast, now), now)
    run(now + LATER)
    assert contacts() == last_sent()
    assert {person for _programme, person in contacts()} == {p.pk for p in cast.people[2:]}


def test_a_mail_that_is_said_to_have_arrived_counts_from_its_own_moment(cast, now, relay):
    relay.fault("dot", "drop", recipient=cast.people[0].email, times=1)
    approve(cast, make_message(cast, now), now)
    run(now + LATER)
    doubt = Delivery.objects.get(state=State.IN_DOUBT)
    assert len(contacts()) == 5
    assert acts.confirm_delivered(doubt, cast.ines, now + LATER * 3)
    assert contacts() == last_sent()
    assert contacts()[cast.programme.pk, doubt.person_id] == now + LATER


def test_a_mail_that_is_said_to_have_arrived_takes_no_later_contact_back(cast, now, relay):
    relay.fault("dot", "drop", recipient=cast.people[0].email, times=1)
    for minutes in (6, 12):
        approve(cast, make_message(cast, now), now)
        run(now + timedelta(minutes=minutes))
    acts.confirm_delivered(Delivery.objects.get(state=State.IN_DOUBT), cast.ines, now + LATER * 3)
    assert contacts() == last_sent()
    assert set(contacts().values()) == {now + LATER * 2}


def test_a_mail_sent_again_and_a_retry_count_when_they_are_sent(cast, now, relay):
    relay.fault("dot", "drop", recipient=cast.people[0].email, times=1)
    relay.fault("rcpt", "reply", reply="451 later", recipient=cast.people[1].email, times=1)
    approve(cast, make_message(cast, now), now)
    run(now + LATER)
    assert acts.send_again(Delivery.objects.get(state=State.IN_DOUBT), cast.ines, now + LATER)
    run(now + LATER * 3)
    assert contacts() == last_sent()
    assert len(contacts()) == 6


def test_senders_of_two_messages_at_once_neither_wait_for_ever_nor_lose_a_contact(cast, now, relay):
    for _message in range(2):
        approve(cast, make_message(cast, now), now)
    at_once(4, lambda: run(now + LATER))
    assert Delivery.objects.filter(state=State.SENT).count() == 12
    assert contacts() == last_sent()
    assert len(contacts()) == 6


def test_an_outcome_and_its_contact_are_written_together_or_not_at_all(cast, now, relay):
    approve(cast, make_message(cast, now), now)
    pump.run_pump(now + LATER)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE stakeholders_contact RENAME TO away")
        try:
            with pytest.raises(DatabaseError):
                run(now + LATER)
        finally:
            cursor.execute("ALTER TABLE away RENAME TO stakeholders_contact")
    assert not Delivery.objects.filter(state=State.SENT).exists()
    # What cannot be written down does not leave, or is in hand when its outcome is lost.
    assert Delivery.objects.filter(state=State.SENDING).count() == len(relay.accepts)


def test_the_two_halves_of_the_people_are_the_reached_and_the_others(cast, now, relay):
    relay.fault("rcpt", "reply", reply="550 no such user", recipient=cast.people[0].email)
    approve(cast, make_message(cast, now), now)
    run(now + LATER)
    people = people_in(cast.programme, EVERYTHING)
    for since, count in ((now, 5), (now + LATER, 5), (now + LATER * 2, 0)):
        told = set(people.filter(got_mail(cast.programme, since)))
        assert len(told) == count
        assert set(uncontacted(people, cast.programme, since)) == set(cast.people) - told


@pytest.fixture
def told(cast, now, relay):
    """Everybody of the cast, told a moment ago."""
    approve(cast, make_message(cast, now), now)
    run(now + LATER)
    return cast.people


def by_site(cast, now):
    """Return who was reached by site, from the rollup, once the plain query says the same."""
    people = people_in(cast.programme, EVERYTHING).filter(got_mail(cast.programme, now))
    found = Contact.objects.since(cast.programme, now).by_site()
    assert found == Counter(people.values_list("site", flat=True))
    return found


def test_contacts_are_where_people_are(cast, told, now):
    here, there = told[0].site, cast.shanghai
    before = by_site(cast, now)
    assert before.total() == len(told)
    told[0].site = there
    save_person(told[0])
    moved = by_site(cast, now)
    assert moved[here.pk] == before[here.pk] - 1
    assert moved[there.pk] == before[there.pk] + 1


def test_contacts_follow_an_import(cast, told, now):
    told[0].site = cast.shanghai
    bring(file_of(told[:-1]), now)
    found = by_site(cast, now)
    assert found.total() == len(told) - 1
    assert Contact.objects.get(person=told[0]).site == cast.shanghai
    assert Contact.objects.get(person=told[-1]).site is None
    bring(file_of(told), now)
    assert by_site(cast, now).total() == len(told)


def test_a_contact_noted_while_its_person_moves_is_brought_after(cast, told, now):
    Contact.objects.filter(person=told[0]).update(site=cast.shanghai)
    Contact.objects.filter(person=told[1]).update(site=None)
    people_pump()
    assert by_site(cast, now).total() == len(told)
