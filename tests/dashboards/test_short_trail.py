"""The audit trail of a programme in which little was done."""

import pytest

from programmes.services.trail import note_seen
from stakeholders.services.role import give_role

AUDIT = "/p/one-it/audit/"


def test_a_manager_without_traces_reads_why(cast, as_user):
    assert "Nothing in the audit trail yet" in as_user(cast.ines).get(AUDIT).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_trail_needs_the_same_queries(cast, now, as_user, count, django_assert_num_queries):
    client = as_user(cast.dora)
    for person in cast.people[:count]:
        note_seen(person, cast.rosa, now, cast.programme)
    client.get(AUDIT)
    with django_assert_num_queries(6):
        client.get(AUDIT)


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
