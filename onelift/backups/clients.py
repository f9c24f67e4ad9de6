"""The programs by which PostgreSQL is read and filled: found, new enough, and told where to go."""

import os
import re
import subprocess
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from itertools import islice
from pathlib import Path
from shutil import copyfileobj
from typing import IO, Any

from django.db import DatabaseError, connection
from django.db.backends.postgresql.client import DatabaseClient

from onelift.backups.refusal import BackupError

# By this name the server knows the session that fills a database.
FILLING = "onelift restore"
VERSION = re.compile(r"\d+[.\d]*")
# Behind it, on lines of their own, stand statements and rows that no line of ours should quote.
ERROR = re.compile(r"(ERROR|FATAL|error): +(.*)")
# What a newer pg_restore says and an older server does not know.
UNKNOWN_BEFORE = {170000: b"SET transaction_timeout = 0;\n"}
HEADER_LINES = 40
# The account of the portal owns everything, and may not do what only an administrator may.
OWN_OPTIONS = [
    *("--no-owner", "--no-privileges", "--no-comments", "--no-tablespaces"),
    *("--no-publications", "--no-subscriptions", "--no-security-labels"),
]


def server_version() -> int:
    """Return the server's version as it counts itself, such as 150020 for 15.20.

    It is 0 where there is none, as on a machine that only verifies backups.
    """
    if connection.vendor != "postgresql":
        return 0
    with suppress(DatabaseError):
        connection.ensure_connection()
        return int(connection.pg_version)  # type: ignore[attr-defined]
    return 0


def version_of(program: str, least: int) -> str:
    """Return the version of a program, such as 15.20; ``least`` is what it should be at least.

    Raises:
        BackupError: it is not installed.

    """
    words = [program, "--version"]
    try:
        said = subprocess.check_output(words, stderr=subprocess.DEVNULL, text=True)  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        raise BackupError(f"{program} is not installed: {advice(least)}") from None
    return str(VERSION.findall(said)[0])


def sufficient(program: str, least: int) -> str:
    """Return the version of a program.

    Args:
        program: its name.
        least: the version that it must have at least, such as 150000; only its major part counts.

    Raises:
        BackupError: it is not installed, or older.

    """
    version = version_of(program, least)
    if major(version) < least // 10000:
        raise BackupError(
            f"{program} is version {version}, older than PostgreSQL {least // 10000}: "
            f"{advice(least)}"
        )
    return version


def major(version: str) -> int:
    """Return the first part of a version."""
    return int(version.partition(".")[0])


def advice(least: int) -> str:
    return f"install postgresql-client-{least // 10000}, or newer."


def arguments(program: str, *options: str) -> list[str]:
    """Return the words that start a program of this database. A password is not among them."""
    words, _environment = DatabaseClient.settings_to_cmd_args_env(
        connection.settings_dict, [*options]
    )
    return [program, *words[1:]]


def environment(name: str) -> dict[str, str]:
    """Return what such a program finds around it, the password too; ``name`` is its session's."""
    _words, own = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    return {**os.environ, **(own or {}), "PGAPPNAME": name, "PGCONNECT_TIMEOUT": "5"}


def run(words: list[str], output: IO[bytes] | int) -> None:
    """Run a program to its end.

    Raises:
        BackupError: with what it said last.

    """
    done = subprocess.run(  # noqa: S603  words of ours
        words, stdout=output, stderr=subprocess.PIPE, env=environment("onelift backup")
    )
    if done.returncode:
        raise BackupError(f"{words[0]} failed: {headline(done.stderr)}")


def headline(said: bytes) -> str:
    """Return the first error of a program."""
    text = said.decode(errors="replace").strip()
    found = ERROR.search(text)
    return found[2] if found else (text.splitlines() or ["it ended without a message."])[-1]


def fill(dump: Path, before: str, after: str) -> None:
    """Fill the database from a dump, in one transaction.

    Whoever is killed meanwhile leaves the database as it was: the last word of this function is
    COMMIT, and psql ends without it when its input does.

    Args:
        dump: a file in the custom format of pg_dump.
        before: statements that run first.
        after: statements that run last.

    Raises:
        BackupError: with the first error; the database is as it was.

    """
    restore = ["pg_restore", *OWN_OPTIONS, "--file=-", str(dump)]
    psql = arguments("psql", "--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1")
    with (
        tempfile.TemporaryFile() as said,
        start(restore, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said) as script,
        start(psql, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said) as filling,
    ):
        pour(script, filling, before, after)
        if filling.wait() or script.wait():
            said.seek(0)
            raise BackupError(f"The database is unchanged: {headline(said.read())}")


def start(words: list[str], **streams: Any) -> subprocess.Popen[bytes]:
    """Start a program that fills the database."""
    return subprocess.Popen(words, env=environment(FILLING), **streams)  # noqa: S603  words of ours


def pour(script: Any, filling: Any, before: str, after: str) -> None:
    """Hand the statements over, with COMMIT only once all of them are there."""
    try:
        filling.stdin.write(f"BEGIN;\n{before}\n".encode())
        filling.stdin.writelines(known_to(server_version(), script.stdout))
        copyfileobj(script.stdout, filling.stdin)
        if not script.wait():
            filling.stdin.write(f"\n{after}\nCOMMIT;\n".encode())
        filling.stdin.close()
    except BrokenPipeError:
        # It has ended with an error, which it has said. Nobody waits for the rest.
        script.stdout.close()


def known_to(server: int, lines: Iterable[bytes]) -> list[bytes]:
    """Return the first lines of a script, without settings that an older server does not know."""
    unknown = {line for since, line in UNKNOWN_BEFORE.items() if server < since}
    return [line for line in islice(lines, HEADER_LINES) if line not in unknown]
