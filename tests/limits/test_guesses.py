"""Guesses at passwords and codes become slow; nobody shuts a person or an office out with them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.db import connection
from django.test import Client

from onelift.limits.device import COOKIE
from onelift.limits.guesses import (
    ACCOUNT,
    ADDRESS,
    CODE,
    DEVICE,
    LINKS_TO_STRANGERS,
    PAIR,
    PASSWORD,
)
from programmes.models import Attempt
from programmes.services.attempt import Limit, count_attempt, forget_attempts, sweep_attempts
from stakeholders.accounts.services.password import send_links
from stakeholders.models import User
from tests.clock import NOW

OFFICE, HOME = "198.51.100.7", "192.0.2.50"
RIGHT, WRONG = "right-horse-battery", "wrong-horse-battery"
EMAIL = "ines@one.example"
SIGN_IN, RESET = "/accounts/login/", "/accounts/password/reset/"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick(settings):
    """Compare passwords fast: what is tried here is how often they are compared."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def ines():
    return User.objects.create_user(EMAIL, password=RIGHT)


def at(address, email=EMAIL, password=WRONG, client=None):
    """Try to sign in from an address; return the answer."""
    client = client or Client()
    form = {"login": email, "password": password}
    return client.post(SIGN_IN, form, REMOTE_ADDR=address, headers={"accept-language": "en"})


def addresses(count):
    return [f"203.0.{n // 250}.{n % 250 + 1}" for n in range(count)]


def used_device(email=EMAIL):
    """Return a browser from which an account has signed in, and out again."""
    client = Client()
    assert at(HOME, email, RIGHT, client).status_code == 302
    client.post("/accounts/logout/")
    return client


def test_guesses_at_one_account_from_one_address_are_asked_to_wait(ines):
    answers = [at(OFFICE).status_code for _n in range(PAIR.most + 3)]
    assert answers == [200] * PAIR.most + [429] * 3
    answer = at(OFFICE, password=RIGHT)
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= PAIR.seconds
    page = answer.content.decode()
    assert "was entered too many times" in page
    assert "Wait 5 min, then try again." in page
    assert "you can sign in on a device you have used before" in page
    assert "Nothing was changed" not in page
    with time_machine.travel(NOW + timedelta(seconds=PAIR.seconds + 1)):
        assert at(OFFICE, password=RIGHT).status_code == 302


def test_colleagues_behind_the_address_and_the_owner_elsewhere_sign_in(ines):
    User.objects.create_user("rosa@one.example", password=RIGHT)
    assert {at(OFFICE).status_code for _n in range(50)} == {200, 429}
    assert at(OFFICE, "rosa@one.example", RIGHT).status_code == 302
    assert at(HOME, password=RIGHT).status_code == 302


def test_a_device_that_signed_in_before_passes(ines):
    device = used_device()
    assert [at(OFFICE).status_code for _n in range(PAIR.most + 1)][-1] == 429
    assert at(OFFICE, password=RIGHT, client=device).status_code == 302


def test_guesses_at_one_account_from_everywhere_are_bounded_and_do_not_shut_its_owner_out(ines):
    device = used_device()
    answers = [at(one).status_code for one in addresses(ACCOUNT[PASSWORD].most + 20)]
    assert answers.count(200) == ACCOUNT[PASSWORD].most
    assert set(answers) == {200, 429}
    assert at(HOME, password=RIGHT).status_code == 429, "a new device has to prove itself"
    assert at(HOME, password=RIGHT, client=device).status_code == 302


def test_a_link_by_mail_opens_the_way_for_a_new_device(ines):
    for one in addresses(ACCOUNT[PASSWORD].most + 1):
        at(one)
    new = Client()
    assert at(HOME, password=RIGHT, client=new).status_code == 429
    new.post(RESET, {"email": EMAIL}, REMOTE_ADDR=HOME)
    send_links(NOW)
    link = next(word for word in mail.outbox[0].body.split() if "/reset/key/" in word)
    page = new.get(urlsplit(link.strip("()[]<>")).path, REMOTE_ADDR=HOME, follow=True)
    password = "another-horse-battery"
    path = page.redirect_chain[-1][0]
    assert new.post(path, {"password1": password}, REMOTE_ADDR=HOME).status_code == 302
    for one in addresses(ACCOUNT[PASSWORD].most + 1):
        at(one)
    assert at(OFFICE, password=password, client=Client()).status_code == 429
    assert at(OFFICE, password=password, client=new).status_code == 302


def test_guesses_at_many_accounts_from_one_address_leave_known_devices_alone(ines):
    device = used_device()
    answers = [at(OFFICE, f"nobody{n}@one.example").status_code for n in range(ADDRESS.most + 5)]
    assert answers == [200] * ADDRESS.most + [429] * 5
    assert at(OFFICE, password=RIGHT, client=device).status_code == 302
    assert at(HOME, password=RIGHT).status_code == 302


def test_signing_in_rightly_is_never_counted(ines):
    answers = {at(OFFICE, password=RIGHT).status_code for _n in range(PAIR.most * 3)}
    assert answers == {302}


def test_a_known_device_does_not_guess_without_end_nor_at_other_accounts(ines):
    User.objects.create_user("rosa@one.example", password=RIGHT)
    device = used_device()
    answers = [at(HOME, client=device).status_code for _n in range(DEVICE.most + 1)]
    assert answers == [200] * DEVICE.most + [429]
    answers = [at(HOME, "rosa@one.example", client=device).status_code for _n in range(6)]
    assert answers == [200] * PAIR.most + [429]


def test_a_device_is_known_by_what_the_portal_signed_alone(ines):
    forged = Client()
    forged.cookies[COOKIE] = used_device("ines@one.example").cookies[COOKIE].value[:-3] + "abc"
    answers = [at(OFFICE, client=forged).status_code for _n in range(PAIR.most + 1)]
    assert answers[-1] == 429


def test_a_device_is_forgotten_after_400_days(ines, wait):
    device = used_device()
    wait(days=401)
    assert [at(OFFICE).status_code for _n in range(PAIR.most + 1)][-1] == 429
    assert at(OFFICE, password=RIGHT, client=device).status_code == 429


def code_of(client, code, address=OFFICE):
    return client.post("/accounts/2fa/authenticate/", {"code": code}, REMOTE_ADDR=address)


def test_codes_are_bounded_and_a_known_device_passes(ines, settings):
    device = used_device()
    TOTP.activate(ines, generate_totp_secret())
    tried = []
    for one in addresses(ACCOUNT[CODE].most + 3):
        client = Client()
        assert at(one, password=RIGHT, client=client)["Location"].endswith("/2fa/authenticate/")
        tried.append(code_of(client, "000000", one).status_code)
    assert tried == [200] * ACCOUNT[CODE].most + [429] * 3
    assert at(OFFICE, password=RIGHT, client=device).status_code == 302
    assert code_of(device, "000000").status_code == 200


def test_the_current_password_is_not_guessed_by_who_finds_an_open_session(ines):
    client = used_device()
    at(HOME, password=RIGHT, client=client)
    form = {"oldpassword": WRONG, "password1": "another-horse-battery"}
    answers = [client.post("/accounts/password/change/", form).status_code for _n in range(11)]
    assert answers == [200] * DEVICE.most + [429]


def test_nobody_is_sent_links_without_end_and_the_answer_is_the_same(ines):
    answers = {Client().post(RESET, {"email": EMAIL}).status_code for _n in range(8)}
    assert answers == {302}
    send_links(NOW)
    assert len(mail.outbox) == 5


def test_strangers_are_told_a_few_times_an_address_and_accounts_always(ines):
    for n in range(LINKS_TO_STRANGERS.most + 3):
        Client().post(RESET, {"email": f"nobody{n}@{EMAIL.partition('@')[2]}"}, REMOTE_ADDR=OFFICE)
    Client().post(RESET, {"email": EMAIL}, REMOTE_ADDR=OFFICE)
    send_links(NOW)
    told = [one.to[0] for one in mail.outbox]
    assert len(told) == LINKS_TO_STRANGERS.most + 1
    assert told[-1] == EMAIL


def test_what_is_counted_names_nobody_and_is_swept(ines):
    at(OFFICE)
    kept = " ".join(str(value) for row in Attempt.objects.values_list() for value in row)
    assert Attempt.objects.count() == 3
    assert OFFICE not in kept
    assert EMAIL not in kept
    assert sweep_attempts(NOW) == 0
    assert sweep_attempts(NOW + timedelta(hours=2)) == 3
    assert not Attempt.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_guesses_made_side_by_side_are_all_counted(ines):
    def guess(_number):
        try:
            return at(OFFICE).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(24)))
    assert answers.count(200) == PAIR.most
    assert answers.count(429) == 24 - PAIR.most


def test_a_new_key_lifts_no_limit_that_was_reached(settings):
    guesses = Limit("guesses", 3, 3600)
    now, settings.SECRET_KEY_FALLBACKS = NOW, []
    for _n in range(guesses.most):
        assert count_attempt([guesses.of("ada")], now) == 0
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "n" * 50
    assert count_attempt([guesses.of("ada")], now) > 0
    assert count_attempt([guesses.of("bob")], now) == 0
    forget_attempts([guesses.of("ada")])
    assert count_attempt([guesses.of("ada")], now) == 0
