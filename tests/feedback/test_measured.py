"""What objectives take from surveys: as published, hidden where figures are hidden."""

from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.queries.response import Response, response_to_all
from feedback.queries.results import results_of
from feedback.services.edition import publish_surveys
from onelift.dashboards.measures.queries.figures import response, satisfied
from programmes.queries.measures import percent
from programmes.scope import EVERYTHING
from tests import factories
from tests.examples import examples

# Answers of a site, enough to be shown, and how many were asked who did not answer.
SITE = st.tuples(st.lists(st.integers(1, 5), min_size=5, max_size=8), st.integers(0, 4))


@settings(max_examples=examples(40))
@given(SITE, SITE)
def test_satisfaction_and_response_equal_plain_sql(asked, cast, now, iberian, chinese):
    with transaction.atomic():
        for site, (values, silent) in ((cast.barcelona, iberian), (cast.shanghai, chinese)):
            for invitation, value in zip(
                asked.ask(site, len(values) + silent), values, strict=False
            ):
                asked.answer(invitation, csat=value)
        publish_surveys(asked.now)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT COUNT(CASE WHEN a.csat >= 4 THEN 1 END), COUNT(*),"
                " (SELECT COUNT(*) FROM communications_delivery d JOIN communications_dispatch s"
                "  ON s.id = d.dispatch_id WHERE s.message_id = v.invitation_id"
                "  AND d.state = 'sent')"
                " FROM feedback_answer a JOIN feedback_segment g ON g.id = a.segment_id"
                " JOIN feedback_survey v ON v.id = g.survey_id WHERE v.programme_id = %s"
                " GROUP BY v.invitation_id",
                [cast.programme.pk],
            )
            good, answers, sent = cursor.fetchone()
        assert satisfied(cast.programme, now) == percent(good, answers)
        assert response(cast.programme, now) == percent(answers, sent)
        total = results_of(asked.survey, EVERYTHING).total
        assert response_to_all(cast.programme) == Response(answers, sent) == total.response
        transaction.set_rollback(True)


def test_a_figure_of_few_is_hidden(asked, cast, now):
    for invitation in asked.ask(cast.barcelona, 9)[:4]:
        asked.answer(invitation, csat=5)
    publish_surveys(asked.now)
    assert satisfied(cast.programme, now) is None
    assert response(cast.programme, now) is None


def test_another_programme_counts_for_nothing(asked, cast, now):
    for invitation in asked.ask(cast.barcelona, 6):
        asked.answer(invitation, csat=5)
    publish_surveys(asked.now)
    other = factories.ProgrammeFactory(slug="two")
    assert satisfied(other, now) is None
    assert response(other, now) is None
    assert satisfied(cast.programme, now) == 100
