"""Who goes live soon, is affected and is not informed, at the full size; and refreshing that."""

from collections.abc import Callable
from itertools import count

from communications.models import Delivery, Message
from events.queries.informed import knowing_in
from events.services.informed import refresh_informed
from onelift.dashboards.coverage.queries.coverage import (
    Asked,
    coverage_of,
    covered_people,
    high_impacts,
    places_live_within,
    share_by_wave,
)
from programmes.database.clock import database_now
from programmes.scope import EVERYTHING
from stakeholders.models import Persona
from stakeholders.register.models.about import Stage as OfWave
from tests import factories
from tests.benchmarks.crowd import Crowd, fill_crowd
from tests.benchmarks.history import BETWEEN_MAILS, send, written
from tests.benchmarks.measure import Figure, Goal, in_turns, report, seconds
from tests.benchmarks.stage import Stage, analyse

COVERAGE_SECONDS, REFRESH_SECONDS = 0.050, 10.0
COVERAGE, EVERYBODY = "Coverage of thirty days", "Coverage of all waves"
SHARES, REFRESH, LEDGER = "Informed by wave", "Refreshing who is informed", "from the ledger"
ALL_DAYS = 3660
SEVERITY = 3


def main(stage: Stage) -> bool:
    """Measure coverage as boards and rules ask for it, and what the clock does for it."""
    crowd = fill_crowd(stage)
    fill_ledger(crowd, stage)
    say_what_it_is_about(crowd)
    # Without statistics the server takes rows of the ledger for few, and looks for days.
    analyse()
    refresh_informed(crowd.programme, database_now())
    analyse()
    sides = {
        COVERAGE: timed(lambda: coverage_of(asked(crowd))),
        EVERYBODY: timed(lambda: coverage_of(asked(crowd, ALL_DAYS))),
        SHARES: timed(lambda: share_by_wave(crowd.programme, EVERYTHING, database_now())),
        LEDGER: timed(lambda: knowing_in(crowd.programme)),
        REFRESH: timed(lambda: refresh_informed(crowd.programme, database_now())),
    }
    figures = {name: Figure(values) for name, values in in_turns(sides, stage.runs).items()}
    return all([*(fast(crowd, name, figures) for name in (COVERAGE, EVERYBODY)), kept(figures)])


def fill_ledger(crowd: Crowd, stage: Stage) -> None:
    """Put so many mails into the ledger, of messages to everybody."""
    now = database_now()
    for number in count():
        at = now - BETWEEN_MAILS * (number + 1)
        send(written(crowd, at, []), at)
        if Delivery.objects.count() >= stage.rows:
            break


def say_what_it_is_about(crowd: Crowd) -> None:
    """Let each second message be about its readers' wave, and each persona feel something high."""
    written = Message.objects.filter(programme=crowd.programme, source="message").order_by("pk")
    keys = list(written.values_list("pk", flat=True))
    Message.objects.filter(pk__in=keys[::2]).update(stage=OfWave.BEFORE)
    for persona in Persona.objects.filter(programme=crowd.programme):
        factories.ImpactFactory(
            programme=crowd.programme, personas=[persona], severity=SEVERITY
        ).messages.set(keys[1::4])


def asked(crowd: Crowd, days: int = 30) -> Asked:
    """Return what a board asks."""
    return Asked(crowd.programme, EVERYTHING, database_now().date(), days)


def timed(act: Callable[[], object]) -> Callable[[], float]:
    return lambda: seconds(act)


def lacking_in_ledger(crowd: Crowd, days: int) -> int:
    """Count who is not informed from the ledger alone."""
    wish = asked(crowd, days)
    people = covered_people(wish, places_live_within(wish), high_impacts(crowd.programme))
    informed = knowing_in(crowd.programme).informed
    return sum(pk not in informed for pk in people.values_list("pk", flat=True))


def fast(crowd: Crowd, name: str, figures: dict[str, Figure]) -> bool:
    """Print how long a board waits for coverage."""
    days = ALL_DAYS if name == EVERYBODY else 30
    total = coverage_of(asked(crowd, days)).total
    return report(
        f"{name}: {total.uninformed:,} of {total.people:,} people",
        figures[name],
        peer=(LEDGER, figures[LEDGER]),
        goals=(
            Goal("at most 50 ms", figures[name].median <= COVERAGE_SECONDS),
            Goal("equal to the ledger", total.uninformed == lacking_in_ledger(crowd, days)),
        ),
    )


def kept(figures: dict[str, Figure]) -> bool:
    """Print what the clock does twice a minute, and what a rule asks."""
    shares, slow = figures[SHARES], figures[REFRESH]
    quick = Goal("at most 50 ms", shares.median <= COVERAGE_SECONDS)
    rare = Goal("at most 10 s", slow.median <= REFRESH_SECONDS)
    return all([report(SHARES, shares, goals=(quick,)), report(REFRESH, slow, goals=(rare,))])
