"""The list of guards is true of the code: what it takes out stands there once."""

import pytest

from tests.faults.guards import GUARDS, HERE


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.words)
def test_a_guard_and_its_tests_are_there(guard):
    found = [(HERE / path).read_text().count(old) for path, old, _new in guard.cuts]
    assert found == [1] * len(guard.cuts)
    assert all((HERE / test).exists() for test in guard.tests)
