"""One clock for tests: at which it stands, and that no date of a test meets another clock."""

import ast
import re
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone

from programmes.database.clock import DatabaseNow, database_now, running_clock
from programmes.models import Programme
from stakeholders.accounts.access import scope_of
from stakeholders.accounts.services.delegation import Absence, name_delegate
from tests.clock import HERE, NOW, REAL, clock_of, day, is_real
from tests.factories import ProgrammeFactory

MACHINE = {
    *("timezone.now", "timezone.localdate", "timezone.localtime"),
    *("date.today", "datetime.today", "datetime.now", "datetime.utcnow", "time.time"),
}
# They set the clock, note when something came, or count half minutes, whichever clock that is.
TELLS_THE_TIME = {
    *("calendar.py", "clock.py", "conftest.py"),
    *("accounts/conftest.py", "communications/relay.py"),
}


# Days as people and files write them.
DAY = re.compile(r"\b20\d\d-\d\d-\d\d\b|\b\d{1,2} [A-Z][a-z]{2,8} 20\d\d\b")
# Hostile values, and texts of which nobody reads the day.
NO_DAYS = {
    *("benchmarks/trail.py", "hostile/values.py"),
    *("operations/test_installing.py", "operations/test_logs.py"),
}
# What a database answers with its time, in the SQL of either and in Django's words.
DATABASE_TIME = re.compile(
    r"clock_timestamp|CURRENT_TIMESTAMP|_timestamp\(\)|'now'|functions import.*\bNow\b"
)


def modules():
    return sorted(path for path in HERE.rglob("*.py") if path != Path(__file__))


def nodes(path):
    return ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def place(path):
    return path.relative_to(HERE).as_posix()


def asks_the_machine(node):
    """Tell whether a line asks this machine for the time, or hands on who does."""
    return isinstance(node, ast.Attribute) and ast.unparse(node) in MACHINE


def is_pinned(node):
    """Tell whether a line names a day that is near today one day, or the instant of NOW."""
    if isinstance(node, ast.Name):
        return node.id == "NOW"
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and bool(DAY.search(node.value))
    if not (isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)):
        return False
    is_date = ast.unparse(node.func).rpartition(".")[2] in ("date", "datetime")
    return is_date and str(node.args[0].value)[:2] == "20"


def found(is_wrong, paths):
    return [
        f"{place(path)}:{node.lineno}" for path in paths for node in nodes(path) if is_wrong(node)
    ]


def test_no_test_asks_the_machine_unless_it_runs_at_the_real_clock():
    still = [path for path in modules() if not is_real(path) and place(path) not in TELLS_THE_TIME]
    assert found(asks_the_machine, still) == []


def test_no_test_at_the_real_clock_names_a_day():
    real = [path for path in modules() if is_real(path) and place(path) not in NO_DAYS]
    assert found(is_pinned, real) == []


def test_databases_are_asked_for_the_time_in_one_place():
    root = HERE.parent
    apps = ("programmes", "stakeholders", "communications", "events", "feedback", "onelift")
    paths = [path for app in apps for path in (root / app).rglob("*.py")]
    asking = [p for p in paths if DATABASE_TIME.search(p.read_text(encoding="utf-8"))]
    assert asking == [root / "programmes/database/clock.py"]


def test_each_place_at_the_real_clock_is_there():
    assert [name for name in REAL if not (HERE / name).exists()] == []


@pytest.mark.parametrize(
    "line",
    ["timezone.now()", "date.today()", "field(default_factory=timezone.now)", "now or time.time()"],
)
def test_who_asks_the_machine_is_noticed(line):
    assert any(map(asks_the_machine, ast.walk(ast.parse(line))))


@pytest.mark.parametrize(
    "line",
    ["date(2027, 1, 18)", "datetime.datetime(2027, 1, 18)", "'2027-01-18'", "'Mon 18 Jan 2027'"],
)
def test_a_day_that_is_named_is_noticed(line):
    assert any(map(is_pinned, ast.walk(ast.parse(line))))
    assert not any(map(is_pinned, ast.walk(ast.parse("day(2027, 1, 18)"))))


@pytest.mark.django_db
def test_this_process_and_the_database_stand_at_the_same_instant():
    assert NOW == timezone.now() == datetime.now(UTC) == database_now()
    assert time.time() == NOW.timestamp()
    ProgrammeFactory()
    assert Programme.objects.annotate(at=DatabaseNow()).values_list("at", flat=True).get() == NOW


@pytest.mark.django_db
def test_a_test_that_moves_the_clock_moves_the_database_too():
    later = NOW + timedelta(days=3, microseconds=1)
    with time_machine.travel(later, tick=False):
        assert database_now() == later
    assert database_now() == NOW


@pytest.mark.django_db
def test_what_is_compiled_once_asks_the_clock_of_each_test(cast):
    """Rights are read by SQL that is kept; a delegation lasts for two days."""
    days = Absence(NOW.date(), NOW.date() + timedelta(days=1), "UTC")
    name_delegate(cast.programme, cast.claire, cast.tom, days, NOW)
    found = []
    for later in (timedelta(0), timedelta(days=9), timedelta(hours=1)):
        with time_machine.travel(NOW + later, tick=False):
            found.append(scope_of(cast.tom, cast.programme).may("approval.decide"))
    assert found == [True, False, True]


@pytest.mark.django_db
def test_what_counts_seconds_runs_on():
    clock, since = running_clock(), time.monotonic()
    while time.monotonic() == since:
        pass
    assert clock() > NOW


def test_days_of_the_cast_lie_as_they_are_written():
    assert day(2027, 1, 18) == date(2027, 1, 18)


@pytest.mark.parametrize("days", [-8, 0, 1, 6, 7, 45, 400])
def test_at_the_real_clock_days_of_the_cast_move_by_whole_weeks(days):
    real = HERE / REAL[0] / "test_any.py"
    with time_machine.travel(NOW + timedelta(days=days), tick=False), clock_of(real):
        assert 0 <= (timezone.now().date() - day(2026, 11, 24)).days < 7
        assert day(2027, 1, 18).weekday() == date(2027, 1, 18).weekday()
