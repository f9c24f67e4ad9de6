"""What the cards of the overview show at once, what they fold, and where they lead."""

import re
from datetime import timedelta

from communications.approvals.services import approval as approvals
from feedback.services.edition import publish_surveys
from tests.communications.making import make_message

OVERVIEW, PEOPLE = "/p/one-it/overview/", "/p/one-it/people/"
FOLDED = re.compile(r'<details class="ol-twin ol-gist">.*?</details>', re.DOTALL)


def folded(page):
    """Return what a page of decisions folds, and what it shows at once."""
    return "".join(FOLDED.findall(page)), FOLDED.sub("", page)


def test_a_decision_is_a_line_with_its_details_folded(cast, as_user, now):
    approvals.ask(make_message(cast, now, waves=[cast.wave1]), cast.ines, now)
    client = as_user(cast.claire)
    inside, outside = folded(client.get(OVERVIEW).content.decode())
    assert "requested by Ines Test" in inside
    assert "<summary>" in inside
    assert re.search(r"<summary>\s*To 3 people", inside)
    assert "requested by Ines Test" not in outside
    assert "Approve<" in outside
    inside, outside = folded(client.get("/p/one-it/decisions/").content.decode())
    assert not inside
    assert "requested by Ines Test" in outside


def test_five_decisions_are_shown_and_all_are_counted(cast, as_user, now):
    for n in range(7):
        texts = {"en": (f"Message {n}", "Hello")}
        approvals.ask(make_message(cast, now, texts), cast.ines, now)
    answer = as_user(cast.claire).get(OVERVIEW)
    assert len(answer.context["decisions"]) == 5
    assert "7 open" in answer.content.decode()


def test_waves_in_the_charts_are_links(cast, as_user):
    page = as_user(cast.claire).get(OVERVIEW).content.decode()
    charts = re.findall(r"<svg viewBox[^>]*role=.group.*?</svg>", page, re.DOTALL)
    ways, informed = (re.findall(r'<a href="([^"]+)"', chart) for chart in charts[:2])
    waves = [cast.wave1, cast.wave2]
    assert ways == [f"/p/one-it/waves/{wave.pk}/readiness/" for wave in waves]
    assert informed == [f"{PEOPLE}?wave={wave.pk}" for wave in waves]


def test_satisfaction_is_a_curve_with_go_lives(asked, cast, as_user, now):
    for weeks, values in ((1, [5, 5, 5, 5, 5]), (0, [1, 1, 1, 1, 1])):
        for invitation, value in zip(asked.ask(cast.barcelona, 5), values, strict=True):
            asked.answer(invitation, csat=value)
        publish_surveys(asked.now - timedelta(weeks=weeks))
    answer = as_user(cast.claire).get(OVERVIEW)
    curve = answer.context["curve"]
    assert [(point.share, point.answers) for point in curve.points] == [(1, 5), (0, 5)]
    assert "Wave 1" in [flag.word for flag in curve.flags]
    page = answer.content.decode()
    assert 'class="f-band"' in page
    assert "By wave" in page


def test_without_published_answers_there_is_no_curve(asked, cast, as_user):
    for invitation in asked.ask(cast.barcelona, 4):
        asked.answer(invitation, csat=5)
    publish_surveys(asked.now)
    answer = as_user(cast.claire).get(OVERVIEW)
    assert answer.context["curve"] is None
    page = answer.content.decode()
    assert "Fewer than 5 answers, not shown" in page
    assert "f-band" not in page
