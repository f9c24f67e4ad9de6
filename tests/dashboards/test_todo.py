"""The to-do of the week: what is on it, until when, and where a tick is kept."""

import re
from datetime import date, timedelta

import pytest
from auditlog.models import LogEntry
from django.utils.translation import override

from communications.dispatches.queries.plans import places_of
from communications.groups.services.post import tick_off
from communications.kits.models import KitDownload
from communications.messages.services.refusal import RefusedError
from communications.models import Post, State
from communications.operation.services import pump
from programmes.models import Done
from programmes.queries.todo import Week, source_named, todo_of
from stakeholders.accounts.access import scope_of
from tests import factories
from tests.clock import NOW
from tests.communications.making import approve, make_message
from tests.communications.posting import make_channel, tell
from tests.factories import PersonFactory, SiteFactory
from tests.world import make_kits

TODO = "/p/one-it/todo/"
IBERIA = "/p/one-it/regions/iberia/"


@pytest.fixture
def at():
    """Return the present: pages ask the database for it."""
    return NOW


def todo_at(cast, user, at):
    scope = scope_of(user, cast.programme)
    return todo_of(Week(cast.programme, scope, places_of(scope), at))


def news(cast, at, days=0, **data):
    """Let a message be approved that is due at its sites in so many days, and is no alarm."""
    on = at.date() + timedelta(days=days)
    values = {"fixed_on": on, "is_urgent": False, "latest_hours": 96, **data}
    return approve(cast, make_message(cast, at - timedelta(hours=1), **values), at)


def waiting_post(cast, at, name="Notice board", **more):
    channel = make_channel(cast, "by_hand", name, sites=[cast.barcelona])
    due = {"fixed_on": at.date() - timedelta(days=1), "latest_hours": 96}
    tell(cast, at - timedelta(minutes=30), channel, **due, **more)
    pump.run_pump(at)
    return Post.objects.get(channel=channel)


def send(client, verb, name, **more):
    return client.post(f"{TODO}{verb}/", {"thing": name, **more})


def test_it_tells_until_when_and_where_with_what_is_overdue_first(cast, now):
    news(cast, now, days=2)
    news(cast, now, days=-1, purpose="Late")
    news(cast, now, days=9)
    news(cast, now, days=-9)
    news(cast, now, is_urgent=True)
    found = todo_at(cast, cast.rosa, now)
    days = [(thing.due_on - now.date()).days for thing in found.open]
    assert (days, found.overdue, found.done) == ([-1, 2], 1, [])
    assert found.open[0].what == "Tell people about “Your new service desk”"
    assert found.open[0].where == "Barcelona"


def test_what_is_overdue_has_a_mark_of_its_own_and_no_dot_before(cast, as_user, at):
    # Five days ago is past, also where that was a Saturday.
    news(cast, at, days=-5, purpose="Late", latest_hours=240)
    news(cast, at, days=2)
    page = as_user(cast.rosa).get(TODO).content.decode()
    lines = re.findall(r'<p class="ol-meta mb-0">(.*?)</p>', page, re.S)
    late, coming = (" ".join(re.sub(r"<[^>]+>", " ", line).split()) for line in lines)
    assert late.startswith("Barcelona Overdue since")
    assert coming.startswith("Barcelona · By ")


def test_a_tick_says_who_and_when_and_is_kept_once(cast, as_user, at):
    news(cast, at)
    client, name = as_user(cast.rosa), todo_at(cast, cast.rosa, at).open[0].name
    for _twice in range(2):
        assert send(client, "tick", name).status_code == 302
    tick = Done.objects.get()
    assert (tick.by, tick.site, tick.source) == (cast.rosa, cast.barcelona, "tell")
    found = todo_at(cast, cast.nuria, NOW)
    assert ([thing.said for thing in found.done], found.open) == ([str(cast.rosa)], [])
    for _twice in range(2):
        send(client, "undo", name)
    assert not Done.objects.exists()
    assert [thing.name for thing in todo_at(cast, cast.rosa, at).open] == [name]


def test_a_tick_of_another_programme_at_a_shared_site_stays(cast, as_user, at):
    news(cast, at)
    client, name = as_user(cast.rosa), todo_at(cast, cast.rosa, at).open[0].name
    two = factories.WaveFactory(sites=[cast.barcelona]).programme
    source, key, _site = name.split(":")
    theirs = Done.objects.create(programme=two, source=source, key=key, site=cast.barcelona, at=at)
    assert todo_at(cast, cast.rosa, at).done == []
    send(client, "tick", name)
    send(client, "undo", name)
    assert Done.objects.get() == theirs


def test_a_title_says_the_go_live_date_that_its_sites_share(cast, as_user, at):
    texts = {
        "en": ("One IT, from {{ go_live_date }}", "Hello"),
        "es": ("Una informática, desde el {{ go_live_date }}", "Hola"),
    }
    news(cast, at, texts=texts)
    madrid = SiteFactory(name="Madrid", region=cast.iberia, time_zone="Europe/Madrid")
    own = factories.place(cast.wave1, madrid)
    (thing,) = todo_at(cast, cast.rosa, at).open
    assert thing.what == "Tell people about “One IT, from 9 November 2026”"
    with override("es"):
        assert "desde el 9 de noviembre de 2026" in todo_at(cast, cast.rosa, at).open[0].what
    own.own_go_live_on = date(2026, 11, 16)
    own.save()
    (thing,) = todo_at(cast, cast.rosa, at).open
    assert thing.what == "Tell people about “One IT, from ‹go-live date›”"


def test_sites_that_hear_it_on_one_day_are_one_thing(cast, as_user, at):
    madrid = SiteFactory(name="Madrid", region=cast.iberia, time_zone="Europe/Madrid")
    factories.place(cast.wave1, madrid)
    news(cast, at)
    (thing,) = todo_at(cast, cast.rosa, at).open
    assert (thing.where, len(thing.sites)) == ("Barcelona, Madrid", 2)
    # A site that comes later is told apart from those that know.
    send(as_user(cast.rosa), "tick", thing.name)
    factories.place(cast.wave1, SiteFactory(region=cast.iberia, time_zone="Europe/Madrid"))
    found = todo_at(cast, cast.rosa, NOW)
    assert [len(one.sites) for one in (*found.open, *found.done)] == [1, 2]


def test_a_ticked_post_is_posted_and_nothing_else_says_so(cast, as_user, at):
    post = waiting_post(cast, at)
    client, name = as_user(cast.rosa), f"post:{post.pk}"
    assert name in [thing.name for thing in todo_at(cast, cast.rosa, at).open]
    for _twice in range(2):
        send(client, "tick", name)
    post.refresh_from_db()
    assert (post.state, post.place) == (State.SENT, "Notice board")
    assert not Done.objects.exists()
    assert name in [thing.name for thing in todo_at(cast, cast.rosa, NOW).done]
    for _twice in range(2):
        send(client, "undo", name)
    post.refresh_from_db()
    assert (post.state, post.place, post.ended_at, post.approval) == (State.PLANNED, "", None, None)
    acts = [entry.additional_data["act"] for entry in LogEntry.objects.get_for_object(post)]
    assert sorted(acts) == ["by_hand", "not_posted"]


def test_who_ticks_a_post_that_was_posted_meanwhile_finds_it_done(cast, at):
    post = waiting_post(cast, at)
    week = Week(cast.programme, scope_of(cast.rosa, cast.programme), (), at)
    (seen,) = (thing for thing in todo_at(cast, cast.rosa, at).open if thing.source == "post")
    tick_off(post, at.date(), "The canteen", cast.tom, at)
    source_named("post").tick(seen, week, cast.rosa)
    post.refresh_from_db()
    assert (post.state, post.place) == (State.SENT, "The canteen")
    Post.objects.update(state=State.CANCELLED)
    with pytest.raises(RefusedError):
        source_named("post").tick(seen, week, cast.rosa)


def test_the_kit_is_done_by_taking_it_along(cast, as_user, at):
    news(cast, at, days=10)
    make_kits(cast, at - timedelta(days=2))
    old = at - timedelta(days=3)
    KitDownload.objects.filter(user=cast.rosa).update(at=old)
    found = todo_at(cast, cast.rosa, at)
    (thing,) = [one for one in found.open if one.source == "kit"]
    assert thing.what == "Download 1 new kit file"
    assert (thing.due_on - at.date()).days == 5
    client = as_user(cast.rosa)
    send(client, "tick", thing.name)
    assert thing.name in [one.name for one in todo_at(cast, cast.rosa, at).open]
    assert client.post(thing.sends_to, dict(thing.fields)).status_code == 200
    found = todo_at(cast, cast.rosa, NOW)
    assert [one.name for one in found.done if one.source == "kit"] == [thing.name]
    assert [one for one in found.open if one.source == "kit"] == []


def test_what_is_of_another_region_is_not_there(cast, as_user, at):
    news(cast, at, sites=[cast.shanghai])
    post = waiting_post(cast, at)
    client = as_user(cast.mei)
    (thing,) = [one for one in todo_at(cast, cast.mei, at).open if one.source == "tell"]
    assert send(as_user(cast.rosa), "tick", thing.name).status_code == 404
    assert send(client, "tick", f"post:{post.pk}").status_code == 404
    assert send(client, "tick", "tell:0").status_code == 404
    assert not Done.objects.exists()


def test_the_home_of_the_region_begins_with_it(cast, as_user, at):
    news(cast, at, days=-1)
    waiting_post(cast, at)
    page = as_user(cast.rosa).get(IBERIA).content.decode()
    assert page.index("To do this week") < page.index("Next in your region")
    assert page.count("Mark as done") == 2
    # Who looks at the region from above ticks nothing.
    page = as_user(cast.ines).get(IBERIA).content.decode()
    assert "To do this week" not in page
    assert "message to post by hand" in page


def test_a_tick_leads_back_to_where_it_was_made(cast, as_user, at):
    news(cast, at)
    client, name = as_user(cast.rosa), todo_at(cast, cast.rosa, at).open[0].name
    assert send(client, "tick", name, next=IBERIA)["Location"] == IBERIA
    assert send(client, "undo", name, next="https://a.example/")["Location"] == TODO
    page = client.get(TODO).content.decode()
    assert "1 thing to do this week" in page
    send(client, "tick", name)
    page = client.get(TODO).content.decode()
    assert "All done for this week" in page
    assert "1 done in the last 7 days" in page


@pytest.mark.parametrize("many", [1, 3])
def test_the_number_of_queries_does_not_grow(cast, as_user, at, many, django_assert_num_queries):
    for number in range(many):
        site = SiteFactory(region=cast.iberia)
        factories.place(cast.wave1, site)
        PersonFactory(site=site)
        news(cast, at, sites=[site])
        waiting_post(cast, at, f"Board {number}")
    client = as_user(cast.rosa)
    client.get(TODO)
    with django_assert_num_queries(21):
        client.get(TODO)
