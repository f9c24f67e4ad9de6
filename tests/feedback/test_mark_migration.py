"""What an installation kept of who had answered is gone after the upgrade, and still counts."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from communications.models import PersonalLink
from feedback.models import SpentMark
from feedback.queries.mark import unspent
from feedback.services.answer import AnswerData, record_answers

BEFORE = [("communications", "0024_careful"), ("feedback", "0004_tally_index")]


def migrate(targets):
    executor = MigrationExecutor(connection)
    executor.migrate(targets)


@pytest.fixture
def upgraded(transactional_db):
    """Leave the newest tables, whatever happens."""
    yield
    migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())


def execute(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


@pytest.mark.slow
def test_used_links_stay_used_and_no_row_of_a_person_tells(upgraded, asked, cast, settings):
    first = asked.ask(cast.barcelona, 3)
    earlier = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "k" * 50, [earlier]
    second = asked.ask(cast.barcelona, 4)
    tokens = {invitation.pk: asked.token(invitation) for invitation in (*first, *second)}
    used, lost = [second[0], first[1]], second[2]
    migrate(BEFORE)
    for invitation in (*used, lost):
        execute(
            "UPDATE feedback_invitation SET is_answered = true, nonce_hash = 'x' WHERE id = %s",
            invitation.pk,
        )
    execute(
        "UPDATE communications_personallink SET token_hash = %s WHERE id = %s", "l", lost.link_id
    )
    migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())

    assert set(SpentMark.objects.values_list("survey", "nonce_hash")) == {(asked.survey.pk, "")}
    assert SpentMark.objects.count() == 2
    waiting = {link.invitation.pk for link in unspent(asked.survey, PersonalLink.objects.all())}
    assert waiting == set(tokens) - {invitation.pk for invitation in (*used, lost)}
    for pk, token in tokens.items():
        assert record_answers(token, AnswerData(csat=4), "nonce", asked.now) == (pk in waiting)
    assert PersonalLink.objects.get(pk=lost.link_id).generation == ""
    if connection.vendor == "postgresql":
        rows = execute("SELECT xmin::text, ctid::text, id FROM feedback_invitation ORDER BY id")
        assert len({xmin for xmin, _ctid, _pk in rows}) == 1
        assert [ctid for _xmin, ctid, _pk in rows] == [f"(0,{n})" for n in range(1, 8)]
