"""On public pages only links that open nothing are counted: whoever has a link is served."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from onelift.limits.slowing import MISSES
from programmes.models import Attempt
from tests.standing import *  # noqa: F403 - its fixtures
from tests.test_access import TABLE

pytestmark = pytest.mark.slow

OFFICE, HOME = "198.51.100.7", "192.0.2.50"
LINKS = sorted({row["route"] for row in TABLE["routes"] if "token" in row.get("with", {})})


@pytest.fixture
def world(standing, db):
    return standing[1]


def links(world, is_good):
    """Return the addresses of links that open something, or of those that do not, by GET."""
    found = []
    for row in TABLE["routes"]:
        given = {name: world.keys.get(key, key) for name, key in row.get("with", {}).items()}
        answers = set(str(row.get("GET", "405")).split())
        if "token" in given and answers == ({"ok"} if is_good else {"404"}):
            found.append(reverse(row["route"], kwargs=given))
    return found


def ask(address, of=OFFICE, method="get"):
    return getattr(Client(), method)(address, REMOTE_ADDR=of)


def test_800_people_behind_one_address_are_served_and_nothing_is_counted(world):
    good = links(world, is_good=True)
    assert len(good) > 3
    answers = {ask(good[number % len(good)]).status_code for number in range(800)}
    assert answers == {200}
    assert not Attempt.objects.exists()


def test_guesses_are_slowed_and_never_keep_a_link_from_opening(world):
    guesses, good = links(world, is_good=False), links(world, is_good=True)
    answers = [ask(guesses[n % len(guesses)]) for n in range(MISSES.most + 20)]
    assert [one.status_code for one in answers] == [404] * MISSES.most + [429] * 20
    slowed = answers[-1]
    assert 0 < int(slowed["Retry-After"]) <= MISSES.seconds
    assert "Try again in 1 min." in slowed.content.decode()
    assert "Nothing was changed" not in slowed.content.decode()
    assert {ask(one).status_code for one in good} == {200}
    assert ask(guesses[0], of=HOME).status_code == 404


def test_what_is_asked_for_is_not_told_by_how_often(world):
    """Beyond the limit nothing is written any more, however many guesses come."""
    guess = links(world, is_good=False)[0]
    for _each in range(MISSES.most + 1):
        ask(guess)
    with CaptureQueriesContext(
        connection,
    ) as made:
        assert ask(guess).status_code == 429
    assert not [one for one in made if not one["sql"].startswith("SELECT")]
