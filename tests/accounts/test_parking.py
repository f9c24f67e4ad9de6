"""A form that meets an ended session: the words come back, to the same account alone."""

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client

from onelift.accounts.parking import COOKIE, PARKED
from programmes.models import Service
from stakeholders.middleware import KEPT_DRAFT
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
FORM = "/p/one-it/setup/services/add/"
TYPED = {"name": "Print", "what": "Two lines\nof words", "offset_days": "0"}


@pytest.fixture(autouse=True)
def _empty_cache(db):
    cache.clear()


@pytest.fixture
def left(cast):
    """Return a browser in which Ines had signed in before her session ended."""
    client = Client()
    sign_in(client, cast.ines)
    del client.cookies[settings.SESSION_COOKIE_NAME]
    return client


def sign_in(client, user, then=""):
    typed = {"login": user.email, "password": PASSWORD}
    return client.post("/accounts/login/", {**typed, **({"next": then} if then else {})})


def test_without_a_script_the_words_are_back_after_sign_in(left, cast):
    answer = left.post(FORM, TYPED)
    assert answer.url == "/accounts/login/?next=/accounts/typed/"
    signed = sign_in(left, cast.ines, "/accounts/typed/")
    assert signed.url == "/accounts/typed/"
    page = left.get(signed.url).content.decode()
    assert "Two lines\nof words</textarea>" in page
    assert f'action="{FORM}"' in page
    assert '<input type="hidden" name="name" value="Print">' in page
    assert left.post(FORM, TYPED).status_code == 302
    assert Service.objects.filter(name="Print").exists()
    assert left.get("/accounts/typed/").status_code == 302


def test_nobody_else_reads_them(left, cast):
    left.post(FORM, TYPED)
    hidden = left.cookies[COOKIE]
    assert hidden["httponly"]
    assert hidden["max-age"] == 30 * 60
    sign_in(left, cast.claire)
    assert left.get("/accounts/typed/").url == "/"


def test_what_waits_cannot_be_read_without_the_cookie(left):
    left.post(FORM, TYPED)
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM onelift_cache")
        kept = " ".join(str(row[0]) for row in cursor.fetchall())
    assert kept
    assert "of words" not in kept


def test_a_browser_that_keeps_the_words_is_led_to_the_page_of_the_form(left):
    page = f"http://testserver{FORM}?of=2"
    answer = left.post(FORM, {**TYPED, KEPT_DRAFT: FORM}, headers={"referer": page})
    assert answer.url == f"/accounts/login/?next={FORM}%3Fof%3D2"
    assert COOKIE not in left.cookies


def test_an_address_that_shows_nothing_leads_to_the_page_above(left):
    answer = left.post(
        "/p/one-it/setup/services/7/publish/", {}, headers={"referer": "http://x.y/"}
    )
    assert answer.url == "/accounts/login/?next=/p/one-it/setup/services/7/"


def test_only_so_many_are_parked_from_one_place(left):
    answers = [left.post(FORM, TYPED).url for _ in range(PARKED.most + 1)]
    assert answers[-1] == f"/accounts/login/?next={FORM}"
    assert set(answers[:-1]) == {"/accounts/login/?next=/accounts/typed/"}
