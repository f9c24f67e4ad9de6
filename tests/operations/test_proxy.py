"""Visitors behind one proxy are told apart, and nobody else writes where they come from."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import RequestFactory

from onelift.limits.address import address_of
from tests.operations.shape import ROOT
from tests.test_settings import GIVEN, run
from tests.test_wrong_settings import PROCESSES
from tests.warden import KEPT

GUNICORN = str(Path(sys.executable).with_name("gunicorn"))

VISITOR, FORGED = "198.51.100.7", "203.0.113.99"


def seen(peer, forwarded="", proxies=1, settings=None):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    return address_of(RequestFactory().get("/", headers=headers, REMOTE_ADDR=peer))


@pytest.mark.parametrize(
    ("peer", "forwarded", "proxies", "expected"),
    [
        ("127.0.0.1", f"{FORGED}, {VISITOR}", 1, VISITOR),
        ("::1", f"{FORGED}, {VISITOR}, 10.0.0.8", 2, VISITOR),
        # Nobody but a proxy is believed, on the same network or elsewhere.
        (VISITOR, FORGED, 1, VISITOR),
        ("172.18.0.1", FORGED, 1, "172.18.0.1"),
        ("10.0.0.9", FORGED, 1, "10.0.0.9"),
        ("fd00::1", FORGED, 1, "fd00::"),
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
    settings.TRUSTED_PROXIES = []
    assert seen("127.0.0.1", FORGED, settings=settings) == "127.0.0.1"


WEB = {**GIVEN, "ONELIFT_MODE": "production", "ONELIFT_BIND": "0.0.0.0"}


@pytest.mark.parametrize("command", [PROCESSES["web"], [GUNICORN, "onelift.wsgi"]])
def test_web_that_others_reach_must_know_its_proxies(tmp_path, command):
    kept = {name: os.environ[name] for name in KEPT}
    around = {**kept, **WEB, "ONELIFT_VAR": str(tmp_path)}
    done = subprocess.run(command, cwd=ROOT, env=around, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.strip().endswith(
        "Web listens on 0.0.0.0, which other machines can reach: set TRUSTED_PROXIES to the "
        "networks that your proxies are in, or leave it empty to believe none."
    )
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "given",
    [
        {"TRUSTED_PROXIES": "10.0.0.0/24"},
        {"TRUSTED_PROXIES": ""},
        {"TRUSTED_PROXY_COUNT": "0"},
        {"ONELIFT_BIND": "127.0.0.1"},
        {"ONELIFT_BIND": "::1"},
        {"ONELIFT_BIND": "localhost"},
    ],
)
def test_web_listens_once_it_knows_them_or_others_cannot_reach_it(tmp_path, given):
    show = "from onelift.limits.address import unnamed_proxies as said; print(repr(said()))"
    assert run(["-c", show], tmp_path, **(WEB | given)).stdout.strip() == "''"
