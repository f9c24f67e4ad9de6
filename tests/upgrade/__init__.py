"""Upgrades from each version: what it made is in ``FOLDER``, a dump for each shape."""

from pathlib import Path

FOLDER = Path(__file__).parent
# How the dump of each shape ends.
ENDINGS = {"sqlite": ".sqlite3.xz", "postgresql": ".sql.xz"}


def dump_of(version: str, vendor: str) -> Path:
    return FOLDER / f"{version}{ENDINGS[vendor]}"


def counts_of(version: str) -> Path:
    """Return the file that says how many rows each table of both dumps has."""
    return FOLDER / f"{version}.json"
