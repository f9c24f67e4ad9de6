"""What a restore would meet, said beforehand."""

import pytest
from django.core.management import CommandError
from django.db import connection

from onelift.backups.target import FILLED_BY_PEOPLE
from programmes.models import UsedKey
from programmes.queries.key import fingerprint_of
from tests.backups.handling import manage
from tests.backups.test_restore import OTHER_KEY, content

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(transaction=True)]


def test_verify_names_the_key_that_is_needed_and_another_installation(folder, settings):
    right, asked = settings.SECRET_KEY, "After a restore, OneLift needs the SECRET_KEY with"
    intact, said = manage("restore", folder, "--verify").splitlines()
    assert intact.startswith("Intact, and can be restored here: backup of ")
    assert said == f"{asked} fingerprint {fingerprint_of(right)}, which is set."
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = OTHER_KEY, [right]
    said = manage("restore", folder, "--verify").splitlines()[1]
    assert said == f"{asked} fingerprint {fingerprint_of(right)}, which is a fallback."
    settings.SECRET_KEY_FALLBACKS, other = [], fingerprint_of(OTHER_KEY)
    UsedKey.objects.update(fingerprint=other)
    before = content()
    _intact, *said = manage("restore", folder, "--verify").splitlines()
    assert said[0] == (
        f"{asked} fingerprint {fingerprint_of(right)}, but SECRET_KEY is {other}: set that key, or "
        "add it to SECRET_KEY_FALLBACKS, before you restore."
    )
    assert said[1].endswith(
        f" holds another installation (1 programme, 6 people, 10 accounts) with key {other}: to "
        f"overwrite it, add --replace-other {other}."
    )
    assert content() == before


@pytest.fixture
def strange(folder):
    """Leave a database that has tables, and none of those that people of the portal fill."""
    with connection.cursor() as cursor:
        for table in FILLED_BY_PEOPLE:
            cursor.execute(f"ALTER TABLE {table} RENAME TO strange_{table}")
    yield folder
    with connection.cursor() as cursor:
        for table in FILLED_BY_PEOPLE:
            cursor.execute(f"ALTER TABLE strange_{table} RENAME TO {table}")


def test_verify_refuses_the_database_of_another_program(strange):
    with pytest.raises(CommandError, match=r"holds tables of another program: restore into a sep"):
        manage("restore", strange, "--verify")
