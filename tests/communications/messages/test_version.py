"""What an author saves is a version; a change of wording leaves other languages ready."""

from datetime import timedelta

import pytest

from communications.approvals.services.approval import content_of
from communications.messages.queries.source import former_source
from communications.messages.services.copying import copy_message, frame_of
from communications.messages.services.message import change_with_text, create_with_text, write_ready
from communications.messages.services.refusal import RefusedError
from communications.messages.services.version import restore_version
from communications.models import Message, MessageVersion
from programmes.queries.texts import states_of, text_of
from programmes.services.texts import TextChangedError, confirm_unchanged, write_text
from tests.communications.making import TEXTS, approve, make_message

pytestmark = pytest.mark.django_db

FIELDS = ("subject", "body")
SUBJECT, BODY = TEXTS["en"]


def save(message, user, now, subject=SUBJECT, body=BODY, kind="", **data):
    message = Message.objects.get(pk=message.pk)
    frame = frame_of(message)
    values = vars(frame) | data
    text = {"subject": subject, "body": body}
    return change_with_text(message, type(frame)(**values), text, user, now, kind=kind)


def versions(message):
    found = message.history.order_by("number")
    return [(v.number, v.kind, v.is_overruled) for v in found]


def status(message, language):
    return states_of(Message.objects.get(pk=message.pk), FIELDS)[language]


def test_each_save_that_changes_something_is_a_version(cast, now):
    message = make_message(cast, now)
    assert versions(message) == [(1, "", False)]
    later = now + timedelta(hours=1)
    save(message, cast.tom, later)
    assert versions(message) == [(1, "", False)]
    save(message, cast.tom, later, body=BODY.replace("Hello", "Hi"))
    save(message, cast.tom, later, body=BODY.replace("Hello", "Hi"), key_points="Call 1234")
    assert versions(message) == [(1, "", False), (2, "wording", False), (3, "meaning", False)]
    last = message.history.first()
    assert (last.saved_by, last.saved_at, last.key_points) == (cast.tom, later, "Call 1234")
    assert last.body.startswith("Hi {{ first_name }}")


def test_a_new_message_begins_with_its_first_version(cast, now):
    frame = frame_of(make_message(cast, now))
    text = {"subject": "New", "body": "Text"}
    made = create_with_text(cast.programme, frame, text, cast.tom, now)
    assert versions(made) == [(1, "", False)]
    assert made.history.get().saved_by == cast.tom


def test_wording_leaves_translations_ready_and_asks_about_them(cast, now):
    message = make_message(cast, now)
    approve(cast, message, now)
    save(message, cast.tom, now, body=BODY.replace("Hello", "Dear"))
    spanish = status(message, "es")
    assert (spanish.state, spanish.is_asked) == ("approved", True)
    write_ready(message, "en", SUBJECT, BODY.replace("Hello", "Dear"), cast.tom, now)
    assert set(content_of(Message.objects.get()).languages) == {"en", "es", "zh-hans"}
    before = former_source(message, "es", text_of(Message.objects.get(), "en", FIELDS))
    assert before["body"] == BODY
    confirm_unchanged(message, "es", cast.nuria, now, fields=FIELDS)
    assert not status(message, "es").is_asked
    assert status(message, "zh-hans").is_asked


def test_meaning_holds_translations_back(cast, now):
    message = make_message(cast, now)
    save(message, cast.tom, now, body=f"{BODY} Call 1234.")
    assert versions(message)[-1] == (2, "meaning", False)
    assert (status(message, "es").state, status(message, "es").is_asked) == ("stale", False)
    assert "es" not in content_of(Message.objects.get()).languages


def test_the_author_may_overrule_the_proposal_and_that_is_kept(cast, now):
    message = make_message(cast, now)
    save(message, cast.tom, now, body=f"{BODY} Call 1234.", kind="wording")
    assert versions(message)[-1] == (2, "wording", True)
    assert status(message, "es").state == "review"
    save(message, cast.tom, now, body=BODY, kind="meaning")
    assert versions(message)[-1] == (3, "meaning", False)
    save(message, cast.tom, now, body=BODY.replace("Hello", "Hi"), kind="meaning")
    assert versions(message)[-1] == (4, "meaning", True)
    assert status(message, "es").state == "stale"


def test_a_key_point_of_another_meaning_leaves_translations_alone(cast, now):
    message = make_message(cast, now, key_points="Opens soon")
    body = BODY.replace("Hello", "Dear")
    save(message, cast.tom, now, body=body, key_points="Opens on 3 May")
    assert versions(message)[-1] == (2, "meaning", False)
    assert status(message, "es").is_asked


def test_restoring_saves_the_old_texts_as_a_new_version(cast, now):
    message = make_message(cast, now, key_points="Opens soon")
    save(message, cast.tom, now, subject="Your desk moves on 3 May", key_points="Opens on 3 May")
    assert status(message, "es").state == "stale"
    made = restore_version(message.history.get(number=1), cast.ines, now)
    assert (made.number, made.restores, made.saved_by) == (3, 1, cast.ines)
    stored = Message.objects.get()
    assert text_of(stored, "en", FIELDS) == {"subject": SUBJECT, "body": BODY}
    assert stored.key_points == "Opens soon"
    assert cast.ines.pk in stored.editors
    # The Spanish says what the English says again.
    assert status(message, "es").state == "review"
    assert restore_version(made, cast.ines, now) is None
    assert message.history.count() == 3


def test_only_messages_of_the_editor_are_restored(cast, now):
    message = make_message(cast, now)
    Message.objects.update(source="survey")
    with pytest.raises(RefusedError):
        restore_version(MessageVersion.objects.get(message=message), cast.ines, now)


def test_what_was_written_past_the_services_is_kept_before_the_next_save(cast, now):
    message = make_message(cast, now)
    write_text(message, "en", {"subject": SUBJECT, "body": "By hand"}, None, now)
    save(message, cast.tom, now, body="By hand, 7 times")
    assert [v.body for v in message.history.order_by("number")] == [
        BODY,
        "By hand",
        "By hand, 7 times",
    ]
    assert versions(message)[1:] == [(2, "", False), (3, "meaning", False)]


def test_a_save_that_comes_too_late_keeps_nothing(cast, now):
    message = make_message(cast, now)
    frame = frame_of(message)
    text = {"subject": "Other", "body": "Other"}
    with pytest.raises(TextChangedError):
        change_with_text(message, frame, text, cast.tom, now, text_seen="another")
    assert versions(message) == [(1, "", False)]


def test_saving_the_core_keeps_what_was_written_meanwhile(cast, now):
    opened = make_message(cast, now)
    theirs = Message.objects.get(pk=opened.pk)
    spanish = {"subject": "Mientras", "body": "Mientras"}
    write_text(theirs, "es", spanish, cast.nuria, now)
    Message.objects.filter(pk=opened.pk).update(editors=[cast.rosa.pk], left_at={"1": "2026"})
    text = {"subject": SUBJECT, "body": "Call 1"}
    change_with_text(opened, frame_of(opened), text, cast.tom, now)
    kept = Message.objects.get(pk=opened.pk)
    assert text_of(kept, "es", FIELDS) == spanish
    assert text_of(kept, "en", FIELDS)["body"] == "Call 1"
    assert kept.left_at == {"1": "2026"}
    assert kept.editors == [cast.rosa.pk, cast.tom.pk]


def test_a_copy_has_a_history_of_its_own(cast, now):
    message = make_message(cast, now)
    save(message, cast.tom, now, body="Call 1")
    assert versions(copy_message(Message.objects.get(), cast.tom, now)) == [(1, "", False)]
