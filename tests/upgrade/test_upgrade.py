"""What each version made is brought up to date and stays whole, on the shape of these tests."""

import json
import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Count

from communications.models import Delivery, State
from feedback.models import Survey, WaitingComment
from feedback.services.sealed_comments import unseal
from programmes.models import Site
from stakeholders.models import HeadCount, Person, User
from tests.communications.tallies import counted, tallied
from tests.factories import PersonFactory
from tests.operations.shape import ROOT
from tests.upgrade import ENDINGS, FOLDER, counts_of, dump_of
from tests.upgrade.database import put_back
from tests.upgrade.world import rows

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("upgraded")]

VERSIONS = sorted(each.stem for each in FOLDER.glob("*.json"))
KEY = ("site", "language", "business_line", "employer", "job")
STATES = {State.PLANNED, State.SENT, State.FAILED, State.SKIPPED, State.IN_DOUBT}


@pytest.fixture(scope="module", params=VERSIONS)
def upgraded(request, django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[str]:
    """Bring what a version made up to date, by the commands of docs/operating/upgrade.md."""
    folder = tmp_path_factory.mktemp("upgraded")
    with django_db_blocker.unblock(), put_back(request.param, folder):
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        yield request.param


def assert_sums_equal_plain_counts():
    people = Person.objects.active().order_by().values_list(*KEY).annotate(n=Count("*"))
    heads = {tuple(row[c] for c in KEY): row["people"] for row in HeadCount.objects.by(*KEY)}
    assert heads == {tuple(row[:-1]): row[-1] for row in people}
    assert tallied() == counted()


def test_no_step_of_the_upgrade_is_missing(upgraded):
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)


def test_each_migration_of_the_version_is_kept(upgraded):
    ours = {each.label for each in apps.get_app_configs() if (ROOT / each.name).is_dir()}
    applied = {
        each for each in MigrationRecorder(connection).applied_migrations() if each[0] in ours
    }
    assert len(applied) >= 6
    assert [
        each for each in applied if not (ROOT / each[0] / "migrations" / f"{each[1]}.py").exists()
    ] == []


def test_no_row_is_lost_and_none_is_added(upgraded):
    before, after = json.loads(counts_of(upgraded).read_text()), rows()
    assert before["communications_delivery"] > 20
    # Those that no edition shows wait in a table of their own.
    waiting = {"feedback_comment": 0, "feedback_waitingcomment": before["feedback_comment"]}
    assert {name: after.get(name) for name in before | waiting} == before | waiting
    assert all(unseal(one.sealed) for one in WaitingComment.objects.all())
    assert set(Delivery.objects.values_list("state", flat=True)) == STATES


def test_the_database_goes_on_counting(upgraded):
    assert Person.objects.count() > 10
    assert_sums_equal_plain_counts()
    before = HeadCount.objects.people()
    PersonFactory(personnel_number="NEW-1", site=Site.objects.get(name="Barcelona"), language="es")
    Delivery.objects.filter(state=State.PLANNED).first().delete()
    assert HeadCount.objects.people() == before + 1
    assert_sums_equal_plain_counts()


def test_the_pages_of_the_cio_open(upgraded, as_user):
    client = as_user(User.objects.get(email="claire@onelift.example"))
    survey = Survey.objects.get(name="After go-live")
    overview = client.get("/p/one-it/overview/")
    assert "Wave 1" in overview.content.decode()
    for page in ("plan/", "messages/", "events/", f"listening/{survey.pk}/"):
        assert client.get(f"/p/one-it/{page}").status_code == 200, page


def test_each_released_version_has_a_dump():
    changelog = (ROOT / "CHANGELOG.md").read_text()
    assert sorted(re.findall(r"^## (\S+) – \d{4}-", changelog, re.MULTILINE)) == VERSIONS


@pytest.mark.parametrize("shape", ENDINGS)
def test_each_version_has_a_small_dump_of_each_shape(upgraded, shape):
    assert 10_000 < dump_of(upgraded, shape).stat().st_size < 200_000
