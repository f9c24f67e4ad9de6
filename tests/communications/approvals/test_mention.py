"""Who may be named in a comment: those who can open it, and nobody by a name that several have."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from communications.approvals.queries.mention import may_be_named
from communications.approvals.services.comment import answer_comment, comment_on
from communications.approvals.services.review import ReviewData, ask_review
from communications.messages.services.refusal import RefusedError
from communications.models import Review, ReviewComment
from stakeholders.accounts.access import scope_of
from stakeholders.models import Role, User
from tests.communications.making import make_message

# How the database is asked for one user by id, as for an author that was not loaded.
AUTHOR_ALONE = 'FROM "stakeholders_user" WHERE "stakeholders_user"."id" = '


@pytest.fixture
def message(cast, now):
    return make_message(cast, now)


def asked(cast, message, now, reviewer, checks="native"):
    data = ReviewData("es", checks, reviewer, now.date() + timedelta(days=3))
    return ask_review(message, data, cast.tom, now)


def test_everyone_who_may_be_named_has_the_review_in_view(cast, message, now):
    review = asked(cast, message, now, cast.rosa)
    asked(cast, message, now, cast.mei)
    asked(cast, message, now, cast.hugo, "user")
    named = may_be_named(review)
    assert {one.first_name for one in named} == {"Claire", "Ines", "Rosa", "Tom", "Nuria"}
    for one in named:
        assert Review.objects.within(scope_of(one, cast.programme)).filter(pk=review.pk).exists()
    with pytest.raises(RefusedError, match="called “Mei”"):
        comment_on(review, "", "@Mei, is it so?", cast.rosa, now)


@pytest.mark.parametrize("n", [0, 5])
def test_naming_takes_the_same_queries_whatever_the_people(
    cast, message, now, n, django_assert_num_queries
):
    review = asked(cast, message, now, cast.rosa)
    china = {"kind": Role.Kind.REGIONAL_IT_MANAGER, "region": cast.china}
    for nth in range(n):
        user = User.objects.create_user(f"lead{nth}@onelift.example", "x")
        Role.objects.create(user=user, programme=cast.programme, **china)
    with django_assert_num_queries(3):
        assert len(may_be_named(review)) == 5


def test_a_name_that_two_people_have_is_refused(cast, message, now):
    review = asked(cast, message, now, cast.rosa)
    twin = User.objects.create_user("t@x.example", "x", first_name="Tom", last_name="Test")
    Role.objects.create(user=twin, programme=cast.programme, kind=Role.Kind.COMMUNICATION_TEAM)
    for words in ("@Tom Test: see", "@tom: see"):
        with pytest.raises(RefusedError, match="Several people who see this"):
            comment_on(review, "", words, cast.rosa, now)
    assert not ReviewComment.objects.exists()


def test_an_answer_takes_the_same_queries_however_many_there_were(cast, message, now):
    counts = []
    comment = comment_on(asked(cast, message, now, cast.rosa), "", "One", cast.rosa, now)
    for user in (cast.tom, cast.ines, cast.claire, cast.nuria, cast.tom):
        with CaptureQueriesContext(connection) as queries:
            answer_comment(comment, "Two", user, now)
        counts.append(sum(AUTHOR_ALONE in one["sql"] for one in queries))
    assert counts == [0, 0, 0, 0, 0]
