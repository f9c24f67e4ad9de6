"""A go-live moves: what the preview says, what applying it writes, what undoing restores."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from communications.dispatches.queries.slots import planned_at
from communications.messages.services.message import write_ready
from communications.models import Delivery, Message
from events.models import Event, EventMail
from feedback.models import Survey
from onelift.dashboards.moves.queries.preview import preview_of
from onelift.dashboards.moves.queries.told import Telling
from onelift.dashboards.plan.queries.moments import named_plans
from programmes.models import Move, Wave, WaveSite
from programmes.queries.shift import Wishes, move_seen, places_dated, shift_of
from programmes.scope import EVERYTHING
from programmes.services import plan
from programmes.services.move import move_date, undo_move
from stakeholders.accounts.access import scope_of
from stakeholders.audiences.services.audience import Lines, write_lines
from stakeholders.models import Audience, Person
from tests.clock import NOW
from tests.communications.making import approve, make_message, run
from tests.dashboards.test_plan import make_survey
from tests.events.making import at_once, make_event, seat
from tests.factories import (
    BlackoutFactory,
    PersonFactory,
    ServiceFactory,
    SiteFactory,
    WaveFactory,
    place,
)
from tests.figures import differences, marks_of

MONDAY = date(2027, 1, 18)
LATER = date(2027, 1, 25)
NEXT = date(2027, 2, 1)
OFFSET = {"fixed_on": None, "is_urgent": False, "local_time": time(9)}


def asked(cast, now, to=LATER, wave=None, site=None, **wishes):
    """Return the preview as Ines sees it."""
    scope = scope_of(cast.ines, cast.programme)
    wave = Wave.objects.select_related("programme").get(pk=(wave or cast.wave2).pk)
    places = places_dated(wave, scope)
    place = next((p.pk for p in places if site and p.site_id == site.pk), None)
    shift = shift_of(wave, places, place, to, now.date())
    return preview_of(cast.programme, shift, Wishes(**wishes), scope, now)


def moving(preview):
    return {(row.kind, row.title): (row.before_on, row.then_on) for row in preview.moving}


def kinds(preview):
    return [clash.kind for clash in preview.clashes]


def stays(preview):
    return {row.title: row.tag for row in preview.staying}


def url_of(cast, wave=None):
    return f"/p/one-it/waves/{(wave or cast.wave2).pk}/move/"


def add_site(cast, wave, **values):
    site = SiteFactory(region=cast.iberia, **values)
    cast.programme.sites.add(site)
    return WaveSite.objects.create(wave=wave, site=site)


def test_what_is_computed_from_the_date_moves_along(cast, now):
    make_message(cast, now, **OFFSET, offset_days=-7)
    make_survey(cast, now, offset_days=28, waves=[cast.wave2])
    ServiceFactory(programme=cast.programme, name_en="Desk", offset_days=1)
    plan.hand_over(cast.wave2, date(2027, 3, 15), now)
    assert moving(asked(cast, now)) == {
        ("message", "Your new service desk"): (date(2027, 1, 11), MONDAY),
        ("go_live", "Go-live"): (MONDAY, LATER),
        ("service", "Desk"): (date(2027, 1, 19), date(2027, 1, 26)),
        ("survey", "First pulse"): (date(2027, 2, 15), date(2027, 2, 22)),
        ("hand_over", "Hand-over to Run"): (date(2027, 3, 15), date(2027, 3, 22)),
    }


def test_without_a_conflict_the_page_says_so(cast, as_user):
    make_message(cast, NOW, **OFFSET, offset_days=-7)
    page = as_user(cast.ines).get(url_of(cast) + "?to=25 Jan 2027").content.decode()
    assert "No conflicts. 1 action moves by 7 days. Nothing has moved yet." in page
    assert Wave.objects.get(pk=cast.wave2.pk).go_live_on == MONDAY


def test_without_a_date_there_is_only_the_form(cast, as_user):
    make_message(cast, NOW, **OFFSET, offset_days=-7)
    page = as_user(cast.ines).get(url_of(cast)).content.decode()
    assert "Choose a date to see what moves." in page
    for words in ("conflict", "were told", "date moves", "dates move"):
        assert words not in page


def test_what_does_not_move_says_why(cast, now, relay):
    early = make_message(cast, now, **OFFSET, offset_days=-49, texts={"en": ("Early", "Hello.")})
    approve(cast, early, now)
    run(datetime(2026, 11, 30, 2, tzinfo=UTC))
    fixed = {"fixed_on": date(2027, 1, 5), "is_urgent": False}
    make_message(cast, now, **fixed, texts={"en": ("Sponsor", "Hello.")})
    ServiceFactory(programme=cast.programme, name_en="Chat", fixed_on=date(2027, 2, 1))
    porto = add_site(cast, cast.wave2, name="Porto", country="PT")
    plan.move_site(porto, date(2027, 2, 8), now)
    make_event(cast, now, site=cast.shanghai, held_on=date(2027, 1, 12))
    assert stays(asked(cast, now + timedelta(days=7))) == {
        "Early": "Sent",
        "Sponsor": "Fixed",
        "Chat": "Fixed",
        "Porto": "Own date",
        "One IT Day": "Shared",
    }


def test_a_draft_for_a_region_moves_at_the_site_alone_that_moves(cast, now):
    porto = add_site(cast, cast.wave2, name="Porto", country="PT", time_zone="Europe/Lisbon")
    make_message(cast, now, **OFFSET, offset_days=-7)
    preview = asked(cast, now, site=porto.site)
    row = next(row for row in preview.moving if row.kind == "message")
    assert set(row.instants) == {porto.site_id}
    assert preview.people == 0


@pytest.mark.parametrize(
    ("to", "offset", "kind"),
    [
        (date(2027, 2, 15), -7, "holiday"),  # Monday 8 February: Spring Festival
        (date(2027, 1, 23), 0, "weekend"),
        (date(2026, 12, 28), -1, "year_end"),
        (date(2026, 11, 30), -7, "late"),
    ],
)
def test_conflicts_are_named(cast, now, to, offset, kind):
    make_message(cast, now, **OFFSET, offset_days=offset, latest_hours=1)
    assert kind in kinds(asked(cast, now, to=to))


def test_a_blackout_is_a_conflict(cast, now):
    BlackoutFactory(programme=cast.programme, first_on=date(2027, 1, 17), last_on=date(2027, 1, 20))
    make_message(cast, now, **OFFSET, offset_days=-7)
    (clash,) = asked(cast, now).clashes
    assert (clash.kind, clash.detail) == ("blackout", "Shanghai, delayed until Thu 21 Jan 2027")


def test_more_than_people_take_in_is_a_conflict(cast, now):
    for n in range(3):
        fixed = {"fixed_on": date(2027, 1, 26 + n), "is_urgent": False}
        make_message(cast, now, **fixed)
    (clash,) = asked(cast, now).clashes
    assert clash.words == "Up to 4 contacts per person in week 4, the limit is 3"
    assert clash.detail == "3 people"
    assert asked(cast, now, to=date(2027, 2, 1)).clashes == []


def test_a_room_that_is_taken_is_a_conflict(cast, now):
    here = {"site": cast.shanghai, "room": "Hall"}
    lines = make_lines(cast)
    make_event(cast, now, **here, held_on=date(2027, 1, 12), lines=lines)
    other = make_event(cast, now, **here, held_on=date(2027, 1, 19), lines=lines)
    assert "room" not in kinds(asked(cast, now, events=True))
    Event.objects.filter(pk=other.pk).update(held_on=date(2027, 1, 20))
    assert "room" not in kinds(asked(cast, now, events=True))
    # It is in the room on the day, and of another programme's audience: it stays.
    other.invitation.audience.waves.clear()
    Event.objects.filter(pk=other.pk).update(held_on=date(2027, 1, 19))
    assert "room" in kinds(asked(cast, now, events=True))


def make_lines(cast):
    from stakeholders.audiences.services.audience import Lines

    return Lines(waves=[cast.wave2])


def test_what_has_left_keeps_its_day_when_the_go_live_moves(cast, now, relay, as_user):
    early = make_message(cast, now, **OFFSET, offset_days=-49, texts={"en": ("Early", "Hello.")})
    early.audience.waves.add(cast.wave2)
    approve(cast, early, now)
    left = datetime(2026, 11, 30, 2, tzinfo=UTC)
    run(left)
    later = left + timedelta(hours=1)
    first = move_date(asked(cast, later).shift, cast.ines, later)
    (row,) = [row for row in asked(cast, later, to=NEXT).rows if row.title == "Early"]
    assert (row.before_on, row.tag) == (date(2026, 11, 30), "Sent")
    plans = named_plans(cast.programme, scope_of(cast.ines, cast.programme))
    there = [p for p in places_dated(cast.wave2, EVERYTHING) if p.wave_id == cast.wave2.pk]
    assert [slot.on for slot in planned_at(plans, there)] == [date(2026, 11, 30)]
    assert "30 Nov 2026" in as_user(cast.ines).get("/p/one-it/messages/").content.decode()
    second = move_date(asked(cast, later, to=NEXT).shift, cast.ines, later)
    undo_move(second, cast.ines, later)
    early.refresh_from_db()
    assert len(early.left_at) == 1, "the first move has kept it"
    undo_move(first, cast.ines, later)
    early.refresh_from_db()
    assert early.left_at == {}


def test_texts_that_name_the_old_date_are_found_in_each_language(cast, now):
    texts = {
        "en": ("Save the date", "It starts on 18 January."),
        "fr": ("La date", "Dès le lundi 18 janvier 2027."),
        "zh-hans": ("日期", "1月18日开始。"),
        "es": ("La fecha", "Pronto."),
    }
    message = make_message(cast, now, texts=texts, **OFFSET, offset_days=-7)
    assert [(t.language, t.named.words) for t in asked(cast, now).texts] == [
        ("en", "18 January"),
        ("fr", "lundi 18 janvier 2027"),
        ("zh-hans", "1月18日"),
    ]
    approve(cast, message, now)
    found = asked(cast, now).texts
    assert {one.is_approved for one in found} == {True}
    assert len(found) == 3
    assert asked(cast, now, wave=cast.wave2, to=None).texts == found


def tell(cast, now, body="It starts on {{ go_live_date }}."):
    texts = {"en": ("The date", body), "zh-hans": ("日期", "开始了。")}
    approve(cast, make_message(cast, now, texts=texts), now)
    run(now + timedelta(minutes=6))


def test_who_was_told_the_old_date_is_counted_by_the_language_they_got(cast, now, relay):
    english = Person.objects.filter(site=cast.shanghai).first()
    Person.objects.filter(pk=english.pk).update(language="en")
    tell(cast, now)
    preview = asked(cast, now + timedelta(hours=1))
    assert preview.told == {"en": 1}
    assert Telling(preview.shift, scope_of(cast.ines, cast.programme)).people().get() == english
    assert (
        asked(cast, now + timedelta(hours=1), wave=cast.wave2, site=cast.shanghai).told_count == 1
    )


def test_the_list_of_who_was_told_counts_the_same(cast, now, relay, as_user):
    Person.objects.filter(site=cast.shanghai).update(language="en")
    tell(cast, now, "It starts on 18 January 2027.")
    client = as_user(cast.ines)
    page = client.get(url_of(cast) + "?to=2027-01-25").content.decode()
    assert 'data-count="3"' in page
    assert "3 people were told 18 Jan 2027" in page
    listed = client.get(url_of(cast) + "told/?to=2027-01-25").content.decode()
    assert 'data-total="3"' in listed
    assert listed.count('<th scope="row">') == 3
    assert "3 people were told 18 Jan 2027" in listed


def test_a_region_reads_which_of_its_own_people_were_told(cast, now, relay, as_user):
    madrid = place(cast.wave2, SiteFactory(name="Madrid", region=cast.iberia)).site
    ours, moved = PersonFactory.create_batch(2, site=madrid)
    theirs = PersonFactory(site=cast.shanghai)
    tell(cast, now)
    Person.objects.filter(pk=moved.pk).update(site=cast.shanghai)
    listed = as_user(cast.rosa).get(url_of(cast) + "told/").content.decode()
    assert str(ours) in listed
    assert 'data-total="1"' in listed
    assert [one for one in (moved, theirs) if str(one) in listed] == []


def test_who_was_told_an_earlier_date_is_told_another_until_corrected(cast, now, relay):
    Person.objects.filter(site=cast.shanghai).update(language="en")
    tell(cast, now)
    later = now + timedelta(hours=1)
    first = asked(cast, later).shift
    move_date(first, cast.ines, later)
    assert asked(cast, later, to=NEXT).told_count == 3
    assert asked(cast, later, to=first.before_on).told_count == 0, "they know this one"
    tell(cast, later)
    after = later + timedelta(hours=1)
    assert asked(cast, after, to=NEXT).told_count == 3
    back = move_date(asked(cast, after, to=first.before_on).shift, cast.ines, after)
    assert asked(cast, after, to=first.after_on).told_count == 0, "the last email said it"
    assert asked(cast, after, to=NEXT).told_count == 3
    assert back.before_on == first.after_on


def test_each_earlier_date_says_how_many_were_told_it(cast, now, relay, as_user):
    Person.objects.filter(site=cast.shanghai).update(language="en")
    tell(cast, now)
    later = now + timedelta(hours=1)
    move_date(asked(cast, later).shift, cast.ines, later)
    english = Person.objects.filter(site=cast.shanghai).first()
    others = Person.objects.filter(site=cast.shanghai).exclude(pk=english.pk)
    others.update(language="zh-hans")
    tell(cast, later)
    preview = asked(cast, later + timedelta(hours=1), to=NEXT, correction=True)
    assert preview.told_on == {MONDAY: 2, LATER: 1}
    assert sum(preview.told_on.values()) == preview.told_count
    client, query = as_user(cast.ines), f"?to={NEXT}"
    for page in (url_of(cast) + query, f"{url_of(cast)}told/{query}"):
        shown = client.get(page).content.decode()
        assert "3 people were told earlier dates" in shown
        assert "2 people were last told 18 Jan 2027" in shown
        assert "1 person was last told 25 Jan 2027" in shown
        assert len(marks_of(client, page).figures) >= 2
        assert differences(client, page) == []
    listed = client.get(f"{url_of(cast)}told/{query}&on={LATER}").content.decode()
    assert "1 person was told 25 Jan 2027" in listed
    assert str(english) in listed
    assert client.get(f"{url_of(cast)}told/{query}&on=monday").status_code == 404
    move = move_date(preview.shift, cast.ines, later + timedelta(hours=1), "", preview.wishes)
    draft = Message.objects.get(pk=move.kept["correction"]["message"])
    assert "Mon 1 Feb 2027, not Mon 18 Jan 2027 and Mon 25 Jan 2027" in draft.purpose


def applied(cast, now, **wishes):
    preview = asked(cast, now, **wishes)
    return preview, move_date(preview.shift, cast.ines, now, "The line is late.", preview.wishes)


def test_a_move_that_was_sent_before_is_found_in_view_alone(cast, now):
    _preview, move = applied(cast, now)
    move.kept["seen"] = "a preview"
    move.save()
    again = asked(cast, now).shift
    mine = scope_of(cast.ines, cast.programme)
    assert move_seen(again, "a preview", mine) == move
    assert move_seen(again, "a preview", replace(mine, programme=cast.programme.pk + 1)) is None
    assert move_seen(again, "another", mine) is None


def test_a_move_stands_in_the_trail_with_before_after_and_why(cast, now):
    _preview, move = applied(cast, now)
    entry = LogEntry.objects.get_for_object(cast.wave2).get()
    assert entry.changes_dict["go_live_on"] == ["2027-01-18", "2027-01-25"]
    assert entry.additional_data["why"] == "The line is late."
    assert (entry.actor, entry.additional_data["move"]) == (cast.ines, move.pk)
    undo_move(move, cast.ines, now)
    last = LogEntry.objects.get_for_object(cast.wave2).order_by("pk").last()
    assert last.changes_dict["go_live_on"] == ["2027-01-25", "2027-01-18"]


def test_what_moved_along_stands_in_the_trail_too(cast, now, relay, as_user):
    Person.objects.filter(site=cast.shanghai).update(language="en")
    tell(cast, now)
    plan = make_message(cast, now, fixed_on=None, offset_days=-7, texts={"en": ("Get ready", "x")})
    approve(cast, plan, now)
    later = now + timedelta(hours=1)
    _preview, move = applied(cast, later, correction=True)
    draft = Message.objects.get(pk=move.kept["correction"]["message"])
    entries = LogEntry.objects.get_for_object(cast.wave2).order_by("pk")
    told = entries.last().changes_dict
    assert told["correction"] == ["", draft.title]
    before, after = told["moved_message"]
    assert (before.count("2027-01-11"), after.count("2027-01-18")) == (1, 1)
    page = as_user(cast.dora).get("/p/one-it/audit/").content.decode()
    assert "Messages moved" in page
    assert ": Mon 18 Jan 2027" in page
    undo_move(move, cast.ines, later)
    back = entries.last().changes_dict
    assert back["correction"] == [draft.title, ""]
    assert back["moved_message"] == [after, before]


def test_a_correction_is_a_draft_for_exactly_those_who_were_told(cast, now, relay):
    Person.objects.filter(site=cast.shanghai).update(language="en")
    tell(cast, now)
    later = now + timedelta(hours=1)
    before = Message.objects.count()
    _preview, move = applied(cast, later, correction=True)
    message = Message.objects.get(pk=move.kept["correction"]["message"])
    assert set(message.audience.people()) == set(Person.objects.filter(site=cast.shanghai))
    assert not message.approvals.exists()
    assert "{{ go_live_date }}" in message.subject_en
    assert message.stage == "go_live"
    run(later + timedelta(days=5))
    assert not Delivery.objects.filter(dispatch__message=message).exists()
    undo_move(move, cast.ines, later)
    assert Message.objects.count() == before
    assert not Audience.objects.filter(pk=move.kept["correction"]["audience"]).exists()


def test_a_correction_that_somebody_has_worked_on_outlives_the_undo(cast, now, relay):
    Person.objects.filter(site=cast.shanghai).update(language="en")
    tell(cast, now)
    later = now + timedelta(hours=1)
    _preview, move = applied(cast, later, correction=True)
    message = Message.objects.get(pk=move.kept["correction"]["message"])
    write_ready(
        message, "en", "A new date", "It is later.", cast.ines, later + timedelta(minutes=1)
    )
    undo_move(move, cast.ines, later + timedelta(minutes=2))
    message.refresh_from_db()
    assert (message.subject, message.audience.follows_id) == (
        "A new date",
        move.kept["correction"]["audience"],
    )


def test_nobody_told_means_no_correction(cast, now):
    _preview, move = applied(cast, now, correction=True)
    assert "correction" not in move.kept


def test_what_went_out_since_stands_in_the_way_of_undoing(cast, now, relay):
    approve(cast, make_message(cast, now, **OFFSET, offset_days=-7), now)
    _preview, move = applied(cast, now)
    run(datetime(2027, 1, 18, 2, 0, tzinfo=UTC))
    assert Delivery.objects.filter(state="sent").count() == 3
    with pytest.raises(ValidationError, match="3 messages have been sent since"):
        undo_move(move, cast.ines, datetime(2027, 1, 18, 3, 0, tzinfo=UTC))
    assert Wave.objects.get(pk=cast.wave2.pk).go_live_on == LATER


def test_the_latest_move_is_undone_first_and_once(cast, now):
    _preview, first = applied(cast, now)
    second = move_date(asked(cast, now, to=date(2027, 2, 1)).shift, cast.ines, now)
    with pytest.raises(ValidationError, match="latest move first"):
        undo_move(first, cast.ines, now)
    undo_move(second, cast.ines, now)
    undo_move(first, cast.ines, now)
    with pytest.raises(ValidationError, match="already been undone"):
        undo_move(first, cast.ines, now)
    assert Wave.objects.get(pk=cast.wave2.pk).go_live_on == MONDAY


def test_a_site_gets_its_own_date_and_its_waves_again(cast, now):
    shift = asked(cast, now, site=cast.shanghai).shift
    move = move_date(shift, cast.ines, now)
    place = cast.wave2.wave_sites.get()
    assert (place.own_go_live_on, cast.wave2.go_live_on) == (LATER, MONDAY)
    back = move_date(asked(cast, now, site=cast.shanghai, to=None).shift, cast.ines, now)
    assert cast.wave2.wave_sites.get().own_go_live_on is None
    undo_move(back, cast.ines, now)
    undo_move(move, cast.ines, now)
    assert cast.wave2.wave_sites.get().own_go_live_on is None


def test_events_move_where_that_is_chosen_and_come_back(cast, now):
    event = make_event(
        cast,
        now,
        site=cast.shanghai,
        held_on=date(2027, 1, 12),
        invite_on=date(2027, 1, 4),
        lines=make_lines(cast),
    )
    assert stays(asked(cast, now))["One IT Day"] == "Event"
    before = everything(event)
    seat(event, now, 1)
    preview, move = applied(cast, now, events=True)
    assert ("event", "One IT Day") in moving(preview)
    event.refresh_from_db()
    assert event.held_on == date(2027, 1, 19)
    assert event.invitation.fixed_on == date(2027, 1, 11)
    assert event.reminder.fixed_on == date(2027, 1, 17)
    assert EventMail.objects.filter(kind="moved").count() == 1
    undo_move(move, cast.ines, now)
    assert everything(event) == before
    assert not EventMail.objects.filter(kind="moved").exists()


def everything(event):
    event = Event.objects.get(pk=event.pk)
    days = [(m.fixed_on, m.latest_hours) for m in (event.invitation, event.reminder)]
    return event.held_on, event.sequence, days


def test_who_was_told_of_a_moved_event_keeps_the_move(cast, now):
    where = {"site": cast.shanghai, "held_on": date(2027, 1, 12), "lines": make_lines(cast)}
    event = make_event(cast, now, invite_on=date(2027, 1, 4), **where)
    seat(event, now, 1)
    _preview, move = applied(cast, now, events=True)
    EventMail.objects.filter(kind="moved").update(state="sent", ended_at=now)
    with pytest.raises(ValidationError, match="1 message has been sent since"):
        undo_move(move, cast.ines, now)


def test_of_a_live_wave_only_hand_over_and_surveys_move(cast, now, as_user):
    plan.hand_over(cast.wave1, date(2027, 1, 11), now)
    make_message(cast, now, **OFFSET, offset_days=30, waves=[cast.wave1])
    survey = make_survey(cast, now, offset_days=35, waves=[cast.wave1])
    preview = asked(cast, now, wave=cast.wave1, to=date(2027, 1, 18))
    assert [row.kind for row in preview.moving] == ["survey", "hand_over"]
    move = move_date(preview.shift, cast.ines, now, "", preview.wishes)
    offset = lambda: Survey.objects.get(pk=survey.pk).invitation.offset_days  # noqa: E731
    assert offset() == 42
    assert Wave.objects.get(pk=cast.wave1.pk).handed_over_on == date(2027, 1, 18)
    undo_move(move, cast.ines, now)
    assert offset() == 35
    wave = Wave.objects.get(pk=cast.wave1.pk)
    assert (wave.handed_over_on, wave.go_live_on) == (date(2027, 1, 11), date(2026, 11, 9))
    page = as_user(cast.ines).get(url_of(cast, cast.wave1)).content.decode()
    assert "Only its hand-over and surveys can still be moved." in page


def test_a_plan_that_changed_since_is_shown_before_anything_moves(cast, as_user):
    client, now = as_user(cast.ines), NOW
    message = make_message(cast, now, **OFFSET, offset_days=-7)
    seen = client.get(url_of(cast) + "?to=2027-01-25").context["preview"].fingerprint
    message.offset_days = -14
    message.save()
    sent = {"to": "2027-01-25", "seen": seen, "why": "The line is late."}
    answer = client.post(url_of(cast), sent)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "The plan has changed since you opened this page." in page
    assert 'value="The line is late."' in page
    assert not Move.objects.exists()
    sent["seen"] = answer.context["preview"].fingerprint
    page = client.post(url_of(cast), sent, follow=True).content.decode()
    assert "Wave 2 goes live on Mon 25 Jan 2027." in page
    assert f"/p/one-it/moves/{Move.objects.get().pk}/undo/" in page


def sent_form(client, cast, to=LATER):
    seen = client.get(url_of(cast), {"to": str(to)}).context["preview"].fingerprint
    return {"to": str(to), "seen": seen, "why": "The line is late."}


def test_a_form_that_is_sent_twice_says_that_it_has_moved(cast, as_user):
    client = as_user(cast.ines)
    sent = sent_form(client, cast)
    first = client.post(url_of(cast), sent)
    again = client.post(url_of(cast), sent)
    assert again["Location"] == first["Location"]
    page = client.get(again["Location"]).content.decode()
    assert "This move has already been made. Wave 2 goes live on Mon 25 Jan 2027." in page
    move = Move.objects.get()
    assert f"/p/one-it/moves/{move.pk}/undo/" in page
    client.post(f"/p/one-it/moves/{move.pk}/undo/")
    undone = client.post(url_of(cast), sent, follow=True).content.decode()
    assert "Wave 2 goes live on Mon 25 Jan 2027." in undone, "from the same plan it may move again"
    assert Move.objects.count() == 2


def test_a_form_sent_again_once_its_move_cannot_be_undone_says_why(cast, as_user, now):
    client = as_user(cast.ines)
    sent = sent_form(client, cast)
    client.post(url_of(cast), sent)
    move_date(asked(cast, now, to=NEXT).shift, cast.ines, now)
    moved_on = client.post(url_of(cast), sent)
    assert "The plan has changed since you opened this page." in moved_on.content.decode()
    undo_move(Move.objects.order_by("pk").last(), cast.ines, now)
    page = client.post(url_of(cast), sent, follow=True).content.decode()
    assert "This move has already been made." in page


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_move_once(cast, as_user):
    clients = [as_user(cast.ines), as_user(cast.ines)]
    sent = sent_form(clients[0], cast)
    found = at_once([lambda one=one: one.post(url_of(cast), sent) for one in clients])
    assert [answer.status_code for answer in found] == [302, 302]
    assert Move.objects.count() == 1


def test_a_move_needs_a_reason(cast, as_user):
    client = as_user(cast.ines)
    seen = client.get(url_of(cast) + "?to=2027-01-25").context["preview"].fingerprint
    for why in ({}, {"why": "  "}):
        answer = client.post(url_of(cast), {"to": "2027-01-25", "seen": seen, **why})
        page = answer.content.decode()
        assert "Enter a reason, such as “The plant is closed that week”." in page
        assert f'name="seen" value="{seen}"' in page
    assert not Move.objects.exists()


@pytest.mark.parametrize(
    ("typed", "words"),
    [("31 Feb 2027", "This date does not exist."), ("18 Jan 2037", "The programme runs from")],
)
def test_a_wrong_date_is_kept_and_answered(cast, as_user, typed, words):
    page = as_user(cast.ines).get(url_of(cast), {"to": typed}).content.decode()
    assert words in page
    assert f'value="{typed}"' in page
    assert 'id="apply"' not in page


def test_a_get_writes_nothing(cast, as_user):
    client = as_user(cast.ines)
    client.get(url_of(cast))
    with CaptureQueriesContext(connection) as captured:
        client.get(url_of(cast) + "?to=2027-01-25&events=on")
    assert not [q for q in captured if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]


@pytest.mark.parametrize("many", [1, 4])
def test_the_preview_needs_the_same_queries_for_one_and_four(
    cast, as_user, now, many, django_assert_num_queries
):
    for n in range(many):
        make_message(cast, now, **OFFSET, offset_days=-7 - n)
        place = {"site": cast.shanghai, "lines": make_lines(cast)}
        make_event(cast, now, held_on=date(2027, 1, 12 + n), invite_on=date(2027, 1, 4), **place)
        make_survey(cast, now, offset_days=14 + n, waves=[cast.wave2])
        ServiceFactory(programme=cast.programme)
        add_site(cast, cast.wave2, name=f"Porto {n}", country="PT")
    client = as_user(cast.ines)
    client.get(url_of(cast) + "?to=2027-01-25&events=on")
    with django_assert_num_queries(40):
        client.get(url_of(cast) + "?to=2027-01-25&events=on")


def test_the_wave_form_leads_another_date_to_the_preview(cast, as_user):
    client = as_user(cast.ines)
    url = f"/p/one-it/setup/waves/{cast.wave2.pk}/"
    sent = {"name": "Spring", "go_live_on": "25 Jan 2027", "sites": [cast.shanghai.pk]}
    assert client.post(url, sent).url == url_of(cast) + "?to=2027-01-25"
    wave = Wave.objects.get(pk=cast.wave2.pk)
    assert (wave.name, wave.go_live_on) == ("Spring", MONDAY)
    page = client.get(url_of(cast) + "?to=2027-01-25").content.decode()
    assert "Saved, except for the changes in this preview." in page
    assert "Nothing has moved yet." in page
    client.post(url, sent)
    assert "Saved, except" not in client.get(url_of(cast)).content.decode()


def test_the_table_leads_a_typed_date_to_the_preview(cast, as_user):
    page = as_user(cast.ines).get("/p/one-it/setup/").content.decode()
    assert f'<form method="get" action="{url_of(cast)}">' in page


def test_a_wave_of_another_programme_is_not_found(cast, as_user):
    assert as_user(cast.ines).get(url_of(cast, WaveFactory())).status_code == 404


def test_the_page_shows_earlier_moves_and_why_the_last_cannot_be_undone(cast, as_user, now):
    _preview, move = applied(cast, now)
    client = as_user(cast.ines)
    page = client.get(url_of(cast)).content.decode()
    assert "“The line is late.”" in page
    assert "Undo move" in page
    client.post(f"/p/one-it/moves/{move.pk}/undo/")
    assert Wave.objects.get(pk=cast.wave2.pk).go_live_on == MONDAY
    page = client.get(url_of(cast)).content.decode()
    assert "undone by Ines Test" in page
    assert "Undo move" not in page


def test_the_history_of_moves_keeps_the_space_before_a_french_colon(cast, as_user, now):
    applied(cast, now)
    cast.ines.language = "fr"
    cast.ines.save()
    page = as_user(cast.ines).get(url_of(cast)).content.decode()
    found = re.search(r"Mise en service(\W*?): ", page)
    assert found
    assert found[1] in ("\u00a0", "\u202f")


def test_planned_slots_are_those_of_the_preview(cast, now):
    make_message(cast, now, **OFFSET, offset_days=-7)
    preview, _move = applied(cast, now)
    scope = scope_of(cast.ines, cast.programme)
    slots = planned_at(named_plans(cast.programme, scope), places_dated(cast.wave2, scope))
    dues = {slot.wave_site.site_id: slot.due.at for slot in slots}
    row = next(row for row in preview.moving if row.kind == "message")
    assert {site: then for site, (_was, then) in row.instants.items()} == {
        cast.shanghai.pk: dues[cast.shanghai.pk]
    }


def test_every_button_keeps_all_that_was_typed(cast, as_user, relay, now):
    Person.objects.filter(site=cast.shanghai).update(language="en")
    tell(cast, now)
    client, url = as_user(cast.ines), url_of(cast)
    assert client.get(url, {"to": "2027-01-25"}).context["wants_correction"]
    typed = {
        "site": "",
        "to": "1 Feb 2027",
        "events": "on",
        "event-7": "keep",
        "why": "It’s late & “so”",
    }
    for correction in ({}, {"correction": "on"}):
        answer = client.post(url, typed | correction, follow=True)
        assert answer.redirect_chain[0][0].endswith("#id_to")
        assert answer.context["shift"].after_on == NEXT
        assert answer.context["preview"].wishes.events
        assert answer.context["preview"].wishes.choices == {"event-7": "keep"}
        assert answer.context["why"] == typed["why"]
        assert answer.context["wants_correction"] is bool(correction)
        shown = answer.content.decode()
        assert 'name="to" value="2027-01-25">1 week earlier' in shown
        assert 'name="to" value="2027-02-08">1 week later' in shown
    assert not Move.objects.exists()


def test_a_mistyped_date_loses_nothing_and_shows_no_figures(cast, as_user, relay, now):
    Person.objects.filter(site=cast.shanghai).update(language="en")
    tell(cast, now)
    client, url = as_user(cast.ines), url_of(cast)
    page = client.post(url, {"to": "blah", "why": "Late", "correction": "on"}, follow=True)
    shown = page.content.decode()
    assert 'value="blah"' in shown
    assert page.context["form"].errors["to"]
    for words in ("No conflicts", "date moves", "dates move", "were told"):
        assert words not in shown
    for name, value in (("why", "Late"), ("wanted_correction", "on")):
        assert f'<input type="hidden" name="{name}" value="{value}">' in shown
    right = {"to": "2027-01-25", "why": "Late", "wanted_correction": "on"}
    again = client.post(url, right, follow=True)
    assert (again.context["why"], again.context["wants_correction"]) == ("Late", True)
    del right["wanted_correction"]
    assert not client.post(url, right, follow=True).context["wants_correction"]


def test_the_reason_is_marked_as_required(cast, as_user):
    page = as_user(cast.ines).get(url_of(cast), {"to": "2027-01-25"}).content.decode()
    assert 'Reason<span class="asteriskField">*</span>' in page


def test_a_holiday_is_named_before_a_weekend(cast, now, as_user):
    add_site(cast, cast.wave2, name="Porto", country="PT")
    dubai = add_site(cast, cast.wave2, name="Amman", country="PT")
    type(dubai.site).objects.filter(pk=dubai.site_id).update(weekend_days="56")
    row = next(row for row in asked(cast, now, to=date(2027, 1, 1)).rows if row.kind == "go_live")
    assert [clash.kind for clash in row.clashes][:2] == ["holiday", "weekend"]
    assert (row.clashes[1].detail, "Amman" in row.clashes[0].detail) == ("Amman", True)
    page = as_user(cast.ines).get(url_of(cast), {"to": "2027-01-01"}).content.decode()
    assert "Holiday and weekend, see 1, 2" in page


def test_a_correction_of_an_earlier_move_is_named_before_it_is_joined(cast, now, relay, as_user):
    Person.objects.filter(site=cast.shanghai).update(language="en")
    tell(cast, now)
    _preview, move = applied(cast, now + timedelta(hours=1), correction=True)
    draft = Message.objects.get(pk=move.kept["correction"]["message"])
    client, query = as_user(cast.ines), {"to": str(NEXT)}
    answer = client.get(url_of(cast), query)
    assert f'<a href="/p/one-it/messages/{draft.pk}/">Show draft</a>' in answer.content.decode()
    assert "Add them to the draft correction" in answer.content.decode()
    assert answer.context["wants_correction"]
    [row] = [row for row in answer.context["preview"].staying if row.pk == draft.pk]
    assert row.stays.startswith("Fixed date, ")
    assert "other sites" not in row.stays
    write_lines(draft.audience, Lines(sites=[cast.shanghai]), now)
    other = client.get(url_of(cast), query)
    assert "Draft a correction for them" in other.content.decode(), "somebody chose its people"
    assert not other.context["wants_correction"]
    draft.delete()
    assert client.get(url_of(cast), query).context["wants_correction"]


def told_twice(cast, now):
    """Let two people hear the first date and one the second; return both drafting moves."""
    Person.objects.filter(site=cast.shanghai).update(language="en")
    tell(cast, now)
    later = now + timedelta(hours=1)
    _preview, first = applied(cast, later, correction=True)
    heard = Person.objects.filter(site=cast.shanghai).first()
    Person.objects.filter(site=cast.shanghai).exclude(pk=heard.pk).update(language="zh-hans")
    newcomer = PersonFactory(site=cast.shanghai, language="en")
    tell(cast, later)
    return first, newcomer, later + timedelta(hours=1)


def test_who_was_told_either_date_gets_one_correction(cast, now, relay, as_user, wait):
    first, newcomer, later = told_twice(cast, now)
    wait(hours=2)
    draft = Message.objects.get(pk=first.kept["correction"]["message"])
    before = set(draft.audience.people())
    assert newcomer not in before
    client, url = as_user(cast.ines), url_of(cast)
    page = client.get(url, {"to": str(NEXT)})
    sent = {"to": str(NEXT), "why": "Later again", "correction": "on"}
    sent["seen"] = page.context["preview"].fingerprint
    client.post(url, sent)
    move = Move.objects.order_by("pk").last()
    corrections = Message.objects.filter(purpose__startswith="Correct the go-live")
    assert [one.pk for one in corrections] == [draft.pk], "one draft"
    draft.refresh_from_db()
    assert set(Message.objects.get(pk=draft.pk).audience.people()) == before | {newcomer}
    assert "Mon 1 Feb 2027, not Mon 18 Jan 2027 and Mon 25 Jan 2027" in draft.purpose
    undo_move(move, cast.ines, later)
    back = Message.objects.get(pk=draft.pk)
    assert set(back.audience.people()) == before
    assert "Mon 25 Jan 2027, not Mon 18 Jan 2027" in back.purpose
    assert not Audience.objects.filter(pk=move.kept["correction"]["audience"]).exists()


def test_a_move_back_says_that_the_correction_is_no_longer_needed(cast, now, relay, as_user):
    Person.objects.filter(site=cast.shanghai).update(language="en")
    tell(cast, now)
    _preview, move = applied(cast, now + timedelta(hours=1), correction=True)
    client, title = as_user(cast.ines), "A correction is no longer needed"
    back = client.get(url_of(cast), {"to": str(MONDAY)}).content.decode()
    assert title in back
    draft = move.kept["correction"]["message"]
    assert f'<a href="/p/one-it/messages/{draft}/">Show draft</a>' in back
    assert title not in client.get(url_of(cast), {"to": str(NEXT)}).content.decode()
    porto = add_site(cast, cast.wave2, name="Porto", country="PT")
    people = Message.objects.get(pk=draft).audience.people()
    Person.objects.filter(pk=people.first().pk).update(site=porto.site)
    site = WaveSite.objects.get(site=cast.shanghai).pk
    kept = client.get(url_of(cast), {"to": str(MONDAY), "site": site}).content.decode()
    assert title not in kept, "somebody elsewhere still has to hear the new date"


def test_a_draft_keeps_its_people_at_sites_that_do_not_move_again(cast, now, relay):
    Person.objects.filter(site=cast.shanghai).update(language="en")
    tell(cast, now)
    later = now + timedelta(hours=1)
    porto = add_site(cast, cast.wave2, name="Porto", country="PT")
    _preview, first = applied(cast, later, correction=True)
    away = Person.objects.filter(site=cast.shanghai).first()
    Person.objects.filter(pk=away.pk).update(site=porto.site)
    preview = asked(cast, later, to=NEXT, site=cast.shanghai, correction=True)
    move_date(preview.shift, cast.ines, later, "x", preview.wishes)
    draft = Message.objects.get(pk=first.kept["correction"]["message"])
    assert away in draft.audience.people()
    assert draft.audience.people().count() == 3


def test_no_preview_is_asked_for_a_site_of_somebody_else(cast, as_user):
    other = WaveSite.objects.get(site=cast.shanghai)
    url = f"/p/one-it/waves/{cast.wave1.pk}/move/"
    typed = {"to": "2027-01-25", "site": str(other.pk), "why": "x"}
    assert as_user(cast.ines).post(url, typed).status_code == 404
