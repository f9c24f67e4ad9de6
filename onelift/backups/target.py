"""What a restore would overwrite: whose data they are, and whether a killed restore left them."""

from dataclasses import dataclass

from django.db import connection

from onelift.backups.manifest import MARK, Manifest
from onelift.backups.refusal import BackupError
from onelift.backups.stores import store
from programmes.queries.key import fingerprint_of, secrets_in_use

# One of these tables makes a database ours; rows in them make it worth asking before it goes.
FILLED_BY_PEOPLE = {
    "programmes_programme": ("programme", "programmes"),
    "stakeholders_person": ("person", "people"),
    "stakeholders_user": ("account", "accounts"),
}
KEYS = "programmes_usedkey"
NO_KEY = "unknown"


@dataclass(frozen=True)
class Target:
    """The database of the settings as it is before a restore.

    Attributes:
        tables: their names.
        rows: how many there are of each table that people fill.
        current: fingerprint of the key that a start asks for; empty if none is recorded.
        keys: all fingerprints that are recorded, or those of the settings if none is.
        half_of: the seal of the backup that a killed restore has filled it from; empty if none has.

    """

    tables: frozenset[str]
    rows: dict[str, int]
    current: str
    keys: frozenset[str]
    half_of: str

    @property
    def is_strange(self) -> bool:
        """Tell whether another program keeps its tables there."""
        return bool(self.tables) and not FILLED_BY_PEOPLE.keys() & self.tables

    @property
    def content(self) -> str:
        """Return what people have entered, in words."""
        return ", ".join(
            f"{number:,} {FILLED_BY_PEOPLE[table][number != 1]}"
            for table, number in self.rows.items()
        )

    @property
    def key(self) -> str:
        """Return by which fingerprint somebody says what is to be overwritten."""
        return self.current or NO_KEY


def target() -> Target:
    """Return what lies in the database of the settings."""
    with connection.cursor() as cursor:
        tables = frozenset(connection.introspection.table_names(cursor))
    keys = dict(rows_of(KEYS, "fingerprint, is_current", tables))
    return Target(
        tables=tables,
        rows={
            table: rows_of(table, "count(*)", tables)[0][0]
            for table in FILLED_BY_PEOPLE
            if table in tables
        },
        current=next((name for name, is_current in keys.items() if is_current), ""),
        keys=frozenset(keys or map(fingerprint_of, secrets_in_use())),
        half_of="".join(seal for (seal,) in rows_of(MARK, "backup", tables)),
    )


def rows_of(table: str, columns: str, tables: frozenset[str]) -> list[tuple]:  # type: ignore[type-arg]
    """Return the rows of a table, however old its version; none if it is not there."""
    if table not in tables:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {table}")  # noqa: S608  names of ours
        return list(cursor.fetchall())


def refuse_strangers(found: Target) -> None:
    """Raise BackupError if another program keeps its tables there."""
    if found.is_strange:
        raise BackupError(
            f"{store().name()} holds tables of another program: restore into a separate database."
        )


def refuse_to_overwrite(found: Target, manifest: Manifest, replace: bool, other: str) -> None:
    """Look whether a backup may take the place of what is there.

    Args:
        found: what is there.
        manifest: what comes.
        replace: whether data of this installation may be overwritten.
        other: the fingerprint of another installation that may be.

    Raises:
        BackupError: it may not.

    """
    refuse_strangers(found)
    if not any(found.rows.values()):
        return
    if sentence := another_installation(found, manifest):
        if other != found.key:
            raise BackupError(sentence)
    elif not replace:
        name = store().name()
        raise BackupError(f"{name} holds data ({found.content}): to overwrite it, add --replace.")


def another_installation(found: Target, manifest: Manifest) -> str:
    """Return that a backup is not of the installation that is there; empty if it is, or none is."""
    if not any(found.rows.values()) or found.keys & manifest.keys.all:
        return ""
    return (
        f"{store().name()} holds another installation ({found.content}) with key {found.key}: "
        f"to overwrite it, add --replace-other {found.key}."
    )


def key_needed(manifest: Manifest) -> str:
    """Return which key a start asks for once the backup is put back, and whether it is set."""
    needed = manifest.keys.current
    own, *fallbacks = map(fingerprint_of, secrets_in_use())
    if needed is None:
        return "No SECRET_KEY is recorded in it."
    asked = f"After a restore, OneLift needs the SECRET_KEY with fingerprint {needed}"
    if needed == own:
        return f"{asked}, which is set."
    if needed in fallbacks:
        return f"{asked}, which is a fallback."
    return (
        f"{asked}, but SECRET_KEY is {own}: set that key, or add it to SECRET_KEY_FALLBACKS, "
        "before you restore."
    )
