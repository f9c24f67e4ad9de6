"""Versions of the English: their page, the switch of the editor, and confirming what is asked."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from communications.approvals.services.approval import ask
from communications.messages.services.copying import frame_of
from communications.messages.services.message import change_with_text, write_ready
from communications.messages.services.version import restore_version
from communications.models import Message, MessageVersion
from programmes.queries.texts import states_of
from tests.communications.desk.test_editor import part
from tests.communications.desk.test_message_pages import ROOT, flat, page, typed
from tests.communications.making import TEXTS, approve, make_message

FIELDS = ("subject", "body")
SUBJECT, BODY = TEXTS["en"]
QUERIES = 7


def english(**changes):
    """Return what the editor posts of the English of ``make_message``."""
    frame = {"offset_days": None, "fixed_on": "24 Nov 2026", "purpose": "Tell"}
    return typed(**{"subject": SUBJECT, "body": BODY, "key_points": "", **frame, **changes})


def save(message, user, now, body, subject=SUBJECT, **more):
    message = Message.objects.get(pk=message.pk)
    text = {"subject": subject, "body": body}
    return change_with_text(message, frame_of(message), text, user, now, **more)


def status(message, language):
    return states_of(Message.objects.get(pk=message.pk), FIELDS)[language]


def test_history_lists_versions_with_their_author_day_and_kind(cast, now, as_user):
    message = make_message(cast, now)
    save(message, cast.tom, now, BODY.replace("Hello", "Dear"))
    save(message, cast.tom, now, f"{BODY} Call 1234.", kind="wording")
    shown = page(as_user(cast.claire), f"{ROOT}{message.pk}/history/")
    words = flat(shown)
    assert re.findall(r"Version (\d) (?!and|again)", words)[:3] == ["3", "2", "1"]
    assert "Version 3 Wording chosen by the author" in words
    assert "Version 2 Wording Tue 24 Nov 2026" in words
    assert str(cast.tom) in words
    assert "Restore" not in words


def test_history_marks_the_words_that_differ_between_any_two(cast, now, as_user):
    message = make_message(cast, now)
    save(message, cast.tom, now, BODY.replace("Hello", "Dear"))
    save(message, cast.tom, now, BODY.replace("Hello", "Dear").replace("the desk", "your desk"))
    client = as_user(cast.ines)
    newest = page(client, f"{ROOT}{message.pk}/history/")
    assert marked(newest) == (["the"], ["your"])
    both = page(client, f"{ROOT}{message.pk}/history/?old=1&new=3")
    assert marked(both) == (["Hello", "the"], ["Dear", "your"])
    # Whichever is named first, the earlier one is the old one.
    assert marked(page(client, f"{ROOT}{message.pk}/history/?old=3&new=1")) == marked(both)
    for odd in ("old=9&new=8", "old=x&new=", f"old={'9' * 40}&new=1"):
        assert client.get(f"{ROOT}{message.pk}/history/?{odd}").status_code == 200


def marked(shown):
    """Return the words that went and those that came, each said aloud as well."""
    text = shown.split("ol-compared")[1:]
    went = re.findall(r"removed </span>(.*?)</del>", "".join(text))
    came = re.findall(r"added </span>(.*?)</ins>", "".join(text))
    return went, came


def test_hostile_words_are_escaped_in_the_comparison(cast, now, as_user):
    message = make_message(cast, now)
    save(message, cast.tom, now, "<script>alert(1)</script> {{ first_name }}")
    shown = page(as_user(cast.ines), f"{ROOT}{message.pk}/history/")
    assert "<script>alert(1)" not in shown
    assert "&lt;script&gt;alert(1)" in shown


def test_a_restored_version_is_the_newest_and_sends_nothing_else(cast, now, as_user):
    message = make_message(cast, now)
    approval = approve(cast, message, now)
    save(message, cast.tom, now, f"{BODY} Call 1234.")
    url = f"{ROOT}{message.pk}/restore/"
    answer = as_user(cast.tom).post(url, {"number": "1"}, follow=True)
    assert "Version 1 is restored, as version 3." in flat(answer.content.decode())
    assert Message.objects.get().body_en == BODY
    assert message.history.first().restores == 1
    approval.refresh_from_db()
    assert approval.state == "approved"
    for number in ("99", "x", ""):
        answer = as_user(cast.tom).post(url, {"number": number}, follow=True)
        assert "There is no such version." in flat(answer.content.decode())
    assert message.history.count() == 3


def test_a_restore_loses_nothing_of_who_saved_meanwhile(cast, now):
    message = make_message(cast, now)
    save(message, cast.tom, now, f"{BODY} Call 1234.")
    version = MessageVersion.objects.select_related("message").get(number=1)
    # Nuria saves after the page was loaded, and before the restore of Tom has the lock.
    save(message, cast.nuria, now, f"{BODY} Call 5678.")
    made = restore_version(version, cast.tom, now)
    message = Message.objects.get(pk=message.pk)
    assert {cast.tom.pk, cast.nuria.pk} <= set(message.editors)
    assert (made.number, message.body_en) == (4, BODY)
    assert message.history.get(number=3).core["body"] == f"{BODY} Call 5678."


@pytest.mark.parametrize("count", [1, 3])
def test_history_asks_a_fixed_number_of_queries(cast, now, as_user, count):
    message = make_message(cast, now)
    for number in range(count):
        save(message, cast.tom, now, f"{BODY} {number}")
    client = as_user(cast.ines)
    with CaptureQueriesContext(connection) as captured:
        page(client, f"{ROOT}{message.pk}/history/")
    assert len(captured) == QUERIES


def test_the_message_page_leads_to_its_history(cast, now, as_user):
    message = make_message(cast, now)
    write_ready(message, "en", SUBJECT, f"{BODY} Now.", cast.tom, now)
    for user, where in ((cast.claire, ""), (cast.tom, "edit/")):
        shown = page(as_user(user), f"{ROOT}{message.pk}/{where}")
        assert f'href="{ROOT}{message.pk}/history/"' in shown
        assert "History, 2 versions" in flat(shown)
    approve(cast, message, now)
    assert "History" not in flat(page(as_user(cast.rosa), f"{ROOT}{message.pk}/"))


def test_editor_says_that_a_changed_date_is_a_change_of_meaning(cast, now, as_user):
    message = make_message(cast, now)
    client, url = as_user(cast.tom), f"{ROOT}{message.pk}/look/"
    same = client.post(url, english())
    assert "We treat this" not in part(same, "kind")
    dated = part(client.post(url, english(body=f"{BODY} On 3 May.")), "kind")
    assert "You changed a date. We treat this as a change of meaning: " in dated
    assert "Chinese (Simplified) need a look before they can be sent." in dated
    assert "Spanish" in dated
    reworded = part(client.post(url, english(body=BODY.replace("Hello", "Dear"))), "kind")
    assert "You changed the wording. We treat this as a change of wording" in reworded


def key_in(answer):
    return re.search(r'name="kind_for" value="(\w+)"', answer.content.decode())[1]


def test_the_author_overrules_what_is_proposed_until_something_else_changes(cast, now, as_user):
    message = make_message(cast, now)
    client, url = as_user(cast.tom), f"{ROOT}{message.pk}/look/"
    data = english(body=f"{BODY} On 3 May.")
    said = {"kind": "wording", "kind_for": key_in(client.post(url, data))}
    assert "a change of wording" in part(client.post(url, data | said), "kind")
    # Another date is another change: the author is asked again.
    other = english(body=f"{BODY} On 4 May.")
    assert "a change of meaning" in part(client.post(url, other | said), "kind")
    client.post(f"{ROOT}{message.pk}/edit/", other | said)
    assert message.history.first().kind == "meaning"
    assert status(message, "es").state == "stale"


def test_an_overruled_change_is_saved_as_the_author_calls_it(cast, now, as_user):
    message = make_message(cast, now)
    client, data = as_user(cast.tom), english(body=f"{BODY} On 3 May.")
    said = {"kind": "wording", "kind_for": key_in(client.post(f"{ROOT}{message.pk}/look/", data))}
    answer = client.post(f"{ROOT}{message.pk}/edit/", data | said, follow=True)
    assert "We treat this as a change of wording" in flat(answer.content.decode())
    last = message.history.first()
    assert (last.kind, last.is_overruled) == ("wording", True)
    assert status(message, "es").is_asked


def test_without_scripts_the_choice_is_a_field_and_the_save_says_what_it_did(cast, now, as_user):
    message = make_message(cast, now)
    client, url = as_user(cast.tom), f"{ROOT}{message.pk}/edit/"
    assert '<select class="form-select form-select-sm w-auto" id="kind" name="kind">' in page(
        client, url
    )
    answer = client.post(url, english(body=f"{BODY} On 3 May.", kind="", stay="1"), follow=True)
    assert "You changed a date. We treat this as a change of meaning" in flat(
        answer.content.decode()
    )
    assert message.history.first().kind == "meaning"
    client.post(url, english(body=f"{BODY} On 4 May.", kind="wording"))
    assert message.history.first().kind == "wording"


def test_an_error_keeps_the_choice(cast, now, as_user):
    message = make_message(cast, now)
    client, data = as_user(cast.tom), english(body=f"{BODY} On 3 May.", subject="")
    said = {"kind": "wording", "kind_for": key_in(client.post(f"{ROOT}{message.pk}/look/", data))}
    shown = client.post(f"{ROOT}{message.pk}/edit/", data | said).content.decode()
    assert re.search(r'value="wording"\s+checked', shown)
    assert message.history.count() == 1


def test_editor_and_page_ask_whether_texts_are_still_right(cast, now, as_user):
    message = make_message(cast, now)
    save(message, cast.tom, now, BODY.replace("Hello", "Dear"))
    shown = flat(page(as_user(cast.tom), f"{ROOT}{message.pk}/"))
    assert "2 texts can still be sent: are they still right?" in shown
    assert "Confirm all 2 texts" in shown
    spanish = flat(page(as_user(cast.nuria), f"{ROOT}{message.pk}/es/"))
    assert "This text can still be sent: is it still right?" in spanish
    assert "No change needed" in spanish


def test_all_texts_are_confirmed_in_one_click(cast, now, as_user):
    message = make_message(cast, now)
    save(message, cast.tom, now, BODY.replace("Hello", "Dear"))
    answer = as_user(cast.tom).post(f"{ROOT}{message.pk}/confirm/", follow=True)
    assert "2 texts confirmed." in flat(answer.content.decode())
    assert not status(message, "es").is_asked
    assert not status(message, "zh-hans").is_asked
    assert status(message, "es").state == "review"


def test_a_local_writer_confirms_the_languages_that_are_theirs(cast, now, as_user):
    message = make_message(cast, now)
    save(message, cast.tom, now, BODY.replace("Hello", "Dear"))
    nuria = as_user(cast.nuria)
    assert "Email Spanish Confirm 1 text" in flat(page(nuria, f"{ROOT}{message.pk}/"))
    nuria.post(f"{ROOT}{message.pk}/confirm/")
    assert not status(message, "es").is_asked
    assert status(message, "zh-hans").is_asked
    again = nuria.post(f"{ROOT}{message.pk}/confirm/", follow=True)
    assert "No text of yours waits for confirmation." in flat(again.content.decode())


def test_confirming_all_leaves_what_a_change_of_meaning_made_stale(cast, now, as_user):
    message = make_message(cast, now)
    save(message, cast.tom, now, f"{BODY} Call 1234.")
    as_user(cast.tom).post(f"{ROOT}{message.pk}/confirm/")
    assert status(message, "es").state == "stale"


def test_the_english_written_on_its_own_page_is_a_version_as_well(cast, now, as_user):
    message = make_message(cast, now)
    data = {"subject": SUBJECT, "body": f"{BODY} Call 1234."}
    as_user(cast.tom).post(f"{ROOT}{message.pk}/en/", data)
    assert MessageVersion.objects.first().kind == "meaning"
    assert message.history.count() == 2


def test_editor_says_which_key_points_the_email_lacks(cast, now, as_user):
    points = "It opens on 3 May\nThe desk opens at your site"
    answer = as_user(cast.tom).post(f"{ROOT}new/look/", english(key_points=points))
    words = part(answer, "points")
    assert "It opens on 3 May Email, not mentioned" in words
    assert "The desk opens at your site Email , mentioned" in words
    saved = as_user(cast.tom).post(f"{ROOT}new/", english(key_points=points))
    assert saved.status_code == 302
    assert Message.objects.get().key_points == points


def test_editor_keeps_whether_people_wait_and_says_how_many(cast, now, as_user):
    message = make_message(cast, now, texts={"en": TEXTS["en"]})
    client, url = as_user(cast.tom), f"{ROOT}{message.pk}/"
    at_once = part(client.post(f"{url}look/", english()), "others")
    assert "Readers get the nearest language that is ready" in at_once
    assert "6 people may get it" in at_once
    waits = part(client.post(f"{url}look/", english(waits_for_text="1")), "others")
    assert "Wait until 25 Nov, then the nearest language" in waits
    assert "6 people wait" in waits
    client.post(f"{url}edit/", english(waits_for_text="1"))
    assert Message.objects.get().waits_for_text
    assert "6 people wait for their language until 25 Nov" in flat(page(client, url))
    client.post(f"{url}edit/", english())
    assert not Message.objects.get().waits_for_text


def test_the_decision_says_how_many_wait_for_their_language(cast, now, as_user):
    texts = {code: TEXTS[code] for code in ("en", "es")}
    ask(make_message(cast, now, texts, waits_for_text=True), cast.ines, now)
    words = flat(page(as_user(cast.claire), "/p/one-it/decisions/"))
    assert "3 people wait for their language until the latest time" in words


def test_history_shows_the_words_that_stay(cast, now, as_user):
    message = make_message(cast, now)
    stored = Message.objects.get(pk=message.pk)
    text = {"subject": SUBJECT, "body": f"{BODY} Call 1234."}
    change_with_text(stored, frame_of(stored), text, cast.tom, now)
    words = as_user(cast.tom).get(f"{ROOT}{message.pk}/history/").content.decode()
    assert "piece.text" not in words
    assert "{{" not in words.replace("{{ first_name }}", "").replace("{{ site }}", "")
