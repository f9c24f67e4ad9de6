from datetime import timedelta
from functools import partial

import pytest
from auditlog.models import LogEntry

from events.models import CheckIn, Registration
from events.services.checkin import check_in, undo
from events.services.event import cancel_event
from events.services.registration import withdraw
from tests.events.making import at_once, make_event, seat


def test_a_code_lets_in_once(cast, event, now):
    (one,) = seat(event, now)
    assert check_in(one, cast.ines, now).kind == "in"
    again = check_in(one, cast.rosa, now + timedelta(minutes=5))
    assert (again.kind, again.check_in.at, again.check_in.by) == ("already", now, cast.ines)


def test_a_cancelled_ticket_is_refused_even_if_it_was_used(cast, event, now):
    (one,) = seat(event, now)
    CheckIn.objects.create(registration=one, at=now, by=cast.ines)
    Registration.objects.update(state="cancelled")
    assert check_in(one, cast.ines, now).kind == "revoked"


def test_who_waits_is_not_let_in(cast, event, now):
    *_, third = seat(event, now, 3)
    assert check_in(third, cast.ines, now).kind == "waiting"
    assert not CheckIn.objects.exists()


def test_nobody_is_let_in_where_nothing_takes_place(cast, event, now):
    (one,) = seat(event, now)
    cancel_event(event, cast.ines, now)
    assert check_in(one, cast.ines, now).kind == "off"


def test_undone_it_is_as_if_nobody_had_come_but_for_the_trace(cast, event, now):
    (one,) = seat(event, now)
    row = check_in(one, cast.ines, now).check_in
    undo(row, cast.rosa, now)
    undo(row, cast.rosa, now)
    assert not CheckIn.objects.exists()
    trace = LogEntry.objects.get_for_object(one).get(actor=cast.rosa)
    assert "check_in" in trace.changes
    assert check_in(one, cast.ines, now).kind == "in"


@pytest.mark.django_db(transaction=True)
def test_two_hosts_scan_one_code_in_the_same_moment(cast, now):
    (one,) = seat(make_event(cast, now), now)
    hosts = [cast.ines, cast.rosa] * 10
    answers = at_once([lambda host=host: check_in(one, host, now) for host in hosts])
    assert sorted(each.kind for each in answers) == ["already"] * 19 + ["in"]
    row = CheckIn.objects.get()
    assert {each.check_in.pk for each in answers} == {row.pk}
    assert {each.check_in.by for each in answers} == {row.by}


@pytest.mark.django_db(transaction=True)
def test_cancelling_and_scanning_at_once_ends_in_one_of_both(cast, now):
    for _ in range(5):
        (one,) = seat(make_event(cast, now), now)
        at_once([partial(withdraw, one, now), partial(check_in, one, cast.ines, now)])
        one.refresh_from_db()
        is_in = CheckIn.objects.filter(registration=one).exists()
        assert is_in == (one.state == "going")
