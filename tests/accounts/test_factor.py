"""A second factor is shown in each session; once it changes, all others end."""

from datetime import timedelta
from urllib.parse import quote

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client

from stakeholders.models import User
from tests.accounts.conftest import SECRET, code_for
from tests.clock import NOW
from tests.conftest import PASSWORD

# Mails follow the transaction.
pytestmark = pytest.mark.django_db(transaction=True)

ADMIN, PAGE = "/admin/stakeholders/user/", "/profile/"


@pytest.fixture
def ada(settings):
    settings.ADMIN_SECOND_FACTOR = True
    return User.objects.create_superuser("ada@onelift.example", PASSWORD)


@pytest.fixture
def session():
    """Return a function that opens a session with the password alone, as somebody else could."""

    def open_session(user):
        client = Client()
        client.force_login(user)
        return client

    return open_session


def enrol(client):
    """Turn the second factor on in this session."""
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    secret = client.get("/accounts/2fa/totp/activate/").context["form"].secret
    return client.post("/accounts/2fa/totp/activate/", {"code": code_for(secret)})


def is_signed_in(client):
    return client.get(PAGE).status_code == 200


def test_enrolling_opens_the_admin_here_and_ends_all_other_sessions(ada, session, mailoutbox):
    here, elsewhere = session(ada), session(ada)
    assert enrol(here).url == "/accounts/2fa/recovery-codes/"
    assert here.get(ADMIN).status_code == 200
    assert not is_signed_in(elsewhere)
    assert [mail.subject for mail in mailoutbox] == ["Your second factor is on"]
    assert mailoutbox[0].to == [ada.email]


def test_a_session_without_a_code_is_asked_for_one_before_the_admin(ada, session):
    TOTP.activate(ada, SECRET)
    ada.refresh_from_db()
    client = session(ada)
    asked = client.get(f"{ADMIN}?q=ines", follow=True)
    assert asked.redirect_chain == [
        (f"/accounts/2fa/reauthenticate/?next={quote(ADMIN, safe='')}%3Fq%3Dines", 302)
    ]
    assert "Enter a code from your app to open this page." in asked.content.decode()
    assert client.post(ADMIN, {"action": "drop_factor"}).status_code == 302
    shown = client.post(asked.request["PATH_INFO"] + "?next=" + ADMIN, {"code": code_for(SECRET)})
    assert shown.url == ADMIN
    assert client.get(ADMIN).status_code == 200


def test_the_password_again_is_no_second_factor(ada, session):
    TOTP.activate(ada, SECRET)
    ada.refresh_from_db()
    client = session(ada)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert client.get(ADMIN).url.startswith("/accounts/2fa/reauthenticate/")


def test_a_code_at_sign_in_opens_the_admin(ada, client):
    TOTP.activate(ada, SECRET)
    client.post("/accounts/login/", {"login": ada.email, "password": PASSWORD})
    client.post("/accounts/2fa/authenticate/", {"code": code_for(SECRET)})
    assert client.get(ADMIN).status_code == 200


def test_whoever_has_just_signed_in_is_not_asked_again(ada, client):
    setup = "/accounts/2fa/totp/activate/"
    client.post("/accounts/login/", {"login": ada.email, "password": PASSWORD})
    assert client.get(setup).status_code == 200
    with time_machine.travel(NOW + timedelta(minutes=6), tick=False):
        assert client.get(setup).url.startswith("/accounts/reauthenticate/")


@pytest.mark.parametrize(
    ("page", "subject"),
    [
        ("/accounts/2fa/recovery-codes/generate/", "You have new recovery codes"),
        ("/accounts/2fa/totp/deactivate/", "Your second factor is off"),
    ],
)
def test_a_changed_factor_ends_all_other_sessions(ada, session, mailoutbox, page, subject):
    here = session(ada)
    enrol(here)
    ada.refresh_from_db()
    elsewhere = session(ada)
    assert is_signed_in(elsewhere)
    here.post(page)
    assert is_signed_in(here)
    assert not is_signed_in(elsewhere)
    assert mailoutbox[-1].subject == subject


def test_whoever_turns_the_factor_off_sets_up_another_before_the_admin(ada, session):
    here = session(ada)
    enrol(here)
    here.post("/accounts/2fa/totp/deactivate/")
    assert here.get(ADMIN).url == "/accounts/2fa/totp/activate/"


def test_a_used_recovery_code_ends_no_session(ada, session, client):
    here = session(ada)
    enrol(here)
    codes = RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes()
    client.post("/accounts/login/", {"login": ada.email, "password": PASSWORD})
    client.post("/accounts/2fa/authenticate/", {"code": codes[0]})
    assert is_signed_in(client)
    assert is_signed_in(here)


def test_a_factor_that_an_administrator_resets_ends_all_sessions(cast, ada, session, mailoutbox):
    here = session(ada)
    enrol(here)
    theirs = session(cast.otto)
    enrol(theirs)
    mailoutbox.clear()
    here.post(ADMIN, {"action": "drop_factor", "_selected_action": [cast.otto.pk]})
    assert not is_signed_in(theirs)
    assert is_signed_in(here)
    assert [mail.subject for mail in mailoutbox] == ["Your second factor is off"]
    assert mailoutbox[0].to == [cast.otto.email]


def test_sessions_from_before_generations_go_on(cast, session):
    client = session(cast.ines)
    assert client.session["_auth_user_hash"] == cast.ines.get_session_auth_hash()
    assert "-" not in cast.ines.get_session_auth_hash()


def test_sessions_outlive_a_new_key_of_the_installation(cast, session, settings):
    TOTP.activate(cast.ines, SECRET)
    cast.ines.refresh_from_db()
    client = session(cast.ines)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"
    assert is_signed_in(client)
