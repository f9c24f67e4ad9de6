"""The mails about an account, as a mail server gets them."""

import re
from html import unescape

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programmes.database.clock import database_now
from stakeholders.accounts.services.password import GIVEN_UP, NEXT_TRY, send_links
from stakeholders.models import PasswordRequest, Person, User
from tests.clock import NOW
from tests.communications.conftest import relay  # noqa: F401 - a fixture
from tests.conftest import PASSWORD

# What tells of a change leaves after the transaction.
pytestmark = pytest.mark.django_db(transaction=True)

RESET = "/accounts/password/reset/"
NEW = "a long new secret"
TODAY = NOW.date()


@pytest.fixture
def mails(relay, settings):  # noqa: F811
    """Return a function that reads what a mail server accepted."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", relay.port
    return lambda: [accept.message for accept in relay.accepts]


def text_of(mail):
    return " ".join(mail.get_body(("plain",)).get_content().split())


def html_of(mail):
    return unescape(mail.get_body(("html",)).get_content())


def link_in(mail):
    return re.search(r"https?://[^/]+(/accounts/password/reset/key/\S+/)", text_of(mail))[1]


def ask(client, email, **more):
    """Ask for a new password on the page, and let a worker answer; return the page."""
    page = client.post(RESET, {"email": email}, **more)
    send_links(database_now())
    return page


def test_the_way_from_a_forgotten_password_to_a_new_one(cast, client, mails):
    assert ask(client, "INES@onelift.example").url == f"{RESET}done/"
    (mail,) = mails()
    assert mail["To"] == "ines@onelift.example"
    assert mail["Subject"] == "Set a new password for OneLift"
    assert "Hello Ines Test," in text_of(mail)
    assert f'{link_in(mail)}"' in html_of(mail)
    form = client.get(link_in(mail), follow=True)
    assert "For the account ines@onelift.example." in form.content.decode()
    done = client.post(form.request["PATH_INFO"], {"password1": NEW}, follow=True)
    assert "Your password is set" in done.content.decode()
    assert mails()[1]["Subject"] == "Your password was changed"
    typed = {"login": "ines@onelift.example", "password": NEW}
    assert client.post("/accounts/login/", typed).url == "/p/one-it/start/"


def test_a_link_works_once(cast, client, mails):
    ask(client, cast.ines.email)
    link = link_in(mails()[0])
    client.post(client.get(link).url, {"password1": NEW})
    page = client.get(link, follow=True).content.decode()
    assert "This link no longer works" in page
    assert "password1" not in page


def test_a_new_password_forgives_the_attempts_before_it(cast, client, mails):
    for _ in range(6):
        page = client.post("/accounts/login/", {"login": cast.ines.email, "password": "guess"})
    assert page.status_code == 429
    ask(client, cast.ines.email)
    client.post(client.get(link_in(mails()[0])).url, {"password1": NEW})
    assert client.post("/accounts/login/", {"login": cast.ines.email, "password": NEW}).url


def test_an_address_without_an_account_is_answered_alike(cast, client, mails):
    known, unknown = ask(client, cast.ines.email), ask(client, "nobody@onelift.example")
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert [mail["To"] for mail in mails()] == [cast.ines.email, "nobody@onelift.example"]
    assert "no account uses this address" in text_of(mails()[1])
    assert "/key/" not in text_of(mails()[1])


def test_an_address_that_the_mail_server_refuses_is_answered_alike(cast, client, mails, relay):  # noqa: F811
    relay.fault("rcpt", reply="550 5.1.1 No such user", recipient="nobody")
    assert ask(client, "nobody@onelift.example").url == ask(client, cast.ines.email).url
    assert [mail["To"] for mail in mails()] == [cast.ines.email]


def test_an_account_that_is_switched_off_gets_no_link(cast, client, mails):
    User.objects.filter(pk=cast.ines.pk).update(is_active=False)
    ask(client, cast.ines.email)
    assert mails()[0]["Subject"] == "No OneLift account uses this address"
    typed = {"login": cast.ines.email, "password": PASSWORD}
    page = client.post("/accounts/login/", typed, follow=True).content.decode()
    assert "This account is disabled" in page


def test_the_page_does_the_same_for_every_address(cast, client, mails):
    Person.objects.filter(pk=cast.people[0].pk).update(email="ana@one.example")
    addresses = [cast.ines.email, "nobody@onelift.example", "ana@one.example", "x@far.example"]
    # The first request of all counts the attempts of this place from one.
    asked_alone(client, "first@onelift.example")
    answers = {asked_alone(client, address) for address in addresses}
    assert len(answers) == 1
    assert mails() == []


def asked_alone(client, email):
    """Return what the page answers, and the shape of each statement that it needs."""
    with CaptureQueriesContext(connection) as taken:
        page = client.post(RESET, {"email": email})
    shapes = (re.sub(r"'[^']*'|[0-9a-f-]{16,}|\d+", "?", one["sql"]) for one in taken)
    return page.status_code, page.url, page.content, tuple(shapes)


def test_only_addresses_at_domains_of_known_people_get_a_mail(cast, client, mails):
    Person.objects.filter(pk=cast.people[0].pk).update(email="ana@one.example")
    Person.objects.filter(pk=cast.people[1].pk).update(email="left@gone.example", left_on=TODAY)
    Person.objects.filter(pk__in=[one.pk for one in cast.people[2:]]).update(email="")
    told = ["ines@onelift.example", "typo@OneLift.example", "colleague@one.example"]
    strangers = ["x@far.example", "x@sub.one.example", "x@gone.example", "x@one.example.evil.test"]
    for address in (*told, *strangers):
        client.post(RESET, {"email": address})
    send_links(database_now())
    assert [mail["To"].lower() for mail in mails()] == [one.lower() for one in told]
    assert not PasswordRequest.objects.exists()


def test_a_link_leaves_once_the_mail_server_is_back(cast, client, mails, relay):  # noqa: F811
    relay.refuse()
    assert ask(client, cast.ines.email).url == f"{RESET}done/"
    relay.listen()
    now = database_now()
    send_links(now)
    assert mails() == []
    send_links(now + NEXT_TRY)
    assert [mail["To"] for mail in mails()] == [cast.ines.email]
    send_links(now + 2 * NEXT_TRY)
    assert len(mails()) == 1


def test_what_could_not_be_answered_for_an_hour_is_dropped(cast, client, mails):
    client.post(RESET, {"email": cast.ines.email})
    send_links(database_now() + GIVEN_UP)
    assert mails() == []
    assert not PasswordRequest.objects.exists()


def test_a_change_stands_when_no_mail_can_be_sent(cast, as_user, mails, relay):  # noqa: F811
    relay.refuse()
    typed = {"oldpassword": PASSWORD, "password1": NEW}
    page = as_user(cast.ines).post("/accounts/password/change/", typed, follow=True)
    assert "Your password has been changed." in page.content.decode()
    assert User.objects.get(pk=cast.ines.pk).check_password(NEW)


def test_an_earlier_address_opens_nothing(cast, client, mails):
    ask(client, "ines@onelift.example")
    assert EmailAddress.objects.get().email == "ines@onelift.example"
    cast.ines.email = "ines.duarte@onelift.example"
    cast.ines.save()
    assert "no longer works" in client.get(link_in(mails()[0]), follow=True).content.decode()
    typed = {"login": "ines@onelift.example", "password": PASSWORD}
    assert "is incorrect" in client.post("/accounts/login/", typed).content.decode()
    ask(client, "ines@onelift.example")
    assert mails()[1]["Subject"] == "No OneLift account uses this address"
    ask(client, "ines.duarte@onelift.example")
    assert mails()[2]["To"] == "ines.duarte@onelift.example"
    assert "/key/" in text_of(mails()[2])


@pytest.mark.parametrize(
    ("language", "subject", "direction"),
    [
        ("fr", "Choisir un nouveau mot de passe pour OneLift", "ltr"),
        ("ja", "OneLiftの新しいパスワードの設定", "ltr"),
        ("ar", "تعيين كلمة مرور جديدة لحساب OneLift", "rtl"),
    ],
)
def test_a_mail_is_in_the_language_of_its_reader(cast, client, mails, language, subject, direction):
    User.objects.filter(pk=cast.ines.pk).update(language=language)
    ask(client, cast.ines.email, headers={"accept-language": "de"})
    ask(client, "nobody@onelift.example", headers={"accept-language": "de"})
    known, unknown = mails()
    assert known["Subject"].strip() == subject
    assert f'lang="{language}" dir="{direction}"' in html_of(known)
    assert unknown["Subject"].strip() == "Kein Konto bei OneLift hat diese Adresse"


def test_what_people_wrote_is_no_markdown_and_no_html(cast, client, mails):
    name = "[Ines](https://evil.example)"
    User.objects.filter(pk=cast.ines.pk).update(first_name=name, last_name="<b>{{ email }}")
    ask(client, cast.ines.email)
    assert "Hello [Ines](https://evil.example) <b>{{ email }}," in text_of(mails()[0])
    sent = mails()[0].get_body(("html",)).get_content()
    assert "&lt;b&gt;" in sent
    assert 'href="https://evil.example' not in sent
