"""Run benchmarks: all, or those named. Each gets a process and a database of its own."""

import argparse
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory

import django

from tests.benchmarks.measure import TABLE, settle, table_of

SHARED = {
    "__init__",
    "__main__",
    "crowd",
    "history",
    "measure",
    "one_task",
    "post_office",
    "processes",
    "sink",
    "smtp_limit",
    "stage",
}
NAMES = sorted(p.stem for p in Path(__file__).parent.glob("*.py") if p.stem not in SHARED)


def main() -> int:
    """Return 0 if every benchmark counts and reaches its goals."""
    parser = argparse.ArgumentParser(prog="tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"of {', '.join(NAMES)}; all if none is given")
    parser.add_argument("--people", type=int, default=70_000)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    chosen = parser.parse_args()
    unknown = set(chosen.names) - set(NAMES)
    if unknown:
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    if len(chosen.names) == 1:
        return play(chosen)
    sizes = [f"--{size}={getattr(chosen, size)}" for size in ("people", "rows", "runs")]
    command = [sys.executable, "-m", "tests.benchmarks", *sizes]
    return max(one_after_another(command, chosen.names or NAMES))


def one_after_another(command: list[str], names: list[str]) -> list[int]:
    """Run each in a process of its own once the machine is quiet; return the exit codes.

    One table of all goals comes last.
    """
    codes = []
    with NamedTemporaryFile() as table:
        for name in names:
            settle()
            kept = {**os.environ, TABLE: table.name}
            codes.append(subprocess.run([*command, name], env=kept).returncode)
        print(f"\n{table_of(Path(table.name).read_text(encoding='utf-8'))}")
    return codes


def play(chosen: argparse.Namespace) -> int:
    """Run one benchmark in this process, with files of its own."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onelift.settings")
    # Figures, and no line for each request.
    os.environ.setdefault("ONELIFT_LOG_LEVEL", "WARNING")
    with TemporaryDirectory() as folder:
        os.environ["ONELIFT_VAR"] = folder
        django.setup()
        stage = import_module("tests.benchmarks.stage")
        benchmark = import_module(f"tests.benchmarks.{chosen.names[0]}")
        sizes = stage.Stage(people=chosen.people, rows=chosen.rows, runs=chosen.runs)
        with stage.own_database():
            return 0 if benchmark.main(sizes) else 1


if __name__ == "__main__":
    sys.exit(main())
