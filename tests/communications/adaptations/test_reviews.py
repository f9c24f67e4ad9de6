"""Reading the texts of an adaptation, and of channels, before they are decided on."""

from datetime import timedelta

import pytest

from communications.adaptations.services import deciding
from communications.adaptations.services.writing import call_ready, write_adapted
from communications.approvals.queries.review import named_as
from communications.approvals.services import approval as approvals
from communications.approvals.services.review import ReviewData, ask_review, finish_review
from communications.messages.queries.review import text_under
from communications.messages.services.channel_text import (
    mark_channel_text,
    text_for,
    write_channel_text,
)
from communications.messages.services.refusal import RefusedError
from communications.models import Review
from programmes.models import fingerprint
from stakeholders.accounts.access import scope_of
from tests.communications.adaptations.making import POSTER, SPANISH, adapt, make_core
from tests.communications.making import approve, make_message

pytestmark = pytest.mark.django_db

ROOT = "/p/one-it/"


@pytest.fixture
def adaptation(cast, now):
    return adapt(cast, make_core(cast, now), now, forms={"poster": {"es": POSTER}})


def asked(cast, adaptation, now, reviewer=None, form="", language="es"):
    day = now.date() + timedelta(days=3)
    data = ReviewData(language, "native", reviewer or cast.rosa, day, form)
    return ask_review(adaptation.message, data, cast.ines, now, adaptation)


def read(review, now):
    return finish_review(review, review.reviewer, fingerprint(text_under(review)), now)


def wants_reviews(cast, adaptation):
    cast.programme.asks_review = True
    cast.programme.save()
    adaptation.message.programme.refresh_from_db()


def words_of(response):
    return " ".join(response.content.decode().split())


def test_each_text_of_an_adaptation_is_reviewed_apart(cast, adaptation, now):
    email, poster = (asked(cast, adaptation, now, form=form) for form in ("", "poster"))
    assert text_under(email) == SPANISH
    assert text_under(poster)["headline"] == POSTER["headline"]
    assert named_as(poster).startswith(
        "Spanish: Your desk answers until 22:00 (Barcelona, Poster), as a native reader"
    )
    with pytest.raises(RefusedError, match="has this text already"):
        asked(cast, adaptation, now)
    with pytest.raises(RefusedError, match="There is no text yet"):
        asked(cast, adaptation, now, form="points")
    with pytest.raises(RefusedError, match="Nuria Test wrote this text"):
        asked(cast, adaptation, now, cast.nuria)
    read(email, now)
    poster.refresh_from_db()
    assert poster.is_open


def test_unreviewed_texts_stay_out_of_the_approval_of_an_adaptation(cast, adaptation, now):
    wants_reviews(cast, adaptation)
    with pytest.raises(RefusedError, match="No one has reviewed these texts"):
        deciding.ask(adaptation, cast.nuria, now)
    read(asked(cast, adaptation, now), now)
    version = deciding.ask(adaptation, cast.nuria, now)
    assert (set(version.frozen.languages), version.frozen.forms) == ({"es"}, {})
    read(asked(cast, adaptation, now, form="poster"), now)
    again = deciding.ask(adaptation, cast.nuria, now)
    assert set(again.frozen.forms) == {"poster"}
    deciding.approve(again, cast.claire, again.fingerprint, now)
    # What is approved has been decided on.
    Review.objects.update(state="called_off")
    assert set(deciding.content_of(adaptation).forms) == {"poster"}


def test_unreviewed_texts_of_channels_stay_out_as_well(cast, now):
    message = make_message(cast, now)
    chat = text_for(message, "chat", cast.ines, now)
    write_channel_text(chat, "en", {"body": "Call 5050"}, cast.ines, now)
    mark_channel_text(chat, "en", cast.ines, now)
    assert set(approvals.content_of(message).forms) == {"chat"}
    cast.programme.asks_review = True
    cast.programme.save()
    message.programme.refresh_from_db()
    assert approvals.content_of(message).forms == {}
    data = ReviewData("en", "facts", cast.rosa, now.date(), "chat")
    read(ask_review(message, data, cast.ines, now), now)
    assert set(approvals.content_of(message).forms) == {"chat"}


def test_a_review_is_in_view_for_its_reviewer_and_who_sees_the_draft(cast, adaptation, now):
    asked(cast, adaptation, now, cast.hugo)
    names = ("ines", "claire", "tom", "nuria", "dora", "hugo", "rosa", "mei", "hana", "otto")
    scopes = {name: scope_of(getattr(cast, name), cast.programme) for name in names}

    def seen():
        return {name for name, scope in scopes.items() if Review.objects.within(scope).exists()}

    assert seen() == {"ines", "claire", "tom", "nuria", "dora", "hugo"}
    # A regional IT manager writes adaptations of messages that are approved.
    approve(cast, adaptation.message, now)
    assert seen() == {"ines", "claire", "tom", "nuria", "dora", "hugo", "rosa"}


def test_its_writers_ask_and_its_reviewer_reads_on_pages(cast, adaptation, now, as_user):
    nuria, page = as_user(cast.nuria), f"{ROOT}messages/adaptations/{adaptation.pk}/"
    shown = words_of(nuria.get(f"{page}edit/"))
    assert f"{page}review/?language=poster/es" in shown
    form = nuria.get(f"{page}review/?language=poster/es").context["form"]
    assert form["language"].value() == "poster/es"
    typed = {"language": "poster/es", "checks": "native", "due_on": "1 Dec 2026"}
    done = nuria.post(f"{page}review/", typed | {"reviewer": cast.hugo.pk}, follow=True)
    assert "Hugo Test has the text now" in words_of(done)
    review = Review.objects.get()
    hugo = as_user(cast.hugo)
    assert "(Barcelona, Poster)" in words_of(hugo.get(f"{ROOT}reviews/"))
    read_page = hugo.get(f"{ROOT}reviews/{review.pk}/")
    assert POSTER["headline"] in words_of(read_page)
    assert SPANISH["subject"] not in words_of(read_page)
    hugo.post(f"{ROOT}reviews/{review.pk}/done/", {"text_seen": read_page.context["text_seen"]})
    assert "1 of 2 done" in words_of(nuria.get(page))
    # Whoever writes it may take it back from who has it.
    other = asked(cast, adaptation, now, cast.hugo)
    nuria.post(f"{ROOT}reviews/{other.pk}/call-off/")
    other.refresh_from_db()
    assert other.state == "called_off"


def test_the_decision_says_who_has_read_which_text(cast, adaptation, now, as_user):
    read(asked(cast, adaptation, now), now)
    deciding.ask(adaptation, cast.nuria, now)
    page = words_of(as_user(cast.claire).get(f"{ROOT}decisions/"))
    assert "Spanish: Rosa Test" in page
    assert "No one has read the Spanish</strong> (Poster)" in page


def test_a_text_that_changed_counts_as_unread(cast, adaptation, now):
    wants_reviews(cast, adaptation)
    read(asked(cast, adaptation, now), now)
    text = SPANISH | {"subject": "Ayuda en la planta, hasta las 22:00"}
    write_adapted(adaptation, "email", "es", text, cast.nuria, now)
    call_ready(adaptation, "email", "es", cast.nuria, now)
    assert deciding.content_of(adaptation).languages == {}
