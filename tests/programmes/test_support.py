"""Whom readers ask: the programme's contact, and what is different at a site."""

import html
from datetime import time

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from programmes.models import SupportContact
from programmes.queries.support import support_at
from programmes.services.support import save_support
from tests import factories
from tests.clock import NOW
from tests.factories import SiteFactory

LIST = "/p/one-it/setup/contacts/"
WHOLE = {
    "phone": "+33 (0)1 99 00 50 50",
    "mail": "help@onelift.example",
    "link": "https://x.example",
}
HOURS = {"opens_at": time(7), "closes_at": time(19)}


def words_of(answer):
    return html.unescape(answer.content.decode())


def test_a_site_has_what_it_gives_and_else_the_programmes(cast):
    save_support(cast.programme, None, {**WHOLE, **HOURS, "days": "1234567"}, now=NOW)
    save_support(cast.programme, cast.barcelona, {"phone": "5050"}, now=NOW)
    own, default = (support_at(cast.programme, s) for s in (cast.barcelona, cast.shanghai))
    assert (own.phone, own.dialled, own.mail) == ("5050", "5050", "help@onelift.example")
    assert own.days == ""
    assert (default.phone, default.dialled) == (WHOLE["phone"], "+33199005050")
    assert (default.days, default.opens_at) == ("1234567", time(7))
    assert support_at(cast.programme, None) == default


def test_an_empty_contact_is_none(cast):
    save_support(cast.programme, None, WHOLE, now=NOW)
    save_support(cast.programme, cast.barcelona, {"phone": "5050"}, now=NOW)
    save_support(cast.programme, cast.barcelona, {"phone": ""}, now=NOW)
    assert SupportContact.objects.get().site is None
    save_support(cast.programme, cast.shanghai, {"phone": "", "mail": ""}, now=NOW)
    assert support_at(cast.programme, cast.barcelona).phone == WHOLE["phone"]
    assert SupportContact.objects.count() == 1


@pytest.mark.parametrize(
    "values",
    [
        {"phone": "call me"},
        {"phone": "5050", "opens_at": time(7)},
        {"mail": "nobody"},
        {"link": "javascript:alert(1)"},
        {"link": "ftp://x.example"},
    ],
)
def test_what_cannot_be_used_is_refused(cast, values):
    with pytest.raises(ValidationError):
        save_support(cast.programme, None, values, now=NOW)
    assert not SupportContact.objects.exists()


def test_a_programme_has_one_contact(cast):
    save_support(cast.programme, None, WHOLE, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        SupportContact.objects.create(programme=cast.programme, phone="1234")


def test_the_page_saves_a_contact_and_shows_it_for_each_site(cast, as_user):
    client = as_user(cast.ines)
    data = {**WHOLE, "days": "71234", "opens_at": "07:00", "closes_at": "17:30"}
    words = words_of(client.post(f"{LIST}programme/", data, follow=True))
    assert words.count("Sun–Thu") == 1
    assert words.count("The programme’s contact") == 2
    assert "07:00–17:30" in words
    client.post(f"{LIST}sites/{cast.barcelona.pk}/", {"phone": "5050", "days": "12345"})
    words = words_of(client.get(LIST))
    assert "has its own" in words
    assert words.count("Sun–Thu") == 1
    assert "5050" in words
    assert "help@onelift.example" in words_of(client.get(f"{LIST}sites/{cast.barcelona.pk}/"))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"phone": "call me"}, "Enter a number such as"),
        ({"phone": "5050", "opens_at": "07:00"}, "Enter both hours, or neither."),
        ({"phone": "5050", "opens_at": "7 o’clock", "closes_at": "x"}, "Enter a time such as"),
        ({"opens_at": "07:00", "closes_at": "19:00"}, "Enter the number too."),
        ({"link": "javascript:alert(1)"}, "Enter a valid URL."),
    ],
)
def test_the_page_refuses_at_the_field_and_keeps_what_was_typed(cast, as_user, data, sentence):
    answer = as_user(cast.ines).post(f"{LIST}programme/", data)
    assert sentence in words_of(answer)
    for typed in data.values():
        assert typed in words_of(answer)
    assert not SupportContact.objects.exists()


def test_a_site_of_no_wave_is_not_found(cast, as_user):
    path = f"{LIST}sites/{SiteFactory().pk}/"
    assert as_user(cast.ines).get(path).status_code == 404


def test_a_regional_manager_sees_the_own_sites_and_changes_nothing(cast, as_user):
    save_support(cast.programme, cast.shanghai, {"phone": "8888"}, now=NOW)
    words = words_of(as_user(cast.rosa).get(LIST))
    assert "Barcelona" in words
    assert "Shanghai" not in words
    assert "8888" not in words
    assert "Edit the programme’s contact" not in words


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_asks_the_same_queries(cast, as_user, many, django_assert_num_queries):
    for _ in range(many):
        site = SiteFactory()
        factories.place(cast.wave1, site)
        save_support(cast.programme, site, {"phone": "5050"}, now=NOW)
    client = as_user(cast.ines)
    client.get(LIST)
    with django_assert_num_queries(16):
        assert client.get(LIST).status_code == 200
