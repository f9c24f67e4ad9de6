"""One world for all tests of a file, each of which takes its own changes back.

Making it takes as long as twenty tests. ``from tests.standing import *`` in a file puts it in the
place of the world that each test makes for itself; all tests of the file then have it around them.
"""

from collections.abc import Iterator
from copy import deepcopy

import pytest
from django.db import transaction

from tests.clock import NOW
from tests.conftest import Cast, make_cast
from tests.world import World, make_world

__all__ = ["cast", "copied", "standing", "world"]


@pytest.fixture(scope="module")
def standing(django_db_setup: None, django_db_blocker) -> Iterator[tuple[Cast, World]]:
    with django_db_blocker.unblock(), transaction.atomic():
        cast = make_cast()
        yield cast, make_world(cast, NOW)
        transaction.set_rollback(True)


@pytest.fixture
def copied(standing: tuple[Cast, World], db: None) -> tuple[Cast, World]:
    """Return objects of the test's own: what it sets on them stays with it."""
    return deepcopy(standing)


@pytest.fixture
def cast(copied: tuple[Cast, World]) -> Cast:
    return copied[0]


@pytest.fixture
def world(copied: tuple[Cast, World]) -> World:
    return copied[1]
