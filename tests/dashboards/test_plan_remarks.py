"""What the plan says first, what the streams add to it, and how long its page may be."""

import re
from datetime import date, timedelta
from types import SimpleNamespace
from urllib.parse import urljoin

import pytest

from communications.dispatches.queries.weeks import ONE_WEEK, Weeks, monday_of
from onelift.dashboards.plan.queries.plan import PlanFilter, plan_board
from onelift.dashboards.plan.queries.plan_title import plan_finding, remarks_on
from onelift.dashboards.plan.queries.silence import silences_of
from programmes.models import Milestone, Stream
from programmes.scope import EVERYTHING
from stakeholders.accounts.access import scope_of
from tests.communications.making import approve, make_message
from tests.dashboards.busy_plan import fill_plan

PLAN = "/p/one-it/plan/"
TODAY = date(2026, 11, 24)


def board_of(cast, now, scope=EVERYTHING):
    weeks = Weeks(monday_of(TODAY) - 2 * ONE_WEEK, 18)
    return plan_board(cast.programme, scope, PlanFilter(), weeks, now)


def said(board):
    return [remark.words for remark in remarks_on(board)]


def test_weeks_without_a_word_around_a_go_live_are_a_silence(cast, now):
    """Wave 2 goes live in China on 18 January, from the week of 21 December on it is near."""
    board = board_of(cast, now, scope_of(cast.ines, cast.programme))
    assert said(board) == [
        "China gets no messages from 21 Dec to 17 Jan, around its go-live.",
        "China gets no messages from 25 Jan to 21 Feb, around its go-live.",
    ]
    assert plan_finding(board) == "China gets no messages for 4 weeks around its go-live"
    make_message(cast, now, fixed_on=date(2027, 1, 6), waves=[cast.wave2])
    make_message(cast, now, fixed_on=date(2027, 2, 3), waves=[cast.wave2])
    board = board_of(cast, now, scope_of(cast.ines, cast.programme))
    assert said(board) == []


def test_who_reads_no_drafts_is_told_of_no_silence(cast, now):
    board = board_of(cast, now, scope_of(cast.rosa, cast.programme))
    assert not board.silences


def test_only_weeks_to_come_can_be_filled():
    weeks = Weeks(date(2026, 11, 9), 18)
    places = [SimpleNamespace(live_on=date(2026, 11, 30))]
    found = silences_of(places, {date(2026, 12, 21)}, weeks, TODAY)
    assert [(each.first, each.last) for each in found] == [(date(2026, 11, 30), date(2026, 12, 20))]
    heard = {date(2026, 12, 7), date(2026, 12, 21)}
    assert silences_of(places, heard, weeks, TODAY) == []


def test_at_the_limit_the_title_says_so_and_past_weeks_do_not_count(cast, now):
    for on in (date(2026, 11, 10), date(2026, 12, 1)):
        for n in range(3 if on.month == 12 else 5):
            approve(cast, make_message(cast, now, fixed_on=on + timedelta(days=n)), now)
    board = board_of(cast, now)
    assert [(over.region.name, over.load.contacts) for over in board.full_weeks] == [
        ("China", 3),
        ("Iberia", 3),
    ]
    assert board.overloads == []
    cast.wave2.wave_sites.all().delete()
    cast.wave1.wave_sites.update(own_go_live_on=date(2026, 9, 1))
    board = board_of(cast, now)
    assert plan_finding(board) == "Iberia gets 3 contacts in week 49, the limit is 3"


def test_milestones_of_streams_have_a_lane_of_their_own(cast, now, as_user):
    stream = Stream.objects.create(programme=cast.programme, name="Desk")
    today = as_user(cast.ines).get(PLAN).context["board"].today
    late = stream.milestones.create(name="Laptops in stock", due_on=today - timedelta(days=3))
    stream.milestones.create(name="Kits for wave 2", due_on=today + timedelta(days=9))
    stream.milestones.create(name="Old", due_on=today, done_on=today)
    stream.milestones.create(name="Removed", due_on=today, removed_at=now)
    client = as_user(cast.ines)
    page = client.get(PLAN).content.decode()
    lane = page.split('aria-label="Milestones"')[1].split('<g role="group"')[0]
    assert ">Late: Laptops in stock</text>" in lane
    assert ">Kits for wave 2</text>" in lane
    assert "Old" not in lane
    assert "Removed" not in lane
    url = re.search(r'<a href="([^"]*)"><title>Late: Laptops', lane)[1]
    assert client.get(urljoin(PLAN, url)).status_code == 200
    assert 'aria-label="Milestones"' not in client.get(f"{PLAN}?region=iberia").content.decode()
    assert Milestone.objects.get(pk=late.pk).due_on < today


def test_a_name_of_forty_letters_stays_whole_behind_the_word_late(cast, as_user):
    stream = Stream.objects.create(programme=cast.programme, name="Desk")
    today = as_user(cast.ines).get(PLAN).context["board"].today
    whole = "Knowledge base that every region has rea"
    longer = "Run books that the provider has read, too"
    assert (len(whole), len(longer)) == (40, 41)
    for name in (whole, longer):
        stream.milestones.create(name=name, due_on=today - timedelta(days=3))
    page = as_user(cast.ines).get(PLAN).content.decode()
    assert f">Late: {whole}</text>" in page
    assert f">Late: {longer[:39]}…</text>" in page


@pytest.fixture
def busy_plan(cast, now, as_user):
    fill_plan(cast, now, as_user(cast.ines).get(PLAN).context["board"].today)


# French says the same in more letters, and an accent takes two bytes.
@pytest.mark.parametrize(("language", "kilobytes"), [("en", 60), ("fr", 62)])
def test_the_page_of_a_busy_plan_has_sixty_kilobytes_at_most(
    cast, busy_plan, as_user, language, kilobytes
):
    cast.ines.language = language
    cast.ines.save()
    answer = as_user(cast.ines).get(PLAN)
    assert len(answer.context["board"].chosen) >= 36
    assert len(answer.content) <= kilobytes * 1024


def test_the_list_on_a_phone_has_what_is_to_come(cast, busy_plan, as_user):
    client = as_user(cast.ines)
    board = client.get(PLAN).context["board"]
    to_come = [one for one in board.chosen if one.on >= monday_of(board.today)]
    assert 0 < len(to_come) < len(board.chosen)
    assert listed_on_a_phone(client, PLAN) == len(to_come)
    assert listed_on_a_phone(client, f"{PLAN}?from=2020-W01") == 0


def listed_on_a_phone(client, address):
    page = client.get(address).content.decode()
    return page.partition("ol-plandays")[2].partition("</main>")[0].count("<li>")
