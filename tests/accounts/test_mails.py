"""The mails about an account, as a mail server gets them."""

import re
from html import unescape

import pytest
from allauth.account.models import EmailAddress

from stakeholders.models import User
from tests.communications.conftest import relay  # noqa: F401 - a fixture
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db

RESET = "/accounts/password/reset/"
NEW = "a long new secret"


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


def ask(client, email):
    return client.post(RESET, {"email": email})


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
    assert client.post("/accounts/login/", typed).url == "/p/one-it/overview/"


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
    assert "Too many attempts. Wait five minutes" in page.content.decode()
    ask(client, cast.ines.email)
    client.post(client.get(link_in(mails()[0])).url, {"password1": NEW})
    assert client.post("/accounts/login/", {"login": cast.ines.email, "password": NEW}).url


def test_an_address_without_an_account_is_answered_alike(cast, client, mails):
    known, unknown = ask(client, cast.ines.email), ask(client, "nobody@onelift.example")
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert [mail["To"] for mail in mails()] == [cast.ines.email, "nobody@onelift.example"]
    assert "no account has this address" in text_of(mails()[1])
    assert "/key/" not in text_of(mails()[1])


def test_an_address_that_the_mail_server_refuses_is_answered_alike(cast, client, mails, relay):  # noqa: F811
    relay.fault("rcpt", reply="550 5.1.1 No such user", recipient="nobody")
    assert ask(client, "nobody@onelift.example").url == ask(client, cast.ines.email).url
    assert [mail["To"] for mail in mails()] == [cast.ines.email]


def test_an_account_that_is_switched_off_gets_no_link(cast, client, mails):
    User.objects.filter(pk=cast.ines.pk).update(is_active=False)
    ask(client, cast.ines.email)
    assert mails()[0]["Subject"] == "No account at OneLift has this address"
    typed = {"login": cast.ines.email, "password": PASSWORD}
    page = client.post("/accounts/login/", typed, follow=True).content.decode()
    assert "This account is switched off" in page


def test_without_a_mail_server_the_page_says_so_and_keeps_the_address(cast, client, mails, relay):  # noqa: F811
    relay.refuse()
    page = ask(client, cast.ines.email).content.decode()
    assert "No mail can be sent now. Try again in a few minutes." in page
    assert 'value="ines@onelift.example"' in page


def test_a_change_stands_when_no_mail_can_be_sent(cast, as_user, mails, relay):  # noqa: F811
    relay.refuse()
    typed = {"oldpassword": PASSWORD, "password1": NEW}
    page = as_user(cast.ines).post("/accounts/password/change/", typed, follow=True)
    assert "Your password is changed." in page.content.decode()
    assert User.objects.get(pk=cast.ines.pk).check_password(NEW)


def test_an_earlier_address_opens_nothing(cast, client, mails):
    ask(client, "ines@onelift.example")
    assert EmailAddress.objects.get().email == "ines@onelift.example"
    cast.ines.email = "ines.duarte@onelift.example"
    cast.ines.save()
    assert "no longer works" in client.get(link_in(mails()[0]), follow=True).content.decode()
    typed = {"login": "ines@onelift.example", "password": PASSWORD}
    assert "do not belong together" in client.post("/accounts/login/", typed).content.decode()
    ask(client, "ines@onelift.example")
    assert mails()[1]["Subject"] == "No account at OneLift has this address"
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
    client.post(RESET, {"email": cast.ines.email}, headers={"accept-language": "de"})
    client.post(RESET, {"email": "nobody@onelift.example"}, headers={"accept-language": "de"})
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
