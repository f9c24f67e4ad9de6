"""How the interface speaks: no turn that a native reader stops at, and buttons that are verbs."""

import re
from pathlib import Path

import pytest

from onelift import catalogue

ROOT = Path(__file__).resolve().parent.parent
# Each with what takes its place.
BANNED = {
    r"\banew\b": "again",
    r"(?<!for )(?<!from )\bwhom\b": "who",
    r"\bwhoever\b": "anyone who",
    r"\bof which\b": "a sentence of its own",
    r"\bbut for\b": "except",
    r"\bit is said\b": "a subject that says it",
    r"\bmend(s|ed)?\b": "correct, fix",
    r"(?<!%\()\bmails?\b(?! servers?\b)": "email",
    r"\bmail address": "email address",
    r"\bstale\b": "out of date",
    r"\bpersons\b": "people",
    r"\bset-up\b": "settings",
    r"\bsimply\b": "nothing",
    r"\b(every|some|any)body\b": "everyone, someone, anyone",
    r"\bnobody\b": "no one",
    r"\bgo(es)? out\b": "is sent, are sent",
    r"\btake (it |them )?(off|away)\b": "remove",
    r"\bcalled? (it )?off\b": "cancel",
    r"\bin view\b": "that you can see",
    r"(?<!Thank you)!": "a full stop",
}
PUBLIC_MAY = re.compile(r"\bplease\b", re.IGNORECASE)
VERBS = frozenset(
    re.findall(
        r"\w+",
        """
        Accept Add Answer Apply Approve Ask Assign Back Cancel Change Check Compare Confirm
        Contact Continue Copy Create Decline Delete Discard Download Draft Edit Email End Erase
        Export Find Forget Forward Get Import Join Leave Let Link Mark Move Name Opt Override Pause
        Post Preview Print Propose Publish Read Record Register Remind Remove Renew Reopen Replace
        Report Resolve Restore Resume Revoke Save Scan Send Set Show Sign Stop Switch Test Try Turn
        Undo Unlink Update Upload Use Wake Withdraw Write
        """,
    )
)
# What is no act: a kind of text, one step of a value, a state, the word for one of two files.
OTHERS = {
    *(
        "Bold",
        "List",
        "Done",
        "Ready for review",
        "No change needed",
        "1 week earlier",
        "1 week later",
    ),
    "You may sign messages with my name",
    *("More power", "Less power", "More interest", "Less interest", "an earlier version", "new"),
}
BUTTON = re.compile(r"<button\b[^>]*>(.*?)</button>", re.DOTALL)
WORDS = re.compile(r'{%\s*translate\s+"([^"]+)"\s*%}|{%\s*blocktranslate[^%]*%}\s*([^{%]+)')


def texts():
    """Return each English text of the interface, with the files where it stands."""
    found = []
    for message in catalogue.extracted():
        forms = (message.id,) if isinstance(message.id, str) else message.id
        found += [(form, {path for path, _line in message.locations}) for form in forms if form]
    return found


@pytest.mark.parametrize("turn", BANNED)
def test_no_text_has_a_turn_that_a_native_reader_stops_at(turn):
    wrong = [text for text, _files in texts() if re.search(turn, text, re.IGNORECASE)]
    assert wrong == [], f"say: {BANNED[turn]}"


def test_only_the_public_is_asked_to_please_do_something():
    public = catalogue.public_files()
    wrong = [
        text
        for text, files in texts()
        if PUBLIC_MAY.search(text) and not files.intersection(public)
    ]
    assert wrong == []


def buttons():
    """Yield the words of each button, and its template."""
    for path in sorted((ROOT / "templates").rglob("*.html")):
        for button in BUTTON.findall(path.read_text()):
            for own, block in WORDS.findall(button):
                if words := (own or block).strip():
                    yield words, path.name


def test_a_button_begins_with_a_verb():
    found = list(buttons())
    wrong = [one for one in found if one[0].split()[0] not in VERBS and one[0] not in OTHERS]
    assert len(found) > 100
    assert wrong == []


def test_what_is_no_act_is_still_on_a_button():
    assert {words for words, _path in buttons()} >= OTHERS
