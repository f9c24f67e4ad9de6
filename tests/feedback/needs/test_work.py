"""Needs from the report to the answer: who may do what after what, and how each is undone."""

from datetime import timedelta

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from feedback.models import Need, NeedAnswer, NeedMail
from feedback.needs.services.answering import reopen
from feedback.needs.services.joining import join, separate
from feedback.needs.services.reporting import withdraw
from feedback.needs.services.studying import undo_study
from stakeholders.accounts.access import scope_of
from tests.events.making import at_once
from tests.feedback.needs.making import answered, strange, studied, told

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def need(cast, now):
    return told(cast, cast.barcelona, cast.nuria, now, language="es")


def entries():
    return [entry for entry in LogEntry.objects.all() if entry.content_type.model == "need"]


def test_a_need_goes_from_received_to_answered(cast, need, now, stream):
    assert need.stage == "received"
    need = studied(need, cast.rosa, cast.ines, now, stream=stream)
    assert (need.stage, need.owner, need.stream) == ("studied", cast.rosa, stream)
    assert not need.is_overdue(need.due_on)
    assert need.is_overdue(need.due_on + timedelta(days=1))
    need = answered(need, cast.rosa, now, "will_not", es="No por ahora.")
    assert (need.stage, need.outcome, need.answered_by) == ("answered", "will_not", cast.rosa)
    assert NeedAnswer.objects.get().text == "No por ahora."
    assert not need.is_overdue(now.date() + timedelta(days=99))


def test_each_act_stands_in_the_trail_and_no_address_does(cast, now):
    need = strange(cast, cast.barcelona, now, address="ana@one.example")
    studied(need, cast.rosa, cast.ines, now)
    answered(need, cast.rosa, now)
    said = [(entry.actor, entry.changes_dict) for entry in entries()]
    assert {actor for actor, _changes in said} == {cast.ines, cast.rosa}
    assert "ana@one.example" not in str(said)


def test_what_was_answered_is_answered_once(cast, need, now):
    answered(need, cast.rosa, now)
    with pytest.raises(ValidationError, match="already been answered by Rosa"):
        answered(need, cast.ines, now)
    with pytest.raises(ValidationError, match="already been answered"):
        studied(need, cast.ines, cast.ines, now)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_answer_at_once_one_does(cast, now):
    need = told(cast, cast.barcelona, cast.nuria, now)
    users = (cast.rosa, cast.ines)
    outcomes = at_once(
        [lambda user=user: answered(need, user, now, en=str(user)) for user in users]
    )
    assert sorted(type(one).__name__ for one in outcomes) == ["Need", "ValidationError"]
    assert NeedAnswer.objects.count() == 1
    assert NeedMail.objects.filter(kind="answer").count() == 1


def test_what_was_changed_unseen_is_not_written_over(cast, need, now):
    from feedback.needs.services.studying import StudyData, study

    seen = need.version
    studied(need, cast.rosa, cast.ines, now)
    data = StudyData(cast.ines, now.date(), None)
    with pytest.raises(ValidationError, match="Someone else has changed"):
        study(need, data, cast.rosa, now, seen)
    assert Need.objects.get().owner == cast.rosa


def test_undoing_a_study_puts_the_owner_before_back(cast, need, now, stream):
    first = studied(need, cast.rosa, cast.ines, now, days=3)
    studied(need, cast.nuria, cast.ines, now + MINUTE, days=9, stream=stream)
    undo_study(need, cast.ines, now + 2 * MINUTE)
    need.refresh_from_db()
    assert (need.owner, need.due_on, need.stream) == (cast.rosa, first.due_on, None)


def test_undoing_the_first_study_leaves_it_received(cast, need, now):
    studied(need, cast.rosa, cast.ines, now)
    with pytest.raises(ValidationError, match="no longer be undone"):
        undo_study(need, cast.rosa, now + MINUTE)
    undo_study(need, cast.ines, now + MINUTE)
    need.refresh_from_db()
    assert (need.stage, need.owner, need.due_on) == ("received", None, None)
    assert NeedMail.objects.get(kind="owner").state == "cancelled"
    with pytest.raises(ValidationError, match="no longer be undone"):
        undo_study(need, cast.ines, now + 2 * MINUTE)


def test_an_answer_is_taken_back_with_its_words_kept(cast, need, now):
    answered(need, cast.rosa, now, es="Pronto.")
    with pytest.raises(ValidationError, match="no longer be undone"):
        reopen(need, cast.ines, now)
    reopen(need, cast.rosa, now + MINUTE)
    need.refresh_from_db()
    assert (need.stage, need.answered_by) == ("received", None)
    assert NeedAnswer.objects.get().text == "Pronto."
    assert NeedMail.objects.get().state == "cancelled"
    answered(need, cast.rosa, now + 2 * MINUTE, es="En mayo.")
    assert (NeedAnswer.objects.get().text, NeedMail.objects.get().state) == ("En mayo.", "planned")


def test_what_has_left_is_not_taken_back(cast, need, now):
    answered(need, cast.rosa, now)
    NeedMail.objects.update(state="sent", ended_at=now)
    with pytest.raises(ValidationError, match="has been emailed"):
        reopen(need, cast.rosa, now)


def test_a_report_is_withdrawn_by_its_reporter_as_long_as_nobody_works_on_it(cast, need, now):
    with pytest.raises(ValidationError, match="working on this need"):
        withdraw(need, cast.rosa, now)
    other = told(cast, cast.barcelona, cast.nuria, now)
    withdraw(other, cast.nuria, now)
    assert Need.objects.get() == need
    assert LogEntry.Action.DELETE in {entry.action for entry in entries()}
    studied(need, cast.rosa, cast.ines, now)
    with pytest.raises(ValidationError, match="working on this need"):
        withdraw(need, cast.nuria, now)


def test_what_is_joined_counts_with_the_other_and_is_answered_with_it(cast, need, now):
    same = strange(cast, cast.shanghai, now, address="wu@one.example", language="zh-hans")
    join(same, need, cast.ines, now)
    answered(need, cast.rosa, now, **{"es": "En mayo.", "zh-hans": "五月。"})
    same.refresh_from_db()
    assert same.stage == "answered"
    assert {mail.need for mail in NeedMail.objects.all()} == {need, same}
    with pytest.raises(ValidationError, match="answered together"):
        separate(same, cast.ines, now)


def test_a_join_is_undone(cast, need, now):
    same = told(cast, cast.barcelona, cast.rosa, now)
    join(same, need, cast.rosa, now)
    separate(same, cast.rosa, now)
    same.refresh_from_db()
    assert same.joined_to is None
    with pytest.raises(ValidationError, match="not joined"):
        separate(same, cast.rosa, now)


def test_needs_are_joined_one_deep(cast, need, now):
    second, third = (told(cast, cast.barcelona, cast.rosa, now) for _ in range(2))
    join(second, need, cast.rosa, now)
    with pytest.raises(ValidationError, match="Join the other need"):
        join(need, third, cast.rosa, now)
    with pytest.raises(ValidationError, match="joined with another one"):
        join(third, second, cast.rosa, now)
    with pytest.raises(ValidationError, match="another need"):
        join(third, third, cast.rosa, now)
    with pytest.raises(ValidationError, match="joined with another one"):
        answered(second, cast.rosa, now)


def test_the_database_keeps_an_answer_whole(need):
    rows = Need.objects.filter(pk=need.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(outcome="will")
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(joined_to=need.pk)


def test_who_sees_which_need(cast, now, stream, samir):
    here = told(cast, cast.barcelona, cast.nuria, now)
    there = told(cast, cast.shanghai, cast.mei, now)
    studied(there, cast.mei, cast.mei, now, stream=stream)

    def seen(user):
        return set(Need.objects.within(scope_of(user, cast.programme)))

    assert seen(cast.rosa) == seen(cast.nuria) == {here}
    assert seen(cast.mei) == seen(samir) == {there}
    for user in (cast.ines, cast.claire, cast.tom, cast.dora):
        assert seen(user) == {here, there}
    assert seen(cast.otto) == set()
