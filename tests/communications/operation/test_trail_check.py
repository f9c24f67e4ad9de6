"""Verifying the trail because an administrator asked: what a worker keeps of it."""

from datetime import timedelta

import pytest
from auditlog.models import LogEntry

from communications.models import Proof
from communications.operation.services import trail_check
from communications.tasks import check_trail
from programmes.database.clock import database_now
from programmes.services import verifying
from programmes.services.verifying import verify
from tests.clock import NOW
from tests.programmes.sealed import seal_now, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def sealed(cast):
    for number in range(5):
        write(cast.programme, cast.ines, after=str(number))
    assert seal_now() == 5


def kept():
    return Proof.objects.get(kind="trail")


def test_a_whole_trail_is_kept_with_its_date_and_its_entries(sealed):
    assert trail_check.ask(database_now())
    check_trail()
    assert (kept().is_well, kept().amount, kept().asked_at, kept().seen_at) == (True, 5, None, None)
    assert database_now() - kept().at < timedelta(minutes=1)


def test_a_changed_entry_is_kept_as_broken(sealed):
    LogEntry.objects.filter(pk=LogEntry.objects.first().pk).update(object_repr="Somebody else")
    trail_check.ask(database_now())
    check_trail()
    assert kept().is_well is False


def test_nobody_asked_is_nothing_done(sealed):
    check_trail()
    assert not Proof.objects.exists()


def test_it_is_asked_for_once_until_it_is_lost():
    assert trail_check.ask(NOW)
    assert not trail_check.ask(NOW + timedelta(minutes=9))
    assert trail_check.ask(NOW + timedelta(minutes=11))
    Proof.objects.update(seen_at=NOW + timedelta(minutes=19))
    assert not trail_check.ask(NOW + timedelta(minutes=25)), "a worker is at it"


def test_two_workers_do_not_read_the_same(sealed):
    trail_check.ask(database_now())
    Proof.objects.update(seen_at=database_now())
    check_trail()
    assert kept().at is None


def test_it_says_how_far_it_is(sealed, monkeypatch):
    monkeypatch.setattr(verifying, "BATCH", 2)
    read = []
    verify({}, read.append)
    assert read == [2, 4, 5]
