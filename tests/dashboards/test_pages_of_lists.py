"""Lists that grow with the programme come in pages; a page asks as often as a short list."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from communications.models import Channel
from programmes.models import Wave
from stakeholders.models import Persona
from tests import factories
from tests.clock import NOW
from tests.communications.posting import make_channel, run_posts, tell
from tests.factories import (
    BlackoutFactory,
    BusinessLineFactory,
    PersonFactory,
    RegionFactory,
    ServiceFactory,
    SiteFactory,
    StreamFactory,
    WaveFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = "/p/one-it/"


def sites(cast, numbers):
    for n in numbers:
        region = RegionFactory(name=f"Land {n:03}", slug=f"land-{n}")
        site = SiteFactory(name=f"Place {n:03}", region=region)
        factories.place(cast.wave2, site)


def personas(cast, numbers):
    for n in numbers:
        Persona.objects.create(programme=cast.programme, name=f"Who {n:03}", slug=f"who-{n}")


def channels(cast, numbers):
    for n in numbers:
        Channel.objects.create(programme=cast.programme, kind="by_hand", name=f"Wall {n:03}")


def blackouts(cast, numbers):
    for n in numbers:
        BlackoutFactory(programme=cast.programme, name=f"Rest {n:03}")


def streams(cast, numbers):
    for n in numbers:
        StreamFactory(programme=cast.programme, name=f"Field {n:03}")


def services(cast, numbers):
    for n in numbers:
        ServiceFactory(programme=cast.programme, name_en=f"Help {n:03}")


def lines(cast, numbers):
    for n in numbers:
        line = BusinessLineFactory(name=f"Trade {n:03}")
        PersonFactory(site=cast.barcelona, business_line=line)


def waves(cast, numbers):
    for n in numbers:
        WaveFactory(programme=cast.programme, name=f"Tide {n:03}", order=n + 3)


@pytest.mark.parametrize(
    ("page", "make", "count", "word"),
    [
        ("people/sites/", sites, 55, "Place 054"),
        ("people/regions/", sites, 55, "Land 054"),
        ("setup/contacts/", sites, 55, "Place 054"),
        ("people/personas/", personas, 55, "Who 054"),
        ("people/business-lines/", lines, 55, "Trade 054"),
        ("setup/channels/", channels, 55, "Wall 054"),
        ("setup/blackouts/", blackouts, 55, "Rest 054"),
        ("setup/streams/", streams, 55, "Field 054"),
        ("people/streams/", streams, 55, "Field 054"),
        ("setup/services/", services, 55, "Help 054"),
        ("setup/", waves, 25, "Tide 024"),
    ],
)
def test_a_long_list_comes_in_pages_with_constant_queries(cast, as_user, page, make, count, word):
    client, asked = as_user(cast.ines), []
    for numbers in (range(3), range(3, count)):
        make(cast, numbers)
        client.get(ROOT + page)  # what is kept between two requests is there
        with CaptureQueriesContext(connection) as queries:
            first = client.get(ROOT + page).content.decode()
        asked.append(len(queries))
    assert asked[0] == asked[1]
    assert word not in first
    following = re.search(r'rel="next" href="([^"]*)"', first)[1].replace("&amp;", "&")
    assert word in client.get(ROOT + page + following).content.decode()


def test_a_wave_that_is_opened_is_on_the_page(cast, as_user):
    waves(cast, range(25))
    last = Wave.objects.get(name="Tide 024")
    page = as_user(cast.ines).get(f"{ROOT}setup/?open={last.pk}").content.decode()
    assert f'id="wave-{last.pk}"' in page


def test_tasks_come_in_pages_and_a_refused_form_stays_in_view(cast, as_user):
    for n in range(22):
        channel = make_channel(cast, "by_hand", f"Board {n:02}", sites=[cast.barcelona])
        days = {"fixed_on": NOW.date() - timedelta(days=1), "latest_hours": 96}
        tell(cast, NOW - timedelta(minutes=30), channel, **days)
    run_posts(NOW)
    client = as_user(cast.rosa)
    first = client.get(f"{ROOT}posts/")
    assert "22 messages to post by hand" in first.content.decode()
    assert len(first.context["tasks"]) == 20
    last = client.get(f"{ROOT}posts/?page=2").context["tasks"][-1][0].post
    refused = client.post(f"{ROOT}posts/{last.pk}/done/", {"place": "Canteen", "posted_on": "x"})
    assert refused.status_code == 422
    assert 'value="Canteen"' in refused.content.decode()


def test_the_people_of_a_channel_are_those_of_its_list(cast, as_user):
    SiteFactory(region=cast.iberia)
    channel = make_channel(cast, "by_hand", "Board in Barcelona")
    client = as_user(cast.ines)
    page = client.get(f"{ROOT}setup/channels/").content.decode()
    link = rf'href="/p/one-it/people/\?channel={channel.pk}"\s+data-count="3">3'
    assert re.search(link, page)
    people = client.get(f"{ROOT}people/?channel={channel.pk}").content.decode()
    assert "Can read “Board in Barcelona”" in people
    assert re.search(r"<h1[^>]*>3 of 6 people", people)
    assert as_user(cast.rosa).get(f"{ROOT}people/?channel={channel.pk}").status_code == 404
