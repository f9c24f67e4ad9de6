"""Measuring several sides in turns, and printing them with their ratio.

Sides take turns because a shared machine has better and worse minutes: within one run they are
shared fairly, and the ratio stays true where single figures wander.
"""

import os
import resource
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

MEGABYTE = 1024  # of ru_maxrss, which counts in kilobytes
BUSY = 0.75  # a core, by others
# The variable that names the file in which goals are kept.
TABLE = "BENCH_TABLE"
# Nothing of ours has run yet; later the average is for the most part our own load.
LOAD_BEFORE = os.getloadavg()[0]


@dataclass(frozen=True)
class Figure:
    """What one side took or reached, once a run; the median stands for it."""

    values: tuple[float, ...]
    unit: str = "s"

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    def __str__(self) -> str:
        low, high = min(self.values), max(self.values)
        return (
            f"{written(self.median, self.unit):>12}   "
            f"({written(low, '')}–{written(high, '')}, {len(self.values)} runs)"
        )


@dataclass(frozen=True)
class Goal:
    """What is to be reached, in words and as a fact."""

    text: str
    is_reached: bool


def written(value: float, unit: str) -> str:
    """Return a figure with three digits that count."""
    digits = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= 1 else 4
    return f"{value:,.{digits}f} {unit}".strip()


def seconds(action: Callable[[], object]) -> float:
    """Return how long an action takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def in_turns(sides: Mapping[str, Callable[[], float]], runs: int) -> dict[str, tuple[float, ...]]:
    """Measure all sides once a round, each function returning its value; keyed by side.

    The first round warms caches and is thrown away, unless there is only one.
    """
    rounds = [{name: measure() for name, measure in sides.items()} for _ in range(warmed(runs))]
    kept = rounds[-runs:]
    return {name: tuple(each[name] for each in kept) for name in sides}


def warmed(runs: int) -> int:
    return runs + 1 if runs > 1 else runs


def peak_megabytes() -> float:
    """Return the most memory that this process or one that it waited for ever held, in MB."""
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(each).ru_maxrss for each in who) / MEGABYTE


def report(
    title: str,
    ours: Figure,
    *,
    peer: tuple[str, Figure] | None = None,
    limit: tuple[str, Figure] | None = None,
    goals: tuple[Goal, ...] = (),
    peak: float | None = None,
    doubts: tuple[str, ...] = (),
) -> bool:
    """Print one measurement; return whether it counts and reaches its goals.

    Args:
        title: what was measured.
        ours: the product's figure.
        peer: what others do for the same job, by name.
        limit: what the machine can do at best, by name.
        goals: what is to be reached.
        peak: the most memory held, in MB; of this process where not given.
        doubts: why the run does not count, if so.
    """
    print(f"\n{title}\n  {'OneLift':<46}{ours}")
    for kind, side in (("peer", peer), ("limit", limit)):
        if side:
            name, figure = side
            ratio = f"ratio {written(ours.median / figure.median, '')}"
            print(f"  {f'{kind}: {name}':<46}{figure}   {ratio}")
    for goal in goals:
        print(f"  goal: {goal.text:<40}{'reached' if goal.is_reached else 'MISSED':>12}")
    print(f"  {'peak memory':<46}{peak or peak_megabytes():>9,.0f} MB")
    doubts = (*doubts, *load_doubts())
    print(f"  {'counts: yes' if not doubts else 'counts: NO, ' + '; '.join(doubts)}", flush=True)
    keep_for_table(title, ours, goals, does_count=not doubts)
    return not doubts and all(goal.is_reached for goal in goals)


def keep_for_table(title: str, ours: Figure, goals: tuple[Goal, ...], *, does_count: bool) -> None:
    """Write the goals into the file that ``TABLE`` names, for the table at the end of all."""
    if path := os.environ.get(TABLE):
        figure = written(ours.median, ours.unit)
        words = ["reached" if does_count else "reached, but does not count", "MISSED"]
        lines = [f"{title}\t{goal.text}\t{figure}\t{words[not goal.is_reached]}" for goal in goals]
        with Path(path).open("a", encoding="utf-8") as table:
            table.writelines(f"{line}\n" for line in lines)


def table_of(text: str) -> str:
    """Return the goals that benchmarks have kept as one table: what, goal, figure, reached."""
    rows = [line.split("\t") for line in text.splitlines()]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = (zip(row, widths, strict=True) for row in rows)
    return "\n".join(
        "  ".join(f"{cell:<{width}}" for cell, width in line).rstrip() for line in lines
    )


def load_doubts() -> tuple[str, ...]:
    """Print the load averages; return a doubt where others used the machine before us."""
    cores, now = os.cpu_count() or 1, os.getloadavg()[0]
    words = f"{LOAD_BEFORE:.1f} before, {now:.1f} now, on {cores} cores"
    print(f"  {'load average of a minute':<46}{words}")
    is_busy = BUSY * cores < LOAD_BEFORE
    return (f"the machine was busy ({words})",) if is_busy else ()


def settle(seconds: float = 240) -> None:
    """Wait until the machine is quiet again, or for so long at most."""
    deadline = time.monotonic() + seconds
    while os.getloadavg()[0] > BUSY / 2 * (os.cpu_count() or 1) and time.monotonic() < deadline:
        time.sleep(1)
