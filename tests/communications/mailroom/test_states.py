"""Two modules of the mailroom write the state of a posting, and nobody else."""

import ast
import re
from pathlib import Path

from django.conf import settings

from communications.mailroom.models import postings
from communications.mailroom.services.kind import all_kinds

ROOT = Path(settings.BASE_DIR)
FLOORS = ("programmes", "stakeholders", "communications", "events", "feedback", "onelift")
ROOM = "communications/mailroom/services/"
WRITERS = {f"{ROOM}ledger.py", f"{ROOM}replanning.py"}
# Statements in SQL: the intent and what was taken for many mails at once, in the order of states
# that ``ledger.begin`` and ``ledger.settle`` have.
IN_SQL = {"communications/dispatches/services/journal.py"}
# ``decide`` writes the state of an approval, which its caller names.
OTHERS = {"communications/approvals/services/approval.py"}
SET_STATE = re.compile(r"\bSET\s+(?:\w+\s*=[^;]*?,\s*)?state\s*=", re.IGNORECASE)
IMPORTED = re.compile(r"from communications\.(mailroom\.)?models[\w.]* import[^)]*\bState\b")
WRITING = {"update", "create", "update_or_create", "get_or_create"}


def modules():
    found = (path for floor in FLOORS for path in (ROOT / floor).rglob("*.py"))
    return {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
        for path in found
        if "migrations" not in path.parts
    }


def may_be_of_a_posting(value):
    """Tell whether a value may be a state of postings: one of another model names the model."""
    return not (isinstance(value, ast.Attribute) and isinstance(value.value, ast.Attribute))


def written_in(tree):
    """Return the lines that write a state: as a keyword, a key of a dict, or an attribute."""
    writing = WRITING | {model.__name__ for model in postings()}
    for node in ast.walk(tree):
        values = []
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", "") or getattr(node.func, "id", "")
            values = [word.value for word in node.keywords if word.arg == "state"]
            values = values if name in writing else []
        elif isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            values = [value for key, value in pairs if getattr(key, "value", None) == "state"]
        elif isinstance(node, ast.Assign):
            is_state = any(getattr(target, "attr", "") == "state" for target in node.targets)
            values = [node.value] if is_state else []
        yield from (value.lineno for value in values if may_be_of_a_posting(value))


def test_a_state_is_written_in_two_modules_alone():
    found = {
        path
        for path, text in modules().items()
        if IMPORTED.search(text) and any(written_in(ast.parse(text)))
    }
    assert found - OTHERS == WRITERS


def test_sql_that_writes_a_state_stands_in_one_module():
    tables = [model._meta.db_table for model in postings()]
    found = {
        path
        for path, text in modules().items()
        if SET_STATE.search(text) and any(table in text for table in tables)
    }
    assert found == IN_SQL


def test_each_posting_is_of_a_kind_that_the_outbox_knows():
    assert {kind.model for kind in all_kinds()} == set(postings())
