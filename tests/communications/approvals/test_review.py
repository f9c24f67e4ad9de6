"""Reading a text before it is decided on: who may, what counts, and what its decision needs."""

from datetime import timedelta

import pytest

from communications.approvals.queries.review import held_by
from communications.approvals.queries.reviewers import candidates_for, marked, reviewers_of
from communications.approvals.services import approval as approvals
from communications.approvals.services.comment import (
    answer_comment,
    comment_on,
    resolve_comment,
)
from communications.approvals.services.review import (
    ReviewData,
    ask_review,
    call_off_review,
    finish_review,
    reopen_review,
)
from communications.approvals.services.review_reminder import plan_review_reminders
from communications.messages.queries.review import text_under
from communications.messages.services.message import write_ready
from communications.messages.services.refusal import RefusedError
from communications.models import Notice, Reminder, Review, ReviewComment
from programmes.models import fingerprint
from programmes.scope import Scope
from stakeholders.accounts.access import scope_of
from tests.communications.making import make_message, run


def asked(cast, message, now, reviewer=None, language="es", checks="native", **more):
    data = ReviewData(language, checks, reviewer or cast.rosa, now.date() + timedelta(days=3))
    return ask_review(message, data, cast.tom, now, **more)


def letters(relay, user):
    """Return the notices that a user got."""
    found = [a for a in relay.accepts if a.message["X-OneLift-Notice"]]
    return [a.message for a in found if a.recipient == user.email]


def read(review, now):
    return finish_review(review, review.reviewer, fingerprint(text_under(review)), now)


@pytest.fixture
def message(cast, now):
    return make_message(cast, now)


@pytest.mark.django_db(transaction=True)
def test_who_is_asked_gets_an_email_with_the_text_and_the_day(cast, message, now, relay):
    asked(cast, message, now)
    run(now)
    (letter,) = letters(relay, cast.rosa)
    assert letter["Subject"] == "1 text is waiting for your review"
    words = " ".join(letter.get_body(("plain",)).get_content().split())
    assert "Spanish: Your new service desk, as a native reader, Fri 27 Nov 2026" in words
    assert "/p/one-it/reviews/" in words


def test_who_wrote_a_text_does_not_review_it(cast, message, now):
    with pytest.raises(RefusedError, match="Ines Test wrote this text"):
        asked(cast, message, now, cast.ines)
    review = asked(cast, message, now)
    write_ready(message, "es", "Otro", "Hola", cast.rosa, now)
    review = Review.objects.get(pk=review.pk)
    with pytest.raises(RefusedError, match="Rosa Test wrote this text"):
        finish_review(review, cast.rosa, fingerprint(text_under(review)), now)


def test_nobody_is_asked_twice_or_for_a_text_that_is_not_there(cast, message, now):
    asked(cast, message, now)
    with pytest.raises(RefusedError, match="has this text already"):
        asked(cast, message, now)
    with pytest.raises(RefusedError, match="There is no text yet"):
        asked(cast, message, now, language="fr")
    with pytest.raises(RefusedError, match="no role"):
        asked(cast, message, now, cast.otto)


def test_a_review_counts_for_the_text_that_was_read_alone(cast, message, now):
    review = read(asked(cast, message, now), now)
    people = {"es": 3, "zh-hans": 3}
    rows = reviewers_of(message, people, now.date()).rows
    assert [(row.code, row.state) for row in rows] == [
        ("es", "done"),
        ("zh-hans", "nobody"),
        ("en", "nobody"),
    ]
    write_ready(message, "es", "Tu nuevo centro", "Hola de nuevo", cast.ines, now)
    again = reviewers_of(message, people, now.date())
    assert [row.state for row in again.rows if row.code == "es"] == ["older", "nobody"]
    assert (again.done, len(again.rows)) == (0, 4)
    with pytest.raises(RefusedError, match="has changed since you opened it"):
        finish_review(review, cast.rosa, review.read_fingerprint, now)


def test_only_the_reviewer_says_that_a_text_is_reviewed(cast, message, now):
    review = asked(cast, message, now)
    with pytest.raises(RefusedError, match="Only the reviewer"):
        finish_review(review, cast.tom, fingerprint(text_under(review)), now)
    call_off_review(review, cast.tom, now)
    with pytest.raises(RefusedError, match="cancelled"):
        read(review, now)
    assert reopen_review(review, cast.tom, now).is_open
    assert read(review, now).state == "done"
    with pytest.raises(RefusedError, match="over already"):
        call_off_review(review, cast.tom, now)


def test_what_nobody_reviewed_stays_out_if_the_programme_wants_that(cast, message, now):
    assert set(approvals.content_of(message).languages) == {"en", "es", "zh-hans"}
    cast.programme.asks_review = True
    cast.programme.save()
    message.refresh_from_db()
    with pytest.raises(RefusedError, match="No one has reviewed the English text"):
        approvals.ask(message, cast.ines, now)
    read(asked(cast, message, now, cast.claire, "en", "facts"), now)
    read(asked(cast, message, now), now)
    version = approvals.ask(message, cast.ines, now)
    assert set(version.frozen.languages) == {"en", "es"}
    assert list(reviewers_of(message, {}, now.date()).unread) == [("", "zh-hans")]
    approvals.approve(version, cast.claire, version.fingerprint, now)
    # What was approved has been decided on: a review that is undone later changes nothing.
    Review.objects.update(state="called_off")
    assert set(approvals.content_of(message).languages) == {"en", "es"}


@pytest.mark.django_db(transaction=True)
def test_a_comment_quotes_the_text_and_tells_who_asked(cast, message, now, relay):
    review = asked(cast, message, now)
    with pytest.raises(RefusedError, match="not in the text"):
        comment_on(review, "never written", "Why?", cast.rosa, now)
    comment = comment_on(review, "el  centro\nabre", "Which desk?", cast.rosa, now)
    run(now)
    assert [one["Subject"] for one in letters(relay, cast.tom)] == ["1 text has a comment for you"]
    answer_comment(comment, "The one in Madrid.", cast.tom, now)
    resolve_comment(comment, cast.tom, now)
    with pytest.raises(RefusedError, match="Reopen"):
        answer_comment(comment, "Too late", cast.rosa, now)
    assert resolve_comment(comment, cast.tom, now, is_open=True).resolved_at is None
    assert list(comment.answers.values_list("words", flat=True)) == ["The one in Madrid."]


def test_an_answer_to_an_answer_stands_below_the_comment(cast, message, now):
    comment = comment_on(asked(cast, message, now), "", "One", cast.rosa, now)
    first = answer_comment(comment, "Two", cast.tom, now)
    second = answer_comment(first, "Three", cast.rosa, now)
    assert {first.parent_id, second.parent_id} == {comment.pk}


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("@Claire Test, is it so?", {"claire"}),
        ("Ask @nuria", {"nuria"}),
        ("@Tom and @Rosa: see", {"tom", "rosa"}),
        ("Write to desk@tom.example", set()),
    ],
)
def test_a_mention_tells_whoever_sees_the_text(cast, message, now, words, named):
    comment = comment_on(asked(cast, message, now), "", words, cast.ines, now)
    assert {one.first_name.lower() for one in comment.mentioned.all()} == named
    told = Notice.objects.filter(kind="talk").values_list("user__first_name", flat=True)
    assert {one.lower() for one in told} == named | {"tom"}


@pytest.mark.parametrize("name", ["Mei", "Otto", "Hugo", "Nobody"])
def test_who_does_not_see_the_text_cannot_be_mentioned(cast, message, now, name):
    with pytest.raises(RefusedError, match=f"called “{name}”"):
        comment_on(asked(cast, message, now), "", f"@{name} look", cast.rosa, now)
    assert not ReviewComment.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_reviewer_is_reminded_as_deciders_are(cast, message, now, relay):
    review = asked(cast, message, now)
    assert plan_review_reminders(now + timedelta(days=1)) == 0
    later = now + timedelta(days=7)
    assert plan_review_reminders(later) == 1
    assert plan_review_reminders(later) == 0
    reminder = Reminder.objects.get()
    assert (reminder.kind, reminder.key, reminder.user) == ("review", str(review.pk), cast.rosa)
    run(later)
    subjects = [one["Subject"] for one in letters(relay, cast.rosa)]
    assert "Reminder: 1 text is waiting for your review" in subjects
    read(review, later)
    assert plan_review_reminders(now + timedelta(days=14)) == 0


def leave(user):
    user.roles.all().delete()


def deactivate(user):
    user.is_active = False
    user.save()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("go", [leave, deactivate])
def test_who_has_left_gets_no_mail_and_holds_no_text(cast, message, now, relay, go):
    review = asked(cast, message, now)
    comment = comment_on(review, "", "Which desk?", cast.rosa, now)
    answer_comment(comment, "The one in Madrid.", cast.tom, now)
    go(cast.rosa)
    run(now)
    later = now + timedelta(days=7)
    assert plan_review_reminders(later) == 0
    run(later)
    assert letters(relay, cast.rosa) == []
    assert not held_by(cast.rosa, cast.programme).exists()
    card = reviewers_of(message, {"es": 3}, now.date())
    assert [(row.code, row.state) for row in card.rows] == [("es", "nobody"), ("en", "nobody")]
    assert card.comments == [comment]


def test_native_readers_are_proposed_first(cast):
    cast.mei.language = "zh-hans"
    cast.mei.save()
    assert candidates_for(cast.programme, "zh-hans").natives == [cast.mei]
    assert candidates_for(cast.programme, "es").natives == [cast.nuria]
    assert candidates_for(cast.programme, "en").natives == []
    assert cast.otto not in candidates_for(cast.programme, "es").others


def test_the_passages_of_comments_are_marked_in_the_text():
    assert marked("one two\nthree", ["two three", ""]) == [("one ", False), ("two\nthree", True)]
    assert marked("a+b", ["+"]) == [("a", False), ("+", True), ("b", False)]
    assert marked("same", []) == [("same", False)]


def test_a_review_is_in_view_for_its_reviewer_and_readers_of_drafts(cast, message, now):
    review = asked(cast, message, now, cast.hugo)
    here = {
        name: Review.objects.within(scope_of(getattr(cast, name), cast.programme)).exists()
        for name in ("ines", "claire", "tom", "nuria", "dora", "hugo", "rosa", "mei", "otto")
    }
    seen = {name for name, is_seen in here.items() if is_seen}
    assert seen == {"ines", "claire", "tom", "nuria", "dora", "hugo"}
    elsewhere = Scope(programme=0, regions=None, streams=None, user_id=cast.hugo.pk)
    assert not Review.objects.within(elsewhere).filter(pk=review.pk).exists()


@pytest.mark.parametrize("n", [1, 3])
def test_the_card_takes_the_same_queries_for_one_and_three(
    cast, message, now, n, django_assert_num_queries
):
    for reviewer in (cast.rosa, cast.mei, cast.hugo)[:n]:
        comment_on(asked(cast, message, now, reviewer), "", "Hm", reviewer, now)
    with django_assert_num_queries(4):
        found = reviewers_of(message, {"es": 3}, now.date())
        assert len(found.comments) == n
        assert [str(one.author) for one in found.comments]
