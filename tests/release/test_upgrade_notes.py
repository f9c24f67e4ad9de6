"""The changelog and the notes for upgrades speak of the same versions, in the same form."""

import re

import pytest

from onelift.version import VERSION
from tests.operations.shape import ROOT

# Before the first release there were copies of the code alone.
FIRST = "a copy of the code"
OPEN = "open"
TITLE = re.compile(r"(?P<number>\d+\.\d+\.\d+) – (?P<state>open|\d{4}-\d{2}-\d{2})")
KINDS = ["Added", "Changed", "Fixed", "Security", "To do when upgrading"]


def headings(text, marks):
    return re.findall(rf"^{marks} (.+)$", text, re.MULTILINE)


def versions(changelog):
    """Return the number and the state of each version, newest first."""
    found = [TITLE.fullmatch(each) for each in headings(changelog, "##")]
    assert found
    assert None not in found
    return [(each["number"], each["state"]) for each in found]


def steps(changelog):
    """Return the headings that the notes must have, newest first."""
    known = versions(changelog)
    older = [*(number for number, _state in known[1:]), FIRST]
    return [
        f"From {old} to {new}{' (not yet released)' if state == OPEN else ''}"
        for (new, state), old in zip(known, older, strict=True)
    ]


def asks_for_steps(changelog):
    """Return the versions whose section of the changelog has something to do when upgrading."""
    sections = re.split(r"^## ", changelog, flags=re.MULTILINE)[1:]
    return {each.split(" ")[0] for each in sections if KINDS[-1] in headings(each, "###")}


@pytest.fixture
def changelog():
    return (ROOT / "CHANGELOG.md").read_text()


def test_the_topmost_version_is_that_of_the_code_and_all_below_are_released(changelog):
    known = versions(changelog)
    assert known[0][0] == VERSION
    assert OPEN not in [state for _number, state in known[1:]]
    numbers = [[int(part) for part in number.split(".")] for number, _state in known]
    assert numbers == sorted(numbers, reverse=True)


def test_each_version_has_lines_under_the_five_headings_alone(changelog):
    for section in changelog.split("\n## ")[1:]:
        found = headings(section, "###")
        assert found == [kind for kind in KINDS if kind in found]
        assert found or section.split("\n", 1)[0].endswith(OPEN)
        for each in section.split("\n### ")[1:]:
            assert re.search(r"^- ", each, re.MULTILINE), each


def test_each_version_of_the_changelog_has_its_notes_and_no_other(changelog):
    notes = (ROOT / "docs/operating/upgrade.md").read_text()
    by_version = notes.partition("\n## Version by version\n")[2]
    assert headings(by_version, "###") == steps(changelog)
    for section in by_version.split("\n### ")[1:]:
        assert re.search(r"^(- |No steps)", section, re.MULTILINE), section


def test_no_version_with_something_to_do_says_that_there_are_no_steps(changelog):
    notes = (ROOT / "docs/operating/upgrade.md").read_text()
    asked = asks_for_steps(changelog)
    assert asked
    for section in notes.partition("\n## Version by version\n")[2].split("\n### ")[1:]:
        new = re.match(r"From .+ to (\S+)", section)[1]
        assert new not in asked or "No steps" not in section, new


def test_the_versions_with_steps_follow_from_the_changelog():
    known = (
        "## 0.0.3 – open\n### To do when upgrading\n- a\n\n## 0.0.2 – 2026-12-02\n### Added\n- b\n"
    )
    assert asks_for_steps(known) == {"0.0.3"}


def test_the_headings_follow_from_the_changelog():
    assert steps("## 0.0.2 – open\n- a\n\n## 0.0.1 – 2026-12-01\n- b\n") == [
        "From 0.0.1 to 0.0.2 (not yet released)",
        f"From {FIRST} to 0.0.1",
    ]


def test_each_link_of_the_notes_leads_somewhere():
    folder = ROOT / "docs/operating"
    for path, anchor in re.findall(r"\]\(([^)#]*)#?([^)]*)\)", (folder / "upgrade.md").read_text()):
        target = folder / (path or "upgrade.md")
        assert target.exists(), path
        found = [
            re.sub(r"[^\w -]", "", each.lower()) for each in headings(target.read_text(), "#+")
        ]
        assert not anchor or anchor in [each.replace(" ", "-") for each in found], anchor
