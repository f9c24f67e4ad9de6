"""Every page of the demonstration on the smallest phone, in dark."""

import pytest

from tests.browser.crawl import NARROW, Crawl
from tests.browser.demonstration import *  # noqa: F403 - the demonstration

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_every_page_is_accessible_and_no_wider_than_a_phone(
    page, live_server, demonstration, signed_in
):
    walk_through(Crawl(page, live_server.url, NARROW), signed_in)  # noqa: F405
