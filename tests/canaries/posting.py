"""What the table of access posts in the first programme, posted in the second by its people.

Not all of it stands on a page: what is undone within minutes, or decided by the CIO alone.
"""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.urls import reverse

from tests.canaries.replaying import Tried, ask
from tests.test_access import TABLE

# The manager and the CIO of the second programme.
POSTING = ("pia", "cleo")
# The keys of what both programmes share, or of nothing that has a key of its own.
SHARED = {"one-it", "person", "hidden-person", "barcelona-site", "shanghai-site"}


def posts_of_table(ground: Any, reader: str) -> list[Tried]:
    """Return what comes of posting each row that names a row of the first programme."""
    walk, found = ground.walk(reader), []
    for address in dict.fromkeys(addresses(ground)):
        with transaction.atomic():
            found.append(ask(walk, ground.words, reader, address, {}))
            transaction.set_rollback(True)
    return found


def addresses(ground: Any) -> Iterator[str]:
    """Yield the addresses in the second programme; impacts are its own once as well."""
    own = ground.rows["two"]["stakeholders.Impact"][0]
    for row in TABLE["routes"]:
        named = row.get("with", {})
        if "POST" not in row or not is_foreign(ground, named):
            continue
        keys = {name: ground.keys.get(key, key) for name, key in named.items()}
        keys["programme"] = ground.slug
        yield reverse(row["route"], kwargs=keys)
        if "impact" in keys and "pk" in keys:
            yield reverse(row["route"], kwargs={**keys, "impact": own})


def is_foreign(ground: Any, named: dict[str, Any]) -> bool:
    """Tell whether an address names a row of the first programme, and the programme itself."""
    rows = {str(key) for key in named.values()} & set(ground.keys)
    return "programme" in named and bool(rows - SHARED)
