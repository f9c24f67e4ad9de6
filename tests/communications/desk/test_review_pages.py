"""The pages of reviews and senders, as their readers use them."""

from datetime import timedelta

import pytest

from communications.approvals.services import approval as approvals
from communications.approvals.services.comment import comment_on
from communications.approvals.services.review import ReviewData, ask_review
from communications.approvals.services.sender import add_sender, consent
from communications.models import Approval, Message, Review, ReviewComment, Sender
from stakeholders.accounts.services.delegation import Absence, name_delegate
from tests.clock import NOW
from tests.communications.making import make_message

ROOT = "/p/one-it/"


@pytest.fixture
def message(cast, now):
    return make_message(cast, now)


@pytest.fixture
def review(cast, message, now):
    data = ReviewData("es", "native", cast.rosa, now.date() + timedelta(days=3))
    return ask_review(message, data, cast.tom, now)


def words_of(response):
    return " ".join(response.content.decode().split())


def test_the_team_asks_native_readers_first_and_nothing_typed_is_lost(cast, message, as_user):
    tom = as_user(cast.tom)
    page = tom.get(f"{ROOT}messages/{message.pk}/review/?language=es")
    groups = page.context["form"].fields["reviewer"].choices
    assert groups[1] == ("Native readers", [(str(cast.nuria.pk), "Nuria Test")])
    assert page.context["form"]["checks"].value() == "native"
    typed = {"language": "es", "checks": "native", "reviewer": cast.ines.pk, "due_on": "1 Dec 2026"}
    refused = tom.post(f"{ROOT}messages/{message.pk}/review/", typed)
    assert "Ines Test wrote this text" in words_of(refused)
    assert refused.context["form"]["due_on"].value() == "1 Dec 2026"
    done = tom.post(
        f"{ROOT}messages/{message.pk}/review/", typed | {"reviewer": cast.nuria.pk}, follow=True
    )
    assert "Nuria Test has the text now and is notified by email." in words_of(done)
    assert "0 of 3 done" in words_of(done)
    assert (Review.objects.get().reviewer, Review.objects.get().code) == (cast.nuria, "es")


def test_a_reviewer_sees_the_text_alone_and_says_that_it_is_right(cast, review, as_user):
    rosa = as_user(cast.rosa)
    listed = words_of(rosa.get(f"{ROOT}reviews/"))
    assert "1 text is waiting for your review" in listed
    page = rosa.get(f"{ROOT}reviews/{review.pk}/")
    assert "el centro abre en" in words_of(page)
    assert "the desk opens at" in words_of(page)
    assert "服务台" not in words_of(page)
    assert rosa.get(f"{ROOT}messages/{review.message_id}/").status_code == 404
    mail = rosa.get(f"{ROOT}reviews/{review.pk}/preview/")
    assert "el centro abre en Barcelona" in words_of(mail)
    seen = {"text_seen": page.context["text_seen"]}
    said = rosa.post(f"{ROOT}reviews/{review.pk}/done/", seen, follow=True)
    assert "The text is reviewed." in words_of(said)
    assert Review.objects.get().state == "done"
    rosa.post(f"{ROOT}reviews/{review.pk}/reopen/")
    assert Review.objects.get().state == "asked"


def test_a_text_that_changed_meanwhile_is_not_marked_as_reviewed(cast, review, as_user):
    Message.objects.filter(pk=review.message_id).update(body_es="Otra cosa")
    rosa = as_user(cast.rosa)
    page = rosa.get(f"{ROOT}reviews/{review.pk}/")
    assert "The text has changed since you were asked" in words_of(page)
    seen = {"text_seen": review.asked_fingerprint}
    said = rosa.post(f"{ROOT}reviews/{review.pk}/done/", seen, follow=True)
    assert "Read the new version." in words_of(said)
    assert Review.objects.get().state == "asked"


def test_who_has_finished_sees_what_they_have_read_and_nothing_newer(cast, review, as_user, now):
    rosa, page = as_user(cast.rosa), f"{ROOT}reviews/{review.pk}/"
    seen = {"text_seen": rosa.get(page).context["text_seen"]}
    rosa.post(f"{page}done/", seen)
    Message.objects.filter(pk=review.message_id).update(body_es="Otra cosa", body_en="A secret")
    shown = words_of(rosa.get(page))
    assert "el centro abre en" in shown
    assert "This is the text that you read" in shown
    assert "Mark as reviewed" not in shown
    assert "A secret" not in shown
    assert "Otra cosa" not in shown
    assert "el centro abre en" in words_of(rosa.get(f"{page}preview/"))
    comment = {"passage": "Otra cosa", "words": "Is it there?"}
    assert rosa.post(f"{page}comment/", comment).context["form"].errors
    again = words_of(rosa.post(f"{page}reopen/", follow=True))
    assert "Someone must ask you to read it again." in again
    assert Review.objects.get().state == "done"
    assert "Otra cosa" in words_of(as_user(cast.tom).get(page))
    data = ReviewData("es", "native", cast.rosa, now.date())
    newer = ask_review(review.message, data, cast.tom, now)
    assert "Otra cosa" in words_of(rosa.get(f"{ROOT}reviews/{newer.pk}/"))


def test_of_a_review_without_a_copy_no_newer_text_is_shown(cast, review, as_user):
    rosa, page = as_user(cast.rosa), f"{ROOT}reviews/{review.pk}/"
    rosa.post(f"{page}done/", {"text_seen": rosa.get(page).context["text_seen"]})
    Review.objects.update(read_text={})
    assert "el centro abre en" in words_of(rosa.get(page))
    Message.objects.filter(pk=review.message_id).update(body_es="Otra cosa")
    shown = words_of(rosa.get(page))
    assert "Otra cosa" not in shown
    assert "Your comments are below" in shown


def test_a_passage_is_checked_at_its_field_and_what_was_typed_stays(cast, review, as_user):
    rosa = as_user(cast.rosa)
    typed = {"passage": "never there", "words": "Which <b>desk</b>?"}
    page = rosa.post(f"{ROOT}reviews/{review.pk}/comment/", typed)
    assert page.context["form"].errors.keys() == {"passage"}
    assert "Which &lt;b&gt;desk&lt;/b&gt;?" in words_of(page)
    assert not ReviewComment.objects.exists()
    rosa.post(f"{ROOT}reviews/{review.pk}/comment/", typed | {"passage": "el centro"})
    shown = words_of(rosa.get(f"{ROOT}reviews/{review.pk}/"))
    assert "<mark>el centro</mark>" in shown
    assert "Which &lt;b&gt;desk&lt;/b&gt;?" in shown


def test_the_author_answers_and_resolves_on_the_page_of_the_message(cast, review, as_user, now):
    comment = comment_on(review, "el centro", "Which one?", cast.rosa, now)
    tom, page = as_user(cast.tom), f"{ROOT}messages/{review.message_id}/"
    assert "1 comment" in words_of(tom.get(page))
    assert "Which one?" in words_of(tom.get(f"{page}edit/"))
    answer = {"words": "Madrid's.", "next": page}
    answered = tom.post(f"{ROOT}reviews/comments/{comment.pk}/answer/", answer)
    assert answered["Location"] == page
    tom.post(f"{ROOT}reviews/comments/{comment.pk}/resolve/", {"next": page})
    comment.refresh_from_db()
    assert (comment.resolved_by, comment.answers.get().words) == (cast.tom, "Madrid's.")
    assert "Which one?" not in words_of(tom.get(page))


def test_a_language_that_nobody_has_is_said_to_be_ready_alone(cast, review, as_user):
    page = words_of(as_user(cast.tom).get(f"{ROOT}messages/{review.message_id}/"))
    assert page.count("Ready") >= 2
    assert "3 people, the CIO sees this gap" in page


def test_the_decision_names_who_read_what(cast, message, review, as_user, now):
    rosa = as_user(cast.rosa)
    approvals.ask(message, cast.ines, now)
    claire = as_user(cast.claire)
    assert "No one has reviewed these texts" in words_of(claire.get(f"{ROOT}decisions/"))
    page = rosa.get(f"{ROOT}reviews/{review.pk}/")
    rosa.post(f"{ROOT}reviews/{review.pk}/done/", {"text_seen": page.context["text_seen"]})
    shown = words_of(claire.get(f"{ROOT}decisions/"))
    assert "Spanish: Rosa Test" in shown
    assert "No one has read the Chinese" in shown
    assert "No one has read the English" in shown


def test_the_setting_keeps_unread_languages_out_and_says_so(cast, message, as_user, now):
    for language, reviewer in (("en", cast.claire), ("es", cast.rosa)):
        data = ReviewData(language, "facts", reviewer, now.date())
        made = ask_review(message, data, cast.tom, now)
        Review.objects.filter(pk=made.pk).update(
            state="done", read_fingerprint=made.asked_fingerprint
        )
    ines = as_user(cast.ines)
    page = ines.get(f"{ROOT}setup/programme/")
    form = page.context["form"]
    typed = {one.html_name: one.value() for one in form if one.value() not in (None, False)}
    ines.post(f"{ROOT}setup/programme/", typed | {"asks_review": "on"})
    cast.programme.refresh_from_db()
    assert cast.programme.asks_review
    shown = words_of(ines.get(f"{ROOT}messages/{message.pk}/"))
    assert "until someone has reviewed them: Chinese" in shown
    ines.post(f"{ROOT}messages/{message.pk}/ask/")
    assert set(Approval.objects.get().frozen.languages) == {"en", "es"}


def test_the_editor_offers_the_senders_of_the_programme(cast, message, as_user, now):
    add_sender(cast.programme, "Claire Test", cast.claire, cast.ines, now)
    add_sender(cast.programme, "Desk team", None, cast.ines, now)
    page = as_user(cast.tom).get(f"{ROOT}messages/{message.pk}/edit/")
    offered = page.context["form"].fields["sender"].choices
    assert offered == [
        ("Claire Test", "Claire Test (has not agreed yet)"),
        ("Desk team", "Desk team"),
        ("One IT", "One IT"),
        ("Claire Fontanel", "Claire Fontanel"),
    ]


def test_a_person_agrees_on_their_own_page_and_revokes_there(cast, as_user, now):
    sender = add_sender(cast.programme, "Claire Test", cast.claire, cast.ines, now)
    claire, own = as_user(cast.claire), f"{ROOT}setup/senders/{sender.pk}/"
    assert "You may sign messages with my name" in words_of(claire.get(f"{own}consent/"))
    assert "messages may be sent as “Claire Test”" in words_of(claire.get(f"{ROOT}reviews/"))
    claire.post(f"{own}consent/")
    assert Sender.objects.get().has_agreed
    listed = words_of(as_user(cast.ines).get(f"{ROOT}setup/senders/"))
    assert "Agreed" in listed
    claire.post(f"{own}revoke/")
    assert not Sender.objects.get().has_agreed


def test_the_card_of_a_delegate_says_who_alone_decides(cast, as_user, now):
    sender = add_sender(cast.programme, "Claire Test", cast.claire, cast.ines, now)
    consent(sender, cast.claire, now)
    version = approvals.ask(make_message(cast, now, sender="Claire Test"), cast.ines, now)
    other = approvals.ask(make_message(cast, now), cast.ines, now)
    today = NOW
    days = Absence(today.date(), today.date() + timedelta(days=5), "UTC")
    name_delegate(cast.programme, cast.claire, cast.tom, days, today)
    page = words_of(as_user(cast.tom).get(f"{ROOT}decisions/"))
    assert "It is sent in the name of Claire Test. Can decide: Claire Test" in page
    assert f"approvals/{version.pk}/approve" not in page
    assert f"approvals/{other.pk}/approve" in page
    own = words_of(as_user(cast.tom).get(f"{ROOT}messages/{version.message_id}/"))
    assert "in the name of Claire Test, who alone can decide on it." in own
    assert f"approvals/{version.pk}/approve" not in own
    assert f"approvals/{version.pk}/refuse" not in own
    assert f"approvals/{version.pk}/approve" in words_of(
        as_user(cast.claire).get(f"{ROOT}decisions/")
    )


@pytest.mark.parametrize("action", ["comment", "done", "call-off", "reopen"])
def test_who_has_no_part_in_a_review_does_not_find_it(cast, review, as_user, action):
    assert as_user(cast.otto).post(f"{ROOT}reviews/{review.pk}/{action}/").status_code == 404
    assert as_user(cast.mei).post(f"{ROOT}reviews/{review.pk}/{action}/").status_code in (403, 404)


def test_who_a_text_was_taken_back_from_reads_it_no_more(cast, review, as_user):
    page = f"{ROOT}reviews/{review.pk}/"
    assert as_user(review.reviewer).get(page).status_code == 200
    as_user(cast.tom).post(f"{page}call-off/")
    assert as_user(review.reviewer).get(page).status_code == 404
    assert as_user(review.reviewer).post(f"{page}reopen/").status_code == 404
    review.refresh_from_db()
    assert review.state == "called_off"
    as_user(cast.tom).post(f"{page}reopen/")
    assert as_user(review.reviewer).get(page).status_code == 200
