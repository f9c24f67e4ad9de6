"""Visitors behind one proxy are told apart, and nobody else writes where they come from."""

import pytest
from django.test import RequestFactory

from onelift.limits.address import address_of

VISITOR, FORGED = "198.51.100.7", "203.0.113.99"


def seen(peer, forwarded="", proxies=1, settings=None):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    return address_of(RequestFactory().get("/", headers=headers, REMOTE_ADDR=peer))


@pytest.mark.parametrize(
    ("peer", "forwarded", "proxies", "expected"),
    [
        ("127.0.0.1", f"{FORGED}, {VISITOR}", 1, VISITOR),
        ("172.18.0.1", VISITOR, 1, VISITOR),
        ("10.0.0.9", f"{FORGED}, {VISITOR}, 10.0.0.8", 2, VISITOR),
        ("fd00::1", f"{FORGED},{VISITOR}", 1, VISITOR),
        # Nobody but a proxy is believed.
        (VISITOR, FORGED, 1, VISITOR),
        ("127.0.0.1", FORGED, 0, "127.0.0.1"),
        # Fewer entries than proxies, none, or no address.
        ("127.0.0.1", VISITOR, 2, "127.0.0.1"),
        ("127.0.0.1", "", 1, "127.0.0.1"),
        ("127.0.0.1", "unknown", 1, "127.0.0.1"),
        # Whoever has one IPv6 address has a whole network of them.
        ("127.0.0.1", "2001:db8:1:2:3:4:5:6", 1, "2001:db8:1:2::"),
        ("127.0.0.1", f"::ffff:{VISITOR}", 1, VISITOR),
    ],
)
def test_the_address_is_what_the_last_proxy_saw(peer, forwarded, proxies, expected, settings):
    assert seen(peer, forwarded, proxies, settings) == expected


def test_a_proxy_elsewhere_is_named_by_a_setting(settings):
    assert seen("192.0.2.10", VISITOR, settings=settings) == "192.0.2.10"
    settings.TRUSTED_PROXIES = ["192.0.2.0/24"]
    assert seen("192.0.2.10", VISITOR, settings=settings) == VISITOR
