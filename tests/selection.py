"""Which tests are run where, in which order, and whether one may be skipped.

A test that needs servers, or that is about SQLite, is left out where the settings name the other
shape. That is settled by a marker. What asks for no database, and what proves rights, words and
looks, is the same on both and is run on the embedded shape. On the servers are run: what needs
them, what several connections do at once, whatever lies where SQL is written, each page once
(``test_pages``), each link (``canaries/test_links``) and each form with hostile values
(``test_inputs``). A skip is what a machine lacks, and ``--nothing-skipped`` calls it a failure.

What is marked ``thorough`` proves more of the same: other readers, other windows, more examples.
Only ``make thorough`` runs it, and names it ``THOROUGH=yes``.
"""

import os
import random

import pytest
from django.conf import settings
from django.db import connection

IS_THOROUGH = os.environ.get("THOROUGH") == "yes"
# Where promises are proved: faults, walls, rights, hostile inputs, anonymity. A test of them that
# fails gets no second chance.
PROMISES = (
    *("admin/test_rights.py", "canaries/", "faults/", "feedback/test_adversary.py"),
    *("feedback/test_anonymity.py", "test_access.py", "test_hostile.py", "test_inputs.py"),
)
DATABASE = {"db", "django_db_setup", "live_server", "transactional_db"}
# Where no other database changes what is proved, unless connections compete.
ON_ONE_SHAPE = (
    *("accounts", "admin", "canaries", "demo", "limits", "programmes", "release", "start"),
    *("communications/approvals", "communications/desk", "communications/kits"),
    *("communications/messages", "communications/returns"),
    *("dashboards/test_addresses", "dashboards/test_decisions", "dashboards/test_me"),
    *("dashboards/test_neighbours", "dashboards/test_person", "dashboards/test_places"),
    *("dashboards/test_region", "dashboards/test_setup", "dashboards/test_short_trail"),
    *("dashboards/test_stream", "dashboards/test_trail", "dashboards/test_words_of_trail"),
    *("stakeholders/accounts", "stakeholders/people/test_employee"),
    *("test_access.py", "test_catalogues.py", "test_documents.py", "test_tokens.py"),
)
# What is killed and stopped on the servers. On the embedded shape it is tried thoroughly, but for
# one kill of each kind: of a worker, of web, and of one that is told to stop.
FAULTS_ON_SERVERS = (
    "faults/test_kills.py::test_a_deployment_cuts_no_mail_and_gives_back_what_has_not_begun"
    "[embedded-the whole group]",
    "faults/test_kills.py::test_a_relay_that_stops",
    "faults/test_kills.py::test_a_worker_that_slept",
    "faults/test_kills.py::test_three_beats",
    *("faults/test_import_kills.py", "faults/test_kit_kills.py", "faults/test_stops.py"),
    "faults/test_giving_way.py",
    "faults/test_watching.py::test_a_mail_server",
)
# What of these lies where SQL is written: it is run on both.
ON_BOTH = ("programmes/test_readiness", "programmes/test_sealing", "programmes/test_tampering")
# What pages say, wherever it lies: on the servers each link is followed (canaries/test_links.py).
OF_PAGES = ("_page.py", "_pages.py")
# Where tests commit for no other connection, only so that mails leave.
ALONE = (
    *("accounts", "communications/approvals", "communications/desk/test_trial"),
    *("communications/kits", "communications/messages"),
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--nothing-skipped", action="store_true", help="a skipped test is a failure")
    parser.addoption("--shuffle", type=int, help="a seed for another order of files and tests")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what belongs to the other shape, and begin with what takes longest."""
    has_servers = connection.vendor == "postgresql" and bool(settings.REDIS_URL)
    is_foreign = needs_no_servers if has_servers else needs_servers
    left_out = [item for item in items if is_foreign(item) or is_left_for_later(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]
    if (seed := config.getoption("shuffle")) is not None:
        shuffle(items, seed)
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
    for item in items:
        if place_of(item).startswith(PROMISES):
            item.add_marker(pytest.mark.promise)


def shuffle(items: list[pytest.Item], seed: int) -> None:
    """Put files in another order, and the tests of each file."""
    chance = random.Random(seed)
    turns = {path: chance.random() for path in sorted({item.path for item in items})}
    items.sort(key=lambda item: (turns[item.path], chance.random()))


def place_of(item: pytest.Item) -> str:
    """Return where a test lies below ``tests/``, with its name."""
    return item.nodeid.partition("tests/")[2]


def is_left_for_later(item: pytest.Item) -> bool:
    is_more_of_the_same = item.get_closest_marker("thorough") is not None
    return (is_more_of_the_same or is_proved_on_servers(item)) and not IS_THOROUGH


def is_proved_on_servers(item: pytest.Item) -> bool:
    is_embedded = item.get_closest_marker("embedded") is not None
    return is_embedded and place_of(item).startswith(FAULTS_ON_SERVERS)


def needs_servers(item: pytest.Item) -> bool:
    return item.get_closest_marker("services") is not None


def needs_no_servers(item: pytest.Item) -> bool:
    if needs_servers(item):
        return False
    is_embedded = item.get_closest_marker("embedded") is not None
    return is_embedded or not asks_for_database(item) or is_proved_once(item)


def asks_for_database(item: pytest.Item) -> bool:
    return bool(DATABASE & fixtures_of(item)) or marked(item) is not None


def is_proved_once(item: pytest.Item) -> bool:
    """Tell whether a test proves the same on both shapes, by where it lies."""
    place = place_of(item)
    file, _colons, _name = place.partition("::")
    is_of_page = file.endswith(OF_PAGES) and file != "test_pages.py"
    is_alone = place.startswith(ALONE) or is_of_page or not commits(item)
    is_listed = place.startswith(ON_ONE_SHAPE) and not place.startswith(ON_BOTH)
    return (is_listed or is_of_page) and is_alone


def commits(item: pytest.Item) -> bool:
    """Tell whether a test writes what other connections may see."""
    mark = marked(item)
    return "transactional_db" in fixtures_of(item) or bool(mark and mark.kwargs.get("transaction"))


def marked(item: pytest.Item) -> pytest.Mark | None:
    return item.get_closest_marker("django_db")


def fixtures_of(item: pytest.Item) -> set[str]:
    return set(getattr(item, "fixturenames", ()))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    report = yield
    return as_failure(report) if item.config.option.nothing_skipped else report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector):
    report = yield
    return as_failure(report) if collector.config.option.nothing_skipped else report


def as_failure(report):
    """Turn a report of a skip into one of a failure that tells the same reason."""
    if report.skipped and not hasattr(report, "wasxfail"):
        _path, _line, reason = report.longrepr
        report.outcome, report.longrepr = "failed", f"Nothing may be skipped here. {reason}"
    return report
