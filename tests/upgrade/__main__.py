"""Make the dumps of this version, for both shapes: ``python -m tests.upgrade 0.1.0``.

It takes ``createdb``, ``pg_dump`` and ``dropdb``, and makes a database of its own on the server of
``DATABASE_URL``.
"""

import argparse
import lzma
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from onelift.version import VERSION
from tests.upgrade import counts_of, dump_of

SERVER = "postgres://postgres@127.0.0.1:5432/onelift"
NAME = f"onelift_dump_{os.getpid()}"
# Published with the dumps: it opens nothing else.
KEY = "only-for-the-dumps-of-tests-upgrade-" + 20 * "k"
# Row by row, so that no psql is needed to read it; nothing that differs from server to server.
PG_DUMP = ["pg_dump", "--no-owner", "--no-privileges", "--no-comments", "--inserts"]
UNKNOWN_TO_OLDER = (b"SET transaction_timeout", b"\\restrict ", b"\\unrestrict ")


def main() -> None:
    parser = argparse.ArgumentParser(prog="tests.upgrade", description=__doc__)
    parser.add_argument("version", choices=[VERSION], help="the version of this code")
    version = parser.parse_args().version
    with TemporaryDirectory() as made:
        folder = Path(made)
        embedded = sqlite(version, folder)
        if embedded != postgresql(version, folder):
            sys.exit("The two shapes do not have the same number of rows.")
    counts_of(version).write_text(embedded)


def sqlite(version: str, folder: Path) -> str:
    """Make the dump of SQLite; return how many rows each table has."""
    made, whole = folder / "made.sqlite3", folder / "whole.sqlite3"
    counts = fill(f"sqlite:///{made}", folder)
    with closing(sqlite3.connect(made)) as connection:
        connection.execute("VACUUM INTO ?", (str(whole),))
    pack(whole.read_bytes(), dump_of(version, "sqlite"))
    return counts


def postgresql(version: str, folder: Path) -> str:
    """Make the dump of PostgreSQL; return how many rows each table has."""
    server, _slash, _name = os.environ.get("DATABASE_URL", SERVER).rpartition("/")
    maintenance = f"--maintenance-db={server}/postgres"
    subprocess.run(["createdb", maintenance, NAME], check=True)
    try:
        counts = fill(f"{server}/{NAME}", folder)
        script = subprocess.check_output([*PG_DUMP, f"{server}/{NAME}"])
    finally:
        subprocess.run(["dropdb", maintenance, NAME], check=True)
    lines = script.splitlines(keepends=True)
    known = b"".join(line for line in lines if not line.startswith(UNKNOWN_TO_OLDER))
    pack(known, dump_of(version, "postgresql"))
    return counts


def fill(database: str, folder: Path) -> str:
    """Put the world into a database; return how many rows each table has."""
    counts = folder / "counts.json"
    given = {"DATABASE_URL": database, "ONELIFT_VAR": str(folder), "SECRET_KEY": KEY}
    given["DJANGO_SETTINGS_MODULE"] = "onelift.settings"
    command = [sys.executable, "-m", "tests.upgrade.world", str(counts)]
    subprocess.run(command, env={**os.environ, **given}, check=True)
    return counts.read_text()


def pack(content: bytes, file: Path) -> None:
    file.write_bytes(lzma.compress(content, preset=9 | lzma.PRESET_EXTREME))


if __name__ == "__main__":
    main()
