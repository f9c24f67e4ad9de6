"""What gives a wall away that is gone: what a page shows then, or the rows that are read for it."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from tests.canaries.growing import shown
from tests.canaries.readers import leaks
from tests.canaries.reading import text_of
from tests.canaries.replaying import REFUSED, Tried, said_of, send, words_in
from tests.canaries.walk import Walk
from tests.canaries.walls import Wall, without

STAMP = re.compile(r"datetime\.datetime\([^)]*\)|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?")

# Requests that read more rows, after which nothing better is looked for.
ENOUGH = 12


@dataclass
class Told:
    """What came of a request: an outcome, hidden words, what it shows, the rows read or written."""

    said: str
    leaks: set[str]
    shows: str
    rows: Counter[str]


def signs(ground: Any, wall: Wall, requests: Iterable[Tried]) -> Iterator[str]:
    """Yield what differs once a wall is gone: refused things that open, hidden words, other pages.

    Last come requests for which more rows are read or written, once there are a few. A wall leaves
    out only what its reader may not see, so whatever comes on top is hidden from them, even where
    a later line drops it. What differs from one asking to the next proves nothing.
    """
    more_rows = []
    for one in requests:
        before = told(ground, one)
        with without(wall):
            gone = told(ground, one)
        if found := _seen(before, gone) or _shown(ground, one, before, gone):
            yield f"{one.reader} {one.address}: {found}"
        elif gone.rows - before.rows and before == told(ground, one):
            more_rows.append(f"{one.reader} {one.address}: more rows are met")
        if len(more_rows) == ENOUGH:
            break
    yield from more_rows


def _seen(before: Told, gone: Told) -> str:
    if _is_worse(before.said, gone.said):
        return f"{gone.said} in place of {before.said}"
    return next(iter(gone.leaks - before.leaks), "")


def _is_worse(was: str, said: str) -> bool:
    is_open = was in REFUSED and said not in REFUSED
    return is_open or (said == "taken" and was != "taken")


def _shown(ground: Any, one: Tried, before: Told, gone: Told) -> str:
    differs = before.shows != gone.shows and before == told(ground, one)
    return "the page differs" if differs else ""


def told(ground: Any, one: Tried) -> Told:
    """Ask once more; nothing of it stays. A page that fails shows its error."""
    walk = Walk(ground.walks[one.reader].client)
    with transaction.atomic(), rows_met() as rows:
        try:
            answer = send(walk.client, one.address, one.data)
            said, shows = said_of(answer, one.data), f"{answer.status_code} {shown(answer)}"
            walk.note(one.address, text_of(answer), words_in(ground.words, one.data))
        except Exception as error:  # noqa: BLE001 - it is what the reader gets
            said = shows = repr(error)
        transaction.set_rollback(True)
    return Told(said, set(leaks(ground.words, one.reader, walk.words)), shows, rows)


@contextmanager
def rows_met() -> Iterator[Counter[str]]:
    """Count the rows that are read and written while the block lasts: each query is asked twice."""
    found: Counter[str] = Counter()

    def noting(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        if sql.lstrip("(").startswith("SELECT") and " FROM " in sql:
            found.update(rows_of(sql, params))
        if sql.startswith(("UPDATE", "DELETE")):
            found[sql.partition(" WHERE ")[0]] += context["cursor"].rowcount
        return result

    with connection.execute_wrapper(noting):
        yield found


def rows_of(sql: str, params: Any) -> list[str]:
    """Return the rows of a query in words, without the moments in them."""
    kept, connection.execute_wrappers = connection.execute_wrappers, []
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            return [STAMP.sub("", repr(row)) for row in cursor.fetchall()]
    finally:
        connection.execute_wrappers = kept
