"""Whoever upgrades finds what to do for each version that the changelog names."""

import re

from onelift.version import VERSION
from tests.operations.shape import ROOT

UNRELEASED = "Unreleased"
# Before the first release there were copies of the code alone.
FIRST = "a copy of the code"


def headings(text, marks):
    return re.findall(rf"^{marks} (.+)$", text, re.MULTILINE)


def steps(changelog):
    """Return the headings that the notes must have, newest first.

    A version of the changelog is its number, and whatever else stands in the line.
    """
    names = [each.split()[0] for each in headings(changelog, "##")]
    released = [name for name in names if name != UNRELEASED]
    older = [*released[1:], FIRST] if released else []
    found = [f"From {old} to {new}" for new, old in zip(released, older, strict=True)]
    if UNRELEASED in names:
        assert VERSION not in released, "what is being made has a version of its own"
        found.insert(0, f"From {[*released, FIRST][0]} to {VERSION} (not yet released)")
    return found


def test_each_version_of_the_changelog_has_its_notes_and_no_other():
    notes = (ROOT / "docs/operating/upgrade.md").read_text()
    by_version = notes.partition("\n## Version by version\n")[2]
    assert headings(by_version, "###") == steps((ROOT / "CHANGELOG.md").read_text())
    for section in by_version.split("\n### ")[1:]:
        assert re.search(r"^(- |No steps)", section, re.MULTILINE), section


def test_the_headings_follow_from_the_changelog():
    assert steps("## 0.0.2 (1 Dec 2026)\n- a\n\n## 0.0.1\n- b\n") == [
        "From 0.0.1 to 0.0.2",
        f"From {FIRST} to 0.0.1",
    ]
    assert steps("## Unreleased\n\n## 0.0.1\n")[0] == f"From 0.0.1 to {VERSION} (not yet released)"


def test_each_link_of_the_notes_leads_somewhere():
    folder = ROOT / "docs/operating"
    for path, anchor in re.findall(r"\]\(([^)#]*)#?([^)]*)\)", (folder / "upgrade.md").read_text()):
        target = folder / (path or "upgrade.md")
        assert target.exists(), path
        found = [
            re.sub(r"[^\w -]", "", each.lower()) for each in headings(target.read_text(), "#+")
        ]
        assert not anchor or anchor in [each.replace(" ", "-") for each in found], anchor
