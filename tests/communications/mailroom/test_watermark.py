"""A database that was put back or copied sends nothing until somebody decides."""

from collections import Counter
from datetime import timedelta

import pytest
from auditlog.models import LogEntry
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from communications.dispatches.services.sending import DELIVERIES
from communications.mailroom.services import ledger, watermark, witness
from communications.models import ChannelState, Delivery, Dispatch, Heartbeat, Sign, Watermark
from communications.operation.services.pump import run_pump
from communications.operation.services.restore import copy_made_at, go_on
from onelift.dashboards.checkup.queries import check_up
from stakeholders.models import User
from tests.communications.database_copy import Backup, postgresql
from tests.communications.dispatches.test_dispatch_pages import address, text_of
from tests.communications.making import approve, make_message, run
from tests.communications.operation.test_pump import at_once

pytestmark = pytest.mark.django_db(transaction=True)

MINUTE = timedelta(minutes=1)
COMING_BACK = "TRUNCATE communications_life"


@pytest.fixture
def told(cast, now, relay):
    """Return a function that says how often each was told; a message is due everywhere."""
    past = now - 30 * MINUTE
    day = now.date() - timedelta(days=1)
    approve(cast, make_message(cast, past, fixed_on=day, latest_hours=96), past)
    return lambda: Counter(accept.recipient for accept in relay.accepts if accept.dispatch)


@pytest.fixture
def forget(settings, tmp_path, monkeypatch):
    """Return a function after which no witness knows anything, as a new process on a new broker."""

    def wipe():
        monkeypatch.setattr(witness, "_SEEN", {})
        settings.REDIS_URL, settings.BROKER_DIR = "", tmp_path / "another-broker"

    return wipe


def sign():
    hold = watermark.held()
    return hold and hold.reason


def states():
    return Counter(Delivery.objects.values_list("state", flat=True))


def ask(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


def once(cast):
    return Counter(person.email for person in cast.people)


# What is noticed


def test_rivals_who_meet_an_unmarked_database_hold_nothing(now):
    for _again in range(10):
        Watermark.objects.all().delete()
        at_once(5, lambda: watermark.may_send(now))
        assert sign() is None
    assert Watermark.objects.get().number == 5


def test_a_copy_that_is_put_back_sends_nothing(cast, told, now, tmp_path):
    run_pump(now)
    copy = Backup(tmp_path / "backup")
    run(now)
    copy.restore()
    assert DELIVERIES.claim(now + MINUTE) is None
    run(now + MINUTE)
    assert sign() in {Sign.MOVED, Sign.BEHIND}
    assert told() == once(cast)
    assert states() == {"planned": 6}
    assert copy_made_at() == now


def test_a_copy_from_before_the_first_sending_plans_nothing(cast, told, now, tmp_path):
    watermark.may_send(now)
    copy = Backup(tmp_path / "backup")
    run(now)
    copy.restore()
    run(now + MINUTE)
    assert told() == once(cast)
    assert not Dispatch.objects.exists()


def test_a_process_that_has_seen_more_needs_no_broker(cast, told, now, settings, tmp_path):
    run_pump(now)
    copy = Backup(tmp_path / "backup")
    run(now)
    copy.restore()
    settings.REDIS_URL, settings.BROKER_DIR = "", tmp_path / "another-broker"
    run(now + MINUTE)
    assert sign()
    assert told() == once(cast)


def test_another_place_is_noticed_by_the_claim_itself(told, now):
    run_pump(now)
    Watermark.objects.update(place="elsewhere")
    assert DELIVERIES.claim(now) is None
    assert sign() == Sign.MOVED


def test_a_witness_who_knows_more_is_heard_by_the_claim_itself(told, now):
    run_pump(now)
    witness.tell(Watermark.objects.get().line, 77)
    assert DELIVERIES.claim(now) is None
    assert sign() == Sign.BEHIND


@pytest.mark.services
def test_a_database_filled_from_a_dump_is_noticed_without_any_witness(told, now, tmp_path, forget):
    run_pump(now)
    file = tmp_path / "rows"
    connection.close()
    postgresql("pg_dump", "--format=custom", f"--file={file}")
    forget()
    postgresql("pg_restore", "--clean", "--if-exists", "--single-transaction", "-d",
               connection.settings_dict["NAME"], str(file))  # fmt: skip
    run(now + MINUTE)
    assert (sign(), told()) == (Sign.MOVED, {})


@pytest.mark.services
@pytest.mark.parametrize(
    ("minutes", "is_wiped", "expected"),
    [(4, True, None), (6, True, Sign.SILENT), (59, False, None), (61, False, Sign.SILENT)],
)
def test_a_server_that_comes_back_is_a_copy_if_it_was_away_for_long(
    told, now, forget, minutes, is_wiped, expected
):
    run_pump(now)
    ask(COMING_BACK)
    if is_wiped:
        forget()
    run_pump(now + minutes * MINUTE)
    assert sign() == expected


@pytest.mark.embedded
@pytest.mark.parametrize(("minutes", "expected"), [(4, None), (6, Sign.SILENT)])
def test_a_file_without_its_broker_is_a_copy_if_it_was_away_for_long(
    told, now, forget, minutes, expected
):
    run_pump(now)
    forget()
    run_pump(now + minutes * MINUTE)
    assert sign() == expected


@pytest.mark.parametrize(("minutes", "expected"), [(59, None), (61, Sign.SILENT)])
def test_what_comes_from_an_older_version_is_held_if_it_was_away_for_long(
    told, now, minutes, expected
):
    Heartbeat.objects.create(name="pump", at=now - minutes * MINUTE)
    run_pump(now)
    assert sign() == expected
    assert states() == ({} if expected else {"planned": 6})


@pytest.mark.embedded
def test_the_end_of_a_claim_does_not_let_a_copy_catch_up(told, now):
    run_pump(now)
    claim = DELIVERIES.claim(now)
    mark = Watermark.objects.get()
    witness.tell(mark.line, mark.number + 1)
    ledger.release(claim)
    assert DELIVERIES.claim(now) is None
    assert sign() == Sign.BEHIND


# What is not


def test_a_broker_that_is_wiped_holds_nothing(cast, told, now, forget):
    run_pump(now)
    forget()
    run(now + MINUTE)
    assert (sign(), told()) == (None, once(cast))


def test_a_stop_of_a_week_holds_nothing(cast, told, now):
    run_pump(now - timedelta(days=7))
    run(now)
    assert (sign(), told()) == (None, once(cast))


@pytest.mark.services
def test_cleaning_up_holds_nothing(cast, told, now, forget):
    run_pump(now)
    for statement in ("VACUUM (FULL, FREEZE)", "REINDEX TABLE communications_delivery", "ANALYZE"):
        ask(statement)
    forget()
    run(now + MINUTE)
    assert (sign(), told()) == (None, once(cast))


@pytest.mark.embedded
def test_cleaning_up_a_file_holds_nothing(cast, told, now, forget):
    run_pump(now)
    ask("VACUUM")
    ask("PRAGMA wal_checkpoint(TRUNCATE)")
    forget()
    run(now + MINUTE)
    assert (sign(), told()) == (None, once(cast))


def test_each_claim_is_told_before_its_first_mail_leaves(told, now, forget):
    forget()
    run_pump(now)
    before = Watermark.objects.get().number
    assert DELIVERIES.claim(now)
    witness._SEEN.clear()
    mark = Watermark.objects.get()
    assert witness.known(mark.line) == mark.number == before + 1


def test_a_held_database_lets_no_claim_pass(told, now):
    run_pump(now)
    ChannelState.objects.create(channel="database", failing_since=now, reason=Sign.MOVED)
    assert DELIVERIES.claim(now) is None
    assert states() == {"planned": 6}


# What somebody decides


@pytest.fixture
def kept_back(told, now):
    """A database that is held, and has six rows that wait."""
    run_pump(now)
    Watermark.objects.update(place="elsewhere")
    run_pump(now)
    return told


def test_nothing_was_lost(cast, kept_back, now):
    go_on(cast.ines, now)
    run(now + MINUTE)
    assert (sign(), kept_back()) == (None, once(cast))


def test_the_command_goes_on_in_the_name_of_somebody(cast, kept_back, now):
    with pytest.raises(CommandError, match="There is no active account nobody@"):
        call_command("go_on_after_restore", "--by", "nobody@example.com")
    assert sign() == Sign.MOVED
    call_command("go_on_after_restore", "--by", cast.ines.email)
    entry = LogEntry.objects.get_for_model(Watermark).get()
    assert (entry.actor, entry.additional_data) == (cast.ines, {"act": "go_on"})
    with pytest.raises(CommandError, match="not on hold"):
        call_command("go_on_after_restore", "--by", cast.ines.email)


@pytest.mark.parametrize(
    ("action", "expected", "said"),
    [
        ("go_on", {"planned": 6}, "Sending resumes within a minute"),
        ("put_in_doubt", {"in_doubt": 6}, "In doubt: 6 emails, 0 posts"),
    ],
)
def test_an_administrator_decides_by_a_button(cast, kept_back, as_user, action, expected, said):
    chosen = {"action": action, "_selected_action": ["database"]}
    address_of_table = "/admin/communications/channelstate/"
    as_user(cast.ines).post(address_of_table, chosen)
    assert sign() == Sign.MOVED
    ada = as_user(User.objects.create_superuser("ada@onelift.example"))
    assert said in text_of(ada.post(address_of_table, chosen, follow=True))
    assert (sign(), states()) == (None, expected)
    page = text_of(ada.post(address_of_table, chosen, follow=True))
    assert "not on hold, so there is nothing to decide" in page
    assert states() == expected


def test_the_page_says_that_nothing_is_sent(cast, kept_back, as_user):
    page = text_of(as_user(cast.ines).get(address(Dispatch.objects.get())))
    assert "this database was restored from a backup, or is a copy" in page
    assert "Continues when an administrator decides" in page
    page = text_of(as_user(cast.claire).get(reverse("dashboards:overview-show", args=["one-it"])))
    assert "this database was restored from a backup, or is a copy" in page


@pytest.mark.parametrize(
    "page",
    [
        "/p/one-it/overview/",
        "/p/one-it/messages/",
        "/p/one-it/plan/",
        "/p/one-it/people/",
        "/p/one-it/setup/roles/",
        "/imports/",
        "/people/",
        "/programmes/",
        "/start/sites/",
    ],
)
def test_each_signed_in_page_says_once_that_nothing_is_sent(cast, kept_back, as_user, page):
    User.objects.create_superuser("ada@onelift.example")
    for user in (cast.ines, User.objects.get(email="ada@onelift.example")):
        answer = as_user(user).get(page)
        if answer.status_code == 200:
            assert text_of(answer).count("restored from a backup, or is a copy") == 1
            break
    else:
        pytest.fail(f"nobody may open {page}")


def test_the_messages_are_not_on_time_while_nothing_is_sent(cast, kept_back, as_user):
    page = text_of(as_user(cast.ines).get("/p/one-it/messages/"))
    assert "1 message to send, but sending is on hold" in page


def test_the_page_leads_whoever_may_decide_to_where_it_is_done(cast, kept_back, as_user):
    page = address(Dispatch.objects.get())
    link = f'href="{reverse("admin:communications_channelstate_changelist")}"'
    assert link not in as_user(cast.ines).get(page).content.decode()
    cast.ines.is_staff = True  # opens the administration, and decides nothing there
    cast.ines.save()
    assert link not in as_user(cast.ines).get(page).content.decode()
    cast.ines.is_superuser = True
    cast.ines.save()
    client = as_user(cast.ines)
    assert link in client.get(page).content.decode()
    assert client.get(reverse("admin:communications_channelstate_changelist")).status_code == 200
    overview = client.get(reverse("dashboards:overview-show", args=["one-it"]))
    assert link in overview.content.decode()


def test_the_doctor_says_what_to_do(kept_back):
    (found,) = (each for each in check_up() if each.part == "restore")
    assert found.level == "trouble"
    assert "hold_after_restore" in found.sentence


def test_the_doctor_says_it_before_a_worker_comes(told, now):
    run_pump(now)
    Watermark.objects.update(place="elsewhere")
    (found,) = (each for each in check_up() if each.part == "restore")
    assert found.level == "warning"
    assert not ChannelState.objects.exists()
