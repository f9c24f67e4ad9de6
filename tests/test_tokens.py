"""Links that nobody made: whatever stands in the place of a token, the answer is the same page."""

import pytest
from django.test import Client
from django.urls import get_resolver

from communications.models import Channel

pytestmark = pytest.mark.django_db

# As they are in an address: NUL, bytes that are no UTF-8, halves of characters, quotes ...
WRONG = [
    *("%00", "a%00b", "%ff", "%ed%a0%80", "%F0%9F%98%80", "%27", "%22%3E", "%0d%0a", "%E2%80%AE"),
    *("1.%00", "%EF%BC%91", "-", "..", "a" * 33, "a" * 3000, "%25", "9" * 40, "a:b.c", "%7f", "+"),
]
FAMILIES = ["/s/{}/", "/o/{}/", "/l/{}/", "/k/{}/", "/k/{}/1/", "/e/{}/", "/t/{}/"]
FAMILIES += ["/t/{}/calendar/", "/c/{}/"]


def answer_of(client, method, address):
    answer = client.generic(method, address, b"a=1", "application/x-www-form-urlencoded")
    kept = {name: value for name, value in answer.items() if name != "X-Request-ID"}
    return answer.status_code, answer.content, kept


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("family", FAMILIES)
def test_a_wrong_token_says_nothing_about_why(cast, family, method):
    client = Client()
    expected = answer_of(client, method, family.format("abcdefghijklmnopqrstuvwxyz234567"))
    assert expected[0] in (200, 404, 405)
    for token in WRONG:
        assert answer_of(client, method, family.format(token)) == expected, token


def test_a_wrong_feed_is_no_page(cast):
    feed = Channel.objects.create(
        programme=cast.programme, kind=Channel.Kind.FEED, name="News", language="en"
    )
    client = Client()
    expected = answer_of(client, "GET", f"/feeds/{feed.pk}/wrong/")
    assert expected[0] == 404
    for pk in (feed.pk, 2**63, 10**40, 0):
        for token in WRONG:
            assert answer_of(client, "GET", f"/feeds/{pk}/{token}/") == expected, token


def test_every_address_with_a_token_is_tried_here():
    tried = {
        family.replace("{}", "<str:token>").replace("/1/", "/<int:pk>/") for family in FAMILIES
    }
    routes = {f"/{pattern}" for pattern in routes_of(get_resolver()) if ":token>" in pattern}
    assert routes == tried | {"/feeds/<int:pk>/<str:token>/"}


def routes_of(resolver, before=""):
    for one in resolver.url_patterns:
        here = before + str(one.pattern)
        if hasattr(one, "url_patterns"):
            yield from routes_of(one, here)
        else:
            yield here
