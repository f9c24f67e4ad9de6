"""A run in which nothing may be skipped fails where something is."""

import sys

import pytest

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


@pytest.fixture
def run(pytester, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", ":".join(sys.path))
    pytester.makeini("[pytest]\nDJANGO_SETTINGS_MODULE = onelift.settings\nmarkers = slow\n")
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
