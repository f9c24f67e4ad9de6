"""Texts of channels of an adaptation: which there are, what is frozen, when they are stale."""

import pytest

from communications.adaptations.services import deciding
from communications.adaptations.services.writing import call_ready, write_adapted
from communications.messages.services.refusal import RefusedError
from communications.models import ChannelText
from programmes.queries.texts import states_of
from programmes.services.texts import mark, write_text
from tests.communications.adaptations.making import (
    POSTER,
    SPANISH,
    adapt,
    approve_adapted,
    make_core,
)
from tests.communications.adaptations.test_pages import PAGE, kept, post, text_of
from tests.communications.making import approve

pytestmark = pytest.mark.django_db(transaction=True)

SHEET = {**POSTER, "spot": "Puerta 3"}
WORDS = {
    "headline": "Ayuda hasta las 22:00",
    "body": "Desde el 14 de diciembre: 5050, hasta las 22:00.",
}
EACH = {
    "poster": SHEET,
    "points": WORDS,
    "flyer": SHEET,
    "notice": {**WORDS, "spot": "Puerta 3"},
    "slides": {**WORDS, "body": f"# Ayuda\n- {WORDS['body']}"},
    "chat": {"body": WORDS["body"]},
    "post": WORDS,
}


def test_each_channel_can_have_words_of_its_own(cast, now, as_user):
    message = make_core(cast, now)
    approve(cast, message, now)
    made = adapt(cast, message, now, texts={}, site=cast.barcelona, has_email=False)
    nuria = as_user(cast.nuria)
    page = nuria.get(f"{PAGE}/{made.pk}/edit/")
    assert [tab.form for tab in page.context["tabs"]] == list(EACH)
    for form, text in EACH.items():
        answer = post(nuria, f"{made.pk}/ready/?form={form}&language=es", **text, **kept(0, 1, 2))
        assert "The text is ready." in text_of(answer), form
    version = approve_adapted(cast, made, now)
    assert version.frozen.forms == {form: {"es": text} for form, text in EACH.items()}
    texts = ChannelText.objects.filter(adaptation=made)
    states = {one.form: states_of(one, one.fields, ["es"])["es"].state for one in texts}
    assert states == dict.fromkeys(EACH, "approved")
    shown = text_of(as_user(cast.rosa).get(f"{PAGE}/{made.pk}/"))
    for name in ("Poster", "Shift briefing", "Flyer", "Short notice", "Slides", "Chat"):
        assert f"{name}, Spanish" in shown
    new = {"subject": "Until 23:00", "body": "From 15 December, until 23:00. Call 5050."}
    write_text(message, "en", new, cast.ines, now)
    states = {one.form: states_of(one, one.fields, ["es"])["es"].state for one in texts.all()}
    assert states == dict.fromkeys(EACH, "stale")


def test_groups_get_the_text_of_the_core(cast, now):
    message = make_core(cast, now)
    made = adapt(
        cast,
        message,
        now,
        texts={},
        forms={"chat": {"es": EACH["chat"]}},
        has_email=False,
        site=cast.barcelona,
    )
    approve_adapted(cast, made, now)
    assert approve(cast, message, now).frozen.forms == {}


FILES = {
    "points": {"points": b"%PDF", "docx": b"PK"},
    "flyer": {"flyer": b"%PDF"},
    "notice": {"notice": b"%PDF"},
    "slides": {"slides": b"PK"},
    "chat": {"chat": b"\xef\xbb\xbfDesde"},
}


def test_each_channel_has_its_files_as_they_are_saved_and_approved(cast, now, as_user):
    message = make_core(cast, now)
    approve(cast, message, now)
    forms = {form: {"es": EACH[form]} for form in (*FILES, "post")}
    site = {"site": cast.barcelona, "has_email": False}
    made = adapt(cast, message, now, texts={}, forms=forms, **site)
    nuria, rosa = as_user(cast.nuria), as_user(cast.rosa)
    for form in (*FILES, "post"):
        page = nuria.get(f"{PAGE}/{made.pk}/edit/?form={form}&language=es")
        assert [str(kind) for kind in page.context["kinds"]] == list(FILES.get(form, ()))
    version = approve_adapted(cast, made, now)
    for form, kinds in FILES.items():
        for kind, start in kinds.items():
            url = f"{PAGE}/{made.pk}/paper/{form}/?language=es&kind={kind}"
            assert nuria.get(url).content.startswith(start), kind
            assert rosa.get(f"{url}&version={version.pk}").content.startswith(start), kind
            assert as_user(cast.mei).get(f"{url}&version={version.pk}").status_code == 404


def test_nothing_is_ready_or_asked_for_without_a_subject_or_headline(cast, now):
    made = adapt(cast, make_core(cast, now), now)
    write_adapted(made, "email", "es", {**SPANISH, "subject": ""}, cast.nuria, now)
    with pytest.raises(RefusedError, match="Write these first: subject"):
        call_ready(made, "email", "es", cast.nuria, now)
    # What was called ready before this was asked for is refused too.
    mark(made, "es", "review", cast.nuria, now, fields=("subject", "body"))
    with pytest.raises(RefusedError, match="Write these first: subject"):
        deciding.ask(made, cast.nuria, now)
    poster = dict.fromkeys(ChannelText.SHEET, "") | {"first": "Hasta las 22:00, 14.12., 5050"}
    write_adapted(made, "poster", "es", poster, cast.nuria, now)
    with pytest.raises(RefusedError, match="Write these first: headline"):
        call_ready(made, "poster", "es", cast.nuria, now)
