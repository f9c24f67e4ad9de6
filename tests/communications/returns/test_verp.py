"""Return paths: they are short, survive what servers do to them, and cannot be guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communications.mailroom.channels.verp import deliveries_named, return_path

NUMBERS = st.integers(1, 2**63 - 1)


@pytest.fixture(autouse=True)
def mailbox(settings):
    settings.BOUNCE_ADDRESS = "bounces@onelift.example"


def test_without_a_mailbox_there_is_none(settings):
    path = return_path(7)
    settings.BOUNCE_ADDRESS = ""
    assert return_path(7) == ""
    assert deliveries_named(path) == set()


@given(number=NUMBERS)
def test_each_delivery_has_its_own_whatever_the_case(number):
    path = return_path(number)
    local = path.partition("@")[0]
    assert len(local) <= 64
    assert path == path.lower()
    for form in (path, path.upper(), f"<{path}>", f'"x" <{path}>, b@c.example', f"rfc822;{path}"):
        assert deliveries_named(form) == {number}


@given(number=NUMBERS, place=st.integers(0, 200), character=st.sampled_from("abyz27"))
def test_a_single_changed_character_proves_nothing(number, place, character):
    path = return_path(number)
    name, _plus, rest = path.partition("+")
    signed, _at, domain = rest.partition("@")
    place %= len(signed)
    changed = signed[:place] + character + signed[place + 1 :]
    named = deliveries_named(f"{name}+{changed}@{domain}")
    assert named == ({number} if changed == signed else set())


@pytest.mark.parametrize(
    "change",
    [
        lambda p: p.replace("onelift.example", "onelift.example.evil.test"),
        lambda p: p.replace("onelift.example", "other.example"),
        lambda p: p.replace("bounces+", "notbounces+").replace("notb", "not.b"),
        lambda p: p.replace("bounces+", "xbounces+"),
        lambda p: p.replace("-", ""),
        lambda p: p.replace("-", "-a"),
        lambda p: "",
    ],
)
def test_other_addresses_prove_nothing(change):
    assert deliveries_named(change(return_path(7))) == set()


def test_a_tag_of_one_delivery_is_none_of_another():
    tag = return_path(7).partition("-")[2]
    assert deliveries_named(return_path(8).partition("-")[0] + "-" + tag) == set()


def test_another_key_makes_other_tags_and_the_old_one_still_reads(settings):
    path, old = return_path(7), settings.SECRET_KEY
    settings.SECRET_KEY = "another" * 10
    assert return_path(7) != path
    assert deliveries_named(path) == set()
    settings.SECRET_KEY_FALLBACKS = [old]
    assert deliveries_named(path) == {7}


def test_a_name_that_would_be_too_long_is_none(settings):
    settings.BOUNCE_ADDRESS = "x" * 25 + "@onelift.example"
    assert len(return_path(2**63 - 1).partition("@")[0]) <= 64
    settings.BOUNCE_ADDRESS = "x" * 26 + "@onelift.example"
    assert return_path(1) == ""
