"""Each command that the documents name is there, and takes the options that they give it."""

import re
import shlex

import pytest
from django.core.management import get_commands, load_command_class

from tests.operations.shape import ROOT

PLACES = [
    ROOT / "README.md",
    ROOT / "Makefile",
    ROOT / "docker-compose.yml",
    *sorted((ROOT / "docs").rglob("*.md")),
]
FLOORS = {"programmes", "stakeholders", "communications", "events", "feedback", "onelift"}
NAMED = re.compile(r"(?:(?<!=)\bonelift|manage\.py) ([a-z_]+)((?: (?:--?[a-z-]+|[^\s`|>&;()#]+))*)")


def commands():
    """Return file, command and the words behind it, each once."""
    found = {
        (path.name, name, words.strip())
        for path in PLACES
        for name, words in NAMED.findall(path.read_text())
    }
    return sorted(each for each in found if each[1] in get_commands() or "--" in each[2])


@pytest.mark.parametrize(("file", "name", "words"), commands())
def test_a_command_of_the_documents_is_there(file, name, words):
    command = load_command_class(get_commands()[name], name)
    parser = command.create_parser("manage.py", name)
    known = {option for action in parser._actions for option in action.option_strings}
    given = {word.partition("=")[0] for word in shlex.split(words) if word.startswith("-")}
    assert given <= known, file


def test_each_command_of_ours_stands_in_the_documents():
    own = {name for name, app in get_commands().items() if str(app).partition(".")[0] in FLOORS}
    told = "".join(path.read_text() for path in PLACES)
    assert {name for name in own if not re.search(rf"\b{name}\b", told)} == set()
