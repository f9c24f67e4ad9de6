"""Running the commands, and changing backups as somebody would who means it."""

import json
import os
from io import StringIO
from pathlib import Path

from django.core.management import call_command
from django.db import connection

from onelift.backups import manifest as manifests
from onelift.backups.files import entry_of
from tests.clock import FAKED
from tests.warden import KEPT


def manage(name: str, *words: object) -> str:
    """Run a command; return what it says."""
    said = StringIO()
    call_command(name, *map(str, words), stdout=said)
    return said.getvalue()


def url_of_tests() -> str:
    """Return the address of the database that the tests use."""
    given = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{given['NAME']}"
    account = f"{given['USER']}:{given['PASSWORD']}@{given['HOST']}:{given['PORT'] or 5432}"
    return f"postgres://{account}/{given['NAME']}"


def surroundings(var: Path, **settings: str) -> dict[str, str]:
    """Return what a process of its own finds in its environment."""
    kept = {name: os.environ[name] for name in (*KEPT, *FAKED) if name in os.environ}
    return {**kept, "DATABASE_URL": url_of_tests(), "ONELIFT_VAR": str(var), **settings}


def files_of(folder: Path) -> dict[str, Path]:
    return {str(each.relative_to(folder)): each for each in folder.rglob("*") if each.is_file()}


def database_of(folder: Path) -> Path:
    return next(folder.glob("database.*"))


def body_of(folder: Path) -> dict:
    return json.loads((folder / manifests.NAME).read_text())


def reseal(folder: Path, **changes: object) -> None:
    """Change a manifest, and its hash with it."""
    body = {**body_of(folder), **changes}
    del body["sha256"]
    sealed = {**body, "sha256": manifests.seal_of(body)}
    (folder / manifests.NAME).write_text(json.dumps(sealed))


def spoil_database(folder: Path) -> None:
    """Put something else in place of the database, and its hash into the manifest."""
    database = database_of(folder)
    database.write_bytes(b"no database" * 1000)
    entry = entry_of(database).as_dict()
    reseal(folder, files={**body_of(folder)["files"], database.name: entry})
