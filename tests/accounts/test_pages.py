import re

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from onelift.accounts.forms import PASSWORD_ERRORS, PASSWORD_RULES
from stakeholders.accounts.services.invitation import password_url
from stakeholders.models import User
from tests.accounts.conftest import SECRET, code_for
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db

BEFORE = [
    ("login/", "Sign in", "Se connecter"),
    (
        "password/reset/",
        "Enter your work email address.",
        "Saisissez votre adresse e-mail professionnelle.",
    ),
    ("password/reset/done/", "Check your email", "Consultez votre messagerie"),
    ("password/reset/key/0-bad/", "This link no longer works", "Ce lien ne fonctionne plus"),
    ("password/reset/key/done/", "Your password is set", "Votre mot de passe est"),
    ("inactive/", "This account is disabled", "Ce compte est désactivé"),
]
AFTER = [
    ("logout/", "Sign out of OneLift?", "Se déconnecter de OneLift"),
    ("password/change/", "At least 12 characters.", "Au moins 12 caractères."),
    ("2fa/", "Your second factor is off", "Votre second facteur est désactivé"),
    ("reauthenticate/", "Confirm your identity", "Confirmez votre identité"),
]


@pytest.mark.parametrize(("address", "english", "french"), BEFORE)
def test_page_before_sign_in_is_in_the_frame_and_in_the_browsers_language(
    client, address, english, french
):
    for language, text in (("en", english), ("fr", french)):
        page = client.get(f"/accounts/{address}", headers={"accept-language": language})
        assert page.status_code == 200
        said = page.content.decode()
        assert 'class="ol-split"' in said
        assert f'<html lang="{language}"' in said
        assert text in said


@pytest.mark.parametrize(("address", "english", "french"), AFTER)
def test_page_of_the_own_account_is_in_the_frame(cast, as_user, address, english, french):
    for language, text in (("en", english), ("fr", french)):
        cast.ines.language = language
        cast.ines.save()
        page = as_user(cast.ines).get(f"/accounts/{address}")
        assert page.status_code == 200
        said = page.content.decode()
        assert 'class="ol-page"' in said
        assert 'href="/profile/"' in said.split('class="ol-crumb"')[1]
        assert text in said


def test_the_way_in_can_be_read_in_each_language(client, settings):
    page = client.get("/accounts/login/").content.decode()
    codes = re.findall(r'name="language" value="([a-z-]+)"', page)
    assert codes == [code for code, _name in settings.LANGUAGES]
    client.post("/language/setlang/", {"language": "ar", "next": "/accounts/password/reset/"})
    page = client.get("/accounts/password/reset/").content.decode()
    assert '<html lang="ar" dir="rtl"' in page
    assert "البريد الإلكتروني في العمل" in page


def test_the_rules_of_a_password_are_those_that_are_checked(settings):
    (length,) = [v for v in settings.AUTH_PASSWORD_VALIDATORS if "MinimumLength" in v["NAME"]]
    said = f"t least {length['OPTIONS']['min_length']} characters"
    assert said in str(PASSWORD_RULES)
    assert said in str(PASSWORD_ERRORS["password_too_short"])
    assert len(settings.AUTH_PASSWORD_VALIDATORS) == len(PASSWORD_ERRORS)


def test_what_is_wrong_with_a_password_is_said_in_each_language(cast, client):
    link = client.get(password_url(cast.ines), headers={"accept-language": "ar"}).url
    page = client.post(link, {"password1": "short"}, headers={"accept-language": "ar"})
    assert "كلمة المرور هذه قصيرة" in page.content.decode()


@pytest.mark.parametrize(
    ("password", "wrong"),
    [
        ("short", "at least 12 characters"),
        ("1234567890", "This password is too common."),
        ("ines@onelift.example", "too similar to your name or email address"),
    ],
)
def test_a_password_that_breaks_a_rule_is_refused_at_its_field(cast, as_user, password, wrong):
    typed = {"oldpassword": PASSWORD, "password1": password}
    page = as_user(cast.ines).post("/accounts/password/change/", typed).content.decode()
    assert wrong in page.split('id="id_password1_error"')[1]
    assert 'href="#id_password1"' in page.split('role="alert"')[1]


def test_a_changed_password_leads_back_to_the_profile_and_ends_other_sessions(cast, as_user):
    here, elsewhere = as_user(cast.ines), as_user(cast.ines)
    typed = {"oldpassword": PASSWORD, "password1": "a long new secret"}
    page = here.post("/accounts/password/change/", typed, follow=True)
    assert page.redirect_chain == [("/profile/", 302)]
    assert "All other devices have been signed out." in page.content.decode()
    assert elsewhere.get("/profile/").status_code == 302


def test_too_many_forms_are_answered_in_our_words(client):
    for _ in range(6):
        page = client.post("/accounts/login/", {"login": "a@onelift.example", "password": "guess"})
    assert page.status_code == 429
    assert 'class="ol-split"' in page.content.decode()
    assert "Wait 5 min, then try again." in page.content.decode()


def test_a_code_may_hold_blanks_and_works_once(ines_with_factor, client):
    typed = {"login": ines_with_factor.email, "password": PASSWORD}
    assert client.post("/accounts/login/", typed).url == "/accounts/2fa/authenticate/"
    form = client.get("/accounts/2fa/authenticate/").content.decode()
    assert 'inputmode="numeric"' in form
    assert 'autocomplete="one-time-code"' in form
    code = code_for(SECRET)
    answer = client.post("/accounts/2fa/authenticate/", {"code": f"{code[:3]} {code[3:]}"})
    assert answer.url == "/p/one-it/start/"
    client.logout()
    client.post("/accounts/login/", typed)
    again = client.post("/accounts/2fa/authenticate/", {"code": code})
    assert "This code is incorrect or already used." in again.content.decode()


@pytest.mark.parametrize(("later", "is_taken"), [(1, True), (-3, False)])
def test_a_phone_may_be_half_a_minute_fast_and_not_old(ines_with_factor, client, later, is_taken):
    client.post("/accounts/login/", {"login": ines_with_factor.email, "password": PASSWORD})
    code = {"code": code_for(SECRET, later)}
    answer = client.post("/accounts/2fa/authenticate/", code)
    assert (answer.status_code == 302) is is_taken


def test_an_invited_user_can_set_up_a_second_factor(cast, client):
    client.get(password_url(cast.ines), follow=True)
    assert not EmailAddress.objects.get().verified
    client.force_login(cast.ines)
    page = client.get("/accounts/2fa/totp/activate/", follow=True)
    assert page.redirect_chain[-1][0].startswith("/accounts/reauthenticate/")


def test_nobody_takes_a_mail_address_by_typing_it(cast, as_user):
    rosa = as_user(cast.rosa)
    for action in ("action_add", "action_primary"):
        rosa.post("/accounts/email/", {"email": "next.cio@onelift.example", action: ""})
    cast.rosa.refresh_from_db()
    assert cast.rosa.email == "rosa@onelift.example"
    assert not EmailAddress.objects.filter(email="next.cio@onelift.example").exists()


@pytest.fixture
def staff(cast):
    return User.objects.create_superuser("ada@onelift.example", "correct horse battery")


@pytest.mark.parametrize("address", ["/admin/", "/admin/stakeholders/user/"])
def test_the_admin_waits_for_a_second_factor_where_it_is_asked_for(
    staff, as_user, settings, address
):
    client = as_user(staff)
    assert client.get(address).status_code == 200
    settings.ADMIN_SECOND_FACTOR = True
    assert client.get(address).url == "/accounts/2fa/totp/activate/"
    assert client.post(address, {"action": "delete_selected"}).status_code == 302


def test_the_second_factor_is_for_the_admin_alone(cast, staff, as_user, settings):
    settings.ADMIN_SECOND_FACTOR = True
    assert as_user(staff).get("/profile/").status_code == 200
    assert as_user(cast.ines).get("/p/one-it/overview/").status_code == 200
    assert as_user(cast.ines).get("/admin/").url.startswith("/admin/login/")
    page = as_user(staff).get("/admin/", follow=True)
    assert "Set up a second factor to open this page." in page.content.decode()


def test_signing_in_again_leads_back_to_the_page_that_was_left(cast, client):
    left = "/p/one-it/people/?q=ana&page=2"
    answer = client.get(left)
    assert answer.url == "/accounts/login/?next=/p/one-it/people/%3Fq%3Dana%26page%3D2"
    known = {"login": cast.ines.email, "password": PASSWORD, "next": left}
    assert client.post(answer.url, known).url == left


def test_nobody_says_by_mail_that_it_is_them(cast, as_user):
    EmailAddress.objects.create(user=cast.ines, email=cast.ines.email, verified=True)
    page = as_user(cast.ines).get("/accounts/reauthenticate/")
    assert page.status_code == 200
    assert "/accounts/reauthenticate/code/" not in page.content.decode()


@pytest.mark.parametrize(
    ("origin", "heading"),
    [
        ("https://testserver", "This form was open for too long"),
        ("", "This form was open for too long"),
        ("https://testserver:8443", "This page was opened at a different address"),
        ("null", "This page was opened at a different address"),
    ],
)
def test_a_form_that_is_not_taken_says_why(settings, db, origin, heading):
    settings.PUBLIC_URL = "https://onelift.example"
    headers = {"origin": origin} if origin else {"referer": "https://testserver/"}
    visitor = Client(enforce_csrf_checks=True)
    answer = visitor.post("/accounts/login/", secure=True, headers=headers)
    assert answer.status_code == 403
    text = answer.content.decode()
    assert f"<h1>{heading}</h1>" in text
    assert ('href="https://onelift.example"' in text) == ("different" in heading)
