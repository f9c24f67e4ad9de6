"""The pages of adaptations: writing beside the core, who gets which, agreeing and deciding."""

from datetime import date, timedelta

import pypdfium2
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from communications.adaptations.queries.points import Point
from communications.adaptations.services import deciding
from communications.adaptations.services.writing import call_ready, write_adapted
from communications.approvals.services import approval as approvals
from communications.messages.services.message import MessageData
from communications.messages.services.refusal import RefusedError
from communications.models import Adaptation, AdaptationVersion, ChannelText, DroppedPoint
from feedback.services.survey import SurveyData, SurveyTexts, create_survey
from programmes.models import BusinessLine, Programme, Term, WaveSite
from tests import factories
from tests.communications.adaptations.making import (
    POINTS,
    POSTER,
    SPANISH,
    adapt,
    approve_adapted,
    make_core,
    make_persona,
)
from tests.communications.making import approve, run
from tests.communications.pdf import chars_of

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = "/p/one-it/messages/adaptations"


def post(client, path, **data):
    return client.post(f"{PAGE}/{path}", data, follow=True)


def kept(*numbers, points=POINTS, **why):
    """Return what a page posts of key points: which are ticked, and why others are not."""
    digests = [Point(point).digest for point in points.splitlines()]
    ticked = {f"keep_{digests[number]}": "on" for number in numbers}
    return ticked | {f"why_{key}": why.get(f"why_{n}", "") for n, key in enumerate(digests)}


def words_in(pdf):
    page = pypdfium2.PdfDocument(pdf)[0]
    return "".join(char.text for char in chars_of(page))


def size_of(pdf):
    """Return width and height of the first page in millimetres."""
    return tuple(round(side / 72 * 25.4) for side in pypdfium2.PdfDocument(pdf)[0].get_size())


def text_of(answer):
    return " ".join(answer.content.decode().split())


def test_a_local_writer_adapts_a_message_from_the_page_to_the_decision(cast, now, as_user):
    message = make_core(cast, now)
    nuria = as_user(cast.nuria)
    shown = text_of(nuria.get(f"/p/one-it/messages/{message.pk}/"))
    assert "Adapt message" in shown
    persona = make_persona(cast, cast.people[:2])
    chosen = {"site": cast.barcelona.pk, "persona": persona.pk}
    answer = nuria.post(f"/p/one-it/messages/{message.pk}/for/", chosen, follow=True)
    made = Adaptation.objects.get()
    assert (made.site, made.persona, made.has_email) == (cast.barcelona, persona, False)
    assert "The text for Barcelona, Shift" in text_of(answer)
    assert "· for 2 people" in text_of(answer)
    typed = {**POSTER, **kept(0, 1, why_2="No mailbox"), "until_on": "31 Jan 2027"}
    answer = post(nuria, f"{made.pk}/ready/?form=poster&language=es", **typed)
    assert "The text is ready." in text_of(answer)
    assert "drops 1 key point, Ines Test must agree" in text_of(answer)
    assert "Ask Ines Test to agree · 2 people" in text_of(answer)
    poster = ChannelText.objects.get(form="poster")
    assert (poster.from_on, poster.until_on.isoformat()) == (None, "2027-01-31")
    answer = post(nuria, f"{made.pk}/ask/?form=poster&language=es", **typed)
    assert "is asked to agree, by email" in text_of(answer)
    ines = as_user(cast.ines)
    assert "No mailbox" in text_of(ines.get("/p/one-it/decisions/"))
    post(ines, f"points/{DroppedPoint.objects.get().pk}/agree/")
    answer = post(nuria, f"{made.pk}/ask/?form=poster&language=es", **typed)
    assert "Version 1 is waiting for the CIO" in text_of(answer)
    version = AdaptationVersion.objects.get()
    claire = as_user(cast.claire)
    card = text_of(claire.get("/p/one-it/decisions/"))
    assert '<p class="mb-1">Ayuda con IT hasta las 22:00</p>' in card
    assert "Ines Test agreed" in card
    answer = post(claire, f"versions/{version.pk}/approve/", fingerprint=version.fingerprint)
    assert "is approved" in text_of(answer)
    version.refresh_from_db()
    assert version.state == "approved"
    post(claire, f"versions/{version.pk}/undo/")
    version.refresh_from_db()
    assert version.state == "waiting"


def test_a_wrong_number_is_refused_and_nothing_typed_is_lost(cast, now, as_user):
    made = adapt(cast, make_core(cast, now), now, texts={})
    body = "Desde el 14 de diciembre, hasta las 23:00. Llama al 5050."
    typed = {"subject": "Ayuda", "body": body, **kept(0, 1, 2)}
    answer = post(as_user(cast.nuria), f"{made.pk}/ready/?form=email&language=es", **typed)
    assert "A number is missing. The core says 22. Enter exactly these." in text_of(answer)
    assert body in text_of(answer)
    assert Adaptation.objects.get().body_es == body


def test_the_personal_link_of_a_survey_stays(cast, now, as_user):
    texts = SurveyTexts("How is it?", "[Say]({{ survey_link }})", {}, ["A", "B"])
    data = SurveyData("Pulse", MessageData("Pulse", "IT", offset_days=7), {"en": texts})
    made = adapt(
        cast, create_survey(cast.programme, data, cast.ines, now).invitation, now, texts={}
    )
    nuria, page = as_user(cast.nuria), f"{made.pk}/ready/?form=email&language=es"
    answer = post(nuria, page, subject="¿Qué tal?", body="Cuéntanos")
    assert "Add {{ survey_link }} where the personal link should appear." in text_of(answer)
    answer = post(nuria, page, subject="¿Qué tal?", body="Cuéntanos: {{ survey_link }}")
    assert "The text is ready." in text_of(answer)
    preview = nuria.get(f"{PAGE}/{made.pk}/preview/?language=es").content.decode()
    assert "https://link.example/" in preview
    written = Adaptation.objects.get()
    write_adapted(written, "email", "es", {"subject": "Qué", "body": "Nada"}, cast.nuria, now)
    with pytest.raises(RefusedError, match="survey_link }} is missing"):
        call_ready(written, "email", "es", cast.nuria, now)


def test_a_dropped_point_needs_its_reason(cast, now, as_user):
    made = adapt(cast, make_core(cast, now), now)
    answer = post(as_user(cast.nuria), f"{made.pk}/edit/?form=email&language=es", **kept(0, 1))
    assert "Enter why your people do not need this key point." in text_of(answer)
    assert not DroppedPoint.objects.exists()


def test_two_writers_see_both_texts(cast, now, as_user):
    made = adapt(cast, make_core(cast, now), now)
    page = as_user(cast.nuria).get(f"{PAGE}/{made.pk}/edit/?form=email&language=es")
    seen = page.context["form"]["text_seen"].value()
    theirs = {"subject": "De Tom 22:00", "body": SPANISH["body"], **kept(0, 1, 2)}
    post(as_user(cast.tom), f"{made.pk}/edit/?form=email&language=es", **theirs)
    mine = {"subject": "De Nuria", "body": "14, 22:00, 5050", **kept(0, 1, 2), "text_seen": seen}
    answer = text_of(post(as_user(cast.nuria), f"{made.pk}/edit/?form=email&language=es", **mine))
    assert "De Tom 22:00" in answer
    assert "De Nuria" in answer
    assert Adaptation.objects.get().subject_es == "De Tom 22:00"


def test_who_writes_for_a_region_writes_for_no_other(cast, now, as_user):
    message = make_core(cast, now)
    approve(cast, message, now)
    line = BusinessLine.objects.create(name="Labs")
    for writer in (cast.nuria, cast.rosa):
        client, url = as_user(writer), f"/p/one-it/messages/{message.pk}/for/"
        client.post(url, {"site": cast.shanghai.pk})
        client.post(url, {"region": cast.china.pk})
        client.post(url, {"business_line": line.pk})
        assert not Adaptation.objects.exists()
    chinese = adapt(cast, message, now, user=cast.tom, texts={}, site=cast.shanghai)
    wide = adapt(cast, message, now, user=cast.tom, texts={}, business_line=line)
    nuria = as_user(cast.nuria)
    assert nuria.get(f"{PAGE}/{chinese.pk}/edit/").status_code == 404
    assert nuria.get(f"{PAGE}/{wide.pk}/edit/").status_code == 403


def test_who_gets_which_in_heads_and_by_name(cast, now, as_user):
    message = make_core(cast, now)
    shift = make_persona(cast, cast.people[:1])
    adapt(cast, message, now, texts={}, persona=shift, has_email=False)
    made = adapt(cast, message, now)
    name = cast.people[0].last_name
    page = as_user(cast.ines).get(f"{PAGE}/{made.pk}/edit/?person={name}")
    shares = {str(one.adaptation): one for one in page.context["shares"]}
    assert {key: one.people for key, one in shares.items()} == {
        "Shift": 1,
        "Barcelona": 2,
        "None": 3,
    }
    assert dict(shares["Barcelona"].languages) == {"es": 2}
    assert dict(shares["None"].languages) == {"zh-hans": 3}
    shown = text_of(page)
    assert f"{cast.people[0]}, Barcelona, gets the version for Shift, without email." in shown
    assert "It is more specific than the one for Barcelona." in shown
    assert "It is not approved for them yet." in shown
    assert "Show what they get" not in text_of(as_user(cast.nuria).get(f"{PAGE}/{made.pk}/edit/"))


def test_the_poster_is_set_as_it_will_hang(cast, now, as_user):
    made = adapt(cast, make_core(cast, now), now, forms={"poster": {"es": POSTER}})
    nuria = as_user(cast.nuria)
    page = nuria.get(f"{PAGE}/{made.pk}/edit/?form=poster&language=es")
    assert page.context["picture"].startswith("data:image/png;base64,")
    paper = f"{PAGE}/{made.pk}/paper/poster/?language"
    assert size_of(nuria.get(f"{paper}=es").content) == (297, 420)
    assert size_of(nuria.get(f"{paper}=es&size=a4").content) == (210, 297)
    assert nuria.get(f"{paper}=fr").status_code == 404


def test_the_preview_is_the_mail(cast, now, as_user):
    made = adapt(cast, make_core(cast, now), now)
    page = as_user(cast.nuria).get(f"{PAGE}/{made.pk}/preview/?language=es")
    assert "Llama al 5050 desde la línea" in page.content.decode()


def test_pages_ask_as_much_for_two_as_for_one(cast, now, as_user):
    message = make_core(cast, now)
    made = adapt(cast, message, now)
    nuria = as_user(cast.nuria)
    counts = []
    for people in (
        {"region": cast.iberia},
        {"business_line": BusinessLine.objects.create(name="A")},
    ):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            nuria.get(f"{PAGE}/{made.pk}/edit/")
            nuria.get(f"/p/one-it/messages/{message.pk}/")
            as_user(cast.claire).get("/p/one-it/decisions/")
        counts.append(len(asked))
        adapt(cast, message, now, **people)
    assert counts[0] == counts[1]


def test_readers_of_the_region_see_it_and_the_cio_withdraws_it(cast, now, as_user):
    message = make_core(cast, now)
    approve(cast, message, now)
    made = adapt(cast, message, now)
    rosa = as_user(cast.rosa)
    deciding.ask(made, cast.nuria, now)
    assert as_user(cast.mei).get(f"{PAGE}/{made.pk}/").status_code == 404
    version = AdaptationVersion.objects.get()
    deciding.approve(version, cast.claire, version.fingerprint, now)
    assert SPANISH["body"] in text_of(rosa.get(f"{PAGE}/{made.pk}/"))
    answer = post(as_user(cast.claire), f"versions/{version.pk}/withdraw/", reason="Wrong")
    assert "Its people get the core message from now on" in text_of(answer)
    version.refresh_from_db()
    assert version.state == "withdrawn"


def test_a_withdrawal_says_who_stays_without_an_email(cast, now, as_user, relay):
    message = make_core(cast, now)
    approve(cast, message, now)
    briefing = {"points": {"es": {"headline": "Ayuda", "body": SPANISH["body"]}}}
    whom = {"site": cast.barcelona, "has_email": False}
    made = adapt(cast, message, now, forms=briefing, **whom)
    deciding.ask(made, cast.nuria, now)
    claire = as_user(cast.claire)
    without = "These people get no email."
    # What waits is without email, whatever its writer has chosen since.
    Adaptation.objects.update(has_email=True)
    assert without in text_of(claire.get("/p/one-it/decisions/"))
    Adaptation.objects.update(has_email=False)
    version = AdaptationVersion.objects.get()
    deciding.approve(version, cast.claire, version.fingerprint, now)
    run(now + timedelta(minutes=6))
    answer = text_of(post(claire, f"versions/{version.pk}/withdraw/", reason="Wrong"))
    assert "Its people get the core message from now on" in answer
    assert "3 people have already been left out of the email and do not get it." in answer


def test_hostile_words_are_shown_as_words(cast, now, as_user):
    points = f"{POINTS}\n<script>alert(1)</script>"
    message = make_core(cast, now, key_points=points)
    evil = {"subject": "<img src=x onerror=alert(1)> 22:00 14", "body": "5050 <script>x</script>"}
    made = adapt(cast, message, now, texts={})
    typed = {**evil, **kept(0, 1, 2, points=points, why_3="<script>why</script>")}
    answer = post(as_user(cast.nuria), f"{made.pk}/edit/?form=email&language=es", **typed)
    for found in ("<img src=x", "<script>alert", "<script>x", "<script>why"):
        assert found not in answer.content.decode()


def test_approving_the_core_leaves_its_adaptation_to_be_decided_on(cast, now, as_user):
    message = make_core(cast, now)
    version = deciding.ask(adapt(cast, message, now), cast.nuria, now)
    core = approvals.ask(message, cast.ines, now)
    claire = as_user(cast.claire)
    url = f"/p/one-it/approvals/{core.pk}/approve/"
    claire.post(url, {"fingerprint": core.fingerprint})
    core.refresh_from_db()
    version.refresh_from_db()
    assert (core.state, version.state) == ("approved", "waiting")
    post(claire, f"versions/{version.pk}/approve/", fingerprint=version.fingerprint)
    version.refresh_from_db()
    assert version.state == "approved"


def test_a_file_of_a_version_says_what_was_approved_and_nothing_written_since(cast, now, as_user):
    message = make_core(cast, now)
    made = adapt(cast, message, now, forms={"poster": {"es": POSTER}})
    approve(cast, message, now)
    version = approve_adapted(cast, made, now)
    rosa, mei = as_user(cast.rosa), as_user(cast.mei)
    url = f"{PAGE}/{made.pk}/paper/poster/?version={version.pk}&language=es"
    before = rosa.get(url).content
    typed = {**POSTER, "headline": "Otra cosa", **kept(0, 1, 2)}
    post(as_user(cast.nuria), f"{made.pk}/edit/?form=poster&language=es", **typed)
    assert ChannelText.objects.get(form="poster").headline_es == "Otra cosa"
    assert words_in(rosa.get(url).content) == words_in(before)
    assert "AyudaconIT" in words_in(before)
    assert mei.get(url).status_code == 404


def test_an_empty_text_is_proposed_and_kept_only_by_a_save(cast, now, as_user):
    made = adapt(cast, make_core(cast, now), now, texts={})
    nuria, query = as_user(cast.nuria), "?form=poster&language=es"
    page = nuria.get(f"{PAGE}/{made.pk}/edit/{query}")
    assert "Proposed from the core message. Nothing is kept until you save it." in text_of(page)
    form = page.context["form"]
    assert form["headline"].value() == "Tu centro hasta las 22:00"
    assert page.context["picture"].startswith("data:image/png;base64,")
    typed = {name: form[name].value() for name in form.WRITTEN} | kept(0, 1, 2)
    post(nuria, f"{made.pk}/ask/{query}", **typed)
    assert not ChannelText.objects.exists()
    post(nuria, f"{made.pk}/edit/{query}", **typed)
    assert ChannelText.objects.get().headline_es == "Tu centro hasta las 22:00"
    assert "Proposed from" not in text_of(nuria.get(f"{PAGE}/{made.pk}/edit/{query}"))


def test_a_paper_is_proposed_from_the_words_of_the_adaptation_first(cast, now, as_user):
    made = adapt(cast, make_core(cast, now), now)
    nuria = as_user(cast.nuria)
    form = nuria.get(f"{PAGE}/{made.pk}/edit/?form=poster&language=es").context["form"]
    assert (form["headline"].value(), form.proposed.origin) == (
        SPANISH["subject"],
        "Proposed from your email.",
    )
    plant = {"site": cast.barcelona, "persona": make_persona(cast, cast.people[:1])}
    made = adapt(
        cast, made.message, now, forms={"poster": {"es": POSTER}}, has_email=False, **plant
    )
    form = nuria.get(f"{PAGE}/{made.pk}/edit/?form=points&language=es").context["form"]
    assert form["headline"].value() == POSTER["headline"]
    assert f"- {POSTER['second']}" in form["body"].value()


def test_what_is_typed_is_looked_at_and_not_kept(cast, now, as_user):
    made = adapt(cast, make_core(cast, now), now, texts={})
    Term.objects.create(programme=cast.programme, word_en="desk", word_es="mesa de ayuda")
    url, nuria = f"{PAGE}/{made.pk}/look/?form=poster&language=es", as_user(cast.nuria)
    typed = {"headline": "El número está en los carteles", "first": "Haga clic", **kept(0, 1, 2)}
    answer = text_of(nuria.post(url, typed))
    assert "“en los carteles”: this is the poster. Say what it says there." in answer
    assert "“Haga clic”: nothing here can be clicked." in answer
    assert "“desk”: the glossary says mesa de ayuda" in answer
    assert "The core says 14, 22, 5050. Enter exactly these." in answer
    assert "data:image/png;base64," in answer
    assert not ChannelText.objects.exists()


def test_a_poster_that_cannot_be_printed_is_shown_whole_with_what_is_too_long(cast, now, as_user):
    made = adapt(cast, make_core(cast, now), now, texts={})
    url, nuria = f"{PAGE}/{made.pk}/look/?form=poster&language=es", as_user(cast.nuria)
    headline = {**POSTER, "headline": "W" * 60}
    answer = text_of(nuria.post(url, {**headline, **kept(0, 1, 2)}))
    assert "This page cannot be printed. Nothing is cut: shorten the text until it fits." in answer
    assert "the headline is too long" in answer
    assert "data:image/png;base64," in answer


def test_papers_are_looked_at_site_by_site(cast, now, as_user):
    made = adapt(cast, make_core(cast, now), now, region=cast.iberia, texts={})
    porto = factories.SiteFactory(name="Porto", region=cast.iberia)
    WaveSite.objects.create(wave=cast.wave1, site=porto)
    query = "form=poster&language=es"
    page = as_user(cast.nuria).get(f"{PAGE}/{made.pk}/edit/?{query}")
    assert "1 of 2 sites" in text_of(page)
    following = page.context["at"].following
    assert str(following.site) == "Porto"
    page = as_user(cast.nuria).get(f"{PAGE}/{made.pk}/edit/?{query}&site={following.site_id}")
    assert "Porto, 2 of 2 sites" in text_of(page)


def test_who_decides_sees_what_cannot_be_printed_until_when_and_how_many(cast, now, as_user):
    long = {**POSTER, "action": "mesa-de-ayuda" + "x" * 80}
    message = make_core(cast, now)
    made = adapt(cast, message, now, forms={"poster": {"es": long}})
    made.channel_texts.update(until_on=date(2027, 1, 31), copies=6)
    deciding.ask(made, cast.nuria, now)
    claire = as_user(cast.claire)
    for page in ("/p/one-it/decisions/", f"{PAGE}/{made.pk}/"):
        shown = text_of(claire.get(page))
        assert "Poster, Spanish: the line on what to do is too long" in shown
        assert "Nothing is cut: no file is made until they are shorter." in shown
        assert "until Sun 31 Jan 2027" in shown
        assert "6 copies a site" in shown


def test_who_writes_no_language_of_the_programme_is_told_what_to_do(cast, now, as_user):
    made = adapt(cast, make_core(cast, now), now)
    Programme.objects.update(languages=["en", "zh-hans"])
    answer = as_user(cast.nuria).get(f"{PAGE}/{made.pk}/edit/")
    assert answer.status_code == 403
    assert "Ask your programme manager for the role you need." in text_of(answer)


def test_a_channel_that_is_saved_without_a_word_stays_missing(cast, now, as_user):
    made = adapt(cast, make_core(cast, now), now)
    empty = dict.fromkeys(ChannelText.SHEET, "")
    assert write_adapted(made, "poster", "es", empty, cast.nuria, now) is None
    assert not ChannelText.objects.exists()
    answer = post(as_user(cast.nuria), f"{made.pk}/ready/?form=poster&language=es", **kept(0, 1, 2))
    assert "There is no text yet. Write it first." in text_of(answer)
    assert not ChannelText.objects.exists()
