"""Take each guard out once, and see a test that covers it fail (``make guards``).

It works on a copy of the code. What is not seen to fail is printed, and ends it with an error.
"""

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).parents[2]
LIST = Path(__file__).with_name("guards.toml")
SOME_FAILED = 1
# A guard against trying again and again ends nowhere once it is out.
MOST_SECONDS = 600
KEPT_OUT = shutil.ignore_patterns(".venv", ".git", "var", "pictures", "__pycache__", "*.log")


@dataclass(frozen=True)
class Guard:
    """Some lines without which a promise is broken, and the tests that say so.

    Each of ``cuts`` is a file, what stands in it, and what takes its place.
    """

    faults: list[str]
    words: str
    cuts: list[tuple[str, str, str]]
    tests: list[str]
    needs_servers: bool = False


GUARDS = [Guard(**each) for each in tomllib.loads(LIST.read_text())["guard"]]


@contextmanager
def taken_out(guard: Guard, copy: Path) -> Iterator[None]:
    """Take a guard out of the copy, and put it back."""
    whole = {path: (copy / path).read_text() for path, _old, _new in guard.cuts}
    for path, old, new in guard.cuts:
        text = (copy / path).read_text()
        assert text.count(old) == 1, f"{path} holds {text.count(old)} × {old!r}"
        (copy / path).write_text(text.replace(old, new))
    try:
        yield
    finally:
        for path, text in whole.items():
            (copy / path).write_text(text)


def is_seen(guard: Guard, copy: Path) -> bool:
    """Tell whether a test fails, and not only because it cannot be read; or never ends."""
    here = os.environ | {"PYTHONPATH": str(copy)}
    if not guard.needs_servers:
        here = {k: v for k, v in here.items() if k not in ("DATABASE_URL", "REDIS_URL")}
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *guard.tests]
    try:
        done = subprocess.run(
            command, cwd=copy, env=here, capture_output=True, text=True, timeout=MOST_SECONDS
        )
    except subprocess.TimeoutExpired:
        return True
    return done.returncode == SOME_FAILED and "\nFAILED " in done.stdout


def main(words: list[str]) -> int:
    """Play the guards of the faults that are named, or all; return 1 if one was not missed."""
    chosen = [guard for guard in GUARDS if not words or set(words) & set(guard.faults)]
    missed = 0
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        shutil.copytree(HERE, copy, ignore=KEPT_OUT)
        for guard in chosen:
            with taken_out(guard, copy):
                seen = is_seen(guard, copy)
            missed += not seen
            word = "seen to fail" if seen else "NOT SEEN"
            sys.stdout.write(f"{', '.join(guard.faults):<10}{guard.words:<70}{word}\n")
            sys.stdout.flush()
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
