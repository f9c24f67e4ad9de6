"""Every page of the demonstration, as each of its users finds it by links.

Two files walk it, since it takes long: one on the smallest phone, in dark, and, where all is tried
thoroughly, one in a wide window, in light.
"""

from datetime import timedelta

import pytest
from django.utils import timezone

from communications.dispatches.services.link import token_of_link
from communications.mailroom.channels.mail import RelayConfig
from communications.models import PersonalLink
from communications.operation.services import pump
from feedback.models import Survey
from feedback.queries.mark import unspent
from onelift.demo import story
from stakeholders.accounts.access import home_of
from stakeholders.models import User
from tests.communications.relay import FaultRelay
from tests.communications.sending import CALM

__all__ = ["demonstration", "walk_through"]

WHO = (
    *("ines.duarte", "claire.fontanel", "rosa.vidal", "hana.weiss", "samir.haddad"),
    *("tom.keller", "nuria.costa", "dora.lind", "hugo.martin"),
)
LANGUAGES = ("en", "zh-hans", "ar")


@pytest.fixture
def demonstration(tmp_path, settings):
    """Load the demonstration, and let the worker send what is due."""
    settings.MEDIA_ROOT = tmp_path / "media"
    now = timezone.now() - timedelta(minutes=1)
    story.load(now)
    relay = FaultRelay(tmp_path / "accepts.jsonl")
    relay.keeps_raw = False
    pump.run_pump(now)
    pump.deliver(lambda: now, RelayConfig("127.0.0.1", relay.port, timeout=CALM, dot_timeout=CALM))
    relay.stop()


def survey_link():
    """Return the address of a link that was mailed and waits for an answer."""
    sent = PersonalLink.objects.filter(
        purpose="survey", delivery__state="sent", expires_at__gt=timezone.now()
    ).order_by("pk")
    waiting = (
        unspent(survey, sent.filter(invitation__segment__survey=survey))
        for survey in Survey.objects.all()
    )
    link = next(links[0] for links in waiting if links)
    return f"/s/{token_of_link(link)}/"


def answer_survey(page):
    """Choose the first mark of each scale, and send."""
    for step in page.locator("[data-step]").all():
        step.wait_for()
        if (marks := step.locator("label:has(input[type=radio])")).count():
            marks.first.click()
    page.get_by_role("button", name="Send my answers").click()


def walk_through(crawl, sign_in, language="en"):
    """Look at the pages that nobody signs in for, and at all that each user finds from home on.

    Whoever signs in reads ``language``.
    """
    crawl.look("/accounts/login/", "nobody")
    link = survey_link()
    for shown in LANGUAGES:
        crawl.look(f"{link}?lang={shown}", "nobody")
        crawl.look(f"/me/onelift/office-staff/?site=dreux&lang={shown}", "nobody")
    crawl.page.goto(f"{crawl.origin}{link}?lang=en")
    answer_survey(crawl.page)
    crawl.page.get_by_role("heading", name="Thank you").wait_for()
    crawl.examine("thanks")
    crawl.look(link, "a second time", status=404)
    for name in WHO:
        user = User.objects.get(email=f"{name}@onelift.example")
        User.objects.filter(pk=user.pk).update(language=language)
        sign_in(crawl.page, user)
        crawl.walk(home_of(user), name)
    assert len({view for _who, view in crawl.looked}) >= 25
    assert not crawl.wrong, "\n".join(crawl.wrong)
