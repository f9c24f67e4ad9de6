"""The audit trail of a programme in which little was done."""

from datetime import UTC, datetime

import pytest
from auditlog.models import LogEntry
from django.contrib.admin import site
from django.utils.translation import override

from communications.kits.services.kit_link import hand_on
from programmes.services.trail import note_seen
from stakeholders.accounts.services.role import give_role
from stakeholders.admin.trail import TrailAdmin
from stakeholders.models import Role, User

AUDIT = "/p/one-it/audit/"
WHOLE = "/audit/"


def test_a_manager_without_traces_reads_why(cast, as_user):
    assert "Nothing in the audit trail yet" in as_user(cast.ines).get(AUDIT).content.decode()


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("address", "queries"), [(AUDIT, 16), (WHOLE, 11)])
def test_the_trail_needs_the_same_queries(
    cast, now, as_user, count, address, queries, django_assert_num_queries
):
    client = as_user(cast.dora)
    for person in cast.people[:count]:
        note_seen(person, cast.rosa, now, cast.programme)
    client.get(address)
    with django_assert_num_queries(queries):
        client.get(address)


def test_changes_are_told_in_words_and_not_in_keys(cast, as_user, now):
    give_role(
        cast.ines,
        cast.programme,
        now,
        email="otto@onelift.example",
        kind="local_communication",
        region=cast.iberia,
        languages=["es", "pt-br"],
    )
    [line] = as_user(cast.ines).get(AUDIT).context["lines"]
    assert line.changes == [
        ("role", "", "Local communication"),
        ("languages", "", "Spanish and Portuguese (Brazil)"),
        ("region", "", "Iberia"),
        ("user", "", "Otto Test"),
    ]


@pytest.mark.parametrize("written_in", ["en", "fr"])
@pytest.mark.parametrize(
    ("language", "role", "day"),
    [
        ("en", "Event host, One IT", "Tue 5 Jan 2027"),
        ("fr", "Hôte d’événement, One IT", "5 janv. 2027"),
    ],
)
def test_the_trail_speaks_the_language_of_its_reader(
    cast, as_user, now, written_in, language, role, day
):
    with override(written_in):
        give_role(cast.ines, cast.programme, now, email="otto@onelift.example", kind="event_host")
    hand_on(cast.wave1, cast.iberia, None, 30, cast.ines, datetime(2026, 12, 6, 9, tzinfo=UTC))
    User.objects.update(language=language)
    lines = as_user(User.objects.get(pk=cast.ines.pk)).get(AUDIT).context["lines"]
    assert role in {line.about for line in lines}
    [valid_until] = [now for line in lines for _word, _was, now in line.changes if "2027" in now]
    assert day in valid_until
    assert "UTC" in valid_until


def test_the_trail_of_the_administration_names_roles_in_the_language_of_its_reader(cast, now):
    with override("en"):
        give_role(cast.ines, cast.programme, now, email="otto@onelift.example", kind="event_host")
    page = TrailAdmin(LogEntry, site)
    entry = LogEntry.objects.get(object_repr="Event host, One IT")
    with override("fr"):
        assert page.about(entry) == "Hôte d’événement, One IT"
    entry.object_repr = "Seer, One IT"
    assert page.about(entry) == "Seer, One IT"


def test_who_did_it_is_known_when_their_account_is_gone(cast, as_user, now):
    giver = User.objects.create(email="gone@onelift.example")
    Role.objects.create(user=giver, programme=cast.programme, kind=Role.Kind.PROGRAMME_MANAGER)
    give_role(giver, cast.programme, now, email="otto@onelift.example", kind="event_host")
    giver.delete()
    [line] = as_user(cast.ines).get(AUDIT, {"about": "Event host"}).context["lines"]
    assert line.who == "gone@onelift.example"
