from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from programmes.design.charts.bullet import Bullet, draw_bullet
from programmes.design.charts.milestones import MOST, Mark, around, draw_milestones
from programmes.models import Member, Milestone, Objective, StreamUpdate
from programmes.models.stream import week_of
from programmes.queries.judgement import judge_milestone, judge_objective, propose
from programmes.queries.moves import kept_moves, moves_of
from programmes.services.stream import finish, remove_part, restore_part, save_part
from programmes.services.update import (
    UpdateChangedError,
    UpdateData,
    open_update,
    save_update,
    send_update,
    stamp_of,
    take_back,
)
from tests.factories import (
    MemberFactory,
    MilestoneFactory,
    ObjectiveFactory,
    StreamFactory,
)

TODAY = date(2026, 11, 24)
WEEK = date(2026, 11, 23)


def objective(**values):
    """Return one from 0 to 80 that runs for a hundred days and is at its half on the day."""
    begins = TODAY - timedelta(days=50)
    given = {"starts_on": begins, "due_on": begins + timedelta(days=100), **values}
    return ObjectiveFactory.build(**given)


@pytest.fixture
def stream(cast):
    return StreamFactory(programme=cast.programme, name="Desk")


@pytest.mark.parametrize(
    ("value", "measured", "state"),
    [
        (40, TODAY, "on"),
        (36, TODAY, "on"),
        (35, TODAY, "risk"),
        (24, TODAY, "risk"),
        (23, TODAY, "off"),
        (80, TODAY - timedelta(days=40), "on"),
        (40, TODAY - timedelta(days=14), "on"),
        (40, TODAY - timedelta(days=15), "old"),
        (None, None, "unmeasured"),
    ],
)
def test_an_objective_is_compared_with_where_it_should_be(value, measured, state):
    value = None if value is None else Decimal(value)
    found = judge_objective(objective(value=value, measured_on=measured), TODAY)
    assert found.state == state
    assert found.reason


def test_an_objective_that_goes_down_is_judged_alike():
    down = {"start_value": Decimal(100), "target_value": Decimal(20), "measured_on": TODAY}
    assert judge_objective(objective(value=Decimal(60), **down), TODAY).state == "on"
    assert judge_objective(objective(value=Decimal(99), **down), TODAY).state == "off"
    assert judge_objective(objective(value=Decimal(20), **down), TODAY).reason == "reached"


def test_a_day_that_is_missed_is_off_track():
    missed = objective(value=Decimal(79), measured_on=TODAY, due_on=TODAY - timedelta(days=1))
    found = judge_objective(missed, TODAY)
    assert (found.state, found.reason) == ("off", "was due on 23 Nov")


@pytest.mark.parametrize(
    ("due", "done", "state", "days"),
    [
        (TODAY, None, "planned", 0),
        (TODAY - timedelta(days=1), None, "late", 1),
        (TODAY - timedelta(days=5), TODAY - timedelta(days=3), "done", 2),
        (TODAY + timedelta(days=5), TODAY, "done", 0),
        (None, None, "undated", 0),
    ],
)
def test_late_is_computed(due, done, state, days):
    milestone = MilestoneFactory.build(due_on=due, done_on=done)
    assert (judge_milestone(milestone, TODAY), milestone.days_late_on(TODAY)) == (state, days)


def late(days, name="Kits"):
    return MilestoneFactory.build(name=name, due_on=TODAY - timedelta(days=days))


def at(value, days_ago=0):
    return objective(value=Decimal(value), measured_on=TODAY - timedelta(days=days_ago))


@pytest.mark.parametrize(
    ("milestones", "objectives", "judgement", "reason"),
    [
        ([], [], "on", "no milestones or objectives yet"),
        ([late(0)], [at(40)], "on", "nothing is late, no objective is behind"),
        ([late(14)], [at(40)], "risk", "1 milestone is late"),
        ([late(15)], [at(40)], "off", "Kits is 15 days late"),
        ([], [at(30), at(40)], "risk", "1 objective is behind"),
        ([], [at(1), at(40), at(40)], "risk", "1 objective is off track"),
        ([], [at(1), at(40)], "off", "1 objective is off track"),
        ([], [at(40, 15)], "risk", "1 objective was measured more than 14 days ago"),
    ],
)
def test_a_judgement_is_proposed_with_its_gravest_reason(milestones, objectives, judgement, reason):
    found = propose(milestones, objectives, TODAY)
    assert (found.state, found.reason) == (judgement, reason)


def test_what_moved_is_told_in_the_readers_language(stream):
    done = MilestoneFactory(stream=stream, name="Desk open", done_on=date(2026, 11, 20))
    MilestoneFactory(stream=stream, done_on=date(2026, 10, 1))
    kits = MilestoneFactory(stream=stream, name="Kits", due_on=date(2026, 11, 2))
    calls = ObjectiveFactory(
        programme=stream.programme, stream=stream, name="Calls", value=74, measured_on=TODAY
    )
    moves = moves_of([done, kits, *stream.milestones.all()[:0]], [calls], WEEK, TODAY)
    assert [move.key for move in moves] == [f"late-{kits.pk}", f"measured-{calls.pk}"]
    moves = moves_of(Milestone.objects.all(), [calls], date(2026, 11, 16), TODAY)
    assert [str(move) for move in kept_moves([move.to_json() for move in moves])] == [
        "Desk open: done on 20 Nov",
        "Kits: late, was due on 2 Nov",
        "Calls: 74% on 24 Nov, target 80%",
    ]
    with translation.override("fr"):
        assert "24 nov." in str(moves[2])


def test_a_part_is_saved_as_typed_and_refused_by_field(stream):
    member = save_part(
        Member(stream=stream), {"name": "Ana", "email": "Ana@X.example", "employer": "provider"}
    )
    assert Member.objects.get().email == member.email == "ana@x.example"
    wrong = {"name": "A", "measure": "m", "target_value": 0, "starts_on": TODAY, "due_on": TODAY}
    with pytest.raises(ValidationError) as refused:
        save_part(Objective(programme=stream.programme), wrong)
    assert set(refused.value.messages) == {
        "The objective must end after it starts.",
        "Enter a target that differs from the start.",
    }
    assert not Objective.objects.exists()


def test_an_objective_of_another_programme_is_refused(stream):
    foreign = ObjectiveFactory(stream=stream)
    with pytest.raises(ValidationError, match="Choose a stream of this programme"):
        save_part(foreign, {})


def test_a_milestone_is_done_and_not_done(stream):
    milestone = MilestoneFactory(stream=stream)
    with pytest.raises(ValidationError, match="today or an earlier date"):
        finish(milestone, TODAY + timedelta(days=1), TODAY)
    finish(milestone, TODAY, TODAY)
    assert Milestone.objects.get().done_on == TODAY
    finish(milestone, None, TODAY)
    assert Milestone.objects.get().done_on is None


def test_what_is_removed_comes_back(stream, now):
    for part in (MemberFactory(stream=stream), MilestoneFactory(stream=stream)):
        there = type(part).objects.present()
        remove_part(part, now)
        assert not there.exists()
        restore_part(part)
        assert there.get() == part


def said(judgement="on", sentence="", **values):
    return UpdateData(judgement, "on", sentence, **values)


def test_an_update_is_a_draft_until_it_is_sent(stream, cast, now):
    save_update(stream, WEEK, said(""), cast.ines, now)
    assert not StreamUpdate.objects.sent().exists()
    send_update(stream, WEEK, said(need="A room"), cast.ines, now)
    sent = StreamUpdate.objects.get()
    assert (sent.sent_at, sent.sent_by, sent.need) == (now, cast.ines, "A room")
    with pytest.raises(ValidationError, match="This update has been sent"):
        save_update(stream, WEEK, said(sentence="Other"), cast.ines, now)
    take_back(sent)
    save_update(stream, WEEK, said(sentence="Other"), cast.ines, now)
    assert StreamUpdate.objects.get(sent_at=None).sentence == "Other"


def test_another_judgement_than_the_proposed_needs_a_sentence(stream, cast, now):
    with pytest.raises(ValidationError) as refused:
        send_update(stream, WEEK, said("off"), cast.ines, now)
    assert "sentence" in refused.value.message_dict
    with pytest.raises(ValidationError) as refused:
        send_update(stream, WEEK, said(""), cast.ines, now)
    assert "judgement" in refused.value.message_dict
    assert not StreamUpdate.objects.exists()
    send_update(stream, WEEK, said("off", "The desk is empty."), cast.ines, now)
    kept = StreamUpdate.objects.get()
    assert (kept.judgement, kept.proposed) == ("off", "on")


def test_an_update_is_corrected_until_it_is_read(stream, cast, now):
    update = send_update(stream, WEEK, said(), cast.ines, now)
    send_update(stream, WEEK, said(sentence="Corrected."), cast.ines, now)
    open_update(update, cast.claire, now)
    open_update(update, cast.ines, now + timedelta(hours=1))
    assert (update.opened_at, update.opened_by) == (now, cast.claire)
    with pytest.raises(ValidationError, match="already been read"):
        send_update(stream, WEEK, said(sentence="Too late."), cast.ines, now)
    with pytest.raises(ValidationError, match="already been read"):
        take_back(update)
    assert StreamUpdate.objects.get().sentence == "Corrected."


def test_what_was_taken_back_is_not_read(stream, cast, now):
    update = send_update(stream, WEEK, said(), cast.ines, now)
    take_back(update)
    with pytest.raises(ValidationError, match="withdrawn"):
        open_update(update, cast.claire, now)
    assert StreamUpdate.objects.get().opened_at is None


def test_nobody_overwrites_what_they_did_not_see(stream, cast, now):
    seen = stamp_of(save_update(stream, WEEK, said(sentence="Mine."), None, now, ""))
    save_update(stream, WEEK, said(sentence="Theirs."), None, now + timedelta(minutes=1), seen)
    with pytest.raises(UpdateChangedError) as changed:
        send_update(stream, WEEK, said(sentence="Mine again."), cast.ines, now, seen)
    assert changed.value.update.sentence == "Theirs."
    assert StreamUpdate.objects.get().sentence == "Theirs."


def test_a_week_begins_on_monday():
    assert {week_of(WEEK + timedelta(days=n)) for n in range(7)} == {WEEK}


def test_a_bullet_says_value_and_target_and_is_red_off_track():
    bullet = Bullet(Decimal("74.00"), Decimal("80.00"), "%", 0.925, "on")
    assert 'aria-label="74%, target 80%"' in draw_bullet(bullet)
    assert "f-bad" not in draw_bullet(bullet)
    assert "f-bad" in draw_bullet(Bullet(Decimal(7), Decimal(9), "", 0.7, "off"))
    assert "f-mute" in draw_bullet(Bullet(Decimal(7), Decimal(9), "", 0.7, "old"))
    assert 'aria-label="–, target 9"' in draw_bullet(Bullet(None, Decimal(9), "", 0, "unmeasured"))


@pytest.mark.parametrize("count", [0, 1, 3, 40])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_milestones_are_drawn_escaped_and_all_stand_in_the_table(count, language):
    hostile = '"><script>alert(1)</script>'
    marks = [
        Mark(
            pk=n,
            name=hostile,
            due_on=TODAY + timedelta(days=n - 20) if n % 7 else None,
            state="done" if n < 20 else "planned",
        )
        for n in range(count)
    ]
    with translation.override(language):
        drawing = draw_milestones(marks, TODAY, hostile)
    assert "<script" not in drawing.svg
    assert "nan" not in drawing.svg
    assert len(drawing.rows) == count
    assert len(around(marks)) <= MOST


def test_the_line_shows_what_is_to_come_before_what_is_long_done():
    marks = [Mark(n, str(n), TODAY, "done" if n < 9 else "planned") for n in range(20)]
    assert [mark.pk for mark in around(marks)] == [7, 8, 9, 10, 11, 12, 13]
    assert [mark.pk for mark in around(marks[:10])] == [3, 4, 5, 6, 7, 8, 9]
