"""Accounts and rights: by administrators alone, never above one's own, and no password."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from auditlog.models import LogEntry
from django.contrib.auth.models import Permission

from communications.approvals.services.approval import ask
from stakeholders.accounts.services.role import roles_to_give
from stakeholders.models import Role, User
from tests.admin.rows import MAKERS
from tests.communications.making import make_message


@pytest.fixture
def clerk(db, as_user):
    """Return the client of staff who hold each permission there is, but are no administrator."""
    user = User.objects.create_user("clerk@onelift.example", "correct horse", is_staff=True)
    user.user_permissions.set(Permission.objects.all())
    return as_user(user)


def test_a_new_account_has_no_password_and_its_owner_gets_a_link(save, ada, address, mailoutbox):
    assert save(User(), email="New@X.example", first_name="Nia").status_code == 302
    made = User.objects.get(email="new@x.example")
    assert not made.has_usable_password()
    chosen = {"action": "send_link", "_selected_action": [made.pk]}
    page = ada.post(address("stakeholders.User"), chosen, follow=True)
    assert "1 link was sent." in page.content.decode()
    assert mailoutbox[0].to == ["new@x.example"]
    assert "/accounts/password/reset/key/" in mailoutbox[0].body


def test_no_password_is_shown_or_set(cast, ada, address):
    url = address("stakeholders.User", "change", cast.claire.pk)
    assert "md5" not in ada.get(url).content.decode()
    assert ada.get(url.replace("change/", "password/")).status_code in (302, 404)
    before = cast.claire.password
    ada.post(url.replace("change/", "password/"), {"password1": "x" * 12, "password2": "x" * 12})
    cast.claire.refresh_from_db()
    assert cast.claire.password == before


def test_somebody_manages_each_programme_and_somebody_administers(cast, save):
    page = save(cast.ines, is_active="")
    assert "The programme needs a programme manager" in page.content.decode()
    ada = User.objects.get(email="ada@onelift.example")
    page = save(ada, is_superuser="")
    assert "The portal needs an administrator" in page.content.decode()
    cast.ines.refresh_from_db()
    ada.refresh_from_db()
    assert (cast.ines.is_active, ada.is_superuser) == (True, True)


def test_an_address_that_was_replaced_opens_nothing(cast, save):
    EmailAddress.objects.create(user=cast.otto, email=cast.otto.email, primary=True)
    assert "already" in save(cast.otto, email="INES@onelift.example").content.decode()
    assert save(cast.otto, email="otto2@onelift.example").status_code == 302
    assert not EmailAddress.objects.filter(user=cast.otto).exists()


def test_a_lost_second_factor_is_dropped_and_noted(cast, ada, address):
    Authenticator.objects.create(user=cast.otto, type="totp", data={"secret": "s"})
    chosen = {"action": "drop_factor", "_selected_action": [cast.otto.pk]}
    page = ada.post(address("stakeholders.User"), chosen, follow=True)
    assert "1 second factor was reset." in page.content.decode()
    assert not Authenticator.objects.exists()
    entry = LogEntry.objects.get(object_pk=str(cast.otto.pk))
    assert entry.actor.email == "ada@onelift.example"


@pytest.mark.parametrize("label", ["stakeholders.User", "stakeholders.Role", "auth.Group"])
def test_staff_who_are_no_administrators_write_no_rights(cast, clerk, address, label):
    me = User.objects.get(email="clerk@onelift.example")
    rows = {"stakeholders.User": cast.claire.pk, "stakeholders.Role": Role.objects.first().pk}
    assert clerk.get(address(label)).status_code == 200
    typed = {"user": me.pk, "programme": cast.programme.pk, "kind": "cio", "email": "a@x.example"}
    assert clerk.post(address(label, "add"), {**typed, "name": "All"}).status_code == 403
    if label in rows:
        for act in ("change", "delete"):
            url = address(label, act, rows[label])
            assert clerk.post(url, {**typed, "post": "yes"}).status_code == 403
    assert not me.roles.exists()
    assert not User.objects.filter(email="a@x.example").exists()


def test_staff_who_are_no_administrators_give_no_role_above_their_own(cast):
    clerk = User.objects.create_user("clerk@onelift.example", is_staff=True)
    assert Role.Kind.CIO not in roles_to_give(clerk)


def test_whoever_gets_a_role_is_told_by_mail(cast, save, mailoutbox):
    given = {"user": cast.otto.pk, "programme": cast.programme.pk, "kind": "event_host"}
    assert save(Role(), **given).status_code == 302
    assert mailoutbox[0].to == [cast.otto.email]


def test_nothing_is_approved_here(cast, now, ada, address):
    asked = ask(make_message(cast, now), cast.ines, now)
    page = ada.get(address("communications.Approval", "change", asked.pk))
    assert not page.context["adminform"].form.fields
    url = address("communications.Approval", "change", asked.pk)
    assert ada.post(url, {"state": "approved"}).status_code == 403
    asked.refresh_from_db()
    assert asked.state == "waiting"


def test_the_trail_says_in_words_what_was_changed(cast, ada, address, save):
    save(cast.mei.roles.get(), kind="event_host")
    page = ada.get(address("auditlog.LogEntry"), {"act": "1"}).content.decode()
    assert "Event host" in page
    entry = LogEntry.objects.get()
    page = ada.get(address("auditlog.LogEntry", "change", entry.pk)).content.decode()
    assert "role: regional_it_manager → event_host" in page


@pytest.mark.parametrize("label", ["stakeholders.Person", "communications.Delivery"])
def test_who_looks_at_what_is_known_of_a_person_stands_in_the_trail(cast, ada, address, label):
    row = MAKERS[label](1)
    ada.get(address(label))
    assert not LogEntry.objects.exists()
    ada.get(address(label, "change", row.pk))
    assert ada.get(address(label, "change", 0)).status_code == 302
    entry = LogEntry.objects.get()
    assert (entry.action, entry.object_pk) == (LogEntry.Action.ACCESS, str(row.pk))
    assert entry.actor.email == "ada@onelift.example"
