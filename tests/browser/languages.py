"""Every page of the demonstration in the languages that change most, for ``make languages``.

A walk takes as long as all other tests of the browser, so these are not part of each run: French is
longer, Chinese has no spaces, Arabic runs from right to left.
"""

import pytest

from tests.browser.crawl import NARROW, WIDE, Crawl
from tests.browser.demonstration import *  # noqa: F403 - the demonstration

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("window", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("language", ["fr", "zh-hans", "ar"])
def test_every_page_is_accessible_in_each_kind_of_language(
    page, live_server, demonstration, signed_in, language, window
):
    walk_through(Crawl(page, live_server.url, window), signed_in, language)  # noqa: F405
