"""Demonstration accounts stay outside production."""

import pytest
from django.contrib.auth import authenticate

from stakeholders.models import User

PASSWORD = "a password of the demonstration"


@pytest.fixture
def dana(db):
    return User.objects.create_user(
        "dana@onelift.example", PASSWORD, is_demonstration=True, is_staff=True, is_superuser=True
    )


@pytest.mark.parametrize(("is_embedded", "lets_in"), [(True, True), (False, False)])
def test_only_the_embedded_mode_lets_them_in(client, dana, settings, is_embedded, lets_in):
    settings.EMBEDDED = is_embedded
    client.post("/accounts/login/", {"login": dana.email.upper(), "password": PASSWORD})
    assert ("_auth_user_id" in client.session) is lets_in


def test_a_session_of_theirs_ends_where_production_begins(client, dana, settings):
    client.post("/accounts/login/", {"login": dana.email, "password": PASSWORD})
    assert client.get("/profile/").status_code == 200
    settings.EMBEDDED = False
    page = client.get("/profile/")
    assert page.headers["Location"].startswith("/accounts/login/")
    settings.EMBEDDED = True
    assert client.get("/profile/").status_code == 200


def test_the_admin_has_no_sign_in_of_its_own(client, dana):
    for name in ("username", "login"):
        client.post("/admin/login/", {name: dana.email, "password": PASSWORD})
        assert "_auth_user_id" not in client.session
    client.post("/accounts/login/", {"login": dana.email, "password": PASSWORD})
    assert "_auth_user_id" in client.session


def test_other_accounts_sign_in_under_production(db, settings):
    settings.EMBEDDED = False
    otto = User.objects.create_user("otto@onelift.example", PASSWORD)
    assert authenticate(None, email=otto.email, password=PASSWORD) == otto
