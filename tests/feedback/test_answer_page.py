import logging
import re
from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client

from communications.dispatches.services.link import token_of
from communications.models import Delivery, PersonalLink
from feedback.forms.answer import ShownQuestion, new_nonce
from feedback.models import HeldAnswer, Invitation, SpentMark
from feedback.services.moving import move_held
from feedback.services.sealed_comments import unseal
from feedback.services.survey import change_survey
from onelift.logs.records import JsonLines
from programmes.models import Attempt, Programme
from tests.clock import NOW


@pytest.fixture
def invitation(asked, cast):
    """Somebody of Barcelona, asked just now in Spanish."""
    asked.now = NOW
    return asked.ask(cast.barcelona, 5)[0]


def address(invitation):
    return f"/s/{token_of(invitation.link.delivery, 'survey')}/"


def nonce_in(page):
    return re.search(r'name="nonce" value="([^"]+)"', page.content.decode())[1]


def post(url, client=None, **values):
    client = client or Client()
    nonce = values.pop("nonce", None) or nonce_in(client.get(url))
    return client.post(url, {"nonce": nonce, **values})


def test_form_speaks_the_language_of_the_mail(invitation):
    page = Client().get(address(invitation), headers={"accept-language": "fr"}).content.decode()
    assert '<html lang="es" dir="ltr"' in page
    assert "¿Está satisfecho?" in page
    assert "Teléfono" in page


def test_language_switch_offers_only_complete_languages(invitation):
    url = address(invitation)
    page = Client().get(url + "?lang=en").content.decode()
    assert '<html lang="en"' in page
    assert "How satisfied are you?" in page
    assert "Chat &lt;b&gt;" in page
    assert 'href="?lang=es"' in page
    assert "?lang=ar" not in page
    assert '<html lang="es"' in Client().get(url + "?lang=ar").content.decode()


@pytest.fixture
def approved(invitation, asked, cast):
    """The questions as the CIO approved them with the mail."""
    version = asked.approve(cast)
    Delivery.objects.update(approval=version)
    return version


def test_people_are_asked_what_was_approved_with_their_mail(approved, invitation, asked):
    for item in asked.survey.questions.all():
        item.text_en, item.text_es, item.text_fr = "Your password?", "¿Su contraseña?", "Mot ?"
        item.save()
    for item in asked.options:
        item.text_fr = "Mot"
        item.save()
    asked.options[0].question.options.create(order=3, text_en="Mine", text_es="Mía", text_fr="Moi")
    page = Client().get(address(invitation)).content.decode()
    assert "¿Está satisfecho?" in page
    assert "¿Su contraseña?" not in page
    assert "Teléfono" in page
    assert "Mía" not in page
    assert "?lang=fr" not in page


def test_answers_that_were_approved_are_offered_and_no_draft_loses_one(asked, cast, data):
    asked.now = NOW
    approval = asked.approve(cast)
    shorter = {code: replace(one, options=one.options[:1]) for code, one in data.texts.items()}
    with pytest.raises(ValidationError):
        change_survey(asked.survey, replace(data, texts=shorter), cast.ines, asked.now)
    invitation = asked.ask(cast.barcelona, 5)[0]
    Delivery.objects.update(approval=approval)
    page = Client().get(address(invitation)).content.decode()
    assert "Teléfono" in page
    assert "Chat" in page


def test_arabic_reads_from_right_to_left(invitation, asked):
    for item in [*asked.survey.questions.all(), *asked.options]:
        item.text_ar = "نص"
        item.save()
    page = Client().get(address(invitation) + "?lang=ar").content.decode()
    assert '<html lang="ar" dir="rtl"' in page


def test_answer_is_taken_and_thanked_without_a_redirect_or_a_cookie(invitation):
    client = Client()
    page = post(address(invitation), client, csat="4", nps="0", comment="Gracias")
    assert page.status_code == 200
    assert not client.cookies
    held = HeldAnswer.objects.get()
    assert (held.csat, held.nps, held.choice, unseal(held.comment)) == (4, 0, None, "Gracias")


def test_same_form_again_gets_the_same_thanks(invitation):
    url = address(invitation)
    nonce = nonce_in(Client().get(url))
    first = post(url, nonce=nonce, csat="4")
    again = post(url, nonce=nonce, csat="1")
    assert (again.status_code, again.content) == (200, first.content)
    assert HeldAnswer.objects.get().csat == 4


def test_another_form_for_a_used_link_gets_the_plain_page(invitation):
    url = address(invitation)
    nonces = [nonce_in(Client().get(url)) for _ in range(2)]
    post(url, nonce=nonces[0], csat="4")
    assert post(url, nonce=nonces[1], csat="1").status_code == 404


def test_thanks_end_when_the_answer_is_moved(invitation):
    url = address(invitation)
    nonce = nonce_in(Client().get(url))
    post(url, nonce=nonce, csat="4")
    assert post(url, nonce=nonce, csat="4").status_code == 200
    move_held()
    assert post(url, nonce=nonce, csat="4").status_code == 404


@pytest.mark.parametrize("values", [{}, {"csat": "6"}, {"csat": "x"}, {"csat": "4", "nps": "11"}])
def test_wrong_form_comes_back_with_what_was_typed(invitation, values):
    page = post(address(invitation) + "?lang=en", comment="As typed <b>", **values)
    assert page.status_code == 422
    text = page.content.decode()
    assert "As typed &lt;b&gt;" in text
    assert "data-errors" in text
    assert not HeldAnswer.objects.exists()
    assert not SpentMark.objects.exists()


def test_choice_of_another_survey_is_refused(invitation):
    assert post(address(invitation), csat="4", choice="999999").status_code == 422


def test_empty_form_is_refused_even_if_no_question_needs_an_answer(invitation, asked):
    asked.survey.questions.update(is_required=False)
    assert post(address(invitation)).status_code == 422


def test_post_without_the_form_of_this_link_is_refused(invitation, asked, cast):
    other = asked.ask(cast.barcelona, 1)[0]
    stolen = nonce_in(Client().get(address(other)))
    for nonce in ("", "made up", stolen):
        assert Client().post(address(invitation), {"nonce": nonce, "csat": 1}).status_code == 404
    assert not HeldAnswer.objects.exists()


def test_link_works_from_a_browser_that_checks_forms(invitation):
    client = Client(enforce_csrf_checks=True)
    assert post(address(invitation), client, csat="4").status_code == 200


def flips(token):
    """Return the token with each character changed, cut, extended, and in capitals."""
    for place, character in enumerate(token):
        for other in "a7" if character not in "a7" else "bz":
            yield token[:place] + other + token[place + 1 :]
    yield from (token[:-1], token + "a", token.upper(), "x", "%00", "é" * 40, "a" * 5000)


def test_every_link_that_opens_nothing_gets_the_same_page(invitation, asked, cast):
    used, expired, keyless = asked.ask(cast.barcelona, 3)
    assert post(address(used), csat="4").status_code == 200
    PersonalLink.objects.filter(invitation=expired).update(expires_at=NOW)
    PersonalLink.objects.filter(invitation=keyless).update(generation="gone")
    other_purpose = token_of(invitation.link.delivery, "event")
    token = token_of(invitation.link.delivery, "survey")
    urls = [*map(address, (used, expired, keyless)), f"/s/{other_purpose}/"]
    urls += [f"/s/{wrong}/" for wrong in flips(token)]
    headers = {"accept-language": "de", "x-request-id": "0" * 32}
    pages = [Client().get(url, headers=headers) for url in urls]
    assert {page.status_code for page in pages} == {404}
    assert len({page.content for page in pages}) == 1
    assert len({str(sorted(page.headers.items())) for page in pages}) == 1
    assert b'<html lang="de"' in pages[0].content
    assert token.encode() not in pages[0].content
    assert "wurde Ihre Antwort gespeichert" in pages[0].content.decode()
    Attempt.objects.all().delete()
    assert {Client().post(url, {"csat": 4}).status_code for url in urls} == {404}


def test_guesses_never_keep_out_a_person_with_a_link(invitation):
    answers = [Client().get(f"/s/{number:032}/").status_code for number in range(300)]
    assert set(answers) == {404, 429}
    assert answers[-1] == 429
    assert post(address(invitation), csat="4").status_code == 200


def test_hundred_looks_change_nothing(invitation):
    def state():
        return [list(kind.objects.order_by("pk").values()) for kind in (Invitation, PersonalLink)]

    before = state()
    for method in ("get", "head"):
        for _ in range(50):
            assert getattr(Client(), method)(address(invitation)).status_code == 200
    assert state() == before
    assert post(address(invitation), csat="4").status_code == 200


@pytest.mark.parametrize("path", ["", "wrong/"])
def test_pages_stay_out_of_caches_search_engines_and_other_logs(invitation, path):
    url = address(invitation) if not path else "/s/wrong/"
    page = Client().get(url)
    assert page["Cache-Control"] == "no-store"
    assert page["Referrer-Policy"] == "same-origin"
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert "unsafe-inline" not in page["Content-Security-Policy"]
    assert not re.search(rb'(src|href|action)="(https?:)?//', page.content)


def test_no_token_stands_in_a_log(invitation, caplog, asked, cast):
    caplog.handler.setFormatter(JsonLines())
    caplog.set_level(logging.DEBUG)
    used = asked.ask(cast.barcelona, 1)[0]
    post(address(used), csat="4")
    Client().get(address(used))
    Client().put(address(invitation))
    assert '"route": "s/<str:token>/"' in caplog.text
    for one in (used, invitation):
        assert token_of(one.link.delivery, "survey") not in caplog.text


def test_form_and_answer_take_two_statements_each(approved, asked, cast, django_assert_num_queries):
    others = asked.ask(cast.barcelona, 2)
    Delivery.objects.update(approval=approved)
    post(address(others[0]), csat="4")  # what a process learns once, it has learnt
    url = address(others[1])
    with django_assert_num_queries(2):
        page = Client().get(url)
    # One covers the statement from who looks at the server; or a transaction has words of its own.
    with django_assert_num_queries(3 if connection.vendor == "postgresql" else 5):
        assert post(url, nonce=nonce_in(page), csat="4").status_code == 200
    assert HeldAnswer.objects.count() == 2


def test_kept_page_carries_nothing_of_another_person(approved, invitation, asked, cast):
    other = asked.ask(cast.barcelona, 1)[0]
    Delivery.objects.update(approval=approved)
    pages = [Client().get(address(one)).content.decode() for one in (invitation, other, other)]
    nonces = [re.search(r'name="nonce" value="([^"]+)"', page)[1] for page in pages]
    assert len(set(nonces)) == 3
    bare = {page.replace(nonce, "") for page, nonce in zip(pages, nonces, strict=True)}
    assert len(bare) == 1


def test_change_is_seen_at_the_next_look_in_each_language(approved, invitation, asked):
    url = address(invitation)
    before = {code: Client().get(f"{url}?lang={code}").content.decode() for code in ("es", "en")}
    assert "One IT" in before["es"]
    assert "How satisfied are you?" in before["en"]
    Programme.objects.update(name="Two IT", languages=["es"])
    asked.survey.questions.filter(kind="nps").update(is_required=True)
    after = Client().get(url).content.decode()
    assert "Two IT" in after
    assert "One IT" not in after
    assert "?lang=en" not in after
    assert after.count("data-required") == before["es"].count("data-required") + 1
    assert "¿Está satisfecho?" in Client().get(f"{url}?lang=en").content.decode()


def test_survey_without_an_approval_shows_each_change_at_once(invitation, asked):
    assert "¿Está satisfecho?" in Client().get(address(invitation)).content.decode()
    question = asked.survey.questions.get(kind="csat")
    question.text_es = "¿Y ahora?"
    question.save()
    page = Client().get(address(invitation)).content.decode()
    assert "¿Y ahora?" in page
    assert "¿Está satisfecho?" not in page


def test_form_of_another_process_is_taken(approved, invitation):
    url = address(invitation)
    nonce = nonce_in(Client().get(url))
    token = token_of(invitation.link.delivery, "survey")
    elsewhere = new_nonce(token, ShownQuestion("0" * 16, "es"))
    assert post(url, nonce=elsewhere, comment="Sin nota").status_code == 422
    assert post(url, nonce=elsewhere, csat="4").status_code == 200
    assert post(url, nonce=elsewhere, csat="1").status_code == 200
    assert post(url, nonce=nonce, csat="1").status_code == 404
    assert HeldAnswer.objects.get().csat == 4


def test_wrong_form_for_a_used_link_gets_the_plain_page(invitation):
    url = address(invitation)
    nonces = [nonce_in(Client().get(url)) for _ in range(2)]
    post(url, nonce=nonces[0], csat="4")
    assert post(url, nonce=nonces[1], csat="9").status_code == 404
    assert post(url, nonce=nonces[0], csat="9").status_code == 200


def test_used_and_unknown_links_take_the_same_queries(invitation, django_assert_num_queries):
    post(address(invitation), csat="4")
    PersonalLink.objects.exclude(invitation=invitation).update(generation="gone")
    keyless = Invitation.objects.exclude(pk=invitation.pk).first()
    for url in (address(invitation), address(keyless), "/s/unknown/"):
        # Two look the link up; two count what opens nothing.
        with django_assert_num_queries(4):
            Client().get(url)
