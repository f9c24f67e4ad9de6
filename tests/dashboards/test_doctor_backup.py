"""``manage.py doctor`` on backups: well only where there is one, and not an old one."""

from datetime import timedelta

import pytest

from communications.models import Proof
from communications.operation.services.proof import note_proof
from onelift.dashboards.checkup.queries import check_up
from programmes.database.clock import database_now

pytestmark = pytest.mark.django_db


def said():
    return next((each.level, each.sentence) for each in check_up() if each.part == "backup")


def test_it_is_well_with_a_new_backup_and_not_without_one():
    missing = "No backup was made with the backup command: set up a nightly one."
    assert said() == ("warning", missing)
    note_proof(Proof.Kind.BACKUP, database_now() - timedelta(days=1), amount=3 * 1024**2)
    level, sentence = said()
    assert level == "ok"
    assert sentence.startswith("The newest backup is from ")
    assert sentence.endswith(", 3 MB.")
    note_proof(Proof.Kind.BACKUP, database_now() - timedelta(days=2, minutes=1), amount=1)
    level, sentence = said()
    assert level == "warning"
    assert sentence.endswith(": check the nightly job.")


def test_another_database_is_told_as_a_matter_of_restores():
    found = {each.part: each.sentence for each in check_up()}
    assert found["restore"] == "No worker has run yet, so nothing has been sent."
