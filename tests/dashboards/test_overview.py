import re
from datetime import UTC, date, datetime, time, timedelta

import pytest

from communications.approvals.services import approval as approvals
from communications.messages.services.message import MessageData, change_message
from communications.models import ChannelState, State
from feedback.services.edition import publish_surveys
from onelift.dashboards.overview.queries.finding import finding
from onelift.dashboards.overview.queries.overview import overview_of
from onelift.dashboards.overview.queries.wave_lines import judged
from programmes.scope import EVERYTHING
from stakeholders.models import Person
from tests import factories
from tests.communications.making import approve, make_message
from tests.factories import BusinessLineFactory, PersonFactory, SiteFactory, WaveFactory

OVERVIEW, PEOPLE = "/p/one-it/overview/", "/p/one-it/people/"
TODAY = date(2026, 11, 24)


def board_of(cast, now):
    return overview_of(cast.programme, EVERYTHING, cast.claire, now)


def said(cast, now, waiting=0, is_yours=True):
    board = board_of(cast, now)
    held = board.interruption.waiting if board.interruption else None
    return finding(board.lines, waiting, now.date(), is_yours=is_yours, held=held)


def listed(client, url):
    """Return the total of a list of people."""
    page = client.get(url).content.decode()
    return int(re.search(r"<h1[^>]*>([\d,]+) ", page)[1].replace(",", ""))


def test_title_is_the_first_finding_that_fits(cast, now, sent):
    assert said(cast, now) == "Wave 1 is live for 2 weeks"
    assert said(cast, now + timedelta(days=42)) == "Wave 2 goes live in 13 days"
    assert said(cast, now - timedelta(days=30)) == "Wave 1 goes live in 15 days"
    assert said(cast, now, waiting=1) == "1 decision waits for you"
    assert said(cast, now, waiting=3) == "3 decisions wait for you"
    assert said(cast, now, waiting=3, is_yours=False) == "3 decisions wait for the CIO"
    ChannelState.objects.create(channel="mail", failing_since=now, reason="refused")
    assert said(cast, now, waiting=3) == "3 decisions wait for you"
    sent(cast.people[:2], state=State.PLANNED)
    assert said(cast, now, waiting=3) == "The mail server does not answer, 2 mails wait"


def test_title_after_all_is_handed_over(cast, now):
    cast.programme.waves.update(go_live_on=TODAY, handed_over_on=TODAY)
    assert said(cast, now) == "All waves are handed over to Run"


def test_title_names_satisfaction_where_it_is_shown(asked, cast, now):
    for invitation, value in zip(asked.ask(cast.barcelona, 5), [5, 4, 4, 5, 1], strict=True):
        asked.answer(invitation, csat=value)
    publish_surveys(asked.now)
    assert said(cast, now) == "Wave 1 is live for 2 weeks, 80% satisfied"
    board = board_of(cast, now)
    assert judged(board.lines[0], TODAY, 75) == ("live", "80% satisfied")
    assert judged(board.lines[0], TODAY, 99) == ("risk", "80% satisfied, goal 99%")


def test_a_wave_is_judged_with_its_reason(cast, now):
    def judge(today=TODAY):
        return judged(board_of(cast, now).lines[1], today, 75)

    assert judge() == ("planned", "No message is approved yet")
    assert judge(date(2027, 1, 4)) == ("risk", "No message is approved yet")
    message = make_message(cast, now, waves=[cast.wave2])
    approval = approve(cast, message, now)
    assert judge(date(2027, 1, 4)) == ("on", "1 message approved")
    approvals.withdraw(approval, cast.claire, "Wrong", now)
    assert judge(date(2027, 1, 4))[0] == "risk"
    cast.wave2.wave_sites.update(own_go_live_on=date(2027, 1, 17))
    assert judge() == ("risk", "1 site goes live on a day of rest")
    cast.programme.waves.update(handed_over_on=TODAY)
    assert judge() == ("run", "Handed over to Run on 24 Nov")


def test_each_number_is_the_total_of_its_list(cast, as_user, sent):
    sent([*cast.people[:2], cast.people[3]])
    sent(cast.people[4:5], days_ago=40)
    for who in (cast.ines, cast.claire):
        client = as_user(who)
        answer = client.get(OVERVIEW)
        board = answer.context["board"]
        assert listed(client, f"{PEOPLE}?live=1") == board.live.people
        assert listed(client, f"{PEOPLE}?reached=30") == board.reach.reached
        assert listed(client, PEOPLE) == board.reach.people == board.live.all_people
        live = client.get(f"{PEOPLE}?live=1&view=sites").context["sites"]
        assert len(live) == board.live.sites
        for row, region in zip(answer.context["reach_rows"], board.regions, strict=True):
            assert f'href="{row.reached_url.replace("&", "&amp;")}"' in answer.content.decode()
            assert listed(client, row.url) == row.people
            assert listed(client, row.reached_url) == region.reach.reached
        for lane in answer.context["lanes"]:
            assert listed(client, lane.url) == lane.people


def test_next_moments_count_whom_they_list(cast, as_user, now):
    line = BusinessLineFactory()
    PersonFactory(site=cast.shanghai, business_line=line, employer="Partner")
    PersonFactory(site=cast.shanghai, business_line=line)
    client = as_user(cast.ines)
    today = client.get(OVERVIEW).context["today"]
    soon = {"fixed_on": today + timedelta(days=5), "is_urgent": True}
    approve(cast, make_message(cast, now, **soon, business_lines=[line]), now)
    approvals.ask(make_message(cast, now, **soon, employers=["Partner"]), cast.ines, now)
    make_message(cast, now, **soon, sites=[cast.barcelona])
    cast.wave2.go_live_on = today + timedelta(days=20)
    cast.wave2.save()
    moments = client.get(OVERVIEW).context["moments"]
    assert sorted((m.kind, m.state, m.people) for m in moments) == [
        ("go_live", "planned", 5),
        ("message", "approved", 2),
        ("message", "draft", 3),
        ("message", "waiting", 1),
    ]
    for moment in moments:
        assert listed(client, f"{PEOPLE}?{moment.query}") == moment.people


def test_what_is_on_its_way_is_among_the_next_moments(cast, now, sent):
    sent(cast.people[:1], state=State.PLANNED)
    moments = board_of(cast, now + timedelta(days=2)).moments
    assert [(m.kind, m.state, m.people) for m in moments] == [("message", "sending", 3)]


def test_a_day_is_counted_as_a_whole_at_the_end_of_four_weeks_and_today(cast, as_user, now):
    site = SiteFactory(name="Honolulu", region=cast.china, time_zone="Pacific/Honolulu")
    factories.place(cast.wave2, site)
    PersonFactory(site=site)
    client = as_user(cast.ines)
    today = client.get(OVERVIEW).context["today"]
    for days in (0, 28):
        due = {"fixed_on": today + timedelta(days=days), "local_time": time(9), "is_urgent": True}
        approve(cast, make_message(cast, now, **due, waves=[cast.wave2]), now)
    noon = datetime.combine(today, time(12), UTC)
    moments = [m for m in board_of(cast, noon).moments if m.kind == "message"]
    assert [m.people for m in moments] == [4, 4]
    for moment in moments:
        assert listed(client, f"{PEOPLE}?{moment.query}") == 4


def test_an_interruption_and_a_decision_are_on_the_page(cast, as_user, now, sent):
    sent(cast.people[:1], state=State.PLANNED)
    approvals.ask(make_message(cast, now), cast.ines, now)
    ChannelState.objects.create(channel="mail", failing_since=now, reason="Connection refused")
    page = as_user(cast.claire).get(OVERVIEW).content.decode()
    assert "Connection refused" in page
    assert "Your new service desk" in page
    ChannelState.objects.update(failing_since=None, reason="")
    assert "1 decision waits for you" in as_user(cast.claire).get(OVERVIEW).content.decode()


def test_a_decision_is_named_in_the_language_of_its_reader(cast, as_user, now):
    texts = {"en": ("From {{ go_live_date }} on", "Hello"), "fr": ("Un seul numéro", "Bonjour")}
    approvals.ask(make_message(cast, now, texts), cast.ines, now)
    assert "From … on" in as_user(cast.claire).get(OVERVIEW).content.decode()
    cast.claire.language = "fr"
    cast.claire.save()
    page = as_user(cast.claire).get(OVERVIEW).content.decode()
    decisions = page.split('id="decisions"')[1].split('class="c4"')[0]
    assert "Un seul numéro" in decisions
    assert "From" not in decisions


def test_a_region_hears_too_little_only_when_its_turn_has_come(cast, now, sent):
    sent(cast.people[:3])
    assert board_of(cast, now).least is None
    later = board_of(cast, now + timedelta(days=28)).least
    assert (later.region, later.reach.reached, later.reach.people) == (cast.china, 0, 3)


def test_the_cio_meets_no_name(cast, as_user):
    answer = as_user(cast.claire).get(OVERVIEW)
    assert answer.context["board"].lines
    page = answer.content.decode()
    assert not any(person.last_name in page for person in cast.people)


@pytest.mark.parametrize("many", [1, 3])
def test_the_number_of_queries_does_not_grow(cast, as_user, now, many, django_assert_num_queries):
    for n in range(many):
        site = SiteFactory()
        wave = WaveFactory(programme=cast.programme, name=f"More {n}", sites=[site])
        PersonFactory(site=site)
        approve(cast, make_message(cast, now, waves=[wave], sites=[site]), now)
    client = as_user(cast.claire)
    client.get(OVERVIEW)
    with django_assert_num_queries(25):
        client.get(OVERVIEW)


def test_without_a_wave_the_overview_is_the_list_of_first_steps(cast, as_user):
    cast.programme.waves.all().delete()
    page = as_user(cast.ines).get(OVERVIEW).content.decode()
    assert "3 steps to the first approved message" in page
    assert 'href="/p/one-it/setup/waves/add/?next=' in page
    page = as_user(cast.claire).get(OVERVIEW).content.decode()
    assert "3 steps to the first approved message" in page
    assert "/waves/add/" not in page


def test_an_outsider_and_a_regional_manager_do_not_get_in(cast, as_user):
    assert as_user(cast.otto).get(OVERVIEW).status_code == 404
    assert as_user(cast.rosa).get(OVERVIEW).status_code == 403


def test_a_decision_says_how_many_its_own_version_means(cast, now):
    line = BusinessLineFactory()
    Person.objects.filter(pk=cast.people[0].pk).update(business_line=line, employer="Other")
    message = make_message(cast, now)
    approve(cast, message, now)
    for data, people in (
        ({"waves": [cast.wave1]}, 3),
        ({"business_lines": [line]}, 1),
        ({"employers": ["Group"], "waves": [cast.wave1]}, 2),
    ):
        again = MessageData("Tell", "Claire Fontanel", fixed_on=now.date(), **data)
        waiting = approvals.ask(change_message(message, again, now), cast.ines, now)
        assert waiting.frozen.rule.people().count() == people
        assert [each.people for each in board_of(cast, now).decisions] == [people]
        approvals.refuse(waiting, cast.claire, "No", now)
