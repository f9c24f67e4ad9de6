"""A message edited after it was asked for or approved: its pages say what goes out."""

import re
from datetime import date

import pytest

from communications.approvals.services.approval import approve as decide
from communications.approvals.services.approval import ask
from communications.messages.services.message import MessageData, change_message, write_ready
from programmes.design import formats
from programmes.services.texts import write_text
from tests.communications.desk.test_message_pages import ROOT, flat, page, typed
from tests.communications.making import approve, make_message, run

FIRST, LATER = date(2027, 2, 3), date(2027, 3, 3)


@pytest.fixture
def message(cast, now):
    return make_message(cast, now, fixed_on=FIRST)


def edit(cast, message, now):
    """Write an English text that is not ready, for one wave, on another day."""
    write_text(message, "en", {"subject": "Newer", "body": "Newer"}, cast.ines, now)
    data = MessageData(purpose="Tell", sender="Ines", fixed_on=LATER, waves=[cast.wave2])
    change_message(message, data, now)


def words_of(client, message, path=""):
    return flat(page(client, f"{ROOT}{message.pk}/{path}"))


def test_a_text_edited_after_its_approval_says_what_goes_out(cast, now, as_user, message):
    approve(cast, message, now)
    edit(cast, message, now)
    words = words_of(as_user(cast.ines), message)
    assert f"Version 1: {formats.day(FIRST)}, 6 people" in words
    assert f"Version 1 is approved. It goes to 6 people on {formats.day(FIRST)}." in words
    assert "The text on this page is newer. It is not used until someone approves it." in words
    assert "6 people get it." in words
    assert "6 of 6 people get it in their language" in words
    assert words.count("readers get version 1") == 2
    assert "nothing: no text is ready" not in words


def test_a_text_edited_while_it_waits_says_what_was_asked_for(cast, now, as_user, message):
    ask(message, cast.ines, now)
    edit(cast, message, now)
    words = words_of(as_user(cast.ines), message)
    assert (
        f"Version 1 is in review. If approved, it goes to 6 people, from {formats.day(FIRST)}."
        in words
    )
    assert "6 people get it." in words
    assert "6 of 6 people get it in their language" in words
    assert "nothing: no text is ready" not in words


def test_who_decides_on_a_newer_version_sees_what_goes_out_until_then(cast, now, as_user, message):
    approve(cast, message, now)
    edit(cast, message, now)
    write_ready(message, "en", "Newer", "Newer", cast.ines, now)
    again = ask(message, cast.ines, now)
    words = words_of(as_user(cast.claire), message)
    assert f"Version 1 is approved. It goes to 6 people on {formats.day(FIRST)}." in words
    assert "This page shows version 2." in words
    decide(again, cast.claire, again.fingerprint, now)
    assert "Version 1" not in words_of(as_user(cast.claire), message).split("Core message")[0]


def test_the_list_counts_whom_the_version_that_goes_out_is_for(cast, now, as_user, message):
    approve(cast, message, now)
    edit(cast, message, now)
    client = as_user(cast.ines)
    listed = page(client, ROOT)
    words = flat(listed)
    assert "2 of 2 languages 6" in words
    assert f"6 {formats.day(FIRST)}" in words
    assert "Version 1 is approved. The newer text is not." in words
    address, figure = re.search(r'href="([^"]*version=\d+)"\s+data-count="(\d+)"', listed).groups()
    assert f'data-total="{figure}"' in page(client, address)
    assert "The newer text" not in flat(page(as_user(cast.rosa), ROOT))


def test_a_text_that_is_written_as_it_goes_out_is_not_called_newer(cast, now, as_user, message):
    approve(cast, message, now)
    client = as_user(cast.ines)
    assert "newer" not in words_of(client, message)
    assert "newer" not in flat(page(client, ROOT))


def test_what_has_left_says_how_many_have_got_it(cast, now, as_user, relay):
    message = make_message(cast, now)
    approve(cast, message, now)
    run(now.replace(hour=23))
    edit(cast, message, now)
    words = words_of(as_user(cast.ines), message)
    assert "Version 1 is approved. 6 people have received this message." in words


def test_the_editor_says_what_goes_out_and_what_saving_does(cast, now, as_user, message):
    approve(cast, message, now)
    client = as_user(cast.ines)
    words = words_of(client, message, "edit/")
    assert f"It goes to 6 people on {formats.day(FIRST)}." in words
    assert "Your changes are a draft until someone approves them." in words
    answer = client.post(f"{ROOT}{message.pk}/edit/", typed(), follow=True)
    assert "Saved as a draft. Version 1 is unchanged." in flat(answer.content.decode())
