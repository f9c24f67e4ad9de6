"""What matters first: each fact alone is the title, and of two the heavier one."""

import html
import itertools
import random
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.template.loader import render_to_string

from communications.approvals.services import approval as approvals
from communications.dispatches.queries.ledger import Interruption
from communications.models import ChannelState, State
from feedback.queries.results import Satisfaction
from onelift.dashboards.attention.queries.concern import Concern
from onelift.dashboards.attention.queries.known import Halted, Known, Waiting, WaveAhead
from onelift.dashboards.attention.queries.people import resisting_rows
from onelift.dashboards.attention.queries.registry import concerns_of
from onelift.dashboards.attention.queries.stuck import halted_in
from onelift.dashboards.attention.queries.weight import (
    URGENCY,
    by_weight,
    reach,
    soon,
    weight,
)
from programmes.database.clock import database_now
from programmes.models import Wave
from programmes.scope import Scope
from programmes.services.readiness import override_wave, refresh_readiness
from stakeholders.accounts.access import scope_of
from stakeholders.importing.models.importrun import ImportRun, ImportState
from stakeholders.models import Persona, Role, Stakeholder, User
from tests import factories
from tests.communications.making import make_message

TODAY = date(2026, 11, 24)
OVERVIEW, PEOPLE = "/p/one-it/overview/", "/p/one-it/people/"
MAY = """
    approval.decide approval.ask decision.read people.count register.read register.write
    message.write results.read dispatch.read channel.read people.read
"""
ALL = Scope(regions=None, actions=frozenset(MAY.split()))
WAVE = Wave(pk=2, name="Wave 2")


def soon_live(days=29, **counted):
    return WaveAhead(WAVE, [TODAY + timedelta(days=days)], 1738, **counted)


# One fact each, by kind, with the title that it makes.
FACTS = {
    "late_decision": (
        {"waiting": [Waiting("Hello", TODAY - timedelta(days=3), 1738)]},
        "1 of your decisions is late",
    ),
    "gap": (
        {"waves": [soon_live(uninformed=612)]},
        "612 people go live within 29 days, face a high impact and are not informed",
    ),
    "stuck": (
        {"interruption": Interruption("refused", database_now, None, 612)},
        "The mail server is not responding: 612 emails waiting",
    ),
    "impacts": (
        {"waves": [soon_live(unanswered=2478)]},
        "2,478 people face a high impact with no approved action",
    ),
    "resistance": (
        {"resisting": [Stakeholder(name="Ada"), Stakeholder(name="Bo")]},
        "2 powerful stakeholders resist",
    ),
    "satisfaction": (
        {"satisfied": Satisfaction(400, 700), "goal_percent": 75},
        "57% are satisfied; the goal is 75%",
    ),
    "waiting": (
        {"waiting": [Waiting("Hello", TODAY + timedelta(days=3), 1738)]},
        "1 decision for you to make",
    ),
}


def known(**facts):
    return Known("one-it", ALL, TODAY, 6949, **facts)


@pytest.mark.parametrize("kind", FACTS)
def test_each_fact_alone_is_the_title(kind):
    facts, title = FACTS[kind]
    [found] = concerns_of(known(**facts))
    assert (found.kind, found.words) == (kind, title)


def test_without_a_fact_nothing_needs_attention():
    assert concerns_of(known(waves=[soon_live()], goal_percent=75)) == []


@pytest.mark.parametrize("pair", list(itertools.combinations(FACTS, 2)), ids=" and ".join)
def test_of_two_facts_the_heavier_one_comes_first(pair):
    facts = {}
    for kind in pair:
        for name, value in FACTS[kind][0].items():
            both = isinstance(value, list) and name in facts
            facts[name] = facts[name] + value if both else value
    found = concerns_of(known(**facts))
    assert {one.kind for one in found} == set(pair)
    assert weight(found[0], 6949) >= weight(found[1], 6949)


def test_the_order_of_heaviness_is_the_one_that_is_written_down():
    first = {kind: concerns_of(known(**facts))[0] for kind, (facts, _title) in FACTS.items()}
    assert [one.kind for one in by_weight(first.values(), 6949)] == [
        "late_decision",
        "stuck",
        "gap",
        "impacts",
        "resistance",
        "satisfaction",
        "waiting",
    ]


def test_more_people_and_less_time_weigh_more():
    gap = Concern("gap", "x", people=100, days=20)
    assert weight(replace(gap, people=200), 1000) > weight(gap, 1000)
    assert weight(replace(gap, days=10), 1000) > weight(gap, 1000)
    assert [soon(days) for days in (-1, 0, 7, 14, 30, 60, 61, None)] == [
        2.0, 2.0, 1.75, 1.5, 1.25, 1.0, 0.5, 1.0,
    ]  # fmt: skip
    assert (reach(None, 10), reach(5, 10), reach(20, 10), reach(5, 0)) == (1, 1.5, 2, 1)


@pytest.mark.parametrize("seed", range(20))
def test_the_order_does_not_depend_on_the_order_of_finding(seed):
    rng = random.Random(seed)
    found = [
        Concern(
            rng.choice(list(URGENCY)),
            rng.choice("abc"),
            people=rng.choice([None, 0, 5, 10]),
            days=rng.choice([None, -1, 5, 90]),
            url=str(n),
        )
        for n in range(30)
    ]
    ordered = by_weight(found, 10)
    weights = [weight(one, 10) for one in ordered]
    assert weights == sorted(weights, reverse=True)
    rng.shuffle(found)
    assert by_weight(found, 10) == ordered


def test_several_days_are_told_as_within():
    days = [TODAY + timedelta(days=days) for days in (-3, 5, 12, 90)]
    [found] = concerns_of(known(waves=[WaveAhead(WAVE, days, 40, uninformed=9)]))
    assert found.words == "9 people go live within 12 days, face a high impact and are not informed"
    assert (found.days, found.advice) == (5, "Wave 2: inform them before Sun 29 Nov 2026.")


def test_a_wave_that_was_moved_out_of_sight_has_no_gap_whatever_was_counted_before():
    assert concerns_of(known(waves=[soon_live(43, uninformed=9)])) == []
    [found] = concerns_of(known(waves=[soon_live(42, uninformed=9)]))
    assert found.words == "9 people go live within 42 days, face a high impact and are not informed"


def test_the_list_and_the_editor_ask_for_the_days_that_the_fact_says():
    days = [TODAY + timedelta(days=days) for days in (5, 12, 90)]
    waves = [WaveAhead(WAVE, days, 40, uninformed=9)]
    [found] = concerns_of(known(waves=waves))
    assert "live_within=12&" in found.url
    assert found.step.posted == {"wave": "2", "days": "12"}
    reader = replace(ALL, actions=ALL.actions - {"message.write"})
    [found] = concerns_of(replace(known(waves=waves), scope=reader))
    assert found.step.url == "/p/one-it/people/coverage/?wave=2&days=12"


@pytest.mark.parametrize(("days", "when"), [(0, "today"), (1, "tomorrow"), (2, "within 2 days")])
def test_near_days_are_told_in_words(days, when):
    [found] = concerns_of(known(waves=[soon_live(days, uninformed=1)]))
    assert found.words == f"1 person goes live {when}, faces a high impact and is not informed"


def test_satisfaction_is_clearly_below_only_with_its_whole_interval():
    assert concerns_of(known(satisfied=Satisfaction(70, 100), goal_percent=75)) == []
    assert concerns_of(known(satisfied=None, goal_percent=75)) == []


def test_what_a_reader_may_not_open_or_do_is_not_offered():
    facts = {name: value for facts, _title in FACTS.values() for name, value in facts.items()}
    nothing = replace(known(**facts), scope=Scope(regions=None))
    found = {one.kind: one for one in concerns_of(nothing)}
    assert "stuck" not in found
    assert "resistance" not in found
    assert not any(one.url for one in found.values())
    assert not any(one.step and one.step.is_form for one in found.values())
    assert found["impacts"].step is found["satisfaction"].step is None


def test_a_person_is_named_only_for_those_who_see_persons():
    ada = Stakeholder(name="Ada Byron", part="Head of R&D", kind=Stakeholder.Kind.PERSON, power=60)
    crew = Stakeholder(name="Works council", kind=Stakeholder.Kind.GROUP, power=90)
    unnamed = Stakeholder(name="Eve", kind=Stakeholder.Kind.PERSON, power=50)
    rows = [ada, crew, unnamed]
    assert [row.name for row in resisting_rows(rows, ALL)] == ["Works council", "Ada Byron", "Eve"]
    without = replace(ALL, actions=ALL.actions - {"people.read"})
    names = [row.name for row in resisting_rows(rows, without)]
    assert names == ["Works council", "Head of R&D", "A person"]


def test_what_stands_still_is_for_the_roles_that_see_it(cast, now):
    ChannelState.objects.create(channel="bounces", failing_since=now, reason="refused")
    ImportRun.objects.create(at=now - timedelta(hours=2), state=ImportState.APPLYING)
    ImportRun.objects.create(at=now, state=ImportState.APPLYING)
    ImportRun.objects.create(at=now - timedelta(hours=2), state=ImportState.APPLIED)
    for user, found in (
        (cast.ines, Halted(now, 1)),
        (cast.claire, Halted(None, 1)),
        (cast.tom, Halted(now, 0)),
        (cast.rosa, Halted(None, 1)),
    ):
        assert halted_in(scope_of(user, cast.programme), now) == found
    words = {one.words for one in concerns_of(known(halted=Halted(now, 1)))}
    assert words == {
        "1 import is stuck",
        "Returned emails have not been read since Tue 24 Nov 2026, 10:20 UTC",
    }


# From here on the page itself.


@pytest.fixture
def wave(cast):
    """Return a wave of three people, ten days ahead by the clock of the database."""
    cast.wave2.go_live_on = database_now().date() + timedelta(days=10)
    cast.wave2.save()
    return cast.wave2


@pytest.fixture
def impact(cast):
    everybody = Persona.objects.create(
        programme=cast.programme, slug="analysts", name_en="Analysts", jobs=["Analyst"]
    )
    return factories.ImpactFactory(
        programme=cast.programme, name="One desk", personas=[everybody], severity=3
    )


def titled(client):
    """Return title and page of the overview."""
    page = html.unescape(client.get(OVERVIEW).content.decode())
    return re.search(r"<h1[^>]*>(.*?)</h1>", page, re.S)[1].strip(), page


def figure(page, words):
    """Return address and number of the figure that says some words."""
    found = re.search(rf'href="([^"]*)"\s+data-count="(\d+)">{words}', page)
    return found[1], int(found[2])


def test_who_has_no_lists_of_people_reads_the_gap_without_a_link():
    scope = Scope(regions=None, actions=ALL.actions - {"people.count", "message.write"})
    (gap,) = concerns_of(replace(known(waves=[soon_live(uninformed=612)]), scope=scope))
    assert (gap.url, gap.step) == ("", None)


def test_a_gap_before_a_go_live_is_the_title_with_its_list(cast, wave, impact, as_user):
    refresh_readiness(cast.programme, database_now())
    title, page = titled(as_user(cast.ines))
    assert title == "3 people go live within 10 days, face a high impact and are not informed"
    url, count = figure(page, title)
    client = as_user(cast.ines)
    assert count == len(client.get(url).context["rows"]) == 3
    url, count = figure(page, "6 people face a high impact")
    assert count == len(client.get(url).context["rows"]) == 6
    assert "Write to 3 people" in page


def test_what_else_needs_attention_folds_out_with_its_list():
    first, *further = concerns_of(
        known(**FACTS["gap"][0], **FACTS["resistance"][0], **FACTS["waiting"][0])
    )
    page = render_to_string(
        "dashboards/_overview_attention.html", {"concerns": [first], "further": further}
    )
    shown, folded = page.split("<details")
    assert "2 more</summary>" in folded
    for one in further:
        assert one.words not in shown
        assert figure_in(folded, one.words) == one.url


def figure_in(page, words):
    """Return the address to which some words lead."""
    return html.unescape(re.search(rf'href="([^"]*)"[^>]*>{words}', page)[1])


def test_the_overview_after_a_go_live_was_moved_further_away(cast, wave, impact, as_user):
    refresh_readiness(cast.programme, database_now())
    wave.go_live_on += timedelta(days=60)
    wave.save()
    _title, page = titled(as_user(cast.ines))
    assert "6 people face a high impact with no approved action" in page
    assert "and are not informed" not in page


def test_a_leader_reads_the_gaps_of_own_impacts_with_their_list(cast, wave, impact, as_user):
    refresh_readiness(cast.programme, database_now())
    own = factories.StreamFactory(programme=cast.programme)
    leader = User.objects.create_user("led@onelift.example", "correct horse battery")
    Role.objects.create(user=leader, programme=cast.programme, kind="stream_leader", stream=own)
    client = as_user(leader)
    assert "Show the gaps" not in titled(client)[1]
    few = factories.ImpactFactory(
        programme=cast.programme, stream=own, personas=impact.personas.all(), severity=3
    )
    few.sites.add(cast.shanghai)
    url, count = figure(titled(client)[1], "3 people face a high impact with no approved")
    page = client.get(url).content.decode()
    assert (count, f'data-total="{count}"' in page) == (3, True)
    assert "Every high impact ahead is covered" not in page
    assert figure(titled(as_user(cast.ines))[1], "6 people face a high impact")[1] == 6


def test_write_to_them_opens_the_editor_with_that_audience(cast, wave, impact, as_user):
    refresh_readiness(cast.programme, database_now())
    client = as_user(cast.ines)
    _title, page = titled(client)
    form = page.split('action="/p/one-it/people/coverage/write/"')[1].split("</form>")[0]
    posted = dict(re.findall(r'type="hidden" name="(wave|days)" value="(\d+)"', form))
    answer = client.post("/p/one-it/people/coverage/write/", posted)
    saved = re.search(r"saved=(\d+)", answer["Location"])[1]
    assert len(client.get(f"{PEOPLE}?saved={saved}").context["rows"]) == 3
    assert "Write to 3 people" not in titled(as_user(cast.claire))[1]
    assert "See where they work" in titled(as_user(cast.claire))[1]


def test_resistance_is_on_the_overview_with_its_list(cast, as_user):
    for name, power, engagement in (
        ("Ada Byron", 90, "resistant"),
        ("Works council", 50, "resistant"),
        ("Weak", 40, "resistant"),
        ("Friend", 90, "leading"),
    ):
        kind = "person" if name == "Ada Byron" else "group"
        Stakeholder.objects.create(
            programme=cast.programme, name=name, power=power, interest=5,
            engagement=engagement, kind=kind,
        )  # fmt: skip
    client = as_user(cast.claire)
    title, page = titled(client)
    assert title == "2 powerful stakeholders resist"
    url, count = figure(page, title)
    assert count == len(client.get(url).context["rows"]) == 2
    assert "2 have no owner." in page
    assert "Works council resists" in page
    assert "Ada Byron" not in page
    assert "Ada Byron resists" in titled(as_user(cast.ines))[1]


def test_a_wave_that_will_not_be_ready_is_the_title(cast, wave, as_user):
    now = database_now()
    cast.wave1.handed_over_on = now.date()
    cast.wave1.save()
    refresh_readiness(cast.programme, now)
    assert titled(as_user(cast.claire))[0] == "Wave 2 is off track"
    override_wave(wave, "at_risk", "Board agreed", now.date(), cast.ines, now)
    title, page = titled(as_user(cast.claire))
    assert title == "Wave 2 is at risk"
    assert "At risk by override of Ines Test" in page
    next_month = now.date() + timedelta(days=30)
    override_wave(wave, "on_track", "Board agreed", next_month, cast.ines, now)
    assert titled(as_user(cast.claire))[0].startswith("Wave 2 goes live in 10 days")


def test_a_late_decision_outweighs_all(cast, now, wave, impact, as_user):
    refresh_readiness(cast.programme, database_now())
    yesterday = database_now().date() - timedelta(days=1)
    approvals.ask(make_message(cast, now, fixed_on=yesterday), cast.ines, now)
    title, page = titled(as_user(cast.claire))
    assert title == "1 of your decisions is late"
    assert 'href="/p/one-it/decisions/">Open decision</a>' in page
    assert titled(as_user(cast.ines))[0] == "1 CIO decision is late"


def test_mails_that_do_not_leave_outweigh_a_gap(cast, now, wave, impact, sent, as_user):
    sent(cast.people[:2], state=State.PLANNED)
    refresh_readiness(cast.programme, database_now())
    ChannelState.objects.create(channel="mail", failing_since=now, reason="refused")
    title, _page = titled(as_user(cast.claire))
    assert title == "The mail server is not responding: 2 emails waiting"


def test_a_region_reads_its_own_facts_and_no_other(cast, wave, impact, as_user):
    refresh_readiness(cast.programme, database_now())
    china = as_user(cast.mei).get("/p/one-it/regions/china/")
    page = html.unescape(china.content.decode())
    title = "Shanghai goes live in 10 days"
    assert re.search(r"<h1[^>]*>(.*?)</h1>", page, re.S)[1].strip() == title
    assert "3 people go live within 10 days, face a high impact and are not informed" in page
    url, count = figure(page, "3 people go live")
    assert count == len(as_user(cast.mei).get(url).context["rows"]) == 3
    assert "Next go-live: Wave 2, " in page
    assert "In the whole wave: " in page
    assert "In the whole wave: " not in titled(as_user(cast.claire))[1]
    iberia = as_user(cast.rosa).get("/p/one-it/regions/iberia/").content.decode()
    assert "go live within 10 days" not in iberia
    assert "Wave 2" not in iberia
