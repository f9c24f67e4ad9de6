"""What is chosen about a conflict, and which texts a move leaves to be corrected."""

from datetime import date, time

import pytest
from django.core.exceptions import ValidationError

from communications.approvals.services.approval import ask
from events.models import Event
from onelift.dashboards.moves.queries.overtaken import overtaken_texts
from programmes.models import Move, Service, TextState
from programmes.queries.texts import states_of
from programmes.services.move import move_date, undo_move
from programmes.services.texts import confirm_unchanged, mark, write_text
from tests.clock import NOW
from tests.communications.making import approve, make_message
from tests.dashboards.test_moves import applied, asked, make_lines, moving, url_of
from tests.events.making import make_event
from tests.factories import BlackoutFactory, ServiceFactory

OFFSET = {"fixed_on": None, "is_urgent": False, "local_time": time(9), "offset_days": -7}
NAMES = {
    "en": ("The desk", "It opens on 18 January 2027."),
    "es": ("El centro", "Abre el 18 de enero de 2027."),
    "zh-hans": ("服务台", "很快开放。"),
}
OLD, LATER = date(2027, 1, 12), date(2027, 1, 19)


@pytest.fixture
def event(cast, now):
    lines = make_lines(cast)
    made = make_event(cast, now, site=cast.shanghai, held_on=OLD, lines=lines)
    BlackoutFactory(programme=cast.programme, first_on=LATER, last_on=LATER)
    return made


def choice(preview):
    [row] = preview.choices
    return row.choice


def test_an_event_in_the_way_of_something_may_keep_its_day(cast, now, event):
    assert not asked(cast, now).choices
    found = choice(asked(cast, now, events=True))
    assert [words for _value, words in found.options] == [
        "Move to Tue 19 Jan 2027",
        "Keep Tue 12 Jan 2027",
    ]
    assert found.chosen == "move"
    kept = asked(cast, now, events=True, choices={found.name: "keep"})
    assert choice(kept).chosen == "keep"
    assert ("event", "One IT Day") not in moving(kept)
    assert kept.fingerprint != asked(cast, now, events=True).fingerprint


def test_an_event_in_nobodys_way_is_no_question(cast, now):
    make_event(cast, now, site=cast.shanghai, held_on=OLD, lines=make_lines(cast))
    assert not asked(cast, now, events=True).choices


def test_the_choice_is_kept_with_the_move_and_undone_as_one(cast, now, event):
    other = make_event(cast, now, site=cast.shanghai, held_on=date(2027, 1, 13), room="Hall",
                       lines=make_lines(cast))  # fmt: skip
    name = f"event-{event.pk}"
    _preview, move = applied(cast, now, events=True, choices={name: "keep"})
    assert move.kept["choices"] == {name: "keep"}
    days = dict(Event.objects.values_list("pk", "held_on"))
    assert days == {event.pk: OLD, other.pk: date(2027, 1, 20)}
    undo_move(move, cast.ines, now)
    days = dict(Event.objects.values_list("pk", "held_on"))
    assert days == {event.pk: OLD, other.pk: date(2027, 1, 13)}


def test_the_page_asks_and_applies_what_was_chosen(cast, as_user, event):
    client, name = as_user(cast.ines), f"event-{event.pk}"
    query = {"to": "2027-01-25", "events": "on"}
    page = client.get(url_of(cast), query).content.decode()
    assert "Keep Tue 12 Jan 2027" in page
    assert "Move to Tue 19 Jan 2027" in page
    answer = client.get(url_of(cast), {**query, name: "keep"})
    assert f'<input type="hidden" name="{name}" value="keep">' in answer.content.decode()
    assert f"{name}=keep" in answer.context["told_query"]
    seen = answer.context["preview"].fingerprint
    query["why"] = "The line is late."
    assert client.post(url_of(cast), {**query, "seen": seen}).status_code == 200
    assert not Move.objects.exists()
    done = client.post(url_of(cast), {**query, name: "keep", "seen": seen})
    assert done.status_code == 302
    assert Event.objects.get().held_on == OLD
    assert Move.objects.get().kept["choices"] == {name: "keep"}


# Drafts


@pytest.fixture
def draft(cast, now):
    """A draft that would fall into a blackout of 17 to 20 January, and wait for the 21st."""
    BlackoutFactory(programme=cast.programme, first_on=date(2027, 1, 17), last_on=date(2027, 1, 20))
    return make_message(cast, now, waves=[cast.wave2], **OFFSET)


def test_a_draft_may_leave_before_a_blackout(cast, now, draft):
    found = choice(asked(cast, now))
    assert [words for _value, words in found.options] == [
        "Wait until Thu 21 Jan 2027",
        "Send earlier, on Fri 15 Jan 2027",
    ]
    chosen = asked(cast, now, choices={found.name: "earlier"})
    assert choice(chosen).chosen == "earlier"
    assert moving(chosen)["message", "Your new service desk"][1] == date(2027, 1, 15)
    assert not chosen.clashes


def test_the_days_of_a_draft_are_undone_with_the_move(cast, now, draft):
    _preview, move = applied(cast, now, choices={f"message-{draft.pk}": "earlier"})
    draft.refresh_from_db()
    assert draft.offset_days == -10
    undo_move(move, cast.ines, now)
    draft.refresh_from_db()
    assert draft.offset_days == -7


def test_a_draft_that_was_changed_since_keeps_the_move(cast, now, draft):
    _preview, move = applied(cast, now, choices={f"message-{draft.pk}": "earlier"})
    type(draft).objects.update(offset_days=-3)
    with pytest.raises(ValidationError, match="has changed since"):
        undo_move(move, cast.ines, now)


def test_what_waits_for_approval_or_is_shared_has_no_other_way(cast, now, draft):
    ask(draft, cast.ines, now)
    assert not asked(cast, now).choices
    make_message(cast, now, **OFFSET)
    assert not asked(cast, now).choices


def test_another_day_of_what_is_approved_is_drafted_for_a_new_approval(cast, now, draft):
    approval = approve(cast, draft, now)
    found = choice(asked(cast, now))
    assert [words for _value, words in found.options] == [
        "Wait until Thu 21 Jan 2027",
        "Draft an earlier date (Fri 15 Jan 2027) for a new approval",
        "Draft the original date (Mon 11 Jan 2027) for a new approval",
    ]
    assert found.chosen == "wait"
    for value, days in (("earlier", -10), ("keep", -14)):
        preview, move = applied(cast, now, choices={found.name: value})
        # What is approved goes out as it was approved until the new day is.
        assert moving(preview)["message", "Your new service desk"][1] == date(2027, 1, 21)
        draft.refresh_from_db()
        approval.refresh_from_db()
        assert draft.offset_days == days
        assert (approval.state, approval.frozen.schedule.offset_days) == ("approved", -7)
        assert ask(draft, cast.ines, now).frozen.schedule.offset_days == days
        draft.approvals.filter(state="waiting").delete()
        undo_move(move, cast.ines, now)
        draft.refresh_from_db()
        assert draft.offset_days == -7


def test_a_later_end_of_what_is_approved_is_drafted(cast, now):
    late = make_message(cast, now, waves=[cast.wave2], latest_hours=1, **OFFSET)
    approve(cast, late, now)
    to = date(2026, 11, 30)
    found = choice(asked(cast, now, to=to))
    assert [value for value, _words in found.options] == ["cancel", "extend", "keep"]
    preview = asked(cast, now, to=to, choices={found.name: "extend"})
    assert "miss its latest send time" in " ".join(one.words for one in preview.clashes)
    move_date(preview.shift, cast.ines, now, "", preview.wishes)
    late.refresh_from_db()
    assert late.latest_hours > 24


def test_a_draft_that_somebody_works_on_gets_no_other_day(cast, now, draft):
    approve(cast, draft, now)
    type(draft).objects.update(offset_days=-3)
    assert not asked(cast, now).choices


def test_a_draft_beyond_its_latest_send_time_may_be_sent_late(cast, now):
    late = make_message(cast, now, waves=[cast.wave2], latest_hours=1, **OFFSET)
    to = date(2026, 11, 30)
    found = choice(asked(cast, now, to=to))
    assert found.chosen == "cancel"
    assert [value for value, _words in found.options] == ["cancel", "extend"]
    extended = asked(cast, now, to=to, choices={found.name: "extend"})
    assert "miss its latest send time" not in " ".join(one.words for one in extended.clashes)
    move = move_date(extended.shift, cast.ines, now, "", extended.wishes)
    late.refresh_from_db()
    assert late.latest_hours > 24
    undo_move(move, cast.ines, now)
    late.refresh_from_db()
    assert late.latest_hours == 1


# Texts that name the old date


def states(message):
    found = states_of(message, ("subject", "body"), ["en", "es", "zh-hans"])
    return {code: one.state for code, one in found.items()}


def test_texts_that_name_the_old_date_are_out_of_date_until_undone(cast, now):
    message = make_message(cast, now, texts=NAMES, **OFFSET)
    before = list(TextState.objects.order_by("pk").values())
    assert states(message) == {"en": "review", "es": "review", "zh-hans": "review"}
    _preview, move = applied(cast, now)
    assert states(message) == {"en": "draft", "es": "stale", "zh-hans": "review"}
    undo_move(move, cast.ines, now)
    assert list(TextState.objects.order_by("pk").values()) == before


def test_what_was_approved_stays_approved(cast, now):
    message = make_message(cast, now, texts=NAMES, **OFFSET)
    approval = approve(cast, message, now)
    applied(cast, now)
    approval.refresh_from_db()
    assert approval.state == "approved"


def test_a_text_that_somebody_confirmed_or_wrote_since_keeps_its_state(cast, now):
    message = make_message(cast, now, texts=NAMES, **OFFSET)
    _preview, move = applied(cast, now)
    confirm_unchanged(message, "es", cast.nuria, now, fields=("subject", "body"))
    fields = {"subject": "The desk", "body": "It opens on 25 January 2027."}
    write_text(message, "en", fields, cast.ines, now)
    mark(message, "en", "review", cast.ines, now, fields=("subject", "body"))
    after = states(message)
    undo_move(move, cast.ines, now)
    assert states(message) == after


def test_the_list_of_texts_to_correct_shrinks_as_they_are_corrected(cast, now, as_user):
    message = make_message(cast, now, texts=NAMES, **OFFSET)
    ServiceFactory(programme=cast.programme, name_en="Desk", benefit_en="From 18 January 2027.")
    _preview, move = applied(cast, now)

    def listed():
        return {(one.kind, one.language) for one in overtaken_texts(move)}

    assert listed() == {("message", "en"), ("message", "es"), ("service", "en")}
    page = as_user(cast.ines).get(f"/p/one-it/moves/{move.pk}/texts/").content.decode()
    assert 'data-total="3"' in page
    assert "3 texts still mention 18 Jan 2027" in page.replace("January", "Jan")
    write_text(message, "es", {"subject": "El centro", "body": "Abre."}, cast.nuria, now)
    Service.objects.update(benefit_en="Soon.")
    assert listed() == {("message", "en")}


def test_applying_leads_to_the_texts(cast, as_user):

    make_message(cast, NOW, texts=NAMES, **OFFSET)
    client, query = as_user(cast.ines), {"to": "2027-01-25"}
    seen = client.get(url_of(cast), query).context["preview"].fingerprint
    sent = {**query, "seen": seen, "why": "The line is late."}
    page = client.post(url_of(cast), sent, follow=True).content.decode()
    address = f"/p/one-it/moves/{Move.objects.get().pk}/texts/"
    assert f'<a href="{address}">Show texts</a>' in page
    assert address in client.get(url_of(cast)).content.decode()
