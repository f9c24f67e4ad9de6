"""No page and no mail about an account speaks the words of django-allauth."""

from pathlib import Path

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.conf import settings
from django.test.signals import template_rendered
from django.urls import resolve, reverse

from programmes.database.clock import database_now
from stakeholders.accounts.services.invitation import password_url
from stakeholders.accounts.services.password import send_links
from stakeholders.models import User
from tests.accounts.conftest import code_for
from tests.conftest import PASSWORD
from tests.test_access import TABLE

# Mails leave after the transaction.
pytestmark = pytest.mark.django_db(transaction=True)

OURS = Path(settings.BASE_DIR) / "templates"
NEW = "a long new secret"


@pytest.fixture
def foreign():
    """Collect the templates of django-allauth that are rendered."""
    found = set()

    def note(sender, template, **_rest):
        if "allauth" in Path(str(template.origin.name)).parts:
            found.add(template.name)

    template_rendered.connect(note)
    yield found
    template_rendered.disconnect(note)


class Walk:
    """A visitor; ``names`` holds the routes that answered with a page."""

    def __init__(self, client):
        self.client, self.names = client, set()

    def get(self, name):
        return self.note(self.client.get(name if "/" in name else reverse(name), follow=True))

    def post(self, name, **typed):
        return self.note(
            self.client.post(name if "/" in name else reverse(name), typed, follow=True)
        )

    def note(self, page):
        assert page.status_code == 200
        self.names.add(resolve(page.request["PATH_INFO"]).url_name)
        return page


def forget_password(walk, user):
    walk.get("account_reset_password")
    walk.post("account_reset_password", email="nobody")
    walk.post("account_reset_password", email="nobody@onelift.example")
    walk.post("account_reset_password", email=user.email)
    send_links(database_now())
    walk.get("/accounts/password/reset/key/0-bad/")
    form = walk.get(password_url(user)).request["PATH_INFO"]
    walk.post(form, password1="short")
    walk.post(form, password1=NEW)


def sign_in(walk, user, password):
    walk.get("account_login")
    walk.post("account_login", login=user.email, password="wrong")
    walk.post("account_login", login=user.email, password=password)


def change_password(walk):
    walk.get("account_change_password")
    walk.post("account_change_password", oldpassword="wrong", password1="short")
    walk.post("account_change_password", oldpassword=NEW, password1=PASSWORD)


def switch_factor_on(walk):
    walk.get("mfa_index")
    walk.post("/accounts/reauthenticate/", password="wrong")
    walk.post("/accounts/reauthenticate/", password=PASSWORD)
    form = walk.get("mfa_activate_totp").context["form"]
    walk.post("mfa_activate_totp", code="1")
    walk.post("mfa_activate_totp", code=code_for(form.secret))
    walk.get("mfa_index")
    walk.get("mfa_download_recovery_codes")
    walk.get("mfa_generate_recovery_codes")
    walk.post("mfa_generate_recovery_codes")


def use_codes(walk, user):
    codes = RecoveryCodes(user.authenticator_set.get(type="recovery_codes")).get_unused_codes()
    walk.get("account_logout")
    walk.post("account_logout")
    walk.post("account_login", login=user.email, password=PASSWORD)
    walk.post("mfa_authenticate", code="1")
    walk.post("mfa_authenticate", code=codes[0])
    walk.get("mfa_reauthenticate")
    walk.post("mfa_reauthenticate", code=codes[1])
    walk.get("mfa_deactivate_totp")
    walk.post("mfa_deactivate_totp")


def be_somebody_special(walk, user):
    user.set_unusable_password()
    user.save()
    walk.client.force_login(user)
    walk.get("account_set_password")
    walk.post("account_set_password", password1=NEW)
    User.objects.filter(pk=user.pk).update(is_active=False)
    walk.client.logout()
    walk.post("account_login", login=user.email, password=NEW)


def test_no_page_and_no_mail_is_made_from_a_foreign_template(cast, client, foreign, mailoutbox):
    walk = Walk(client)
    forget_password(walk, cast.ines)
    sign_in(walk, cast.ines, NEW)
    change_password(walk)
    switch_factor_on(walk)
    use_codes(walk, cast.ines)
    be_somebody_special(walk, cast.ines)
    assert foreign == set()
    assert {name for name in TABLE["allauth"] if name not in walk.names} == {"account_email"}
    assert {mail.subject for mail in mailoutbox} == {
        "No OneLift account uses this address",
        "Set a new password for OneLift",
        "Your password was changed",
        "Your second factor is on",
        "You have new recovery codes",
        "Your second factor is off",
    }
