from datetime import timedelta

import pytest

from events.models import CheckIn, EventMail, Registration
from events.services.event import cancel_event, change_event
from events.services.registration import ClosedError, register, walk_in, withdraw
from tests import factories
from tests.events.making import at_once, event_data, make_event, seat

HOUR = timedelta(hours=1)
# Each takes a connection, of which a server has a hundred for all that run beside each other.
RIVALS = 20


def states(event):
    return [one.state for one in event.registrations.order_by("asked_at", "pk")]


def told(registration):
    return list(registration.mails.order_by("pk").values_list("kind", flat=True))


def test_seats_go_to_who_asks_first_then_people_wait(event, now):
    registrations = seat(event, now, 4)
    assert states(event) == ["going", "going", "waiting", "waiting"]
    assert [told(one) for one in registrations] == [["confirmed"]] * 2 + [["waiting"]] * 2


def test_asking_twice_gives_one_seat_and_one_mail(event, now):
    (one,) = seat(event, now)
    again = register(event, one.person, "en", now + HOUR)
    assert again.pk == one.pk
    assert EventMail.objects.count() == 1


def test_a_seat_given_back_goes_to_who_waits_longest(event, now):
    first, _second, third, fourth = seat(event, now, 4)
    withdraw(first, now + HOUR)
    assert states(event) == ["cancelled", "going", "going", "waiting"]
    assert told(first) == ["confirmed", "withdrawn"]
    assert told(third) == ["waiting", "promoted"]
    assert told(fourth) == ["waiting"]


def test_who_comes_back_waits_behind_the_others(event, now):
    first, _second, _third, fourth = seat(event, now, 4)
    withdraw(first, now + HOUR)
    back = register(event, first.person, "es", now + 2 * HOUR)
    assert back.state == "waiting"
    assert list(event.registrations.waiting()) == [fourth, back]


def test_leaving_the_waiting_list_frees_no_seat(event, now):
    *_going, third, fourth = seat(event, now, 4)
    withdraw(third, now + HOUR)
    fourth.refresh_from_db()
    assert fourth.state == "waiting"
    assert told(third) == ["waiting"]


def test_a_larger_room_takes_in_who_waits(cast, event, now):
    seat(event, now, 4)
    change_event(event, event_data(cast, capacity=3), cast.ines, now + HOUR)
    assert states(event) == ["going", "going", "going", "waiting"]


def test_nobody_registers_or_cancels_once_it_has_begun(event, now):
    (one,) = seat(event, now)
    with pytest.raises(ClosedError):
        register(event, factories.PersonFactory(), "en", event.starts_at)
    with pytest.raises(ClosedError):
        withdraw(one, event.starts_at)
    assert states(event) == ["going"]


def test_nobody_registers_for_what_is_cancelled(cast, event, now):
    cancel_event(event, cast.ines, now)
    with pytest.raises(ClosedError):
        seat(event, now)


def test_who_is_in_cannot_cancel(cast, event, now):
    (one,) = seat(event, now)
    CheckIn.objects.create(registration=one, at=now, by=cast.ines)
    with pytest.raises(ClosedError):
        withdraw(one, now + HOUR)


def test_a_walk_in_takes_a_seat_and_never_one_too_many(cast, event, now):
    walk_in(event, now, person=cast.people[0], name="")
    guest = walk_in(event, now, person=None, name="A visitor")
    assert (guest.name, guest.is_walk_in, guest.state) == ("A visitor", True, "going")
    with pytest.raises(ClosedError):
        walk_in(event, now, person=cast.people[1], name="")
    assert not EventMail.objects.exists()


def test_a_walk_in_who_had_cancelled_has_one_row(event, now):
    (one,) = seat(event, now)
    withdraw(one, now)
    back = walk_in(event, now, person=one.person, name="")
    assert (back.pk, back.state, back.is_walk_in) == (one.pk, "going", True)


@pytest.mark.django_db(transaction=True)
def test_rivals_for_the_last_seat(cast, now):
    event = make_event(cast, now, capacity=1)
    people = [factories.PersonFactory(site=cast.barcelona) for _ in range(RIVALS)]
    results = at_once([lambda one=one: register(event, one, "en", now) for one in people])
    assert all(isinstance(one, Registration) for one in results), results
    assert sorted(states(event)) == ["going"] + ["waiting"] * (RIVALS - 1)
    assert EventMail.objects.filter(kind="confirmed").count() == 1
    assert EventMail.objects.count() == RIVALS


@pytest.mark.django_db(transaction=True)
def test_cancelling_and_asking_at_once_keeps_seats_and_order(cast, now):
    event = make_event(cast, now, capacity=5)
    first = seat(event, now, 15)
    late = [factories.PersonFactory(site=cast.barcelona) for _ in range(10)]
    later = now + HOUR
    acts = [lambda one=one: withdraw(one, later) for one in first[:5]]
    acts += [lambda one=one: register(event, one, "en", later) for one in late]
    assert not [one for one in at_once(acts) if isinstance(one, Exception)]
    going = event.registrations.going()
    assert set(going.values_list("pk", flat=True)) == {one.pk for one in first[5:10]}
    assert list(event.registrations.waiting())[:5] == first[10:]
    assert EventMail.objects.filter(kind="promoted").count() == 5


@pytest.mark.django_db(transaction=True)
def test_one_person_on_two_phones_has_one_seat(cast, now):
    event = make_event(cast, now)
    act = lambda: register(event, cast.people[0], "en", now)  # noqa: E731
    assert len({one.pk for one in at_once([act] * 8)}) == 1
    assert Registration.objects.count() == EventMail.objects.count() == 1
