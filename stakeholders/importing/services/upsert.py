"""Writing many people at once by personnel number, and what is kept of what happens to them.

The one place where the two databases differ for this: PostgreSQL takes a COPY into a staging table
and moves the rows on by itself, SQLite takes them in one prepared statement.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, cast

from django.db import IntegrityError, connection, transaction
from django.db.models import Field, Model

from stakeholders.importing.models import ImportEntry
from stakeholders.importing.reading.person_facts import PersonFacts
from stakeholders.people.models import Person
from stakeholders.people.models.names import folded_name

_KEY = "personnel_number"
_STAGING = "incoming_people"
_CHUNK = 10_000
ENTRY_FIELDS = (
    "run",
    "kind",
    "line",
    "personnel_number",
    "name",
    "reason",
    "value",
    "fields",
    "site",
    "came_from",
    "cells",
)

_PEOPLE_FIELDS = (*PersonFacts._fields, "folded_name")

Values = Sequence[Any]
Fields = list["Field[Any, Any]"]


def add_people(rows: Sequence[Values]) -> None:
    """Insert new people; if somebody else has added one of them meanwhile, ``upsert_people``.

    Call it in a transaction. Without looking for conflicts it takes a third less time.
    """
    try:
        with transaction.atomic():
            _insert(Person, _PEOPLE_FIELDS, _with_folded_names(rows))
    except IntegrityError:
        upsert_people(rows)


def upsert_people(rows: Iterable[Values]) -> None:
    """Insert or update people, with their folded names; call it in a transaction.

    Columns that personnel files do not tell keep what they hold; of a new person they get what the
    database puts there (``db_default``).

    Args:
        rows: the values of the columns of ``PersonFacts``, keys for the relations; no two rows have
            one personnel number.

    """
    fields = _fields(Person, _PEOPLE_FIELDS)
    write = through_staging if connection.vendor == "postgresql" else row_by_row
    with connection.cursor() as cursor:
        write(cursor, fields, _chunks(_with_folded_names(rows)))


def add_entries(rows: Iterable[Values]) -> None:
    """Add entries of an import; call it in a transaction.

    Args:
        rows: the values of ``ENTRY_FIELDS``, keys for the relations, JSON as text.

    """
    _insert(ImportEntry, ENTRY_FIELDS, rows)


def _insert(model: type[Model], names: Sequence[str], rows: Iterable[Values]) -> None:
    fields = _fields(model, names)
    table = connection.ops.quote_name(model._meta.db_table)
    marks = ", ".join(["%s"] * len(fields))
    insert = f"INSERT INTO {table} ({_columns(fields)}) VALUES ({marks})"  # noqa: S608 (our names)
    with connection.cursor() as cursor:
        for chunk in _chunks(rows):
            if connection.vendor == "postgresql":
                _copy(cursor, table, fields, chunk)
            else:
                cursor.executemany(insert, chunk)


def _with_folded_names(rows: Iterable[Values]) -> Iterator[Values]:
    return ((*row, folded_name(row[1], row[2])) for row in rows)


def _fields(model: type[Model], names: Iterable[str]) -> Fields:
    return [cast(Any, model._meta.get_field(name)) for name in names]


def _chunks(rows: Iterable[Values]) -> Iterator[list[Values]]:
    rest = iter(rows)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk


def row_by_row(cursor: Any, fields: Fields, chunks: Iterable[list[Values]]) -> None:
    """Upsert each row by one prepared statement."""
    marks = ", ".join(["%s"] * len(fields))
    for chunk in chunks:
        cursor.executemany(_upsert_from(f"VALUES ({marks})", fields), chunk)


def through_staging(cursor: Any, fields: Fields, chunks: Iterable[list[Values]]) -> None:
    """Copy the rows into a table of this connection, then move them on in one statement."""
    source = f"SELECT {_columns(fields)} FROM"
    cursor.execute(f"CREATE TEMPORARY TABLE {_STAGING} AS {source} {_table()} WITH NO DATA")
    for chunk in chunks:
        _copy(cursor, _STAGING, fields, chunk)
    cursor.execute(_upsert_from(f"{source} {_STAGING}", fields))
    cursor.execute(f"DROP TABLE {_STAGING}")


def _copy(cursor: Any, table: str, fields: Fields, rows: list[Values]) -> None:
    """Copy rows into a table; only columns that may be null take an empty value for none."""
    nullable = _columns([field for field in fields if field.null])
    force = f", FORCE_NULL ({nullable})" if nullable else ""
    copy = f"COPY {table} ({_columns(fields)}) FROM STDIN WITH (FORMAT csv{force})"
    # Django wraps the errors of statements that it runs itself, which this is not.
    with connection.wrap_database_errors:
        cursor.copy_expert(copy, _as_csv(rows))


def _as_csv(rows: list[Values]) -> io.StringIO:
    """Return rows with each value in quotes, within which nothing but a quote has a meaning."""
    file = io.StringIO(newline="")
    csv.writer(file, quoting=csv.QUOTE_ALL).writerows(rows)
    file.seek(0)
    return file


def _upsert_from(source: str, fields: Fields) -> str:
    quote = connection.ops.quote_name
    written = [quote(field.column) for field in fields if field.name != _KEY]
    changes = ", ".join(_change(column) for column in written)
    into = f"INSERT INTO {_table()} ({_columns(fields)}) {source}"
    return f"{into} ON CONFLICT ({quote(_KEY)}) DO UPDATE SET {changes}"


def _change(column: str) -> str:
    """Return what an update sets; a language that was chosen by hand meanwhile is kept."""
    if column != connection.ops.quote_name("language"):
        return f"{column} = EXCLUDED.{column}"
    chosen = f"{_table()}.{connection.ops.quote_name('language_chosen_at')} IS NOT NULL"
    kept = f"{_table()}.{column}"
    return f"{column} = CASE WHEN {chosen} THEN {kept} ELSE EXCLUDED.{column} END"


def _columns(fields: Fields) -> str:
    return ", ".join(connection.ops.quote_name(field.column) for field in fields)


def _table() -> str:
    return connection.ops.quote_name(Person._meta.db_table)
