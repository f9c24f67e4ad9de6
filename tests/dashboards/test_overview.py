import re
from datetime import UTC, date, datetime, time, timedelta

import pytest

from communications.approvals.services import approval as approvals
from communications.dispatches.queries.weeks import monday_of
from communications.messages.services.message import MessageData, change_message
from communications.models import ChannelState, State
from feedback.services.edition import publish_surveys
from onelift.dashboards.overview.queries.finding import good_finding
from onelift.dashboards.overview.queries.overview import overview_of
from programmes.database.clock import database_now
from programmes.design import formats
from programmes.models import StreamUpdate, SupportContact
from programmes.scope import EVERYTHING
from programmes.services.readiness import override_wave, refresh_readiness
from stakeholders.audiences.services.audience import freeze_people
from stakeholders.models import Informed, Person
from tests import factories
from tests.communications.making import approve, make_message
from tests.factories import (
    BusinessLineFactory,
    PersonFactory,
    SiteFactory,
    StreamFactory,
    WaveFactory,
)

OVERVIEW, PEOPLE = "/p/one-it/overview/", "/p/one-it/people/"
TODAY = date(2026, 11, 24)


def board_of(cast, now):
    return overview_of(cast.programme, EVERYTHING, cast.claire, now)


def said(cast, now):
    return good_finding(board_of(cast, now).lines, now.date())


def listed(client, url):
    """Return the total of a list of people."""
    page = client.get(url).content.decode()
    return int(re.search(r"<h1[^>]*>([\d,]+) ", page)[1].replace(",", ""))


def test_where_nothing_needs_attention_the_title_is_where_it_stands(cast, now):
    assert said(cast, now) == "Wave 1 has been live for 2 weeks"
    assert said(cast, now + timedelta(days=42)) == "Wave 2 goes live in 13 days"
    assert said(cast, now - timedelta(days=30)) == "Wave 1 goes live in 15 days"


def test_title_after_all_is_handed_over(cast, now):
    cast.programme.waves.update(go_live_on=TODAY, handed_over_on=TODAY)
    assert said(cast, now) == "All waves are handed over to Run"


def test_title_names_satisfaction_where_it_is_shown(asked, cast, now):
    for invitation, value in zip(asked.ask(cast.barcelona, 5), [5, 4, 4, 5, 1], strict=True):
        asked.answer(invitation, csat=value)
    publish_surveys(asked.now)
    assert said(cast, now) == "Wave 1 has been live for 2 weeks, 80% satisfied"


def test_a_wave_has_the_state_of_its_rules(cast, now, as_user):
    def found():
        refresh_readiness(cast.programme, now)
        return board_of(cast, now).states[cast.wave2.pk].found

    assert board_of(cast, now).states[cast.wave2.pk].found.reason == "Not assessed yet"
    SupportContact.objects.create(programme=cast.programme, phone="5050")
    cast.wave2.go_live_on = date(2027, 2, 18)
    cast.wave2.save()
    assert (found().state, found().reason) == ("not_started", "Rules apply from 20 Dec")
    cast.wave2.go_live_on = date(2027, 1, 14)
    cast.wave2.save()
    Informed.objects.bulk_create(
        Informed(programme=cast.programme, person=one, site=one.site, informed_at=now)
        for one in cast.people
    )
    assert found().reason == "No message is planned"
    message = make_message(cast, now, waves=[cast.wave2], fixed_on=date(2027, 1, 4))
    assert found().reason == "1 message is not approved"
    approve(cast, message, now)
    assert (found().state, found().reason) == ("on_track", "4 rules are met")
    page = as_user(cast.claire).get(OVERVIEW).content.decode()
    assert "What keeps a wave from being ready" in page
    assert f'href="/p/one-it/waves/{cast.wave2.pk}/readiness/"' in page
    override_wave(cast.wave2, "at_risk", "Strike", date(2026, 12, 1), cast.ines, now)
    words = "At risk by override of Ines Test until 1 Dec"
    assert (found().state, found().reason) == ("overridden", words)
    cast.programme.waves.update(handed_over_on=TODAY)
    assert found().reason == "Handed over to Run on 24 Nov"


def test_each_number_is_the_total_of_its_list(cast, as_user, sent):
    sent([*cast.people[:2], cast.people[3]])
    sent(cast.people[4:5], days_ago=40)
    for who in (cast.ines, cast.claire):
        client = as_user(who)
        answer = client.get(OVERVIEW)
        board = answer.context["board"]
        assert listed(client, f"{PEOPLE}?live=1") == board.live.people
        assert listed(client, f"{PEOPLE}?informed=yes") == board.informed.informed == 4
        assert listed(client, PEOPLE) == board.informed.people == board.live.all_people
        live = client.get(f"{PEOPLE}?live=1&view=sites").context["sites"]
        assert len(live) == board.live.sites
        for row, line in zip(answer.context["reach_rows"], board.lines, strict=True):
            assert f'href="{row.reached_url.replace("&", "&amp;")}"' in answer.content.decode()
            assert listed(client, row.url) == row.people
            assert listed(client, row.reached_url) == line.informed.informed
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


def test_no_moment_is_of_nobody(cast, now):
    """On 8 December Barcelona rests, and would get it a day later."""
    told = freeze_people(cast.programme, "Told", Person.objects.filter(site=cast.shanghai), now)
    day = date(2026, 12, 8)
    make_message(cast, now, fixed_on=day, local_time=time(9), is_urgent=False, follows=told)
    moments = [(m.on, m.people) for m in board_of(cast, now).moments if m.kind == "message"]
    assert moments == [(day, 3)]


def test_a_message_over_some_days_is_one_moment_of_all_its_people(cast, as_user):
    """Barcelona rests on Sundays, and gets it after Riyadh."""
    riyadh = SiteFactory(name="Riyadh", region=cast.iberia, weekend_days="56")
    factories.place(cast.wave2, riyadh)
    PersonFactory(site=riyadh)
    client = as_user(cast.ines)
    today = client.get(OVERVIEW).context["today"]
    sunday = today + timedelta(days=13 - today.weekday())
    sites = [cast.barcelona, riyadh]
    day = {"fixed_on": sunday, "local_time": time(9), "is_urgent": False, "sites": sites}
    make_message(cast, database_now(), **day)
    answer = client.get(OVERVIEW)
    (moment,) = [m for m in answer.context["moments"] if m.kind == "message"]
    assert moment.on == sunday < moment.until
    (row,) = client.get("/p/one-it/messages/").context["rows"]
    assert moment.people == row.people == listed(client, f"{PEOPLE}?{moment.query}") == 4
    words = f"From {formats.day(moment.on)} to {formats.day(moment.until)}"
    assert words in answer.content.decode()
    assert words in client.get("/p/one-it/regions/iberia/").content.decode()


def test_what_is_on_its_way_is_among_the_next_moments(cast, as_user, now, sent):
    sent(cast.people[:1], state=State.PLANNED)
    (moment,) = board_of(cast, now + timedelta(days=2)).moments
    assert (moment.kind, moment.state, moment.people) == ("message", "sending", 6)
    assert listed(as_user(cast.ines), f"{PEOPLE}?{moment.query}") == 6


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
    yesterday = {"fixed_on": now.date() - timedelta(days=1), "latest_hours": 96}
    approvals.ask(make_message(cast, now, **yesterday), cast.ines, now)
    ChannelState.objects.create(channel="mail", failing_since=now, reason="Connection refused")
    page = as_user(cast.claire).get(OVERVIEW).content.decode()
    assert "Connection refused" in page
    assert "Your new service desk" in page
    ChannelState.objects.update(failing_since=None, reason="")
    assert "1 of your decisions is late" in as_user(cast.claire).get(OVERVIEW).content.decode()


def test_a_decision_is_named_in_the_language_of_its_reader(cast, as_user, now):
    texts = {"en": ("From {{ go_live_date }} on", "Hello"), "fr": ("Un seul numéro", "Bonjour")}
    approvals.ask(make_message(cast, now, texts), cast.ines, now)
    assert "From ‹go-live date› on" in as_user(cast.claire).get(OVERVIEW).content.decode()
    cast.claire.language = "fr"
    cast.claire.save()
    page = as_user(cast.claire).get(OVERVIEW).content.decode()
    decisions = page.split('id="decisions"')[1].split('class="c4"')[0]
    assert "Un seul numéro" in decisions
    assert "From" not in decisions


def test_streams_that_are_not_on_track_are_the_heading(cast, as_user):
    def heading():
        page = as_user(cast.claire).get(OVERVIEW).content.decode()
        return re.search(r"<h2>([^<]*streams?[^<]*)</h2>", page)[1]

    desk, network = (StreamFactory(programme=cast.programme, name=n) for n in ("Desk", "Network"))
    at = database_now()
    said = {"week_on": monday_of(at.date()), "judgement": "on", "saved_at": at, "sent_at": at}
    for stream in (desk, network):
        StreamUpdate.objects.create(stream=stream, **said)
    assert heading() == "All streams are on track"
    StreamUpdate.objects.filter(stream=network).update(judgement="off")
    assert heading() == "1 of 2 streams is not on track"


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
    with django_assert_num_queries(31):
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
        cards = board_of(cast, now).decisions
        assert [part.people for card in cards for part in card.parts] == [people]
        approvals.refuse(waiting, cast.claire, "No", now)
