"""What the documents point to is there: files, headings, commands."""

import hashlib
import re
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import global_settings, settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.management import get_commands
from django.core.signing import Signer

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


def test_code_uses_no_cryptography_but_that_of_the_list():
    """It stands in docs/asvs/v11-cryptography.md."""
    floors = ("onelift", "programmes", "stakeholders", "communications", "events", "feedback")
    files = [path for floor in floors for path in (ROOT / floor).rglob("*.py")]
    texts = {path: path.read_text() for path in files if ROOT / "onelift/demo" not in path.parents}
    code = "\n".join(texts.values())
    assert set(re.findall(r"hashlib\.(\w+)", code)) == {"sha256", "file_digest"}
    assert set(re.findall(r"(?:from|import) cryptography\.(\S+)", code)) == {"fernet"}
    assert set(re.findall(r"algorithm=\"(\w+)\"", code)) == {Signer().algorithm} == {"sha256"}
    weak = re.compile(r"\brandom\.(?!SystemRandom\b)\w+|from random import")
    # It chooses which rows a preview shows.
    assert [path.name for path, text in texts.items() if weak.search(text)] == ["preview.py"]


def test_passwords_are_hashed_as_the_list_says():
    assert not hasattr(import_module("onelift.settings"), "PASSWORD_HASHERS")
    assert global_settings.PASSWORD_HASHERS[0].endswith(".PBKDF2PasswordHasher")
    assert PBKDF2PasswordHasher.digest is hashlib.sha256
    assert PBKDF2PasswordHasher.iterations >= 600_000


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


def test_production_is_told_by_its_own_command():
    """In containers, and where that command is made, it is the script of Django."""
    told = [ROOT / "docs/administering.md", *sorted((ROOT / "docs/operating").glob("*.md"))]
    text = "\n".join(each.read_text() for each in told).replace("\\\n", " ")
    others = [line for line in text.splitlines() if "manage.py" in line]
    allowed = ("docker compose ", ".venv/bin/python manage.py")
    assert [line for line in others if not any(one in line for one in allowed)] == []
