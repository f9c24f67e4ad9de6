"""From a due message to a row for each person, and the minutes in which nothing is due."""

from collections.abc import Callable
from datetime import timedelta

from django.db import connection

from communications.dispatches.queries.slots import slots
from communications.dispatches.services.planning import plan_due
from communications.mailroom.services import ledger
from communications.models import Delivery, Dispatch, Message, State
from communications.operation.services.pump import cancel_late
from programmes.database.clock import database_now
from tests.benchmarks.crowd import Crowd, fill_crowd
from tests.benchmarks.history import fill_history
from tests.benchmarks.measure import Figure, Goal, in_turns, report, seconds
from tests.benchmarks.stage import Stage, analyse
from tests.communications.making import approve, make_message

PLAN_SECONDS = 1.0
IDLE_SECONDS = 0.1
COLUMNS = "dispatch_id, person_id, site_id, state, due_at, latest_at, channel, language, address"


def main(stage: Stage) -> bool:
    """Measure a due message beside a full ledger, then the same pump with nothing to do."""
    crowd = fill_crowd(stage)
    fill_history(crowd, stage)
    analyse()
    idle = Figure(in_turns({"ours": idle_pump}, stage.runs)["ours"])
    message = due_message(crowd)
    sides = {"ours": plan(message), "peer": plan_by_slot(message), "limit": bare_insert(message)}
    figures = {side: Figure(v) for side, v in in_turns(sides, stage.runs).items()}
    empty(message)
    planned = plan_due(database_now())
    assert planned, "nobody was planned"
    again = Figure(in_turns({"ours": idle_pump}, stage.runs)["ours"])
    is_planned = report(
        f"Planning one message: {planned:,} people beside {stage.rows:,} mails",
        figures["ours"],
        peer=("one statement a site", figures["peer"]),
        limit=("bare INSERT … SELECT", figures["limit"]),
        goals=(Goal("at most 1 s", figures["ours"].median <= PLAN_SECONDS),),
    )
    goals = (Goal("at most 100 ms", idle.median <= IDLE_SECONDS),)
    is_idle = report(f"A pump with nothing due, {stage.rows:,} mails", idle, goals=goals)
    goals = (Goal("at most 250 ms", again.median <= 2.5 * IDLE_SECONDS),)
    title = f"A pump while {planned:,} mails wait, nobody new"
    return all([is_planned, is_idle, report(title, again, goals=goals)])


def due_message(crowd: Crowd) -> Message:
    """Return a message to everybody that is approved and due."""
    now = database_now()
    earlier = now - timedelta(hours=1)
    message = make_message(
        crowd, earlier, fixed_on=now.date() - timedelta(days=1), latest_hours=240
    )
    approve(crowd, message, earlier)
    return message


def idle_pump() -> float:
    """Return how long the clock's job takes where it finds nothing to do."""
    now = database_now()

    def run() -> None:
        ledger.sweep(Delivery, now)
        assert plan_due(now) == 0
        assert cancel_late(now) == 0

    return seconds(run)


def plan(message: Message) -> Callable[[], float]:
    """Return how to plan a message that has no row yet, timed."""

    def measure() -> float:
        empty(message)
        return seconds(lambda: plan_due(database_now()))

    return measure


def plan_by_slot(message: Message) -> Callable[[], float]:
    """Return how to plan it site by site, timed."""
    approval = message.approvals.get()
    people = approval.frozen.rule.people()

    def insert() -> None:
        dispatch, _made = Dispatch.objects.get_or_create(
            message=message, defaults={"started_at": database_now()}
        )
        for slot in slots([approval]):
            values = {
                "dispatch_id": dispatch.pk,
                "site_id": slot.wave_site.site_id,
                "state": State.PLANNED,
                "due_at": slot.ready_at,
                "latest_at": slot.latest,
            }
            at = people.filter(site=slot.wave_site.site_id)
            Delivery.objects.insert_from(at, values)

    def measure() -> float:
        empty(message)
        return seconds(insert)

    return measure


def bare_insert(message: Message) -> Callable[[], float]:
    """Return how to write as many rows into a table without keys and indexes, timed."""
    approval = message.approvals.get()
    people = approval.frozen.rule.people().order_by().values_list("pk", "site")
    select, parameters = people.query.sql_with_params()
    now = database_now()

    def measure() -> float:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS bare")
            cursor.execute(
                f"CREATE TABLE bare AS SELECT {COLUMNS} FROM communications_delivery WHERE 1 = 0"
            )
            statement = f"""INSERT INTO bare ({COLUMNS})
                SELECT 1, person.*, 'planned', %s, %s, 'mail', '', '' FROM ({select}) person"""
            return seconds(lambda: cursor.execute(statement, [now, now, *parameters]))

    return measure


def empty(message: Message) -> None:
    """Take the rows of a message away again."""
    Delivery.objects.filter(dispatch__message=message)._raw_delete(using="default")
    analyse()
