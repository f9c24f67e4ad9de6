"""The ways to needs: from the home of a region, from messages, and from what changes for me."""

import html
import re

import pytest
from django.test import Client

from programmes.models import Service
from programmes.services.publishing import publish
from tests.clock import NOW
from tests.feedback.needs.test_pages import NEW, make_some, total

pytestmark = pytest.mark.django_db


def test_the_home_of_a_region_counts_its_needs(cast, as_user):
    make_some(cast, NOW)
    client = as_user(cast.rosa)
    page = client.get("/p/one-it/regions/iberia/").content.decode()
    assert NEW in page
    links = re.findall(r'href="(/p/one-it/listening/needs/\?[^"]+)" data-count="(\d+)"', page)
    assert len(links) == 4
    for url, count in links:
        assert total(client.get(html.unescape(url))) == int(count)


def test_what_changes_for_me_leads_here(cast):
    now = cast.wave1.changed_at
    service = Service.objects.create(programme=cast.programme, name_en="Cloud", benefit_en="Big")
    publish(service, "en", cast.ines, now)
    page = Client().get("/me/one-it/?site=barcelona&lang=en").content.decode()
    assert f'href="/need/one-it/?lang=en&amp;site={cast.barcelona.pk}"' in page


def test_local_communication_reports_from_the_list_of_messages(cast, as_user):
    assert NEW in as_user(cast.nuria).get("/p/one-it/messages/").content.decode()
    assert NEW not in as_user(cast.ines).get("/p/one-it/messages/").content.decode()
