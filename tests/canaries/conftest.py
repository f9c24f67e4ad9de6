import pytest
from django.db import transaction

from tests.canaries.ground import Ground
from tests.canaries.making import make_ground
from tests.conftest import make_cast


@pytest.fixture(scope="module")
def ground(django_db_setup: None, django_db_blocker) -> Ground:
    """Return one world for all tests of a file, of which none writes; it is gone afterwards."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_ground(make_cast())
        transaction.set_rollback(True)
