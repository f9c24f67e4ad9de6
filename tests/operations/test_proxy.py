"""Visitors behind one proxy are told apart when attempts to sign in are counted."""

import pytest
from django.test import Client

WRONG = "not the password"


def attempt(number, visitor):
    form = {"login": f"nobody{number}@example.com", "password": WRONG}
    headers = {"x-forwarded-for": f"203.0.113.99, {visitor}"}
    return Client().post("/accounts/login/", form, headers=headers).status_code


@pytest.mark.parametrize(("proxies", "next_visitor"), [(1, 200), (0, 429)])
def test_one_visitor_who_guesses_does_not_shut_the_others_out(db, settings, proxies, next_visitor):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    answers = [attempt(number, "198.51.100.7") for number in range(31)]
    assert answers[0] == 200
    assert answers[-1] == 429
    assert attempt(99, "198.51.100.8") == next_visitor
