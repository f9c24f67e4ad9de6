"""Sites that are taken out of a wave: a preview first, exactly that, and its undo."""

import re
from datetime import UTC, date, datetime, time

import pytest
import time_machine
from auditlog.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programmes.database.clock import database_now
from programmes.models import RuleCount, Wave, WaveSite
from programmes.queries.leaving import removals_of, why_not_back
from programmes.queries.wave_readiness import counted_now
from programmes.services.move import move_to
from programmes.services.plan import assign_sites, change_wave, take_out_sites
from programmes.services.readiness import refresh_readiness
from stakeholders.audiences.services.audience import Lines
from stakeholders.models import Person
from tests.clock import NOW
from tests.communications.making import make_message
from tests.dashboards.test_moves import tell
from tests.events.making import make_event, seat
from tests.factories import SiteFactory, WaveFactory

OFFSET = {"fixed_on": None, "is_urgent": False, "local_time": time(9), "offset_days": -7}
WHY = "The plant is sold"
RETURN = "/p/one-it/waves/%s/return/"


def form_of(wave, **more):
    day = f"{wave.go_live_on:%d %b %Y}"
    return {"name": wave.name, "go_live_on": day, "sites": [], **more}


def url_of(wave):
    return f"/p/one-it/setup/waves/{wave.pk}/"


@pytest.fixture
def preview_url(cast):
    return f"/p/one-it/waves/{cast.wave2.pk}/leave/?site={cast.shanghai.pk}"


@pytest.fixture
def message(cast):
    return make_message(cast, NOW, waves=[cast.wave2], **OFFSET)


def is_in(cast):
    return WaveSite.objects.filter(wave=cast.wave2, site=cast.shanghai).exists()


def test_the_wave_form_leads_to_the_preview_and_takes_nobody_out(cast, as_user, preview_url):
    client = as_user(cast.ines)
    assert client.post(url_of(cast.wave2), form_of(cast.wave2)).url == preview_url
    assert is_in(cast)
    page = client.get(preview_url).content.decode()
    assert "Saved, except" not in page
    client.post(url_of(cast.wave2), form_of(cast.wave2, name="Spring"))
    assert (
        "Saved, except for the changes in this preview." in client.get(preview_url).content.decode()
    )
    assert Wave.objects.get(pk=cast.wave2.pk).name == "Spring"
    assert is_in(cast)


def test_two_previews_come_one_after_the_other(cast, as_user):
    sent = form_of(cast.wave2, go_live_on="25 Jan 2027", name="Spring")
    page = as_user(cast.ines).post(url_of(cast.wave2), sent).content.decode()
    assert "Remove the sites first, then move the go-live" in page
    assert Wave.objects.get(pk=cast.wave2.pk).name == cast.wave2.name


def test_the_preview_says_what_is_lost_and_writes_nothing(cast, as_user, preview_url, message):
    answer = as_user(cast.ines).get(preview_url)
    page = answer.content.decode()
    assert "Remove sites from Wave 2" in page
    assert "Mon 18 Jan 2027" in page
    [row] = answer.context["preview"].rows
    assert (row.title, row.before_on) == ("Your new service desk", date(2027, 1, 11))
    assert "Nothing has changed yet." in page
    assert 'Reason<span class="asteriskField">*</span>' in page
    assert is_in(cast)


def test_it_is_applied_with_a_reason_and_undone_with_its_date(cast, as_user, preview_url, message):
    client, place = as_user(cast.ines), WaveSite.objects.get(site=cast.shanghai)
    WaveSite.objects.filter(pk=place.pk).update(own_go_live_on=date(2027, 1, 20))
    seen = client.get(preview_url).context["preview"].fingerprint
    sent = {"site": [cast.shanghai.pk], "seen": seen}
    assert "Enter a reason" in client.post(preview_url, sent).content.decode()
    assert is_in(cast)
    page = client.post(preview_url, {**sent, "why": WHY}, follow=True).content.decode()
    assert "Removed from Wave 2: Shanghai." in page
    assert not is_in(cast)
    back = re.search(rf'"({RETURN % cast.wave2.pk}[^"]+)"', page)[1]
    assert "The sites are back in Wave 2." in client.post(back, follow=True).content.decode()
    assert WaveSite.objects.get(site=cast.shanghai).own_go_live_on == date(2027, 1, 20)
    told = LogEntry.objects.get_for_object(cast.wave2).order_by("pk")
    assert [(e.changes_dict, e.additional_data["why"]) for e in told] == [
        ({"sites": ["Shanghai", ""]}, WHY),
        ({"sites": ["", "Shanghai"], "own_days": ["", "Shanghai: 2027-01-20"]}, "Undone"),
    ]
    trail = client.get("/p/one-it/audit/").content.decode()
    assert "Shanghai: Wed 20 Jan 2027" in trail


def test_a_form_that_is_sent_twice_offers_the_undo_again(cast, as_user, preview_url):
    client = as_user(cast.ines)
    seen = client.get(preview_url).context["preview"].fingerprint
    sent = {"site": [cast.shanghai.pk], "seen": seen, "why": WHY}
    first = client.post(preview_url, sent)
    client.get(first["Location"])
    page = client.post(preview_url, sent, follow=True).content.decode()
    assert "Removed from Wave 2: Shanghai." in page
    back = re.search(rf'"({RETURN % cast.wave2.pk}[^"]+)"', page)[1]
    assert "The sites are back in Wave 2." in client.post(back, follow=True).content.decode()


def taken_out(cast, now=None):
    now = now or NOW
    return take_out_sites(cast.wave2, [cast.shanghai.pk], now, cast.ines, WHY)


def returned(client, cast, entry, wave=None):
    url = f"{RETURN % (wave or cast.wave2).pk}?entry={entry}"
    return client.post(url, follow=True).content.decode()


STALE = "Wave 2 has changed since the sites were removed. Edit the wave to add them again."


@pytest.mark.parametrize("entry", ["", "x", "0", "-1", "9" * 30, "٣"])
def test_an_undo_of_nothing_is_refused(cast, as_user, entry):
    taken_out(cast)
    assert "changed in the meantime" in returned(as_user(cast.ines), cast, entry)
    assert not is_in(cast)


def test_an_undo_of_another_wave_or_of_another_change_is_refused(cast, as_user):
    client, gone = as_user(cast.ines), taken_out(cast)
    assert "changed in the meantime" in returned(client, cast, gone.pk, cast.wave1)
    change_wave(cast.wave1, "Renamed", [cast.barcelona], NOW, cast.ines)
    other = LogEntry.objects.get_for_object(cast.wave1).latest("pk")
    assert "changed in the meantime" in returned(client, cast, other.pk, cast.wave1)
    assert not is_in(cast)


def test_an_undo_works_once(cast, as_user):
    client, gone = as_user(cast.ines), taken_out(cast)
    assert "are back in" in returned(client, cast, gone.pk)
    assert "This has already been undone." in returned(client, cast, gone.pk)
    again = taken_out(cast)
    assert "This has already been undone." in returned(client, cast, gone.pk)
    assert not is_in(cast)
    assert "are back in" in returned(client, cast, again.pk)


def add_back(cast, now):
    change_wave(cast.wave2, "Wave 2", [cast.shanghai], now, cast.ines)


def add_other(cast, now):
    site = SiteFactory(region=cast.china)
    cast.programme.sites.add(site)
    change_wave(cast.wave2, "Wave 2", [site], now, cast.ines)


def add_silently(cast, now):
    site = SiteFactory(region=cast.china)
    cast.programme.sites.add(site)
    assign_sites(cast.wave2, [site], now)


def add_and_remove(cast, now):
    add_back(cast, now)
    take_out_sites(cast.wave2, [cast.shanghai.pk], now, cast.ines, "Again")


def move(cast, now):
    move_to(cast.wave2, None, date(2027, 1, 25), cast.ines, now, "Later")


@pytest.mark.parametrize("change", [add_back, add_other, add_silently, add_and_remove, move])
def test_an_undo_is_refused_once_the_wave_changed(cast, as_user, change):
    gone = taken_out(cast)
    change(cast, NOW)
    before = list(WaveSite.objects.values_list("pk", "wave", "site"))
    told = LogEntry.objects.count()
    assert STALE in returned(as_user(cast.ines), cast, gone.pk)
    assert list(WaveSite.objects.values_list("pk", "wave", "site")) == before
    assert LogEntry.objects.count() == told


def test_an_undo_is_refused_once_the_go_live_of_a_site_has_come(cast, as_user):
    gone = taken_out(cast)
    with time_machine.travel(datetime(2027, 1, 17, 12, tzinfo=UTC), tick=False):
        [early] = page_of_move_left(cast)
    with time_machine.travel(datetime(2027, 1, 18, 12, tzinfo=UTC), tick=False):
        [late] = page_of_move_left(cast)
    assert (early, late) == ("", STALE)
    assert removals_of(cast.wave2)[0].pk == gone.pk


def page_of_move_left(cast):
    return [why_not_back(one, database_now()) for one in removals_of(cast.wave2)]


def test_the_page_of_moves_lists_them_and_undoes_the_last(cast, as_user):
    client, url = as_user(cast.ines), f"/p/one-it/waves/{cast.wave2.pk}/move/"
    assert "Sites removed" not in client.get(url).content.decode()
    first = taken_out(cast)
    returned(client, cast, first.pk)
    second = taken_out(cast)
    page = client.get(url).content.decode()
    assert "Sites removed" in page
    assert WHY in page
    assert "undone by Ines Test" in page
    assert re.findall(r'name="entry" value="(\d+)"', page) == [str(second.pk)]
    back = client.post(RETURN % cast.wave2.pk, {"entry": second.pk}, follow=True)
    assert "The sites are back in Wave 2." in back.content.decode()
    assert 'name="entry"' not in client.get(url).content.decode()


def test_what_the_overview_counts_of_the_waves_is_right_without_the_clock(
    cast, as_user, preview_url, message
):
    client = as_user(cast.ines)
    refresh_readiness(cast.programme, NOW)
    before = kept_counts(cast)
    seen = client.get(preview_url).context["preview"].fingerprint
    client.post(preview_url, {"site": [cast.shanghai.pk], "seen": seen, "why": WHY})
    assert kept_counts(cast) == fresh_counts(cast) != before
    returned(client, cast, removals_of(cast.wave2)[0].pk)
    assert kept_counts(cast) == fresh_counts(cast) == before


def kept_counts(cast):
    rows = RuleCount.objects.filter(wave__programme=cast.programme)
    return {(row.wave_id, row.rule): (row.done, row.total, row.people) for row in rows}


def fresh_counts(cast):
    return {
        (one.wave.pk, judged.rule.key): (judged.fact.done, judged.fact.total, judged.fact.people)
        for one in counted_now(cast.programme, NOW)
        for judged in one.rules
    }


def test_a_plan_that_changed_since_is_shown_before_a_site_leaves(cast, as_user, preview_url):
    client = as_user(cast.ines)
    seen = client.get(preview_url).context["preview"].fingerprint
    make_message(cast, NOW, waves=[cast.wave2], **OFFSET)
    sent = {"site": [cast.shanghai.pk], "seen": seen, "why": WHY}
    page = client.post(preview_url, sent).content.decode()
    assert "The plan has changed since you opened this page." in page
    assert is_in(cast)


def test_a_site_that_got_another_wave_stays_there(cast, as_user):
    other = WaveFactory(programme=cast.programme, go_live_on=date(2027, 2, 1))
    gone = taken_out(cast)
    assign_sites(other, [cast.shanghai], NOW)
    page = returned(as_user(cast.ines), cast, gone.pk)
    assert "Remove it from there first." in page
    assert WaveSite.objects.get(site=cast.shanghai).wave == other


def test_without_sites_in_the_wave_there_is_no_preview(cast, as_user):
    url = f"/p/one-it/waves/{cast.wave2.pk}/leave/"
    for query in ("", f"?site={cast.barcelona.pk}", "?site=x"):
        assert as_user(cast.ines).get(url + query).url == url_of(cast.wave2)


def test_the_preview_takes_as_many_queries_for_more_messages(cast, as_user, preview_url, message):
    client = as_user(cast.ines)
    client.get(preview_url)
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(preview_url)
    for _turn in range(2):
        make_message(cast, NOW, waves=[cast.wave2], **OFFSET)
    with CaptureQueriesContext(connection) as three:
        client.get(preview_url)
    assert len(one) == len(three)


def test_who_was_told_a_date_is_counted_with_the_list(cast, as_user, preview_url, relay, now):
    assert "told a date" not in as_user(cast.ines).get(preview_url).content.decode()
    Person.objects.filter(site=cast.shanghai).update(language="en")
    tell(cast, now)
    client = as_user(cast.ines)
    page = client.get(preview_url).content.decode()
    assert "These people were told a date" in page
    listed = re.search(r'data-count="3"\s+href="([^"]+)"', page)[1]
    assert 'data-total="3"' in client.get(listed).content.decode()


def test_the_preview_says_what_becomes_of_events_there(cast, as_user, preview_url, now):
    own = make_event(cast, now, site=cast.shanghai, lines=Lines(sites=[cast.shanghai]))
    seat(own, now, 2, cast.shanghai)
    other = {"text": {"title": "Fair", "what": "See it.", "agenda": ""}}
    make_event(cast, now, site=cast.shanghai, held_on=date(2026, 12, 9), **other)
    make_event(cast, now, site=cast.barcelona)
    with time_machine.travel(now, tick=False):
        answer = as_user(cast.ines).get(preview_url)
    found = {row.title: (row.before_on, row.stays) for row in answer.context["preview"].staying}
    assert found == {
        "One IT Day": (
            date(2026, 12, 8),
            "Keeps its date. 2 attendees keep their seats. "
            "No one is invited or reminded any more. Cancel the event if it will not take place.",
        ),
        "Fair": (
            date(2026, 12, 9),
            "Keeps its date. No one has registered yet. "
            "People here are no longer invited or reminded; people at other sites still are.",
        ),
    }
    page = answer.content.decode()
    assert "Events at these sites" in page
    assert f'href="/p/one-it/events/{own.slug}/"' in page
