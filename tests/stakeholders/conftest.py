"""What the tests of imports share."""

import pytest

from stakeholders.importing.services.personnel import import_people
from stakeholders.models import Person
from tests.stakeholders.importing.import_pages import file_of, row


@pytest.fixture
def known(cast, now):
    """Three people of the cast’s sites, known by an import."""
    Person.objects.all().delete()
    import_people(file_of(*[row(f"P{n}") for n in range(20)]), "first.csv", now=now)


@pytest.fixture
def hana(cast, as_user):
    """Sign Hana in, who brings files in."""
    return as_user(cast.hana)
