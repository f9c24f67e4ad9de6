"""Coverage: the command, the page, its lists, and writing to those who are not informed."""

import csv
import html
import io
import re
from datetime import timedelta
from urllib.parse import parse_qsl

import pytest
import time_machine
from auditlog.models import LogEntry
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from communications.models import Bounce, Delivery
from events.services.informed import refresh_informed
from onelift.dashboards.coverage.queries.shares import Share
from programmes.database.clock import database_now
from stakeholders.audiences.services.audience import Lines, save_audience
from stakeholders.audiences.services.saved import sweep_audiences
from stakeholders.models import Audience, Person, Persona
from tests import factories
from tests.communications.making import approve, make_message, run


@pytest.fixture
def analysts(cast):
    """Return the persona of everybody."""
    return Persona.objects.create(
        programme=cast.programme, slug="analysts", name_en="Analysts", jobs=["Analyst"]
    )


@pytest.fixture
def impact(cast, analysts):
    """Return a high impact on everybody."""
    return factories.ImpactFactory(
        programme=cast.programme, name="One desk", personas=[analysts], severity=3
    )


@pytest.fixture
def today(cast):
    """Let both waves go live in ten days, by the clock of the database."""
    now = database_now()
    for wave in (cast.wave1, cast.wave2):
        wave.go_live_on = now.date() + timedelta(days=10)
        wave.save()
    return now


def tell(cast, now, impact, **data):
    """Return a message about an impact that was sent."""
    past = now - timedelta(minutes=30)
    message = make_message(cast, past, fixed_on=past.date(), latest_hours=96, **data)
    message.answers.add(impact)
    approve(cast, message, past)
    run(now)
    return message


def covered(*arguments):
    """Return the rows that the command writes."""
    out = io.StringIO()
    call_command("coverage", *arguments, stdout=out)
    return list(csv.DictReader(io.StringIO(out.getvalue())))


def test_the_command_writes_a_row_for_each_who_is_not_informed(cast, today, impact, relay):
    rows = covered("--wave", "Wave 1", "--days", "30", "--format", "csv")
    assert [row["number"] for row in rows] == [one.personnel_number for one in cast.people[:3]]
    assert rows[0] == {
        "number": cast.people[0].personnel_number,
        "site": "Barcelona",
        "persona": "Analysts",
        "language": "es",
        "impacts": f"{impact.reference} One desk",
        "reason": "nothing_sent",
    }
    tell(cast, today, impact, sites=[cast.barcelona])
    assert covered("--wave", "Wave 1") == []
    assert len(covered("--wave", "Wave 2")) == 3


def test_the_command_looks_no_further_than_the_days(cast, today, impact):
    assert len(covered("--wave", "Wave 1", "--days", "10")) == 3
    assert covered("--wave", "Wave 1", "--days", "9") == []


def test_the_command_says_why(cast, today, impact, analysts, relay):
    people = Person.objects.filter(site=cast.barcelona).order_by("pk")
    Person.objects.filter(pk=people[0].pk).update(language="pl")
    tell(cast, today, impact)
    row = Delivery.objects.get(person=people[1])
    Bounce.objects.create(
        delivery=row, dispatch=row.dispatch, site=row.site, kind="soft", received_at=today
    )
    paper = Persona.objects.create(
        programme=cast.programme,
        slug="paper",
        name_en="Paper",
        is_hand_picked=True,
        channels=["poster"],
    )
    paper.people.add(people[2])
    Person.objects.filter(pk=cast.people[3].pk).update(is_do_not_contact=True)
    Delivery.objects.filter(person=cast.people[3]).delete()
    rows = covered("--wave", "Wave 1")
    assert [row["reason"] for row in rows] == ["language", "came_back", "no_email"]
    assert [row["reason"] for row in covered("--wave", "Wave 2")] == ["do_not_contact"]


def test_the_command_refuses_what_it_cannot_know(cast, today):
    with pytest.raises(CommandError, match="There is no wave “Wave 9”"):
        covered("--wave", "Wave 9")
    with pytest.raises(CommandError, match="Enter 0 to"):
        covered("--wave", "Wave 1", "--days", "-1")
    other = factories.ProgrammeFactory(slug="two")
    factories.WaveFactory(programme=other, name="Wave 1")
    with pytest.raises(CommandError, match="--programme with one of: one-it, two"):
        covered("--wave", "Wave 1")
    assert covered("--wave", "Wave 1", "--programme", "two") == []
    words = "There is no programme “nope”. Use one of: one-it, two."
    with pytest.raises(CommandError, match=words):
        covered("--wave", "Wave 1", "--programme", "nope")


def coverage_page(client, **query):
    return client.get("/p/one-it/people/coverage/", query)


def figures_in(page):
    """Return the figures of a page that lead to lists of people: (address, number)."""
    found = re.findall(r'href="([^"]*people/\?[^"]*live_within[^"]*)"[^>]*>(?:<b>)?([\d,]+)', page)
    return [(html.unescape(address), int(number.replace(",", ""))) for address, number in found]


def test_each_figure_opens_the_list_that_counts_the_same(cast, today, impact, as_user, relay):
    paper = Persona.objects.create(
        programme=cast.programme,
        slug="paper",
        name_en="Paper",
        is_hand_picked=True,
        channels=["poster"],
    )
    impact.personas.add(paper)
    tell(cast, today, impact, sites=[cast.barcelona])
    paper.people.add(cast.people[2])
    refresh_informed(cast.programme, today)
    client = as_user(cast.ines)
    for query in ({}, {"wave": cast.wave1.pk}, {"persona": "paper"}, {"site": cast.shanghai.pk}):
        page = coverage_page(client, **query).content.decode()
        for address in re.findall(r'href="[^"?]*/people/[^"?]*\?([^"]*)"', page):
            names = [name for name, _value in parse_qsl(html.unescape(address))]
            assert len(names) == len(set(names)), address
        figures = figures_in(page)
        assert len(figures) >= 3 + 4 * 4
        for address, number in figures:
            assert client.get(address).context["total"] == number, address
    totals = coverage_page(client).context["coverage"].total
    assert totals == Share(people=6, informed=2, possibly=1)


def test_a_regional_manager_sees_their_region_alone(cast, today, impact, as_user):
    page = coverage_page(as_user(cast.rosa))
    assert page.context["coverage"].total.people == 3
    assert "Shanghai" not in page.content.decode()
    assert coverage_page(as_user(cast.rosa), site=cast.shanghai.pk).status_code == 404


@pytest.mark.parametrize("kind", ["wave", "region", "site", "persona"])
def test_a_group_out_of_view_is_no_group(cast, today, impact, as_user, kind):
    lagos = factories.SiteFactory()
    two = factories.ProgrammeFactory(slug="two")
    theirs = {
        "wave": factories.WaveFactory(programme=two, sites=[lagos]).pk,
        "persona": Persona.objects.create(programme=two, slug="theirs", jobs=["Analyst"]).slug,
    }
    hidden = {"wave": cast.wave2.pk, "region": "china", "site": cast.shanghai.pk}
    for client, keys in ((as_user(cast.rosa), hidden), (as_user(cast.ines), theirs)):
        if kind in keys:
            assert coverage_page(client, **{kind: keys[kind]}).status_code == 404
            sent = client.post("/p/one-it/people/coverage/write/", {kind: keys[kind]})
            assert sent.status_code in (403, 404)
    assert not Audience.objects.saved().exists()


def test_where_nobody_lacks_anything_no_audience_is_kept(cast, as_user):
    client = as_user(cast.ines)
    answer = client.post("/p/one-it/people/coverage/write/", {"days": "30"}, follow=True)
    assert answer.redirect_chain == [("/p/one-it/people/coverage/", 302)]
    assert "Everyone has been informed by now" in answer.content.decode()
    assert not Audience.objects.filter(name__startswith="Not informed").exists()


def test_who_cannot_write_asks_with_the_wave_the_figure_and_the_address(
    cast, today, impact, as_user
):
    page = coverage_page(as_user(cast.rosa), days="20").content.decode()
    mail = re.search(r'href="mailto:ines@[^"?]*\?([^"]*)"', page)[1]
    asked = dict(parse_qsl(html.unescape(mail)))
    assert asked["subject"] == "Coverage of Wave 1"
    assert asked["body"] == (
        "3 people who go live soon are not informed.\n\n"
        "http://testserver/p/one-it/people/coverage/?days=20"
    )


def test_the_page_says_so_where_nobody_is_to_be_informed(cast, as_user):
    page = coverage_page(as_user(cast.ines)).content.decode()
    assert "No one who goes live soon is affected by a high impact" in page


def test_writing_opens_the_editor_with_those_who_are_not_informed(
    cast, today, impact, as_user, relay
):
    tell(cast, today, impact, sites=[cast.barcelona])
    refresh_informed(cast.programme, today)
    client = as_user(cast.tom)
    assert "Write to 3 people" in coverage_page(client).content.decode()
    opened = client.post("/p/one-it/people/coverage/write/", {"days": "30"}, follow=True)
    kept = Audience.objects.saved().get(programme=cast.programme)
    assert set(kept.members.all()) == set(cast.people[3:])
    form = opened.context["form"]
    assert form["follows"].value() == kept.pk
    assert form["answers"].value() == [impact.pk]
    client.post("/p/one-it/people/coverage/write/", {"days": "30"})
    assert Audience.objects.saved().get(programme=cast.programme) == kept
    factories.PersonFactory(site=cast.shanghai)
    client.post("/p/one-it/people/coverage/write/", {"days": "30"})
    kept.refresh_from_db()
    assert Audience.objects.saved().get() == kept, "nothing was made from it yet"
    assert kept.members.count() == 4


WRITE = "/p/one-it/people/coverage/write/"


def audience_asked(client, **query):
    answer = client.post(WRITE, {"days": "30", **query})
    return Audience.objects.get(pk=re.search(r"saved=(\d+)", answer["Location"])[1])


def test_the_people_of_a_message_stay_where_others_are_asked_for(cast, today, impact, as_user):
    """An audience from which a message was made is left alone; a new one gets a number."""
    client = as_user(cast.tom)
    kept = audience_asked(client)
    make_message(cast, today, follows=kept)
    assert audience_asked(client) == kept, "exactly the same people"
    factories.PersonFactory(site=cast.shanghai)
    second = audience_asked(client)
    assert (second.name, second.members.count()) == (f"{kept.name} (2)", 7)
    assert kept.members.count() == 6
    third = audience_asked(client, wave=cast.wave2.pk)
    assert third not in (kept, second), "another question"
    with time_machine.travel(today + timedelta(days=1), tick=False):
        assert audience_asked(client) == second, "also on another day"


def test_what_no_message_took_is_deleted_after_a_month(cast, today, impact, as_user):
    client = as_user(cast.tom)
    used, idle = audience_asked(client), audience_asked(client, wave=cast.wave2.pk)
    named = save_audience(cast.programme, "Mine", Lines(), today)
    make_message(cast, today, follows=used)
    assert sweep_audiences(database_now() + timedelta(days=29)) == 0
    assert sweep_audiences(database_now() + timedelta(days=31)) == 1
    assert set(Audience.objects.saved()) == {used, named}
    told = LogEntry.objects.filter(object_id=idle.pk, action=LogEntry.Action.DELETE)
    assert told.get().additional_data["why"] == "Not used in any message"


def test_queries_do_not_grow_with_groups(cast, today, impact, as_user, django_assert_num_queries):
    client = as_user(cast.ines)
    coverage_page(client)
    with CaptureQueriesContext(connection) as few:
        coverage_page(client)
    for number in range(3):
        site = factories.SiteFactory(region=cast.iberia)
        factories.WaveFactory(
            programme=cast.programme, go_live_on=today.date() + timedelta(days=5), sites=[site]
        )
        factories.PersonFactory(site=site)
        persona = Persona.objects.create(
            programme=cast.programme, slug=f"p{number}", name_en="P", jobs=["Analyst"]
        )
        factories.ImpactFactory(programme=cast.programme, personas=[persona], severity=4)
    with django_assert_num_queries(len(few)):
        coverage_page(client)
