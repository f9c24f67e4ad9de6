"""Databases into which a dump is put, beside those of the tests."""

import lzma
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.contrib.contenttypes.models import ContentType
from django.db import connection

from tests.upgrade import dump_of


@contextmanager
def put_back(version: str, folder: Path) -> Iterator[None]:
    """Let Django use what the dump of a version holds, in place of the tests' database."""
    given = connection.settings_dict
    own, other = given["NAME"], f"{given['NAME']}_upgraded"
    content = lzma.decompress(dump_of(version, connection.vendor).read_bytes())
    if connection.vendor == "sqlite":
        other = str(folder / "upgraded.sqlite3")
        Path(other).write_bytes(content)
        with using(other, own):
            yield
        return
    administer(f'DROP DATABASE IF EXISTS "{other}"', f'CREATE DATABASE "{other}"')
    try:
        with using(other, own):
            with connection.cursor() as cursor:
                cursor.execute(content.decode())
            connection.close()  # The script has left the search path empty.
            yield
    finally:
        administer(f'DROP DATABASE "{other}"')


@contextmanager
def using(other: str, own: str) -> Iterator[None]:
    use(other)
    try:
        yield
    finally:
        use(own)


def use(name: str) -> None:
    """Connect to another database, in which types of content may have other keys."""
    connection.close()
    connection.settings_dict["NAME"] = name
    ContentType.objects.clear_cache()


def administer(*statements: str) -> None:
    """Run statements that no transaction and no database may be around."""
    with connection._nodb_cursor() as cursor:
        for each in statements:
            cursor.execute(each)
