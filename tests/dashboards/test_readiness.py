"""The readiness of a wave: the command, the page, and the way from why to an override's end."""

import html
import io
import json
import re
from datetime import timedelta

import pytest
from auditlog.models import LogEntry
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from communications.models import Notice
from programmes.database.clock import database_now
from programmes.design import formats
from programmes.models import Override, RuleCount, SupportContact, Threshold, Wave
from programmes.queries.readiness import rule_named
from programmes.queries.wave_readiness import Setting, counted_last
from programmes.services.readiness import override_wave, refresh_readiness, set_threshold
from programmes.tasks import refresh_readiness as clock
from stakeholders.models import Stakeholder, User
from tests import factories
from tests.clock import NOW
from tests.communications.making import run


def printed(*arguments):
    out = io.StringIO()
    call_command("readiness", *arguments, stdout=out)
    return json.loads(out.getvalue())


@pytest.fixture
def wave(cast):
    """Return a wave of three people twenty days ahead, by the clock of the database."""
    cast.wave2.go_live_on = database_now().date() + timedelta(days=20)
    cast.wave2.save()
    return cast.wave2


def page_of(client, wave):
    return html.unescape(client.get(f"/p/one-it/waves/{wave.pk}/readiness/").content.decode())


def test_the_command_prints_the_verdict_and_each_rule(cast, wave):
    found = printed("Wave 2", "--format", "json")
    assert (found["wave"], found["verdict"], found["override"]) == ("Wave 2", "off_track", None)
    rules = {rule["key"]: rule for rule in found["rules"]}
    informed = rules["informed"]
    assert (informed["value"], informed["threshold"], informed["state"]) == (0, 90, "fails")
    assert informed["url"] == f"/p/one-it/people/?wave={wave.pk}&informed=no"
    assert rules["satisfaction"]["state"] == "not_started"
    assert (rules["sponsors"]["value"], rules["sponsors"]["state"]) == (None, "not_started")
    assert set(informed) == {"key", "value", "threshold", "state", "since", "url"}


def test_the_command_keeps_the_date_of_a_state(cast, wave):
    first = {rule["key"]: rule["since"] for rule in printed("Wave 2")["rules"]}
    assert {rule["key"]: rule["since"] for rule in printed("Wave 2")["rules"]} == first


def test_the_command_says_who_overrode_what(cast, wave):
    now = database_now()
    override_wave(wave, "at_risk", "Board agreed", now.date(), cast.ines, now)
    found = printed("Wave 2")
    assert found["verdict"] == "at_risk"
    assert found["override"] == {
        "by": "Ines Test",
        "reason": "Board agreed",
        "until": now.date().isoformat(),
        "rules_say": "off_track",
    }


def test_the_command_refuses_what_it_cannot_know(cast):
    with pytest.raises(CommandError, match="There is no wave “Wave 9”"):
        printed("Wave 9")
    other = factories.ProgrammeFactory(slug="two")
    factories.WaveFactory(programme=other, name="Wave 1")
    with pytest.raises(CommandError, match="--programme with one of: one-it, two"):
        printed("Wave 1")
    assert printed("Wave 1", "--programme", "two")["wave"] == "Wave 1"
    with pytest.raises(CommandError, match="There is no programme “nope”"):
        printed("Wave 1", "--programme", "nope")


def test_the_clock_counts_all_programmes(cast, wave):
    factories.WaveFactory(programme=factories.ProgrammeFactory(slug="two"))
    assert clock() == 3
    assert RuleCount.objects.filter(wave=wave, rule="informed", total=3, done=0).exists()


def test_each_failing_fact_leads_to_its_list(cast, wave, as_user):
    client = as_user(cast.ines)
    page = page_of(client, wave)
    assert "Wave 2 is off track" in page
    url = re.search(r'href="([^"]*)"[^>]*>3 people are not informed', page)[1]
    assert len(client.get(url).context["rows"]) == 3
    for words in ("No message is planned", "1 site has no support contact"):
        assert client.get(re.search(rf'href="([^"]*)"[^>]*>{words}', page)[1]).status_code == 200
    rosa = page_of(as_user(cast.mei), wave)
    assert "3 people are not informed" in rosa
    assert ">3 people are not informed</a>" not in rosa


def test_a_reader_sees_no_way_to_change_anything(cast, wave, as_user):
    for user in (cast.tom, cast.dora, cast.mei):
        page = page_of(as_user(user), wave)
        assert "people are not informed" in page
        assert "Override state" not in page
        assert "/thresholds/" not in page


def threshold(**values):
    return {"days_1": "60", "percent_1": "25", "reason": "Lesson of wave 1", **values}


def own(cast, key, user):
    rule, now = rule_named(key), database_now()
    set_threshold(cast.programme, rule, Setting(rule.steps, user), "Theirs", cast.ines, now)


@pytest.mark.django_db(transaction=True)
def test_owners_of_what_is_missing_get_one_mail_a_day(cast, wave, as_user, relay):
    for key, owner in (("informed", cast.tom), ("support", cast.tom), ("sponsors", cast.rosa)):
        own(cast, key, owner)
    refresh_readiness(cast.programme, database_now())
    client, url = as_user(cast.ines), f"/p/one-it/waves/{wave.pk}/readiness/"
    page = page_of(client, wave)
    assert "Email 1 owner" in page
    assert "Remind owners" not in page_of(as_user(cast.dora), wave)
    answer = client.post(f"{url}remind/", follow=True)
    assert f"Reminder sent to {cast.tom}." in html.unescape(answer.content.decode())
    assert "Remind owners" not in page_of(client, wave)
    client.post(f"{url}remind/")
    client.post(f"/p/one-it/waves/{cast.wave1.pk}/readiness/remind/")
    run(database_now())
    (told,) = relay.accepts
    assert told.recipient == cast.tom.email
    assert told.message["Subject"] == "Reminder: items you own are not ready"
    body = told.message.get_body(("plain",)).get_content()
    assert "Wave 2: 3 people are not informed" in body
    assert url in body
    page = page_of(client, wave)
    assert "Email 1 owner" not in page
    assert f"Reminded on {formats.day(database_now())} by {cast.ines}" in page
    entry = LogEntry.objects.get_for_object(wave).first()
    assert (entry.actor, entry.changes_dict) == (cast.ines, {"reminded": ["", str(cast.tom)]})


def test_an_owner_who_wants_no_mail_or_has_nothing_open_is_not_asked_for(cast, wave, as_user):
    own(cast, "informed", cast.tom)
    User.objects.filter(pk=cast.tom.pk).update(approval_notice=User.Notice.NEVER)
    client = as_user(cast.ines)
    assert "Remind owners" not in page_of(client, wave)
    url = f"/p/one-it/waves/{wave.pk}/readiness/remind/"
    assert "There is no one left to remind today." in html.unescape(
        client.post(url, follow=True).content.decode()
    )
    assert not Notice.objects.exists()


def test_a_refused_threshold_keeps_what_was_typed(cast, wave, as_user):
    client, url = as_user(cast.ines), f"/p/one-it/waves/{wave.pk}/readiness/thresholds/informed/"
    for wrong, words in (
        ({"reason": ""}, "Fill in “Reason”"),
        ({"days_2": "10"}, "Enter both numbers of the step, or neither."),
        ({"days_2": "60", "percent_2": "9"}, "Another step already uses this day."),
        ({"percent_1": "101"}, "100"),
        ({"days_2": "30", "percent_2": "90"}, "Nothing has changed."),
    ):
        page = html.unescape(client.post(url, threshold(**wrong)).content.decode())
        assert words in page, wrong
        assert wrong.get("reason") == "" or "Lesson of wave 1" in page
    assert not Threshold.objects.exists()


def test_a_new_owner_alone_needs_no_reason(cast, wave, as_user):
    client, page = as_user(cast.ines), f"/p/one-it/waves/{wave.pk}/readiness/"
    steps = enumerate(rule_named("informed").steps, start=1)
    typed = {f"{name}_{n}": getattr(step, name) for n, step in steps for name in step._fields}
    url = f"{page}thresholds/informed/"
    assert client.post(url, {**typed, "owner": cast.tom.pk}).status_code == 302
    assert Threshold.objects.get().owner == cast.tom
    assert "Reason:" not in page_of(client, wave)
    refused = client.post(url, {**typed, "percent_1": 26, "owner": cast.ines.pk})
    assert "Fill in “Reason”" in html.unescape(refused.content.decode())
    assert Threshold.objects.count() == 1


def test_a_refused_override_keeps_what_was_typed(cast, wave, as_user):
    client, url = as_user(cast.ines), f"/p/one-it/waves/{wave.pk}/readiness/override/"
    sent = {"verdict": "on_track", "until_on": "2020-01-01", "reason": "Board agreed"}
    page = html.unescape(client.post(url, sent).content.decode())
    assert "Enter today or a later day." in page
    assert "Board agreed" in page
    assert client.post(url, {**sent, "verdict": "not_started"}).status_code == 200
    assert not Override.objects.exists()


def heading(page):
    return page.split("<h1")[1].split("</h1>")[0]


def test_a_wave_in_run_has_nothing_to_override_or_to_remind_of(cast, wave, as_user):
    client, url = as_user(cast.ines), f"/p/one-it/waves/{wave.pk}/readiness/"
    assert "Override state" in client.get(url).content.decode()
    today = NOW.date()
    Wave.objects.filter(pk=wave.pk).update(go_live_on=today - timedelta(60), handed_over_on=today)
    page = client.get(url).content.decode()
    assert f"{wave.name} is in Run" in heading(page)
    for words in ("Override state", "Remind owners", "not met have no owner"):
        assert words not in page


def test_the_manager_sees_why_sets_a_threshold_overrides_and_the_override_ends(cast, wave, as_user):
    today = NOW
    client, url = as_user(cast.ines), f"/p/one-it/waves/{wave.pk}/readiness/"
    SupportContact.objects.create(programme=cast.programme, phone="5050")
    Stakeholder.objects.create(
        programme=cast.programme, name="Board", power=90, interest=50, engagement="resistant"
    )
    assert "1 powerful stakeholder resists" in page_of(client, wave)

    values = {"days_1": "5", "percent_1": "80", "owner": cast.tom.pk, "reason": "Told late here"}
    assert client.post(f"{url}thresholds/informed/", values).status_code == 302
    page = page_of(client, wave)
    assert "“Informed” was saved. It applies to all waves." in page
    assert "Tom Test" in page
    assert "Informed: 80% from 5 days before go-live" in page
    assert "Told late here" in page

    until_on = today.date() + timedelta(days=3)
    sent = {"verdict": "on_track", "until_on": until_on.isoformat(), "reason": "Board agreed"}
    assert client.post(f"{url}override/", sent).status_code == 302
    refresh_readiness(cast.programme, today)
    overridden = page_of(as_user(cast.dora), wave)
    assert "On track by override of Ines Test until" in overridden
    assert "Wave 2: On track (overridden)" in heading(overridden)
    overview = as_user(cast.claire).get("/p/one-it/overview/").content.decode()
    assert "On track by override of Ines Test until" in overview
    assert [entry.actor for entry in LogEntry.objects.order_by("pk")] == [cast.ines, cast.ines]
    trail = as_user(cast.claire).get("/p/one-it/audit/").content.decode()
    assert "Board agreed" in trail
    assert "Told late here" in trail

    for days, verdict in ((3, "on_track"), (4, "off_track")):
        later = today + timedelta(days=days)
        assert counted_last(cast.programme, [wave], later)[wave.pk].verdict == verdict

    assert client.post(f"{url}override/end/").status_code == 302
    page = page_of(client, wave)
    assert "The rules of Wave 2 apply again." in page
    assert "by override of" not in page
    assert "ended on" in page


def test_the_page_takes_as_many_queries_whatever_the_waves(
    cast, wave, as_user, django_assert_max_num_queries
):
    client = as_user(cast.ines)
    client.get(f"/p/one-it/waves/{wave.pk}/readiness/")
    with CaptureQueriesContext(connection) as few:
        page_of(client, wave)
    for _ in range(3):
        site = factories.SiteFactory()
        factories.WaveFactory(programme=cast.programme, sites=[site])
        factories.PersonFactory(site=site)
    with django_assert_max_num_queries(len(few)):
        page_of(client, wave)


def test_a_rule_without_an_owner_says_so_and_who_may_names_one(cast, wave, as_user):
    page = page_of(as_user(cast.ines), wave)
    row = page[page.index('id="rule-informed"') :]
    assert "No owner" in row[: row.index("</tr>")]
    assert "Programme managers are reminded of rules that have no owner." in page
    form = f"/p/one-it/waves/{wave.pk}/readiness/thresholds/informed/#id_owner"
    assert form in page
    assert 'id="id_owner"' in html.unescape(as_user(cast.ines).get(form).content.decode())
    assert form not in page_of(as_user(cast.dora), wave)
    own(cast, "informed", cast.tom)
    assert form not in page_of(as_user(cast.ines), wave)


def unowned_in(page):
    """Return how many rules the page says have no owner, and what leads to the first of them."""
    fact = re.search(r"(\d+) rules? that (?:is|are) not met (?:has|have) no owner", page)
    link = re.search(r'href="([^"]*#id_owner)"\s*>Assign owner', page[fact.end() :] if fact else "")
    return fact and int(fact[1]), link and link[1]


def test_how_many_rules_have_no_owner_is_a_fact_with_the_way_to_name_one(cast, wave, as_user):
    url = f"/p/one-it/waves/{wave.pk}/readiness/"
    client = as_user(cast.ines)
    page = page_of(client, wave)
    lacking = [one.key for one in client.get(url).context["state"].unowned]
    assert unowned_in(page) == (len(lacking), f"{url}thresholds/{lacking[0]}/#id_owner")
    own(cast, lacking[0], cast.tom)
    page = " ".join(page_of(client, wave).split())
    left = len(lacking) - 1
    assert unowned_in(page)[0] == left
    assert f"Remind owners (rules without owner: {left})" in page
    for key in lacking[1:]:
        own(cast, key, cast.tom)
    page = " ".join(page_of(client, wave).split())
    assert unowned_in(page) == (None, None)
    assert "rules without owner" not in page
    assert "Remind owners" in page


@pytest.mark.django_db(transaction=True)
def test_programme_managers_answer_for_rules_without_an_owner(cast, wave, as_user, relay):
    url = f"/p/one-it/waves/{wave.pk}/readiness/remind/"
    # Nobody reminds themselves.
    assert "no one left" in html.unescape(
        as_user(cast.ines).post(url, follow=True).content.decode()
    )
    own(cast, "informed", cast.tom)
    refresh_readiness(cast.programme, database_now())
    answer = as_user(cast.claire).post(url, follow=True).content.decode()
    assert f"Reminder sent to {cast.ines} and {cast.tom}." in html.unescape(answer)
    run(database_now())
    bodies = {
        told.recipient: told.message.get_body(("plain",)).get_content() for told in relay.accepts
    }
    assert "(no owner)" in bodies[cast.ines.email]
    assert "3 people are not informed" not in bodies[cast.ines.email]
    assert "(no owner)" not in bodies[cast.tom.email]
    assert "3 people are not informed" in bodies[cast.tom.email]
