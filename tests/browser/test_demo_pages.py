"""Every page of the demonstration in a wide window, in light."""

import pytest

from tests.browser.crawl import WIDE, Crawl
from tests.browser.demonstration import *  # noqa: F403 - the demonstration

pytestmark = [
    pytest.mark.slow,
    pytest.mark.thorough,
    pytest.mark.django_db(transaction=True),
]


def test_every_page_is_accessible_fits_and_leads_on(page, live_server, demonstration, signed_in):
    walk_through(Crawl(page, live_server.url, WIDE), signed_in)  # noqa: F405
