"""Whether it is noticed when a wall is gone: its pages and forms are asked for once more."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from operator import itemgetter
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.canaries.asking import asked_apart
from tests.canaries.growing import grown, shown
from tests.canaries.intruding import intrusions
from tests.canaries.posting import POSTING, posts_of_table
from tests.canaries.replaying import Tried
from tests.canaries.telling import signs
from tests.canaries.walk import view_of
from tests.canaries.walls import Wall, all_walls, without

# Those who hold roles in a programme, whoever sees least first.
READERS = ("rosa", "nuria", "pia", "ines", "samir", "claire", "tom", "mei")
# Files that say when they were made.
MADE_ANEW = re.compile(r"/(xlsx|calendar|poster)/|\.(xlsx|ics|pdf|zip)")
TRYING = ("rosa", "nuria", "pia", "ines", "samir")
# Walls that only those meet who see a whole programme, and behind which rows are its own anyway.
# Their own tests give them a narrower scope, in test_channels.py, test_decision_kinds.py and
# test_moves.py.
WHOLE = {
    ("programmes/queries/shift.py", "move_seen"),
    ("stakeholders/audiences/queries/audience.py", "not_by_mail_each"),
    ("onelift/dashboards/overview/queries/heads.py", "_missed_in"),
}
# Walls that stand behind another one, which is to fail before they are met at all.
BEHIND = {
    # Persons are read at the sites that the tally counts in view.
    ("communications/dispatches/queries/delivery.py", "deliveries_in"): (
        "communications/dispatches/queries/tally.py",
        "groups_of",
    ),
    # What is told of a wave, once the wave itself is found in view.
    ("programmes/queries/shift.py", "latest_moves"): (
        "onelift/dashboards/moves/views/move.py",
        "_asked",
    ),
    ("onelift/dashboards/readiness/queries/board.py", "changes_of"): (
        "onelift/dashboards/readiness/views/readiness.py",
        "_wave",
    ),
    # A message is a row of the list once it is found in view.
    ("communications/desk/queries/message.py", "row_of"): (
        "communications/desk/views/message.py",
        "message_in_view",
    ),
    # People are counted at the sites that go live in view.
    ("onelift/dashboards/coverage/queries/shares.py", "_crowds"): (
        "onelift/dashboards/coverage/queries/coverage.py",
        "places_live_within",
    ),
    # Who was told a date is asked at the sites in view that move.
    **dict.fromkeys(
        (
            ("onelift/dashboards/moves/queries/told.py", "Telling._there"),
            ("onelift/dashboards/moves/queries/told.py", "Telling._sent"),
        ),
        ("programmes/queries/shift.py", "places_dated"),
    ),
    # Nobody is let into a page of the installation whose programme or person is out of view.
    ("programmes/forms/programme.py", "PlacesForm.__init__"): (
        "stakeholders/accounts/views/programme.py",
        "programme_place",
    ),
    ("stakeholders/people/queries/employee.py", "employee_page"): (
        "stakeholders/people/views/employee.py",
        "_person",
    ),
}


def requests_of(ground: Any) -> list[Tried]:
    """Return all that the readers asked for and sent, with the walls that it met."""
    found = []
    for reader in TRYING:
        trials = ground.trials(reader)
        found += [*trials.asked, *trials.own, *trials.sent]
    for reader in READERS:
        found += asked_by(ground, reader)
    for reader in POSTING:
        found += posts_of_table(ground, reader)
    found += [*intrusions(ground), *asked_apart(ground)]
    return [one for one in found if one.walls]


def asked_by(ground: Any, reader: str) -> Iterator[Tried]:
    """Yield what a reader asked for while walking."""
    walk = ground.walk(reader)
    for address, status in walk.answers.items():
        said = "ok" if status < 400 else str(status)
        yield Tried(reader, address, None, said, walk.walls[address])


def notice(ground: Any, wall: Wall, requests: Iterable[Tried]) -> str:
    """Return what gives a wall away that is gone, or nothing if nothing does."""
    place = wall.path, wall.function
    front = BEHIND.get(place)
    behind = in_turn(few(one for one in requests if (front or place) in one.walls))
    with ExitStack() as gone:
        for one in all_walls():
            if (one.path, one.function) == front:
                gone.enter_context(without(one))
        return next(signs(ground, wall, behind), "")


def in_turn(requests: Iterable[Tried]) -> list[Tried]:
    """Put one request to each view first, then another one to each, and so on."""
    seen: Counter[str] = Counter()
    turns = []
    for one in requests:
        view = view_of(urlsplit(one.address).path)
        seen[view] += 1
        turns.append((seen[view], one))
    return [one for _turn, one in sorted(turns, key=itemgetter(0))]


def few(requests: Iterable[Tried], most: int = 4, *, by_query: bool = True) -> Iterator[Tried]:
    """Yield a few requests of each reader to each view, in each way that they ended.

    What is asked in another way, by other fields or parameters, is of another kind.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    for one in requests:
        parts = urlsplit(one.address)
        names = sorted({name for name, _v in parse_qsl(parts.query)}) if by_query else ()
        kind = one.reader, view_of(parts.path), one.said, *sorted(one.data or ()), "?", *names
        seen[kind] += 1
        if seen[kind] <= most:
            yield one


def figures_that_move(ground: Any, reader: str, requests: Iterable[Tried]) -> Iterator[str]:
    """Yield pages that are not the same once there is more of what their reader does not see."""
    client = ground.walks[reader].client
    pages = [
        one.address
        for one in requests
        if one.reader == reader and one.said == "ok" and not one.data and is_steady(one.address)
    ]
    if not pages:
        return
    before = [shown(client.get(page)) for page in pages]
    with grown(ground, reader):
        after = [shown(client.get(page)) for page in pages]
    for page, was, said in zip(pages, before, after, strict=True):
        if was != said:
            yield f"{reader} {page}: its figures moved"


def is_steady(address: str) -> bool:
    """Tell whether a page is the same when asked twice: a look adds to the trail and is counted.

    The readiness of a wave is that of the whole wave for everybody (docs/decisions/readiness.md).
    """
    is_noted = "/audit/" in address or address == "/metrics"
    is_whole = address.endswith("/readiness/")
    return not (is_noted or is_whole) and not MADE_ANEW.search(address)
