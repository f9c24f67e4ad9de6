"""Which tests are run on which shape; and where nothing may be skipped, a skip is a failure."""

import re
import sys
from pathlib import Path

import pytest

from tests.handing_out import whole_of

pytest_plugins = ["pytester"]

SKIPS = """
import pytest

def test_one():
    pytest.skip("no browser")

@pytest.mark.skip(reason="no reason")
def test_two():
    pass

@pytest.mark.xfail(strict=True)
def test_three():
    assert False
"""

SHAPES = """
import pytest

def test_plain():
    pass

def test_rows(db):
    pass

@pytest.mark.django_db
def test_marked():
    pass

@pytest.mark.services
def test_servers():
    pass

@pytest.mark.embedded
def test_files(db):
    pass
"""
ONCE = """
import pytest

def test_rows(db):
    pass

@pytest.mark.django_db(transaction=True)
def test_committed():
    pass

@pytest.mark.services
def test_servers(db):
    pass
"""
MARKERS = "markers =\n    slow\n    services\n    embedded\n"


@pytest.fixture
def run(pytester, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", ":".join(sys.path))
    pytester.makeini("[pytest]\nDJANGO_SETTINGS_MODULE = onelift.settings\n" + MARKERS)
    pytester.makepyfile(SKIPS)
    return lambda *options: pytester.runpytest_subprocess("-p", "tests.selection", *options)


def test_a_skipped_test_is_a_failure_if_nothing_may_be_skipped(run):
    done = run("--nothing-skipped")
    done.assert_outcomes(failed=1, errors=1, xfailed=1)
    done.stdout.fnmatch_lines(["*Nothing may be skipped here. *no browser*"])
    assert done.ret == 1


def test_a_skipped_test_is_none_otherwise(run):
    done = run()
    done.assert_outcomes(skipped=2, xfailed=1)
    assert done.ret == 0


def test_a_module_that_skips_itself_is_a_failure_too(run, pytester):
    pytester.makepyfile(test_gone="import pytest\npytest.importorskip('no_such_module')\n")
    done = run("--nothing-skipped")
    done.assert_outcomes(errors=1)
    assert done.ret != 0


@pytest.mark.parametrize(
    ("servers", "found"),
    [
        ({}, {"test_plain", "test_rows", "test_marked", "test_files"}),
        (
            {"DATABASE_URL": "postgres://127.0.0.1:1/x", "REDIS_URL": "redis://127.0.0.1:1/0"},
            {"test_rows", "test_marked", "test_servers"},
        ),
    ],
)
def test_a_test_is_run_where_it_proves_something(run, pytester, monkeypatch, servers, found):
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in servers.items():
        monkeypatch.setenv(name, value)
    shapes = pytester.makepyfile(test_shapes=SHAPES)
    done = run("--collect-only", "--quiet", str(shapes))
    assert {line.rpartition("::")[2] for line in done.outlines if "::" in line} == found


@pytest.mark.parametrize(
    ("place", "found"),
    [
        ("admin/test_once.py", {"test_committed", "test_servers"}),
        ("communications/kits/test_once.py", {"test_servers"}),
        ("events/test_once_pages.py", {"test_servers"}),
        ("events/test_both.py", {"test_rows", "test_committed", "test_servers"}),
    ],
)
def test_what_is_the_same_on_both_is_proved_once_but_what_commits_for_others(
    run, pytester, monkeypatch, place, found
):
    monkeypatch.setenv("DATABASE_URL", "postgres://127.0.0.1:1/x")
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    file = pytester.path / "tests" / place
    file.parent.mkdir(parents=True)
    file.write_text(ONCE)
    done = run("--collect-only", "--quiet", str(file))
    assert {line.rpartition("::")[2] for line in done.outlines if "::" in line} == found


def test_the_files_that_ask_for_the_shape_go_to_one_process():
    here = Path(__file__).parent
    files = sorted(here.glob("operations/test_*.py"))
    asking = {file for file in files if re.search(r"def \w+\([^)]*\bshape\b", file.read_text())}
    wholes = {file: whole_of(f"{file.relative_to(here.parent)}::test_one") for file in files}
    assert {file for file in files if wholes[file] == "one shape"} == asking
    assert len(asking) > 1
    assert len({wholes[file] for file in files}) == len(files) - len(asking) + 1
