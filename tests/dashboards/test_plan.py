import html
import re
from datetime import date, datetime, time, timedelta
from urllib.parse import urljoin

import pytest

from communications.approvals.services import approval as approvals
from communications.dispatches.queries.weeks import Weeks, monday_of, name_of, weeks_of
from communications.messages.services.message import MessageData
from communications.models import State
from events.services.registration import register, withdraw
from feedback.services.survey import SurveyData, SurveyTexts, create_survey
from onelift.dashboards.plan.queries.plan import PlanFilter, plan_board
from programmes.models import Stream, Wave
from programmes.scope import EVERYTHING
from programmes.services.readiness import refresh_readiness
from stakeholders.accounts.access import scope_of
from stakeholders.audiences.services.audience import Lines, freeze_people
from stakeholders.models import Person, Persona, Role
from tests import factories
from tests.communications.making import approve, make_message
from tests.events.making import make_event
from tests.factories import BusinessLineFactory, PersonFactory, SiteFactory, WaveFactory

PLAN, PEOPLE = "/p/one-it/plan/", "/p/one-it/people/"
TODAY = date(2026, 11, 24)


def board_of(cast, now, scope=EVERYTHING, weeks=None, **wish):
    weeks = weeks or Weeks(monday_of(TODAY) - timedelta(weeks=2), 18)
    return plan_board(cast.programme, scope, PlanFilter(**wish), weeks, now)


def shown(board):
    return [(one.on.isoformat(), one.kind, one.state) for one in board.chosen]


def listed(client, url):
    page = client.get(html.unescape(url)).content.decode()
    return int(re.search(r"<h1[^>]*>([\d,]+) ", page)[1].replace(",", ""))


def make_survey(cast, now, **data):
    questions = {"csat": "How?", "nps": "Recommend?", "choice": "What?", "comment": "Say"}
    texts = SurveyTexts("How is it?", "[Say]({{ survey_link }})", questions, ["A", "B"])
    frame = MessageData("Pulse", "IT", **data)
    return create_survey(
        cast.programme, SurveyData("First pulse", frame, {"en": texts}), cast.ines, now
    )


def test_all_that_has_a_moment_is_there_with_its_state(cast, now):
    approve(cast, make_message(cast, now, fixed_on=date(2026, 12, 1)), now)
    approvals.ask(make_message(cast, now, fixed_on=date(2026, 12, 2)), cast.ines, now)
    make_message(cast, now, fixed_on=date(2026, 12, 3))
    make_survey(cast, now, offset_days=-3, waves=[cast.wave2])
    cast.wave1.handed_over_on = date(2026, 12, 14)
    cast.wave1.save()
    refresh_readiness(cast.programme, now)
    assert shown(board_of(cast, now)) == [
        ("2026-11-09", "go_live", "off_track"),
        ("2026-12-01", "message", "approved"),
        ("2026-12-02", "message", "waiting"),
        ("2026-12-03", "message", "draft"),
        ("2026-12-14", "hand_over", "planned"),
        ("2027-01-15", "survey", "draft"),
        ("2027-01-18", "go_live", "off_track"),
    ]


def test_what_is_past_says_how_it_ended(cast, now, sent):
    approved = approve(cast, make_message(cast, now, fixed_on=date(2026, 11, 20)), now)
    late = make_message(cast, now, fixed_on=date(2026, 11, 19))
    refused = approvals.ask(make_message(cast, now, fixed_on=date(2026, 12, 9)), cast.ines, now)
    approvals.refuse(refused, cast.claire, "Too early", now)
    gone = approve(cast, make_message(cast, now, fixed_on=date(2026, 12, 10)), now)
    approvals.withdraw(gone, cast.claire, "Wrong date", now)
    sent(cast.people[:3])
    state = {one.pk: (one.state, one.reason) for one in board_of(cast, now).chosen if one.level}
    assert state[approved.message_id] == ("cancelled", "the latest send time has passed")
    assert state[late.pk] == ("draft", "Not approved in time")
    assert state[refused.message_id] == ("refused", "Too early")
    assert state[gone.message_id] == ("withdrawn", "Wrong date")
    assert ("2026-11-24", "message", "sent") in shown(board_of(cast, now))
    assert [one.pk for one in board_of(cast, now).late] == [late.pk]


def test_what_is_on_its_way_is_sending(cast, now, sent):
    sent(cast.people[:1], state=State.PLANNED)
    assert ("2026-11-24", "message", "sending") in shown(board_of(cast, now))


def test_a_day_is_the_day_at_the_site(cast, now):
    """At 09:00 on 1 December in Auckland it is still November in UTC."""
    auckland = SiteFactory(
        name="Auckland", region=cast.china, country="NZ", time_zone="Pacific/Auckland"
    )
    factories.place(cast.wave2, auckland)
    PersonFactory(site=auckland)
    approve(cast, make_message(cast, now, sites=[auckland], fixed_on=date(2026, 12, 1)), now)
    assert ("2026-12-01", "message", "approved") in shown(board_of(cast, now))


def test_a_fixed_date_has_no_day_for_sites_without_its_people(cast, now):
    """On 8 December Barcelona rests, and would get it a day later."""
    told = freeze_people(cast.programme, "Told", Person.objects.filter(site=cast.shanghai), now)
    day = date(2026, 12, 8)
    make_message(cast, now, fixed_on=day, local_time=time(9), is_urgent=False, follows=told)
    make_message(cast, now, fixed_on=day, local_time=time(9), is_urgent=False)
    drafts = [(one.on.day, one.people) for one in board_of(cast, now).chosen if one.level]
    assert sorted(drafts) == [(8, 3), (8, 3), (9, 3)]


def test_a_frozen_audience_is_named_where_its_people_are(cast, now):
    told = freeze_people(cast.programme, "Told", Person.objects.filter(site=cast.shanghai), now)
    message = make_message(cast, now, fixed_on=date(2026, 12, 10), follows=told)
    board = board_of(cast, now)
    (one,) = [one for one in board.chosen if one.pk == message.pk and one.kind == "message"]
    assert (one.waves, one.regions) == ((cast.wave2,), (cast.china,))
    lanes = {lane.region: lane.activities for lane in board.lanes}
    assert (one in lanes[cast.china], one in lanes[cast.iberia]) == (True, False)


def test_a_site_with_its_own_date_and_a_day_of_rest_is_told(cast, now):
    place = cast.wave2.wave_sites.get()
    place.own_go_live_on = date(2027, 1, 17)
    place.save()
    refresh_readiness(cast.programme, now)
    (wave2,) = [one for one in board_of(cast, now).chosen if one.pk == cast.wave2.pk]
    assert (wave2.on, wave2.state) == (date(2027, 1, 17), "off_track")
    assert "1 site goes live on a non-working day" in wave2.reason


def test_a_message_moved_from_a_holiday_says_so(cast, now):
    message = make_message(cast, now, fixed_on=date(2026, 12, 25), is_urgent=False)
    approve(cast, message, now)
    (spain,) = [one for one in board_of(cast, now, region="iberia").chosen if one.kind == "message"]
    assert spain.on > date(2026, 12, 25)
    assert spain.reason.startswith("1 site gets it later")


@pytest.mark.parametrize(
    ("wish", "kinds"),
    [
        ({}, ["go_live", "message", "message", "go_live"]),
        ({"level": "strategic"}, ["message"]),
        ({"kind": "go_live"}, ["go_live", "go_live"]),
        ({"state": "draft"}, ["message"]),
        ({"region": "china"}, ["message", "message", "go_live"]),
        ({"region": "iberia", "kind": "message"}, ["message"]),
        ({"region": "nowhere"}, []),
        ({"wave": "no number"}, []),
    ],
)
def test_filters_narrow_and_add_up(cast, now, wish, kinds):
    approve(cast, make_message(cast, now, fixed_on=date(2026, 12, 1), level="strategic"), now)
    make_message(cast, now, fixed_on=date(2026, 12, 3), sites=[cast.shanghai])
    assert [one.kind for one in board_of(cast, now, **wish).chosen] == kinds


def test_each_number_is_the_total_of_its_list(cast, now, as_user):
    line = BusinessLineFactory()
    PersonFactory(site=cast.shanghai, business_line=line)
    PersonFactory(site=cast.barcelona, business_line=line)
    client = as_user(cast.ines)
    today = client.get(PLAN).context["board"].today
    soon = {"fixed_on": today + timedelta(days=9), "is_urgent": True}
    approve(cast, make_message(cast, now, **soon, business_lines=[line]), now)
    make_message(cast, now, **soon, waves=[cast.wave1])
    Wave.objects.update(go_live_on=today)
    for query in ("", "&region=iberia", f"&wave={cast.wave2.pk}", "&kind=message"):
        query = f"?view=list{query}"
        answer = client.get(PLAN + query)
        page = answer.content.decode()
        urls = re.findall(r'href="(/p/one-it/people/\?[^"]*(?:due|wave)=[^"]*)"[^>]*>(\d+) p', page)
        assert len(urls) == len(answer.context["board"].chosen)
        for url, number in urls:
            assert listed(client, url) == int(number), (query, url)


def contacts(board, region):
    lane = next(lane for lane in board.lanes if lane.region == region)
    return {name_of(week): (load.contacts, load.people_over) for week, load in lane.loads.items()}


def test_load_counts_what_hits_the_same_person_in_a_week(cast, now):
    line = BusinessLineFactory()
    PersonFactory(site=cast.shanghai, business_line=line, language="zh-hans")
    week = {"is_urgent": True, "waves": [cast.wave2]}
    for day in (19, 20):
        approve(cast, make_message(cast, now, fixed_on=date(2027, 1, day), **week), now)
    make_message(cast, now, fixed_on=date(2027, 1, 21), business_lines=[line], **week)
    board = board_of(cast, now)
    assert contacts(board, cast.china)["2027-W03"] == (4, 1)
    assert contacts(board, cast.iberia) == {"2026-W46": (1, 0)}
    assert [(over.region, name_of(over.week)) for over in board.overloads] == [
        (cast.china, "2027-W03")
    ]


def test_load_leaves_out_what_is_refused_and_who_cannot_be_told_apart(cast, now):
    week = {"is_urgent": True, "waves": [cast.wave2]}
    refused = make_message(cast, now, fixed_on=date(2027, 1, 26), **week)
    approvals.refuse(approvals.ask(refused, cast.ines, now), cast.claire, "No", now)
    picked = Persona.objects.create(programme=cast.programme, slug="picked", name_en="Picked")
    picked.people.set(cast.people[3:4])
    make_message(cast, now, fixed_on=date(2027, 1, 27), personas=[picked], **week)
    loads = contacts(board_of(cast, now), cast.china)
    assert loads.get("2027-W04", (0, 0))[0] == 0


def test_a_reminder_counts_in_the_load_who_would_get_it_now(cast, now):
    make_message(cast, now, fixed_on=date(2026, 12, 7), is_urgent=True, waves=[cast.wave1])
    event = make_event(cast, now, lines=Lines(sites=[cast.barcelona]))
    hand_picked = Persona.objects.create(
        programme=cast.programme, slug="hand", name_en="Hand", is_hand_picked=True
    )
    hand_picked.people.set(cast.people[:1])
    other = make_event(cast, now, lines=Lines(personas=[hand_picked]), held_on=event.held_on)

    def week():
        return contacts(board_of(cast, now), cast.iberia)[name_of(event.held_on)]

    assert {event.reminder.fixed_on, other.reminder.fixed_on} == {date(2026, 12, 6)}
    assert week() == (1, 0)
    register(event, cast.people[0], "es", now)
    assert week() == (2, 0)
    register(event, cast.people[1], "es", now)
    seat_of_other = register(other, cast.people[0], "es", now)
    make_message(cast, now, fixed_on=date(2026, 12, 8), is_urgent=True, sites=[cast.barcelona])
    assert week() == (4, 1)
    withdraw(seat_of_other, now)
    assert week() == (3, 0)


def test_an_overload_is_the_title_and_leads_to_its_contacts(cast, now, as_user):
    client = as_user(cast.ines)
    today = client.get(PLAN).context["board"].today
    monday = monday_of(today) + timedelta(weeks=2)
    for day in range(4):
        approve(
            cast,
            make_message(
                cast, now, is_urgent=True, waves=[cast.wave2], fixed_on=monday + timedelta(days=day)
            ),
            now,
        )
    page = client.get(PLAN).content.decode()
    week = monday.isocalendar().week
    assert f">China gets 4 contacts in week {week}, the limit is 3</h1>" in page
    assert f"3 people in China get up to 4 contacts in week {monday.isocalendar().week}" in page
    url = re.search(r'href="([^"]*)">Show contacts', page)[1]
    assert len(client.get(PLAN + html.unescape(url)).context["board"].chosen) == 4


def test_rosa_sees_her_region_and_what_is_approved_there(cast, now):
    approve(cast, make_message(cast, now, fixed_on=date(2026, 12, 1)), now)
    make_message(cast, now, fixed_on=date(2026, 12, 3))
    refresh_readiness(cast.programme, now)
    board = board_of(cast, now, scope_of(cast.rosa, cast.programme))
    assert shown(board) == [
        ("2026-11-09", "go_live", "off_track"),
        ("2026-12-01", "message", "approved"),
    ]
    assert [lane.region for lane in board.lanes] == [cast.iberia]
    assert [one.people for one in board.chosen] == [3, 3]
    assert [group["name"] for group in board.groups if group["name"] == "region"] == []


def test_a_chip_says_that_rosa_sees_only_her_region(cast, as_user):
    page = as_user(cast.rosa).get(PLAN).content.decode()
    assert "Only Iberia" in page
    assert "China" not in page
    assert "Only " not in as_user(cast.ines).get(PLAN).content.decode()


@pytest.fixture
def leader(cast):
    """Return Otto as the leader of a stream."""
    Role.objects.create(
        user=cast.otto,
        programme=cast.programme,
        kind=Role.Kind.STREAM_LEADER,
        stream=Stream.objects.create(programme=cast.programme, name="Desk"),
    )
    return cast.otto


def test_a_stream_leader_reads_all_that_is_approved_and_no_link_is_closed(
    cast, now, as_user, leader
):
    client = as_user(leader)
    today = client.get(PLAN).context["board"].today
    approve(cast, make_message(cast, now, fixed_on=today + timedelta(days=8)), now)
    page = client.get(f"{PLAN}?view=list").content.decode()
    assert "Your new service desk" in page
    since = f"{PLAN}?view=list&from={name_of(cast.wave1.go_live_on)}&weeks=36"
    assert "Wave 1 goes live" in client.get(since).content.decode()
    for url in set(re.findall(r'href="(/p/one-it/[^"#]*)', page)):
        assert client.get(html.unescape(url)).status_code == 200, url


def test_a_stream_leader_reads_neither_drafts_nor_why_something_was_refused(
    cast, now, as_user, leader
):
    client = as_user(leader)
    day = client.get(PLAN).context["board"].today + timedelta(days=8)
    make_message(cast, now, texts={"en": ("A mere draft", "Text")}, fixed_on=day)
    approvals.ask(
        make_message(cast, now, texts={"en": ("What waits", "Text")}, fixed_on=day), cast.ines, now
    )
    refused = approvals.ask(
        make_message(cast, now, texts={"en": ("What was refused", "Text")}, fixed_on=day),
        cast.ines,
        now,
    )
    approvals.refuse(refused, cast.claire, "Far too early", now)
    hidden = ("A mere draft", "What waits", "What was refused", "Far too early")
    for query in ("", "?view=list", "?state=draft", "?view=list&state=refused"):
        page = client.get(PLAN + query).content.decode()
        assert [words for words in hidden if words in page] == []
    for words in hidden:
        assert words in as_user(cast.ines).get(f"{PLAN}?view=list").content.decode()


def test_who_leads_a_stream_and_has_a_region_sees_that_region_alone(cast, leader):
    Role.objects.create(
        user=leader,
        programme=cast.programme,
        kind=Role.Kind.REGIONAL_IT_MANAGER,
        region=cast.iberia,
    )
    scope = scope_of(leader, cast.programme)
    assert (scope.regions, scope.reads_drafts) == (frozenset({cast.iberia.pk}), False)


def test_marks_of_the_timeline_are_links_to_their_things(cast, now, as_user):
    client = as_user(cast.claire)
    today = client.get(PLAN).context["board"].today
    message = make_message(cast, now, fixed_on=today + timedelta(days=8))
    page = client.get(PLAN).content.decode()
    drawn = page.split('"ol-fig ol-plan"')[1].split("</svg></figure>")[0]
    assert f'href="../messages/{message.pk}/"' in drawn
    for url in set(re.findall(r'href="(/p/one-it/[^"#]*|[.?][^"#]*)', page)):
        answer = client.get(urljoin(PLAN, html.unescape(url)), follow=True)
        assert answer.status_code == 200, url


def test_empty_says_what_why_and_what_to_do(cast, as_user):
    client = as_user(cast.ines)
    page = client.get(f"{PLAN}?level=strategic&from=2027-W03&weeks=1").content.decode()
    assert "No activity in week 3" in page
    assert 'href="?from=2027-W03&amp;weeks=1">Clear filter' in page
    assert "New message" in page
    page = client.get(f"{PLAN}?from=2031-W03").content.decode()
    assert "No activity in weeks 3 to 20" in page
    cast.programme.waves.all().delete()
    page = client.get(PLAN).content.decode()
    assert "No waves yet, so nothing has a date" in page


@pytest.mark.parametrize("odd", ["", "x", "2026-W1", "²026-W01"])
def test_odd_weeks_mean_the_usual_ones(odd):
    assert weeks_of(odd, odd, TODAY) == Weeks(date(2026, 11, 9), 18)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("2026-W60", date(2026, 12, 28)),
        ("2027-W53", date(2027, 12, 27)),
        ("2026-W00", date(2025, 12, 29)),
        ("0000-W01", date(1900, 12, 31)),
        ("9999-W53", date(2999, 12, 23)),
    ],
)
def test_a_week_that_no_year_has_means_the_nearest(asked, found):
    assert weeks_of(asked, "", TODAY).first == found


@pytest.mark.parametrize(
    ("asked", "found"),
    [("0", 1), ("3", 1), ("4", 6), ("17", 18), ("52", 36), ("9" * 5000, 36)],
)
def test_a_number_of_weeks_that_is_not_offered_means_the_nearest(asked, found):
    assert weeks_of("", asked, TODAY).count == found


def test_weeks_are_those_of_the_year_they_belong_to():
    weeks = weeks_of("2026-W53", "6", TODAY)
    assert weeks == Weeks(date(2026, 12, 28), 6)
    assert [monday.isocalendar().week for monday in weeks] == [53, 1, 2, 3, 4, 5]
    assert (weeks.earlier, weeks.later, name_of(weeks.last)) == ("2026-W50", "2027-W03", "2027-W05")
    assert date(2027, 2, 7) in weeks
    assert date(2027, 2, 8) not in weeks


def test_a_region_rests_where_half_of_its_people_have_a_holiday(cast, as_user, now):
    lanes = {lane.region: lane.rests for lane in board_of(cast, now).lanes}
    spain = {rest.first: rest for rest in lanes[cast.iberia]}
    christmas = spain[date(2026, 12, 25)]
    assert (christmas.last, christmas.names) == (date(2026, 12, 25), ("Christmas Day",))
    assert date(2026, 12, 25) not in {rest.first for rest in lanes[cast.china]}
    elsewhere = SiteFactory(region=cast.iberia, country="CN")
    WaveFactory(programme=cast.programme, name="More", sites=[elsewhere])
    PersonFactory.create_batch(9, site=elsewhere)
    lanes = {lane.region: lane.rests for lane in board_of(cast, now).lanes}
    assert date(2026, 12, 25) not in {rest.first for rest in lanes[cast.iberia]}


def test_holidays_are_drawn_and_listed_in_their_week(cast, as_user, now):
    make_message(cast, now, fixed_on=date(2026, 12, 22))
    page = as_user(cast.claire).get(PLAN).content.decode()
    assert 'class="hatch"' in page
    assert "Public holiday for at least half of the people" in page
    page = as_user(cast.claire).get(f"{PLAN}?view=list").content.decode()
    assert re.search(r"Iberia:</strong> Christmas Day, ", page)


def test_activities_of_a_persona_are_those_that_may_mean_it(cast, as_user, now):
    for slug in ("analysts", "drivers"):
        Persona.objects.create(programme=cast.programme, slug=slug, name=slug, jobs=[slug])
    analysts = Persona.objects.get(slug="analysts")
    all_of, only, without = (
        make_message(cast, now, fixed_on=date(2026, 12, day)) for day in (1, 2, 3)
    )
    only.audience.personas.set([analysts])
    without.audience.exceptions.create(persona=analysts)
    seen = scope_of(cast.claire, cast.programme)
    wishes = ("analysts", "drivers", "none")
    found = {slug: board_of(cast, now, seen, persona=slug) for slug in wishes}
    mails = {
        slug: [one.pk for one in board.chosen if one.kind == "message"]
        for slug, board in found.items()
    }
    assert mails == {
        "analysts": [all_of.pk, only.pk],
        "drivers": [all_of.pk, without.pk],
        "none": [],
    }
    assert any(one.kind == "go_live" for one in found["analysts"].chosen)
    page = as_user(cast.claire).get(PLAN).content.decode()
    assert "?persona=analysts" in page


@pytest.mark.parametrize("many", [1, 3])
def test_the_number_of_queries_does_not_grow(cast, as_user, now, many, django_assert_num_queries):
    for n in range(many):
        site = SiteFactory()
        wave = WaveFactory(programme=cast.programme, name=f"More {n}", sites=[site])
        PersonFactory(site=site)
        approve(cast, make_message(cast, now, waves=[wave], sites=[site]), now)
        make_message(cast, now, waves=[wave])
    client = as_user(cast.claire)
    client.get(PLAN)
    for query in ("", "?view=list", "?level=tactical"):
        with django_assert_num_queries(27):
            client.get(PLAN + query)


def test_the_list_is_paged(cast, now, as_user):
    client = as_user(cast.ines)
    today = client.get(PLAN).context["board"].today
    for n in range(55):
        make_message(cast, now, {}, fixed_on=today + timedelta(days=n % 40), local_time=time(10))
    answer = client.get(f"{PLAN}?view=list")
    page = answer.context["page"]
    assert page.paginator.num_pages > 1
    assert sum(len(week["activities"]) for week in answer.context["by_week"]) == 50
    assert client.get(f"{PLAN}?view=list&page=2").context["page"].number == 2
    assert isinstance(now, datetime)


def test_arrow_keys_choose_a_day_for_whoever_may_move_a_go_live(cast, as_user):
    address = f"/p/one-it/plan/?from={week_of(cast.wave2.go_live_on)}"
    page = as_user(cast.ines).get(address).content.decode()
    assert f'href="../waves/{cast.wave2.pk}/move/" data-dated="{cast.wave2.go_live_on}"' in page
    assert "the left and right arrow keys move the date by a day" in page
    for user in (cast.claire, cast.rosa, cast.tom):
        page = as_user(user).get(address).content.decode()
        assert "data-dated" not in page
        assert "move the date by a day" not in page


def week_of(day):
    year, week, _weekday = day.isocalendar()
    return f"{year}-W{week:02}"
