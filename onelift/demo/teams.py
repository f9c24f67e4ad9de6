"""The project team of the demonstration: who works in its streams, on what, and what they said.

Each thing is done by the service that a click calls, in the order of time, so that a judgement of
weeks ago stands on what was known then.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django.utils.text import slugify

from onelift.demo import catalogue
from onelift.demo.accounts import CIO, MANAGER
from programmes.models import Member, Milestone, Objective, Programme, Stream
from programmes.models.objective import Measured
from programmes.models.stream import week_of
from programmes.queries.judgement import propose
from programmes.queries.moves import moves_of
from programmes.services.stream import finish, save_part
from programmes.services.update import UpdateData, answer_need, open_update, send_update
from programmes.services.value import Bringer, NewValue, record_value
from stakeholders.models import PersonalObjective, User

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
# Each objective was measured so often, a week apart, and then had so much less of its way.
MEASURES, STEP = 4, Decimal("0.15")
# The CIO reads an update after two days.
READ_AFTER = 2 * DAY

Event = tuple[datetime, Callable[[datetime], object]]


def live_through(programme: Programme, now: datetime) -> None:
    """Write down what the streams want, then let happen what has happened up to a moment."""
    events = list(_all_events(programme, now))
    for at, act in sorted(events, key=lambda event: event[0]):
        act(at)


def _all_events(programme: Programme, now: datetime) -> Iterator[Event]:
    texts = catalogue.streams()
    streams = {stream.name: stream for stream in programme.streams.all()}
    for text in texts["stream"]:
        yield from _stream_events(streams[text["name"]], text, now)
    for values in texts["programme"][0]["objectives"]:
        yield from _measured(Objective(programme=programme), values, now)
    for text in texts["personal"]:
        owner = User.objects.get(email=_address(text["of"]))
        stream = streams.get(text.get("stream", ""))
        part = PersonalObjective(programme=programme, owner=owner, stream=stream)
        yield from _measured(part, text["objective"], now)


def _stream_events(stream: Stream, text: dict[str, Any], now: datetime) -> Iterator[Event]:
    for name, employer, work in text["members"]:
        mail = _address(slugify(name).replace("-", "."))
        values = {"name": name, "employer": employer, "work": work, "email": mail}
        save_part(Member(stream=stream), values)
    for name, due, *done in text["milestones"]:
        values = {"name": name, "due_on": now.date() + due * DAY}
        milestone = save_part(Milestone(stream=stream), values)
        for days in done:
            yield now + days * DAY, partial(_finish, milestone)
    for values in text["objectives"]:
        objective = Objective(programme=stream.programme, stream=stream)
        yield from _measured(objective, values, now)
    for weeks_ago, *said in text["updates"]:
        yield from _updates(stream, said, now, weeks_ago)


def _address(who: str) -> str:
    return f"{who}@onelift.example"


def _finish(milestone: Milestone, at: datetime) -> None:
    finish(milestone, at.date(), at.date())


def _measured(objective: Measured, values: Sequence[Any], now: datetime) -> Iterator[Event]:
    """Save an objective, and return when its values were written.

    In place of a value stands the key of the measure whose figures it takes.
    """
    name, words, unit, start, target, value, measured, begins, due = values
    made = {
        "name": name,
        "measure": words,
        "unit": unit,
        "start_value": Decimal(start),
        "target_value": Decimal(target),
        "starts_on": now.date() + begins * DAY,
        "due_on": now.date() + due * DAY,
    }
    if isinstance(value, str):
        save_part(objective, {**made, "computed_by": value})
        return
    save_part(objective, made)
    writer = _writer_of(objective)
    for ago in range(MEASURES):
        way = Decimal(value - start) * (1 - STEP * ago)
        at = now + measured * DAY - ago * WEEK
        yield at, partial(_measure, objective, writer, (start + way).quantize(Decimal(1)))


def _writer_of(objective: Measured) -> User:
    """Return who writes the values of an objective: its owner, its stream's leader, the manager."""
    if isinstance(objective, PersonalObjective):
        return objective.owner
    stream = objective.stream  # type: ignore[attr-defined]
    return _leader(stream) if stream else User.objects.get(email=MANAGER.email)


def _measure(objective: Measured, by: User, value: Decimal, at: datetime) -> None:
    record_value(objective, NewValue(value, at.date()), Bringer(by), at)


def _updates(stream: Stream, said: Sequence[str], now: datetime, weeks_ago: int) -> Iterator[Event]:
    """Return how a leader spoke on a Thursday of the past, or an hour ago, and the CIO read."""
    at = spoken_at(now, weeks_ago)
    yield at, partial(_send, stream, said)
    if weeks_ago and at + READ_AFTER < now:
        yield at + READ_AFTER, partial(_read, stream, week_of(at.date()))


def spoken_at(now: datetime, weeks_ago: int) -> datetime:
    """Return an instant within the week, also where it has just begun."""
    monday = datetime.combine(week_of(now.date()), time(), now.tzinfo)
    if weeks_ago:
        return monday - weeks_ago * WEEK + 3 * DAY + timedelta(hours=15)
    return max(monday, now - timedelta(hours=1))


def _send(stream: Stream, said: Sequence[str], at: datetime) -> None:
    judgement, sentence, need = said
    today = at.date()
    milestones, objectives = list(stream.milestones.all()), list(stream.objectives.all())
    proposed = propose(milestones, objectives, today).state
    moved = moves_of(milestones, objectives, today - 7 * DAY, today)
    data = UpdateData(judgement or proposed, proposed, sentence, need, moved)
    send_update(stream, week_of(today), data, _leader(stream), at)


def _leader(stream: Stream) -> User:
    return stream.roles.get().user


def _read(stream: Stream, week_on: date, at: datetime) -> None:
    cio = User.objects.get(email=CIO.email)
    update = stream.updates.get(week_on=week_on)
    if update.need:
        answer_need(update, "Agreed. Please go ahead.", cio, at)
    else:
        open_update(update, cio, at)
