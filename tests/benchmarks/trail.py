"""The audit trail at a million entries: writing beside the pump, sealing, verifying."""

import threading
import tracemalloc
from collections.abc import Callable
from datetime import timedelta

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction

from programmes.database.clock import database_now, running_clock
from programmes.models import Chain, Programme
from programmes.services import sealing
from programmes.services.sealing import seal, unsealed
from programmes.services.trail import write_entry
from programmes.services.verifying import verify
from tests.benchmarks.measure import Figure, Goal, in_turns, report, seconds
from tests.benchmarks.stage import Stage, analyse
from tests.conftest import make_cast

WRITES = 200
AT_ONCE = 5_000
# Of one write, beside what it takes while nothing is sealed. A machine of two cores is shared.
RATIO = 1.25
MOST_MEGABYTES = 40
MOST_IDLE = 0.05


def main(stage: Stage) -> bool:
    """Measure all; at the end nothing of a trail that nobody touched is called broken."""
    cast = make_cast()
    write_many(cast.programme, stage.rows)
    is_sealed = sealing_is_fast(stage)
    return all([is_sealed, writing_is_as_fast(cast.programme, stage), verifying_is_small(stage)])


def write_many(programme: Programme, rows: int) -> None:
    """Write entries as they come: who moved what from when to when."""
    kind, now = ContentType.objects.get_for_model(Programme), database_now()
    for first in range(0, rows, AT_ONCE):
        LogEntry.objects.bulk_create(
            LogEntry(
                content_type=kind,
                object_pk=str(programme.pk),
                object_id=programme.pk,
                object_repr="One IT",
                action=1,
                changes={"go_live_on": ["2027-01-18", str(number)]},
                additional_data={"programme": programme.pk},
                actor_email="ines@onelift.example",
                timestamp=now,
            )
            for number in range(first, min(first + AT_ONCE, rows))
        )


def sealing_is_fast(stage: Stage) -> bool:
    """Measure the seals of all, in rounds of a pump, and then a pump that finds nothing."""
    rows = LogEntry.objects.count()
    took = seconds(seal_all)
    seal(running_clock())
    fresh = idle_pump(stage)
    let_hours_pass()
    idle = idle_pump(stage)
    goals = (Goal("an idle pump at most 50 ms", idle.median <= MOST_IDLE),)
    report(f"Sealing {rows:,} entries", Figure((rows / took,), "entries/s"))
    peer = ("all of them of the last hour", fresh)
    title = f"A pump that finds nothing, at {rows:,} entries"
    return report(title, idle, peer=peer, goals=goals)


def idle_pump(stage: Stage) -> Figure:
    return Figure(in_turns({"idle": lambda: seconds(seal_all)}, stage.runs)["idle"])


def let_hours_pass() -> None:
    """Let the pump look at all entries in two hours, as it does of a trail that grew in years.

    What is older is settled. A trail that was written just now is asked for whole each time.
    """
    for _ in range(2):
        Chain.objects.update(looked_at=database_now() - sealing.HOUR)
        seal(running_clock())
    analyse()


def seal_all() -> None:
    """Seal until nothing waits, as the pump does round after round."""
    while seal(running_clock()) >= sealing.BATCH:
        pass


def writing_is_as_fast(programme: Programme, stage: Stage) -> bool:
    """Measure a decision with its entry while nothing is sealed, and while the pump seals."""
    sides: dict[str, Callable[[], float]] = {
        "alone": lambda: write_some(programme),
        "beside": lambda: beside_the_pump(lambda: write_some(programme)),
    }
    found = {side: Figure(values, "s") for side, values in in_turns(sides, stage.runs).items()}
    alone, beside = found["alone"], found["beside"]
    goals = (Goal("at most 1.25 × without", beside.median <= RATIO * alone.median),)
    title = "Writing an entry while the pump seals"
    return report(title, beside, peer=("while nothing is sealed", alone), goals=goals)


def write_some(programme: Programme) -> float:
    """Return how long one write takes, of many."""
    now = database_now()
    return seconds(lambda: [write_one(programme, now) for _ in range(WRITES)]) / WRITES


def write_one(programme: Programme, now) -> None:
    with transaction.atomic():
        write_entry(programme, 1, None, now, {"name": ["a", "b"]})


def beside_the_pump(action: Callable[[], float]) -> float:
    """Do something while another connection seals what is written, as often as it can."""
    is_over = threading.Event()

    def pump() -> None:
        # In life every 20 seconds, and in another process.
        while not is_over.wait(0.2):
            seal(running_clock())
        connection.close()

    thread = threading.Thread(target=pump)
    thread.start()
    try:
        return action()
    finally:
        is_over.set()
        thread.join()


def verifying_is_small(stage: Stage) -> bool:
    """Measure how long all takes to verify, and what it holds in memory at once."""
    seal_all()
    Chain.objects.update(looked_at=database_now() - timedelta(days=1))
    seal_all()
    rows, waiting = LogEntry.objects.count(), unsealed().count()
    took = Figure((seconds(lambda: verify({})),))
    tracemalloc.start()
    found = verify({})
    peak = tracemalloc.get_traced_memory()[1] / 1024**2
    tracemalloc.stop()
    goals = (
        Goal("whole", (found.faults, found.sealed, waiting) == ([], rows, 0)),
        Goal(f"at most {MOST_MEGABYTES} MB at once", peak <= MOST_MEGABYTES),
    )
    report(f"Memory of verifying {rows:,} entries", Figure((peak,), "MB"))
    return report(f"Verifying {rows:,} entries", took, goals=goals)
