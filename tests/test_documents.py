"""What the documents point to is there: files, headings, commands."""

import re
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

ROOT = Path(settings.BASE_DIR)
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\(([^)#\s]*)(?:#([^)\s]+))?\)")
STATE = re.compile(
    r"^\*Decided on \d+ \w+ \d{4}\. (In force|Replaced by \[.+\]\(.+\))\.\*$", re.MULTILINE
)
COMMAND = re.compile(r"(?:manage\.py|^ *onelift) ([a-z_]+)", re.MULTILINE)


@cache
def anchors(path: Path) -> set[str]:
    """Return the names under which GitHub shows the headings."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_of_a_document_lead_somewhere(document):
    for target, anchor in LINK.findall(document.read_text()):
        if not target.startswith("http"):
            path = (document.parent / target).resolve() if target else document
            assert path.exists(), target
            assert not anchor or anchor in anchors(path), f"{target}#{anchor}"


def test_each_picture_is_shown_by_a_document():
    linked = {
        (document.parent / target).resolve()
        for document in DOCUMENTS
        for target, _anchor in LINK.findall(document.read_text())
    }
    pictures = {path for path in (ROOT / "docs/pictures").iterdir() if path.suffix != ".md"}
    assert pictures <= linked
    assert len(pictures) <= 15


def test_each_decision_has_a_date_and_a_state():
    decisions = sorted((ROOT / "docs/decisions").glob("*.md"))
    assert len(decisions) > 30
    for each in decisions:
        assert STATE.search(each.read_text()), each.name


def test_commands_that_the_documents_name_are_there():
    named = {name for each in DOCUMENTS for name in COMMAND.findall(each.read_text())}
    assert {"doctor", "migrate", "hold_after_restore", "settle_in_doubt"} <= named
    assert named <= set(get_commands())
