"""Visitors behind one proxy are told apart when attempts to sign in are counted."""

import pytest
from django.core.cache import cache
from django.test import Client

WRONG = "not the password"


def answer_to(form, visitor):
    headers = {"x-forwarded-for": f"203.0.113.99, {visitor}"}
    return Client().post("/accounts/login/", form, headers=headers)


def attempt(number, visitor):
    form = {"login": f"nobody{number}@example.com", "password": WRONG}
    return answer_to(form, visitor).status_code


@pytest.mark.parametrize(("proxies", "next_visitor"), [(1, 200), (0, 429)])
def test_one_visitor_who_guesses_does_not_shut_the_others_out(db, settings, proxies, next_visitor):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    answers = [attempt(number, "198.51.100.7") for number in range(31)]
    assert answers[0] == 200
    assert answers[-1] == 429
    assert attempt(99, "198.51.100.8") == next_visitor


def test_attempts_all_over_do_not_wash_away_those_at_one_account(db, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    form = {"login": "anna@example.com", "password": WRONG}

    def is_refused(visitor):
        return b"Too many attempts" in answer_to(form, visitor).content

    assert [is_refused(f"198.51.100.{n}") for n in range(1, 7)] == [False] * 5 + [True]
    for number in range(400):
        cache.set(f"zz-elsewhere-{number}", 1)
    assert is_refused("198.51.100.7")
