"""What waits beside messages: needs, overrides, blackouts, and an event's mails as one."""

import html
import re
from datetime import timedelta

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import ValidationError

from communications.approvals.services import approval as approvals
from communications.approvals.services.question import answer, ask_back
from communications.dispatches.queries.slots import slots
from communications.models import Approval, Message
from onelift.dashboards.overview.queries.board import decisions_board
from onelift.dashboards.overview.queries.heads import missed_by_version
from programmes.design import formats
from programmes.models import Override, StreamUpdate
from programmes.models.stream import week_of
from programmes.queries.decisions import Asking, all_decided
from programmes.services.readiness import override_wave
from programmes.services.update import UpdateData, answer_need, send_update
from stakeholders.accounts.access import scope_of
from stakeholders.accounts.services.delegation import Absence, name_delegate
from stakeholders.models import Person, Persona
from tests.clock import NOW
from tests.communications.making import approve, make_message
from tests.events.making import TEXT, make_event
from tests.factories import BlackoutFactory, ProgrammeFactory, StreamFactory

DECISIONS, OVERVIEW = "/p/one-it/decisions/", "/p/one-it/overview/"
NEED = "Two more agents for the desk until the end of January, from the provider, please"


@pytest.fixture
def need(cast, now):
    stream = StreamFactory(programme=cast.programme, name="Desk")
    data = UpdateData("on", "on", need=NEED)
    return send_update(stream, week_of(now.date()), data, cast.tom, now)


@pytest.fixture
def override(cast, now):
    until = now.date() + timedelta(days=3)
    return override_wave(cast.wave2, "at_risk", "The pilot decides", until, cast.ines, now)


def board_of(cast, user, now, **query):
    asked = Asking(cast.programme, scope_of(user, cast.programme), now, query)
    return decisions_board(asked, user)


def kinds(cards):
    return [card.matter.kind for card in cards]


def text(answer):
    words = re.sub(r"<[^>]+>", " ", answer.content.decode().split("<main")[1])
    return " ".join(html.unescape(words).split())


def test_a_need_is_shown_in_full_and_answered_in_words(cast, need, now, as_user):
    claire = as_user(cast.claire)
    assert NEED in text(claire.get(DECISIONS))
    assert f"Asked on {formats.day(need.sent_at.date())}" in text(claire.get(DECISIONS))
    assert NEED in text(claire.get(OVERVIEW))
    data = {"answer": "They start on Monday.", "next": DECISIONS}
    page = claire.post(f"{DECISIONS}needs/{need.pk}/", data, follow=True)
    assert "Your answer is on the stream’s page." in text(page)
    need.refresh_from_db()
    assert (need.answer, need.answered_by, need.opened_by) == (
        "They start on Monday.",
        cast.claire,
        cast.claire,
    )
    assert board_of(cast, cast.claire, now).all == []
    assert "They start on Monday." in text(
        as_user(cast.ines).get(f"/p/one-it/people/streams/{need.stream_id}/")
    )
    entry = LogEntry.objects.get_for_object(need).get()
    assert entry.changes_dict == {"answer": ["", "They start on Monday."]}


def test_a_need_that_was_handed_over_waits_for_another(cast, need, now, as_user):
    claire, ines = as_user(cast.claire), as_user(cast.ines)
    assert ines.post(f"{DECISIONS}needs/{need.pk}/", {"answer": "Yes"}).status_code == 404
    claire.post(f"{DECISIONS}needs/{need.pk}/", {"handed_to": cast.ines.pk})
    page = text(claire.get(DECISIONS))
    assert "Waiting for an answer from Ines Test since" in page
    assert "decision for you to make" not in page
    board = board_of(cast, cast.claire, now)
    assert (board.mine, board.open) == ([], [])
    assert kinds(board_of(cast, cast.ines, now).mine) == ["need"]
    assert "0 decisions waiting" in text(claire.get(OVERVIEW))
    ines.post(f"{DECISIONS}needs/{need.pk}/", {"answer": "From Monday"})
    need.refresh_from_db()
    assert (need.answer, need.answered_by) == ("From Monday", cast.ines)


def test_who_asked_for_a_need_neither_answers_nor_gets_it(cast, need, now, as_user):
    with pytest.raises(ValidationError, match="Someone else must answer"):
        answer_need(need, "Yes", cast.tom, now)
    to = {"handed_to": cast.tom.pk}
    page = as_user(cast.claire).post(f"{DECISIONS}needs/{need.pk}/", to, follow=True)
    assert "Choose someone else." in text(page)
    page = as_user(cast.claire).post(f"{DECISIONS}needs/{need.pk}/", {}, follow=True)
    assert "Enter an answer, or choose who should give it." in text(page)
    assert StreamUpdate.objects.get().handed_to is None


def test_a_delegate_answers_a_need_for_the_cio(cast, need, now, as_user):
    days = Absence(now.date() - timedelta(days=1), now.date() + timedelta(days=1), "UTC")
    name_delegate(cast.programme, cast.claire, cast.ines, days, now)
    as_user(cast.ines).post(f"{DECISIONS}needs/{need.pk}/", {"answer": "Yes"})
    need.refresh_from_db()
    assert (need.answered_by, need.answered_for) == (cast.ines, cast.claire)
    entry = LogEntry.objects.get_for_object(need).get()
    assert entry.changes_dict["decided_for"] == ["", "Claire Test"]


def test_an_override_says_when_it_expires_and_is_renewed(cast, override, now, as_user):
    claire = as_user(cast.claire)
    page = text(claire.get(DECISIONS))
    assert "expires on" in page
    assert "The pilot decides" in page
    until = now.date() + timedelta(days=20)
    data = {"until_on": until.isoformat(), "renew": "1"}
    claire.post(f"{DECISIONS}overrides/{override.pk}/", data)
    assert Override.objects.in_force_on(now.date()).get().until_on == until
    assert board_of(cast, cast.claire, now).all == []


@pytest.mark.parametrize(("act", "in_force"), [("leave", 1), ("end", 0)])
def test_an_override_is_left_to_expire_or_ended(cast, override, now, as_user, act, in_force):
    as_user(cast.claire).post(f"{DECISIONS}overrides/{override.pk}/", {act: "1"})
    assert Override.objects.in_force_on(now.date()).count() == in_force
    assert board_of(cast, cast.claire, now).all == []


def test_an_override_far_from_its_end_asks_for_nothing(cast, now):
    until = now.date() + timedelta(days=8)
    override_wave(cast.wave2, "at_risk", "The pilot decides", until, cast.ines, now)
    assert board_of(cast, cast.claire, now).all == []


def test_a_blackout_asks_about_approved_messages_that_it_holds_back(cast, now, as_user):
    day = now.date() + timedelta(days=7)
    usual = {"fixed_on": day, "is_urgent": False}
    version = approve(cast, make_message(cast, now, **usual), now)
    assert board_of(cast, cast.claire, now).all == []
    span = {"first_on": day - timedelta(days=1), "last_on": day + timedelta(days=3)}
    blackout = BlackoutFactory(programme=cast.programme, region=None, name="Freeze", **span)
    claire = as_user(cast.claire)
    assert "“Freeze” is holding back approved messages" in text(claire.get(DECISIONS))
    (held,) = board_of(cast, cast.claire, now).mine[0].parts
    assert held.first_on > blackout.last_on
    sent = {"blackout": blackout.pk, "choice": "pass"}
    claire.post(f"/p/one-it/approvals/{version.pk}/blackout/", sent)
    assert board_of(cast, cast.claire, now).all == []
    first = min(slot.on for slot in slots(Approval.objects.standing()))
    assert first <= blackout.last_on
    sent["choice"] = "move"
    claire.post(f"/p/one-it/approvals/{version.pk}/blackout/", sent)
    assert min(slot.on for slot in slots(Approval.objects.standing())) > blackout.last_on
    said = [e.changes_dict for e in LogEntry.objects.get_for_object(version) if e.actor]
    assert sum("blackout" in changes for changes in said) == 2


def test_whom_email_misses_is_counted_in_view(cast, now):
    Persona.objects.create(
        programme=cast.programme, slug="paper", jobs=["Analyst"], channels=["poster"]
    )
    asked = approvals.ask(make_message(cast, now), cast.ines, now)
    everybody = {asked.message_id: Person.objects.all()}
    for user, count in ((cast.ines, 6), (cast.rosa, 3)):
        scope = scope_of(user, cast.programme)
        for parts in ({}, everybody):
            assert missed_by_version([asked], scope, parts) == {asked.pk: count}


def test_a_blackout_of_another_programme_decides_nothing(cast, now, as_user):
    day = now.date() + timedelta(days=7)
    version = approve(cast, make_message(cast, now, fixed_on=day, is_urgent=False), now)
    theirs = BlackoutFactory(programme=ProgrammeFactory(), first_on=day, last_on=day)
    sent = {"blackout": theirs.pk, "choice": "move"}
    page = as_user(cast.claire).post(
        f"/p/one-it/approvals/{version.pk}/blackout/", sent, follow=True
    )
    assert "Choose whether to move the message or send it anyway." in page.content.decode()
    version.refresh_from_db()
    assert version.blackouts == {}


def test_invitation_and_reminder_are_one_decision(cast, now, as_user):
    event = make_event(cast, now)
    both = [approvals.ask(m, cast.ines, now) for m in (event.invitation, event.reminder)]
    (card,) = board_of(cast, cast.claire, now).mine
    assert [part.approval for part in card.parts] == both
    claire = as_user(cast.claire)
    page = claire.get(DECISIONS)
    assert "1 decision for you to make" in text(page)
    assert "Invitation: " in text(page)
    assert "Reminder: " in text(page)
    seen = [f"{each.pk}:{each.fingerprint}" for each in both]
    page = claire.post(f"/p/one-it/approvals/{both[0].pk}/together/", {"seen": seen}, follow=True)
    assert "2 messages approved." in text(page)
    assert set(Approval.objects.values_list("state", flat=True)) == {"approved"}


def test_one_of_both_can_be_approved_alone_and_none_if_one_has_changed(cast, now, as_user):
    event = make_event(cast, now)
    both = [approvals.ask(m, cast.ines, now) for m in (event.invitation, event.reminder)]
    seen = [f"{both[0].pk}:{both[0].fingerprint}", f"{both[1].pk}:old"]
    claire = as_user(cast.claire)
    claire.post(f"/p/one-it/approvals/{both[0].pk}/together/", {"seen": seen})
    assert set(Approval.objects.values_list("state", flat=True)) == {"waiting"}
    data = {"fingerprint": both[1].fingerprint}
    claire.post(f"/p/one-it/approvals/{both[1].pk}/approve/", data)
    states = Approval.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["waiting", "approved"]


def test_what_was_asked_back_says_for_whom_it_waits_and_counts_for_them(cast, now, as_user):
    asked = approvals.ask(make_message(cast, now), cast.ines, now)
    claire, ines = as_user(cast.claire), as_user(cast.ines)
    assert "1 decision waiting" in text(claire.get(OVERVIEW))
    question = ask_back(asked, cast.claire, "Why?", now)
    page = text(claire.get(OVERVIEW))
    assert "0 decisions waiting" in page
    assert "1 decision is waiting for an answer from Ines Test." in page
    assert "0 decisions waiting" in text(ines.get(OVERVIEW))
    page = text(claire.get(DECISIONS))
    assert "Waiting for an answer from Ines Test since" in page
    assert "decision for you to make" not in page
    assert kinds(board_of(cast, cast.ines, now).mine) == ["message"]
    answer(question, cast.ines, "So", now)
    assert "1 decision waiting" in text(claire.get(OVERVIEW))
    assert board_of(cast, cast.ines, now).mine == []


@pytest.mark.parametrize("who", ["claire", "ines"])
def test_the_figure_of_the_overview_is_the_total_of_its_list(
    cast, need, override, now, as_user, who
):
    approvals.ask(make_message(cast, now), cast.ines, now)
    ask_back(approvals.ask(make_message(cast, now), cast.ines, now), cast.claire, "Why?", now)
    client = as_user(getattr(cast, who))
    page = client.get(OVERVIEW).content.decode()
    url, count = re.search(r'href="([^"]*decisions/\?for=\w+)"\s+data-count="(\d+)"', page).groups()
    assert re.findall(r'data-total="(\d+)"', client.get(url).content.decode()) == [count] == ["3"]


@pytest.mark.parametrize("many", [1, 3])
def test_the_number_of_queries_does_not_grow(cast, as_user, now, many, django_assert_num_queries):
    for n in range(many):
        stream = StreamFactory(programme=cast.programme, name=f"Stream {n}")
        data = UpdateData("on", "on", need=f"Need {n}")
        send_update(stream, week_of(now.date()), data, cast.tom, now)
        event = make_event(cast, now, text={**TEXT, "title": f"Meet-up {n}"})
        for message in (event.invitation, event.reminder):
            approvals.ask(message, cast.ines, now)
    client = as_user(cast.claire)
    client.get(DECISIONS)
    with django_assert_num_queries(42):
        client.get(DECISIONS)


def decided_rows(client):
    page = client.get(DECISIONS).content.decode()
    return page.split(">Decided<")[1].split("</section>")[0] if ">Decided<" in page else ""


def words(markup):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def lend_to_ines(cast, now):
    days = Absence(now.date() - timedelta(days=1), now.date() + timedelta(days=1), "UTC")
    name_delegate(cast.programme, cast.claire, cast.ines, days, now)


def test_an_answer_stands_in_the_history_with_who_and_for_whom(cast, need, now, as_user):
    lend_to_ines(cast, now)
    ines = as_user(cast.ines)
    ines.post(f"{DECISIONS}needs/{need.pk}/", {"answer": "From Monday"})
    assert "/undo/" not in decided_rows(as_user(cast.tom))
    rows = decided_rows(ines)
    assert f"Desk needs: {NEED}" in words(rows)
    assert "you for Claire Test From Monday Answered Undo" in words(rows)
    page = ines.post(f"{DECISIONS}needs/{need.pk}/undo/", follow=True)
    assert "Undone. The decision is open again." in text(page)
    need.refresh_from_db()
    assert (need.answer, need.answered_at, need.answered_by, need.answered_for) == (
        "",
        None,
        None,
        None,
    )
    assert decided_rows(ines) == ""
    assert kinds(board_of(cast, cast.claire, now).mine) == ["need"]


def test_an_answer_is_undone_by_its_author_within_five_minutes_only(cast, need, now, as_user):
    answer_need(need, "Yes", cast.claire, now - timedelta(minutes=6))
    claire = as_user(cast.claire)
    assert "Yes" in decided_rows(claire)
    assert "/undo/" not in decided_rows(claire)
    page = claire.post(f"{DECISIONS}needs/{need.pk}/undo/", follow=True)
    assert "This can no longer be undone" in text(page)
    StreamUpdate.objects.update(answered_at=now, answered_by=cast.ines)
    claire.post(f"{DECISIONS}needs/{need.pk}/undo/")
    assert StreamUpdate.objects.get().answer == "Yes"


@pytest.mark.parametrize(
    ("act", "word"), [("leave", "Left to expire"), ("end", "Override ended"), ("renew", "until")]
)
def test_what_became_of_an_override_is_in_the_history_and_undone(
    cast, override, now, as_user, wait, act, word
):
    claire = as_user(cast.claire)
    assert "Override of Wave 2" in words(decided_rows(claire))
    before = Override.objects.values().get()
    until = now.date() + timedelta(days=20)
    url = f"{DECISIONS}overrides/{override.pk}/"
    wait(minutes=1)
    claire.post(url, {act: "1", "until_on": until.isoformat()})
    rows = decided_rows(claire)
    assert word in words(rows)
    assert rows.count("/undo/") == 1
    assert board_of(cast, cast.claire, now).all == []
    undo = re.search(r'action="([^"]*overrides/\d+/undo/)"', rows)[1]
    page = claire.post(undo, follow=True)
    assert "Undone. The decision is open again." in text(page)
    assert Override.objects.values().get() == before
    assert kinds(board_of(cast, cast.claire, now).all) == ["override"]
    assert "Undo" not in words(decided_rows(claire))
    assert "This can no longer be undone" in text(claire.post(url + "undo/", follow=True))


def test_an_override_that_another_replaces_says_when_and_the_trail_too(
    cast, override, now, as_user
):
    claire, later = as_user(cast.claire), now.date() + timedelta(days=20)
    standing = f"At risk until {formats.day(override.until_on)}"
    assert standing in words(decided_rows(claire))
    new = override_wave(cast.wave2, "off_track", "Worse", later, cast.claire, NOW)
    rows = words(decided_rows(claire))
    assert f"At risk, replaced on {formats.day(now.date())}" in rows
    assert f"Off track until {formats.day(later)}" in rows
    assert standing not in rows
    claire.post(f"{DECISIONS}overrides/{new.pk}/undo/")
    assert standing in words(decided_rows(claire))
    noted = LogEntry.objects.get_for_object(override).order_by("pk")
    told = [(entry.actor, entry.changes_dict["verdict"]) for entry in noted]
    assert told == [
        (cast.ines, ["", "at_risk"]),
        (cast.claire, ["at_risk", ""]),
        (cast.claire, ["", "at_risk"]),
    ]


def test_an_override_that_had_expired_was_not_cut_short_by_the_next(cast, now):
    day = now.date() - timedelta(days=1)
    old = override_wave(cast.wave2, "at_risk", "Pilot", day, cast.ines, now - timedelta(days=3))
    override_wave(cast.wave2, "at_risk", "Pilot", now.date(), cast.ines, now)
    assert LogEntry.objects.get_for_object(old).count() == 1
    asked = Asking(cast.programme, scope_of(cast.claire, cast.programme), now)
    assert f"At risk until {formats.day(day)}" in [each.word for each in all_decided(asked)]


def test_a_delegate_decides_on_an_override_for_the_cio(cast, override, now, as_user):
    lend_to_ines(cast, now)
    Override.objects.update(made_by=cast.claire)
    as_user(cast.ines).post(f"{DECISIONS}overrides/{override.pk}/", {"leave": "1"})
    assert "Ines Test for Claire Test Left to expire" in words(decided_rows(as_user(cast.claire)))
    undo = f"{DECISIONS}overrides/{override.pk}/undo/"
    assert undo in decided_rows(as_user(cast.claire))
    as_user(cast.claire).post(undo)
    assert Override.objects.get().seen_at is None
    assert taken_back_by(cast.claire) == {
        "decided_by": ["Ines Test", ""],
        "decided_for": ["Claire Test", ""],
    }


def taken_back_by(user):
    """Return what the trail says of whose decision a user undid, and for whom it was."""
    found = LogEntry.objects.filter(actor=user, changes__has_key="decided_by").latest("pk")
    return {name: found.changes_dict[name] for name in ("decided_by", "decided_for")}


def test_the_cio_undoes_an_answer_of_their_delegate(cast, need, now, as_user):
    lend_to_ines(cast, now)
    as_user(cast.ines).post(f"{DECISIONS}needs/{need.pk}/", {"answer": "From Monday"})
    undo = f"{DECISIONS}needs/{need.pk}/undo/"
    assert undo in decided_rows(as_user(cast.claire))
    page = as_user(cast.claire).post(undo, follow=True)
    assert "Undone. The decision is open again." in text(page)
    need.refresh_from_db()
    assert (need.answer, need.answered_by, need.answered_for) == ("", None, None)
    assert taken_back_by(cast.claire)["decided_by"] == ["Ines Test", ""]


def test_the_cio_undoes_an_override_that_their_delegate_renewed_or_ended(
    cast, override, now, as_user
):
    lend_to_ines(cast, now)
    Override.objects.update(made_by=cast.tom)
    url = f"{DECISIONS}overrides/{override.pk}/"
    as_user(cast.ines).post(url, {"end": "1"})
    as_user(cast.claire).post(f"{url}undo/")
    assert Override.objects.in_force_on(now.date()).get() == override
    until = now.date() + timedelta(days=20)
    as_user(cast.ines).post(url, {"until_on": until.isoformat(), "renew": "1"})
    new = Override.objects.latest("pk")
    assert new != override
    as_user(cast.claire).post(f"{DECISIONS}overrides/{new.pk}/undo/")
    assert Override.objects.get() == override
    assert taken_back_by(cast.claire)["decided_for"] == ["Claire Test", ""]


def test_the_cio_undoes_what_a_delegate_said_about_a_blackout(cast, now, as_user):
    lend_to_ines(cast, now)
    day = now.date() + timedelta(days=7)
    version = approve(cast, make_message(cast, now, fixed_on=day, is_urgent=False), now)
    Approval.objects.update(asked_by=cast.tom, writers=[cast.tom.pk])
    Message.objects.update(written_by=cast.tom)
    span = {"first_on": day - timedelta(days=1), "last_on": day + timedelta(days=3)}
    blackout = BlackoutFactory(programme=cast.programme, region=None, name="Freeze", **span)
    url = f"/p/one-it/approvals/{version.pk}/blackout/"
    as_user(cast.ines).post(url, {"blackout": blackout.pk, "choice": "pass"})
    version.refresh_from_db()
    assert version.blackouts
    assert f"{url}undo/" in decided_rows(as_user(cast.claire))
    assert f"{url}undo/" not in decided_rows(as_user(cast.dora))
    as_user(cast.claire).post(f"{url}undo/")
    version.refresh_from_db()
    assert version.blackouts == {}
    assert taken_back_by(cast.claire)["decided_by"] == ["Ines Test", ""]


def test_the_title_counts_what_a_delegate_may_decide_and_cards_say_why_not_the_others(
    cast, need, override, now, as_user
):
    day = now.date() + timedelta(days=7)
    approve(cast, make_message(cast, now, fixed_on=day, is_urgent=False), now)
    span = {"first_on": day - timedelta(days=1), "last_on": day + timedelta(days=3)}
    BlackoutFactory(programme=cast.programme, region=None, name="Freeze", **span)
    own = approvals.ask(make_message(cast, now), cast.ines, now)
    lend_to_ines(cast, now)
    page = text(as_user(cast.ines).get(DECISIONS))
    assert "1 decision for you to make" in page
    assert page.count("You wrote this, so someone else decides.") == 2
    assert "You set this override. Someone else must decide on it." in page
    assert "4 decisions for you to make" in text(as_user(cast.claire).get(DECISIONS))
    StreamUpdate.objects.update(sent_by=cast.ines)
    page = text(as_user(cast.ines).get(DECISIONS))
    assert "You asked for this. Someone else must answer." in page
    assert "for you to make" not in page
    ask_back(own, cast.claire, "Why?", now)
    page = text(as_user(cast.ines).get(DECISIONS))
    assert "1 question needs your answer" in page
    assert "decision for you to make" not in page


def test_a_decision_about_a_blackout_is_in_the_history_and_undone(cast, now, as_user):
    day = now.date() + timedelta(days=7)
    version = approve(cast, make_message(cast, now, fixed_on=day, is_urgent=False), now)
    span = {"first_on": day - timedelta(days=1), "last_on": day + timedelta(days=3)}
    blackout = BlackoutFactory(programme=cast.programme, region=None, name="Freeze", **span)
    claire, url = as_user(cast.claire), f"/p/one-it/approvals/{version.pk}/blackout/"
    claire.post(url, {"blackout": blackout.pk, "choice": "move"})
    claire.post(url, {"blackout": blackout.pk, "choice": "pass"})
    rows = decided_rows(claire)
    assert "Sent anyway" in words(rows)
    assert "Moved past the blackout" not in words(rows)
    assert f"{url}undo/" in rows
    assert f"{url}undo/" not in decided_rows(as_user(cast.ines))
    days = f"{formats.day(blackout.first_on)} – {formats.day(blackout.last_on)}"
    moved, sent = f"Freeze · {days}: Moved past the blackout", f"Freeze · {days}: Sent anyway"
    trail = text(as_user(cast.dora).get("/p/one-it/audit/"))
    assert f"{moved} → becomes {sent}" in trail
    claire.post(f"{url}undo/")
    assert "Moved past the blackout" in words(decided_rows(claire))
    claire.post(f"{url}undo/")
    version.refresh_from_db()
    assert version.blackouts == {}
    assert kinds(board_of(cast, cast.claire, now).mine) == ["blackout"]
    assert "This can no longer be undone" in text(claire.post(f"{url}undo/", follow=True))
