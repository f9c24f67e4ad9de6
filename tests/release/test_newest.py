"""The lines of the documents that take the newest released version."""

import re
import subprocess

import pytest

from tests.operations.shape import ROOT

OPERATING = ROOT / "docs/operating"
CHECKOUT = re.compile(r"^git checkout .*$", re.MULTILINE)
LINES = {
    line
    for name in ("one-machine.md", "compose.md", "upgrade.md")
    for line in CHECKOUT.findall((OPERATING / name).read_text())
}


def git(folder, *words):
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com")
    command = ["git", "-C", str(folder), *who, *words]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def commit(folder, *texts):
    for text in texts:
        git(folder, "commit", "--quiet", "--allow-empty", "--message", text)


@pytest.fixture
def origin(tmp_path):
    folder = tmp_path / "origin"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit(folder, "Begin", "Release 0.1.0", "Open 0.2.0", "Say how to\n\nRelease it by hand")
    return folder


def take(folder):
    (line,) = LINES
    subprocess.run(["sh", "-euc", line], cwd=folder, check=True)
    return git(folder, "log", "-1", "--format=%s")


def test_all_documents_take_it_by_the_same_line():
    told = {
        name: len(CHECKOUT.findall((OPERATING / name).read_text()))
        for name in ("one-machine.md", "compose.md", "upgrade.md")
    }
    assert told == {"one-machine.md": 1, "compose.md": 1, "upgrade.md": 2}
    assert len(LINES) == 1


def test_a_new_installation_takes_the_newest_released_version(origin, tmp_path):
    git(tmp_path, "clone", "--quiet", str(origin), "onelift")
    assert take(tmp_path / "onelift") == "Release 0.1.0"


def test_an_upgrade_takes_the_next_once_it_is_released(origin, tmp_path):
    git(tmp_path, "clone", "--quiet", str(origin), "onelift")
    installed = tmp_path / "onelift"
    take(installed)
    commit(origin, "Mend a page", "Take back Release 9.9.9")
    git(installed, "fetch", "--quiet")
    assert take(installed) == "Release 0.1.0"
    commit(origin, "Release 0.2.0", "Open 0.3.0")
    git(installed, "fetch", "--quiet")
    assert take(installed) == "Release 0.2.0"
