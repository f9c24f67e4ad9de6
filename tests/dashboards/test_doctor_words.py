"""What the check-up finds is said in the reader's language, each word of it."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from django.utils import translation

from onelift.dashboards.checkup.queries import CHECKS, check_up
from onelift.dashboards.checkup.queries.database import compared
from onelift.dashboards.checkup.queries.finding import Level
from onelift.dashboards.checkup.queries.relay import (
    _judged,
    check_alarm_recipients,
    check_alarm_relay,
)
from onelift.dashboards.checkup.queries.storage import room_in
from programmes.database.clock import database_now
from tests.dashboards.test_status import ada  # noqa: F401

ROOT = Path(__file__).parents[2]
TRANSLATED = re.compile(r"⟦[^⟦⟧]*⟧")
WORD = re.compile(r"[^\W\d_]")


@pytest.fixture
def marked(settings, tmp_path):
    """Read French from a catalogue that has each sentence in brackets."""
    catalogue = Catalog(locale="fr")
    folders = [ROOT / "onelift/dashboards/checkup", ROOT / "communications/mailroom/models"]
    for folder in folders:
        for _file, _line, message, _comments, _context in extract_from_dir(folder):
            many = isinstance(message, tuple)
            marked = tuple(f"⟦{m}⟧" for m in message) if many else f"⟦{message}⟧"
            catalogue.add(message, marked)
    path = tmp_path / "fr" / "LC_MESSAGES"
    path.mkdir(parents=True)
    with (path / "django.mo").open("wb") as file:
        write_mo(file, catalogue)
    settings.LOCALE_PATHS = [tmp_path]
    with translation.override("fr"):
        yield


def own_words(sentence):
    """Return what stands in no brackets: it would be English on a French page."""
    while TRANSLATED.search(sentence):
        sentence = TRANSLATED.sub("", sentence)
    return sentence if WORD.search(sentence) else ""


def test_all_that_is_found_is_translated(marked, db, settings):
    settings.DEFAULT_FROM_EMAIL = "nobody"
    settings.BOUNCE_SPOOL = "/nowhere"
    settings.SERVED_SECURELY, settings.ALLAUTH_TRUSTED_PROXY_COUNT = True, 0
    found = list(check_up())
    assert len(found) == len(CHECKS) + 2
    assert {each.level for each in found} == set(Level)
    assert [s for each in found for s in (each.part, each.sentence) if own_words(s)] == []


def test_what_is_seldom_found_is_translated_too(marked, tmp_path, settings, db):
    now = database_now()
    settings.EMAIL_HOST_USER = ""
    config = type("Plain", (), {"host": "far", "port": 25, "use_tls": False, "user": "me"})
    config.use_starttls = False
    found = [compared(now, now), room_in(tmp_path, 10), room_in(tmp_path, 2**29), _judged(config)]
    settings.ALARM_EMAILS = ["administrators"]
    found += [check_alarm_relay(), check_alarm_recipients()]
    assert [each.sentence for each in found if own_words(each.sentence)] == []


def test_the_page_says_it_in_the_language_of_its_reader(marked, ada, settings):  # noqa: F811
    settings.DEFAULT_FROM_EMAIL = "nobody"
    user = ada.get("/status/").context["user"]
    user.language = "fr"
    user.save()
    answer = ada.post("/status/tests/everything/", follow=True)
    said = [str(message) for message in answer.context["messages"]]
    assert any("⟦DEFAULT_FROM_EMAIL contains no email address" in words for words in said)
    assert [words for words in said if own_words(words.replace("nobody", ""))] == []


def test_no_finding_is_written_without_gettext():
    plain = re.compile(r'\b(?:fine|warning|trouble)\(\s*f?"[^"{}]*[a-z]')
    folder = ROOT / "onelift/dashboards/checkup/queries"
    found = {path.name: len(plain.findall(path.read_text())) for path in folder.glob("*.py")}
    # The three answers of ``doctor --mail-to``, a command.
    assert {name: n for name, n in found.items() if n} == {"relay.py": 3}
