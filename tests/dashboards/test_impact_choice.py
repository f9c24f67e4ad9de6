"""Choosing all impacts that a filter finds, on whatever page, and changing exactly these."""

import re

import pytest

from programmes.models import Stream
from stakeholders.models import Impact, ImpactBatch, Persona, Role
from stakeholders.register.views import impact_bulk
from tests.factories import ImpactFactory

LIST, BULK = "/p/one-it/people/impacts/list/", "/p/one-it/people/impacts/bulk/"
HIDDEN = re.compile(r'<input type="hidden" name="impacts" value="(\d+)">')
BOX = re.compile(r'<input[^>]*type="checkbox" name="impacts" value="(\d+)"[^>]*>')
WISH = "?dimension=tool"


@pytest.fixture
def many(cast):
    """One page holds 50 impacts: 73 of a tool stand on two, and five others on none of them."""
    office = Persona.objects.create(programme=cast.programme, slug="office", name_en="Office")

    def made(count, kind):
        named = [(f"{kind} {n}", kind) for n in range(count)]
        return [
            ImpactFactory(
                programme=cast.programme, name=name, dimension=dimension, personas=[office]
            )
            for name, dimension in named
        ]

    return made(73, "tool"), made(5, "role")


def keys_of(impacts):
    return {str(impact.pk) for impact in impacts}


def sent_by(page):
    """Return the impacts that the form of a page sends."""
    ticked = [found for found in BOX.finditer(page) if " checked" in found[0]]
    return [*HIDDEN.findall(page), *(found[1] for found in ticked)]


def words_of(page):
    return " ".join(page.split())


@pytest.mark.parametrize("number", ["1", "2"])
def test_all_that_match_are_changed_whatever_page_shows_them(cast, as_user, many, number):
    tools, _roles = many
    client = as_user(cast.ines)
    page = client.get(f"{LIST}{WISH}&page={number}").content.decode()
    assert sent_by(page) == []
    assert "Select all 73 matching impacts" in words_of(page)
    chosen = client.get(f"{LIST}{WISH}&choose=all&page={number}").content.decode()
    assert "All 73 matching impacts you can edit are selected" in words_of(chosen)
    assert len(sent_by(chosen)) == 73
    assert set(sent_by(chosen)) == keys_of(tools)
    back = re.search(r'name="next" value="([^"]*)"', chosen)[1].replace("&amp;", "&")
    asked = client.post(BULK, {"choose": "1", "next": back, "impacts": sent_by(chosen)})
    page = asked.content.decode()
    assert "Change 73 impacts" in words_of(page)
    assert "Enter at least one change." not in page
    data = {"next": back, "impacts": HIDDEN.findall(page), "owner": cast.tom.pk}
    assert client.post(BULK, data).url == back
    assert keys_of(Impact.objects.filter(owner=cast.tom)) == keys_of(tools)
    assert len(ImpactBatch.objects.get().before) == 73


def test_one_that_is_unticked_stays_as_it_is(cast, as_user, many):
    client = as_user(cast.ines)
    chosen = client.get(f"{LIST}{WISH}&choose=all").content.decode()
    first, *others = [found[1] for found in BOX.finditer(chosen)]
    data = {"impacts": [*HIDDEN.findall(chosen), *others], "owner": cast.tom.pk}
    client.post(BULK, data)
    assert Impact.objects.filter(owner=cast.tom).count() == 72
    assert Impact.objects.get(pk=first).owner is None


def test_a_leader_chooses_all_of_the_own_stream(cast, as_user, many):
    stream = Stream.objects.create(programme=cast.programme, name="Desk")
    kind = Role.Kind.STREAM_LEADER
    Role.objects.create(user=cast.otto, kind=kind, programme=cast.programme, stream=stream)
    tools, roles = many
    own = [*tools[:55], *roles]
    Impact.objects.filter(pk__in=[one.pk for one in own]).update(stream=stream)
    page = as_user(cast.otto).get(f"{LIST}?choose=all").content.decode()
    assert set(sent_by(page)) == keys_of(own)


def test_what_one_page_shows_needs_no_second_choice(cast, as_user, many):
    page = as_user(cast.ines).get(f"{LIST}?dimension=role").content.decode()
    assert "choose=all" not in page


def test_more_than_can_be_changed_at_once_are_refused_and_none_is_left_out(
    cast, as_user, many, monkeypatch
):
    monkeypatch.setattr(impact_bulk, "MOST", 70)
    keys = [impact.pk for impact in many[0]]
    client = as_user(cast.ines)
    answer = client.post(BULK, {"impacts": keys, "owner": cast.tom.pk}, follow=True)
    assert "Choose at most 70 impacts at a time." in answer.content.decode()
    assert not Impact.objects.filter(owner=cast.tom).exists()
