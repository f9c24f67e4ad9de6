import html
import re
from datetime import date, timedelta

import pytest

from communications.approvals.services import approval as approvals
from communications.models import Dispatch
from feedback.services.edition import publish_surveys
from onelift.dashboards.regions.queries.region import region_board
from programmes.database.clock import database_now
from programmes.scope import Scope
from programmes.services.readiness import refresh_readiness
from programmes.services.texts import write_text
from tests import factories
from tests.communications.making import approve, make_message
from tests.factories import PersonFactory, SiteFactory

IBERIA, PEOPLE = "/p/one-it/regions/iberia/", "/p/one-it/people/"


def board_of(cast, now, region=None):
    region = region or cast.iberia
    scope = Scope(regions=frozenset({region.pk}), reads_drafts=False)
    return region_board(cast.programme, region, scope, now)


def listed(client, url):
    page = client.get(html.unescape(url)).content.decode()
    return int(re.search(r"<h1[^>]*>([\d,]+) ", page)[1].replace(",", ""))


def test_it_counts_the_days_to_the_next_go_live(cast, now):
    assert board_of(cast, now, cast.china).days_left == 55
    board = board_of(cast, now)
    assert (board.days_left, board.live_since) == (None, date(2026, 11, 9))
    madrid = SiteFactory(name="Madrid", region=cast.iberia)
    factories.place(cast.wave2, madrid, own_go_live_on=date(2026, 11, 30))
    board = board_of(cast, now)
    assert (board.days_left, [s.place.site.name for s in board.next_sites]) == (6, ["Madrid"])
    assert [site.state for site in board.sites] == ["live", "planned"]


def test_it_shows_how_far_the_next_wave_is_with_its_reason(cast, as_user, now):
    way = board_of(cast, now, cast.china).way
    assert (way.wave, way.status, way.reason) == ("Wave 2", "not_started", "Not assessed yet")
    refresh_readiness(cast.programme, now)
    way = board_of(cast, now, cast.china).way
    assert (way.status, way.url) == ("off_track", "")
    assert "No message is planned" in way.reason
    assert [stop.is_go_live for stop in way.stops].count(True) == 1
    assert board_of(cast, now).way.status == "off_track"
    page = as_user(cast.rosa).get(IBERIA).content.decode()
    assert "Progress" in page
    assert "Dates of Wave 1 and today" in page


def test_what_was_changed_after_the_approval_is_not_told(cast, as_user):
    at = database_now()
    message = make_message(cast, at, fixed_on=(at + timedelta(days=7)).date())
    approve(cast, message, at)
    write_text(message, "en", {"subject": "Secret draft", "body": "x"}, cast.ines, at)
    page = as_user(cast.rosa).get(IBERIA).content.decode()
    assert f"/messages/{message.pk}/" in page
    assert "Secret draft" not in page


def test_the_page_says_how_long_it_is(cast, as_user):
    cast.wave1.go_live_on = date(2099, 1, 1)
    cast.wave1.save()
    page = as_user(cast.rosa).get(IBERIA).content.decode()
    assert re.search(r">Barcelona goes live in [\d,]+ days</h1>", page)
    for name in ("Lisboa", "Madrid"):
        factories.place(cast.wave1, SiteFactory(name=name, region=cast.iberia))
    page = as_user(cast.rosa).get(IBERIA).content.decode()
    assert re.search(r">Barcelona, Lisboa,? and Madrid go live in [\d,]+ days</h1>", page)
    for name in ("Porto", "Sevilla"):
        factories.place(cast.wave1, SiteFactory(name=name, region=cast.iberia))
    page = as_user(cast.rosa).get(IBERIA).content.decode()
    assert re.search(r">Barcelona, Lisboa, Madrid,? and 2 more sites go live in", page)
    cast.wave1.wave_sites.all().delete()
    assert "Iberia is not in a wave yet" in as_user(cast.ines).get(IBERIA).content.decode()


def test_rosa_opens_her_region_and_no_other(cast, as_user):
    assert as_user(cast.rosa).get(IBERIA).status_code == 200
    assert as_user(cast.rosa).get("/p/one-it/regions/china/").status_code == 404
    assert as_user(cast.rosa).get("/p/one-it/regions/nowhere/").status_code == 404
    for who in (cast.ines, cast.claire):
        assert as_user(who).get("/p/one-it/regions/china/").status_code == 200
    assert as_user(cast.otto).get(IBERIA).status_code == 404


def test_nothing_of_another_region_is_on_the_page(cast, as_user, now):
    approve(
        cast, make_message(cast, now, sites=[cast.shanghai], texts={"en": ("Canary", "x")}), now
    )
    for who in (cast.rosa, cast.ines):
        page = as_user(who).get(IBERIA).content.decode().split("<main")[1]
        assert "Barcelona" in page
        for foreign in ("Canary", "Shanghai", "China", "Wave 2"):
            assert foreign not in page


def test_each_number_is_the_total_of_its_list(cast, as_user, sent, now):
    sent([*cast.people[:2], cast.people[4]])
    client = as_user(cast.rosa)
    today = client.get(IBERIA).context["board"].today
    soon = make_message(cast, now, fixed_on=today + timedelta(days=5), is_urgent=True)
    approve(cast, soon, now)
    for who in (cast.rosa, cast.ines, cast.claire):
        client = as_user(who)
        page = client.get(IBERIA).content.decode()
        links = re.findall(rf'<a href="({PEOPLE}\?[^"]+)"[^>]*>([\d,]+)(?: p|<)', page)
        assert len(links) >= 5
        for url, shown in links:
            assert listed(client, url) == int(shown), url


def test_what_comes_next_says_its_state(cast, now):
    day = {"fixed_on": date(2026, 11, 30), "is_urgent": True}
    message = make_message(cast, now, **day)
    approvals.ask(message, cast.ines, now)
    assert board_of(cast, now).moments == []
    approvals.approve(waiting := message.approvals.get(), cast.claire, waiting.fingerprint, now)
    (moment,) = board_of(cast, now).moments
    assert (moment.on, moment.state, moment.people) == (date(2026, 11, 30), "approved", 3)
    dispatch = Dispatch.objects.create(message=message, started_at=now, paused_at=now)
    assert board_of(cast, now).moments[0].state == "paused"
    dispatch.cancelled_at = now
    dispatch.save()
    assert board_of(cast, now).moments[0].state == "cancelled"


def test_satisfaction_is_of_its_sites_and_small_groups_are_hidden(asked, cast, as_user, now):
    madrid = SiteFactory(name="Madrid", region=cast.iberia)
    factories.place(cast.wave1, madrid)
    for site, values in [
        (cast.barcelona, [5, 4, 4, 5, 1]),
        (madrid, [1, 0, 0, 0, 0]),
        (cast.shanghai, [1] * 6),
    ]:
        given = zip(asked.ask(site, len(values)), values, strict=True)
        for invitation, value in (one for one in given if one[1]):
            asked.answer(invitation, csat=value)
    publish_surveys(asked.now)
    sites = {s.place.site.name: s.satisfaction for s in board_of(cast, now).sites}
    assert (sites["Barcelona"].percent, sites["Madrid"]) == (80, None)
    page = as_user(cast.rosa).get(IBERIA).content.decode()
    assert "80% are satisfied" in page
    assert "Fewer than 5 answers, not shown" in page


def test_the_heading_names_the_site_that_is_clearly_below_the_goal(asked, cast, as_user):
    SiteFactory._meta.model.objects.filter(pk=cast.barcelona.pk).update(latin_name="Barna")
    for invitation, value in zip(asked.ask(cast.barcelona, 10), [1] * 9 + [5], strict=True):
        asked.answer(invitation, csat=value)
    publish_surveys(asked.now)
    page = as_user(cast.rosa).get(IBERIA).content.decode()
    assert "Barcelona (Barna): 10% are satisfied" in page


@pytest.mark.parametrize("many", [1, 3])
def test_the_number_of_queries_does_not_grow(cast, as_user, now, many, django_assert_num_queries):
    for _n in range(many):
        site = SiteFactory(region=cast.iberia)
        factories.place(cast.wave1, site)
        PersonFactory(site=site)
        approve(cast, make_message(cast, now, sites=[site]), now)
    client = as_user(cast.rosa)
    client.get(IBERIA)
    with django_assert_num_queries(34):
        client.get(IBERIA)
