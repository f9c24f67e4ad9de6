"""A key point is left out with a reason and the consent of the core's author, and never unseen."""

from datetime import UTC, datetime, timedelta

import pytest
from auditlog.models import LogEntry

from communications.adaptations.queries.matters import ConsentDecisions
from communications.adaptations.queries.points import points_of
from communications.adaptations.services import deciding
from communications.adaptations.services.points import agree, ask_consent, disagree, drop_points
from communications.adaptations.services.writing import call_ready, write_adapted
from communications.messages.services.refusal import RefusedError
from communications.models import Adaptation, DroppedPoint, Message, Notice
from programmes.queries.decisions import Asking
from stakeholders.accounts.access import scope_of
from tests.communications.adaptations.making import POINTS, adapt, approve_adapted, make_core
from tests.communications.making import run

pytestmark = pytest.mark.django_db(transaction=True)

MAILBOX = POINTS.splitlines()[2]
WHY = "Our shift teams have no mailbox"


@pytest.fixture
def adaptation(cast, now):
    return adapt(cast, make_core(cast, now), now)


def drop(cast, adaptation, now, reason=WHY):
    drop_points(adaptation, {MAILBOX: reason}, cast.nuria, now)
    ask_consent(adaptation, now)
    return DroppedPoint.objects.get(point=MAILBOX)


def test_it_needs_a_reason(cast, adaptation, now):
    with pytest.raises(RefusedError, match="Enter why"):
        drop_points(adaptation, {MAILBOX: " "}, cast.nuria, now)
    assert all(point.is_kept for point in points_of(adaptation))


def test_nothing_is_approved_while_it_is_not_agreed(cast, adaptation, now):
    point = drop(cast, adaptation, now)
    with pytest.raises(RefusedError, match="No one has agreed to leave out"):
        deciding.ask(adaptation, cast.nuria, now)
    with pytest.raises(RefusedError, match="Only the author"):
        agree(point, cast.nuria, now)
    agree(point, cast.ines, now)
    version = deciding.ask(adaptation, cast.nuria, now)
    (dropped,) = version.frozen.dropped
    assert (dropped.point, dropped.reason) == (MAILBOX, WHY)
    assert (dropped.by, dropped.agreed_by) == ("Nuria Test", "Ines Test")


def test_the_author_is_told_by_mail_and_can_refuse(cast, adaptation, now, relay):
    point = drop(cast, adaptation, now)
    run(now)
    (mail,) = relay.accepts
    assert mail.recipient == cast.ines.email
    assert mail.message["Subject"] == "A key point of your message would be left out: do you agree?"
    disagree(point, cast.ines, "They can use the terminal", now)
    with pytest.raises(RefusedError, match="must stay"):
        ask_consent(adaptation, now)
    with pytest.raises(RefusedError, match="No one has agreed"):
        deciding.ask(adaptation, cast.nuria, now)
    drop(cast, adaptation, now, reason="No terminal either")
    assert DroppedPoint.objects.get().decided_at is None


def test_the_reason_is_part_of_what_is_agreed(cast, adaptation, now):
    agree(drop(cast, adaptation, now), cast.ines, now)
    drop_points(adaptation, {MAILBOX: "Another reason"}, cast.nuria, now)
    with pytest.raises(RefusedError, match="No one has agreed"):
        deciding.ask(adaptation, cast.nuria, now)


def test_a_point_that_is_kept_again_needs_nobody(cast, adaptation, now):
    drop(cast, adaptation, now)
    drop_points(adaptation, {}, cast.nuria, now)
    assert deciding.ask(adaptation, cast.nuria, now).frozen.dropped == ()
    said = LogEntry.objects.filter(changes__has_key="point").order_by("pk")
    assert [one.changes["point"] for one in said] == [["", MAILBOX], [MAILBOX, ""]]


def test_a_point_in_other_words_is_a_point_again(cast, adaptation, now):
    agree(drop(cast, adaptation, now), cast.ines, now)
    Message.objects.update(key_points=POINTS.replace("mailbox", "mailbox, day and night"))
    adaptation = Adaptation.objects.get()
    assert all(point.is_kept for point in points_of(adaptation))
    with pytest.raises(RefusedError, match="Mark these texts as ready first: Email, Spanish"):
        deciding.ask(adaptation, cast.nuria, now)


def test_the_author_of_both_agrees_with_themselves(cast, now):
    adaptation = adapt(cast, make_core(cast, now), now, user=cast.ines)
    drop_points(adaptation, {MAILBOX: WHY}, cast.ines, now)
    assert ask_consent(adaptation, now) == []
    assert DroppedPoint.objects.get().is_agreed


def test_what_the_author_dropped_waits_for_nobody_whoever_asks(cast, now):
    adaptation = adapt(cast, make_core(cast, now), now)
    drop_points(adaptation, {MAILBOX: WHY}, cast.ines, now)
    assert ask_consent(adaptation, now) == []
    assert DroppedPoint.objects.get().decided_by == cast.ines
    assert deciding.ask(adaptation, cast.nuria, now)


def waiting_for(cast, user, now):
    asked = Asking(cast.programme, scope_of(user, cast.programme), now)
    return [one.title for one in ConsentDecisions().matters(asked) if one.is_for(asked.scope)]


def test_if_the_author_is_gone_the_team_agrees(cast, adaptation, now):
    cast.ines.is_active = False
    cast.ines.save()
    point = drop(cast, adaptation, now)
    assert waiting_for(cast, cast.tom, now) == [f"Barcelona: leave out “{MAILBOX}”?"]
    agree(point, cast.tom, now)
    assert waiting_for(cast, cast.tom, now) == []


def test_it_is_reminded_and_then_shown_to_the_programme_manager(cast, now, relay):
    message = make_core(cast, now)
    Message.objects.update(written_by=cast.tom)
    adaptation = adapt(cast, message, now)
    asked = datetime(2026, 12, 7, 10, tzinfo=UTC)
    point = drop(cast, Adaptation.objects.get(pk=adaptation.pk), asked)
    assert waiting_for(cast, cast.ines, asked) == []
    for day in range(1, 8):
        for hour in (0, 12):
            run(asked + timedelta(days=day, hours=hour))
    reminded = [
        (one.recipient, one.message["Date"][5:11])
        for one in relay.accepts
        if "Reminder" in one.message["Subject"]
    ]
    assert sorted(reminded) == [
        (cast.ines.email, "14 Dec"),
        (cast.tom.email, "10 Dec"),
        (cast.tom.email, "14 Dec"),
    ]
    week = asked + timedelta(days=7)
    assert waiting_for(cast, cast.ines, week)
    agree(point, cast.ines, week)
    assert Notice.objects.filter(kind="agree").count() == 1


def test_locked_numbers_are_kept_in_each_text(cast, now):
    message = make_core(cast, now)
    for wrong in ("hasta las 23:00, 14 de diciembre, 5050", "hasta las 22:00, 14 de dic."):
        with pytest.raises(RefusedError, match="A number is missing"):
            adapt(cast, message, now, texts={"es": {"subject": "Ayuda", "body": wrong}})
        Adaptation.objects.all().delete()
    right = {"subject": "Ayuda", "body": "hasta las 10 p.m., 14 de diciembre, 5050"}
    adapt(cast, message, now, texts={"es": right})


def test_the_numbers_of_a_dropped_point_are_locked_no_more(cast, adaptation, now):
    number = POINTS.splitlines()[1]
    text = {"subject": "Ayuda", "body": "hasta las 22:00, desde el 14 de diciembre"}
    write_adapted(adaptation, "email", "es", text, cast.nuria, now)
    with pytest.raises(RefusedError, match="5050"):
        call_ready(adaptation, "email", "es", cast.nuria, now)
    drop_points(adaptation, {number: WHY}, cast.nuria, now)
    call_ready(adaptation, "email", "es", cast.nuria, now)
    ask_consent(adaptation, now)
    agree(DroppedPoint.objects.get(), cast.ines, now)
    # Kept again, its number is asked for again.
    drop_points(adaptation, {}, cast.nuria, now)
    with pytest.raises(RefusedError, match="5050"):
        approve_adapted(cast, adaptation, now)
