"""The ten heaviest statements of boards and clock, each with the plan by which it is answered."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from communications.approvals.services import approval as approvals
from communications.models import Delivery, PersonalLink
from feedback.models import Answer
from feedback.services.edition import publish_surveys
from programmes.database.clock import database_now
from stakeholders.models import Contact
from tests.benchmarks.crowd import fill_crowd
from tests.benchmarks.history import fill_history
from tests.benchmarks.measure import Figure, Goal, in_turns, report, seconds
from tests.benchmarks.overview import boards_of
from tests.benchmarks.planning import idle_pump
from tests.benchmarks.stage import Stage, analyse
from tests.communications.making import make_message

HEAVIEST, TIMES = 10, 3
# Nothing asks for all of these; the people are few enough, and some questions are about them all.
LARGE = [model._meta.db_table for model in (Delivery, Answer, PersonalLink, Contact)]
EXPLAIN = {"postgresql": "EXPLAIN (ANALYZE, BUFFERS) ", "sqlite": "EXPLAIN QUERY PLAN "}
# What the two databases say where they read a table from end to end.
WHOLE = {"postgresql": "Seq Scan on ", "sqlite": "SCAN "}


@dataclass(frozen=True)
class Statement:
    """One statement as it was sent, where, and how long it took at first."""

    place: str
    sql: str
    parameters: Any
    seconds: float

    def again(self) -> float:
        """Send it again; return how long that takes."""
        with connection.cursor() as cursor:
            return seconds(lambda: cursor.execute(self.sql, self.parameters))

    def plan(self) -> list[str]:
        """Return how the database answers it, line by line."""
        with connection.cursor() as cursor:
            cursor.execute(EXPLAIN[connection.vendor] + self.sql, self.parameters)
            return [str(row[-1]) for row in cursor.fetchall()]


def main(stage: Stage) -> bool:
    """Look at the heaviest statements; return whether none reads a large table whole."""
    crowd = fill_crowd(stage)
    fill_history(crowd, stage)
    now = database_now()
    approvals.ask(make_message(crowd, now), crowd.ines, now)
    analyse()
    actions: dict[str, Callable[[], object]] = {b.title: b.open for b in boards_of(crowd)}
    actions |= {"The pump": idle_pump, "Editions": lambda: publish_surveys(database_now())}
    heavy = heaviest(asked_by(actions))
    turns = {str(number): each.again for number, each in enumerate(heavy)}
    figures = in_turns(turns, stage.runs)
    outcomes = [reported(each, Figure(figures[str(n)])) for n, each in enumerate(heavy)]
    return all(outcomes)


def asked_by(actions: dict[str, Callable[[], object]]) -> Iterable[Statement]:
    """Do all actions a few times; return what they ask the database."""
    found: list[Statement] = []
    for place, action in actions.items():

        def listen(
            execute: Callable[..., Any],
            sql: str,
            parameters: Any,
            *rest: Any,
            place: str = place,
        ) -> Any:
            start = time.perf_counter()
            result = execute(sql, parameters, *rest)
            found.append(Statement(place, sql, parameters, time.perf_counter() - start))
            return result

        with connection.execute_wrapper(listen):
            for _time in range(TIMES):
                action()
    return found


def heaviest(asked: Iterable[Statement]) -> list[Statement]:
    """Return the slowest questions and idle changes, each text once, at its best."""
    best: dict[str, Statement] = {}
    for each in sorted(asked, key=lambda statement: -statement.seconds):
        if each.sql.startswith(("SELECT", "UPDATE")):
            best[each.sql] = each
    return sorted(best.values(), key=lambda each: -each.seconds)[:HEAVIEST]


def reported(statement: Statement, figure: Figure) -> bool:
    """Print one statement with its plan."""
    lines = statement.plan()
    print(f"\n{statement.sql}")
    print("\n".join(f"    {line}" for line in lines))
    whole = [table for table in LARGE if is_read_whole(table, lines)]
    return report(
        f"{statement.place}: the statement above",
        figure,
        goals=(Goal(f"no large table read whole {' '.join(whole)}".strip(), not whole),),
    )


def is_read_whole(table: str, plan: Iterable[str]) -> bool:
    """Tell whether a plan reads a table from end to end."""
    words = WHOLE[connection.vendor] + table
    return any(words in line and "USING" not in line for line in plan)
