"""What stands beside the lists of the status page: traffic, life, safety, and who is told."""

import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client

from communications.models import Alarm, AlarmReader, ChannelState, Heartbeat, Proof, State
from communications.operation.queries.problems import LOOKS, problems
from communications.operation.services.proof import note_proof
from communications.tasks import check_trail, keep_kits
from onelift.dashboards.checkup.queries.connections import connections
from onelift.dashboards.checkup.queries.pulse import ago
from onelift.dashboards.checkup.queries.safety import safety
from onelift.dashboards.checkup.queries.signs import signs
from onelift.version import VERSION
from programmes.database.clock import database_now
from stakeholders.models import Role, User
from tests.communications.conftest import certificate, recorder, relay  # noqa: F401
from tests.communications.groups.test_channel_pages import make_channel
from tests.communications.making import approve, make_message
from tests.dashboards.test_status import (
    ada,  # noqa: F401 - a fixture
    alive,
    an_email,
    an_import,
    page,
    tried,
)


def words_of(client):
    return " ".join(re.sub(r"<[^>]+>", " ", page(client)).split())


def states():
    return {each.key: each.state for each in connections(signs(), database_now())}


@pytest.fixture
def all_runs(settings, tmp_path):
    """Let nothing be stuck."""
    alive()
    settings.REDIS_URL, settings.BROKER_DIR = "", tmp_path / "broker"
    folder = tmp_path / "broker-workers"
    folder.mkdir()
    (folder / "worker").touch()


# Sent in the last 24 hours


def test_the_busiest_hour_says_its_rate(ada, cast):  # noqa: F811
    begun = database_now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=3)
    for _number in range(3):
        an_email(cast, state=State.SENT, ended_at=begun + timedelta(minutes=30))
    html, words = page(ada), words_of(ada)
    assert "Sent in the last 24 hours 3 emails" in words
    assert re.search(r"3 at \d\d:00, 0.1 a minute", words)
    table = html.split("Emails sent by hour", 1)[1].split("</table>")[0]
    assert len(re.findall(r"<tr>", table)) == 25
    assert len(re.findall(r'class="ol-num">\s*3\s*</td>', table)) == 1


def test_a_day_without_emails_draws_no_chart(ada, cast):  # noqa: F811
    assert "No emails were sent in the last 24 hours." in words_of(ada)


# What the portal runs on


def test_each_part_says_when_it_was_last_alive(ada, cast, all_runs):  # noqa: F811
    now = database_now()
    Heartbeat.objects.filter(name="kits").update(at=now - timedelta(seconds=64))
    words = words_of(ada)
    assert re.search(r"Workers 1 running, seen \d+ s ago", words)
    assert "Kit files running, seen 1 min ago" in words
    assert re.search(r"Scheduler running, seen \d+ s ago", words)
    assert re.search(r"Database \d+ ms, [\d.,]+ (kB|MB|GB)", words)
    Heartbeat.objects.filter(name="kits").update(at=now - timedelta(minutes=4))
    assert "Kit files: not working" in words_of(ada)


def test_the_file_maker_shows_that_it_runs(db):
    keep_kits()
    assert database_now() - Heartbeat.objects.get(name="kits").at < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(4, "4 s ago"), (60, "1 min ago"), (7300, "2 h ago"), (200_000, "2 d ago")],
)
def test_ages_are_in_their_largest_unit(seconds, words):
    assert ago(seconds) == words


def test_each_row_has_an_address_of_its_own(ada, cast):  # noqa: F811
    make_channel(cast, name="IT news", kind="teams", address="")
    html = page(ada)
    rows = re.findall(r'id="(connection-[\w-]+)"', html)
    assert len(rows) == len(set(rows)) == 9
    assert html.count('id="connection-') == 9
    links = set(re.findall(r'href="#([\w-]+)"', html)) - {"main"}
    assert links <= {*rows, "safety"}


# Not used yet


def test_email_works_once_one_has_left(ada, cast):  # noqa: F811
    assert states()["mail"] == "unused"
    assert "Not used yet" in words_of(ada)
    an_email(cast, state=State.SENT, ended_at=database_now())
    assert states()["mail"] == "works"


def test_email_works_once_its_test_has_passed(ada, relay):  # noqa: F811
    tried(ada, "/status/tests/email/")
    assert states()["mail"] == "works"
    ChannelState.objects.create(channel="mail", failing_since=database_now())
    assert states()["mail"] == "broken"


def test_a_test_email_that_is_refused_is_shown_until_one_leaves(ada, cast, relay):  # noqa: F811
    an_email(cast, state=State.SENT, ended_at=database_now() - timedelta(hours=1))
    relay.refuse()
    tried(ada, "/status/tests/email/")
    assert states()["mail"] == "broken"
    assert "The last test failed." in words_of(ada)
    relay.listen()
    tried(ada, "/status/tests/email/")
    assert states()["mail"] == "works"


def test_storage_works_once_it_was_tested_or_holds_something(ada, settings, tmp_path):  # noqa: F811
    settings.MEDIA_ROOT = tmp_path / "media"
    assert states()["storage"] == "unused"
    tried(ada, "/status/tests/storage/")
    assert states()["storage"] == "works"
    Proof.objects.all().delete()
    settings.MEDIA_ROOT.mkdir()
    assert states()["storage"] == "unused"
    (settings.MEDIA_ROOT / "logo.png").touch()
    assert states()["storage"] == "works"


def test_a_channel_works_once_it_took_a_test(ada, cast, recorder):  # noqa: F811
    recorder.says(200, "ok")
    channel = make_channel(cast, name="IT hook", address=f"{recorder.address}/T0ken")
    assert states()[f"group {channel.pk}"] == "unused"
    tried(ada, f"/status/channels/{channel.pk}/test/")
    assert states()[f"group {channel.pk}"] == "works"


# Safety


def said(kind):
    rows = safety(signs().proofs, database_now()).rows
    return next((row.state, row.said) for row in rows if row.name == kind)


def test_a_backup_is_shown_once_one_was_made(ada, cast):  # noqa: F811
    assert said("Backup") == ("unused", "none made with the backup command")
    note_proof("backup", database_now(), amount=1_400_000_000)
    state, words = said("Backup")
    assert (state, words.endswith("1.3 GB")) == ("works", True)
    note_proof("backup", database_now() - timedelta(days=3), amount=1)
    assert said("Backup")[0] == "late"


def test_a_restore_that_was_tried_elsewhere_is_recorded_here(ada, cast):  # noqa: F811
    assert said("Restore tested") == ("unused", "never recorded")
    answer = ada.post("/status/tests/restore/", follow=True)
    assert "Recorded: a restore was tested today." in answer.content.decode()
    state, words = said("Restore tested")
    assert (state, words.endswith("0 days ago")) == ("works", True)
    note_proof("restore", database_now() - timedelta(days=108))
    state, words = said("Restore tested")
    assert (state, words.endswith("108 days ago")) == ("late", True)


def test_the_trail_is_checked_by_a_worker(ada, cast):  # noqa: F811
    assert said("Audit trail") == ("unused", "never checked")
    [(level, words)] = tried(ada, "/status/tests/trail/")
    assert (level, "is being checked." in words) == ("success", True)
    assert said("Audit trail")[1].startswith("waiting for a worker since")
    [(level, words)] = tried(ada, "/status/tests/trail/")
    assert (level, "already" in words) == ("warning", True)
    Proof.objects.update(seen_at=database_now(), done=1000)
    assert said("Audit trail") == ("waiting", "being checked: 1,000 entries read")
    Proof.objects.update(seen_at=None)
    check_trail()
    state, words = said("Audit trail")
    assert (state, "intact" in words) == ("works", True)


def test_a_broken_trail_is_the_first_thing_to_do(ada, cast):  # noqa: F811
    note_proof("trail", database_now(), amount=5, is_well=False)
    assert said("Audit trail")[0] == "broken"
    words = words_of(ada)
    assert "The audit trail is broken" in words
    assert "Run manage.py verify_trail" in words


def test_the_version_is_the_one_that_runs(ada, cast):  # noqa: F811
    assert said("Version") == ("works", VERSION)


@pytest.mark.django_db(transaction=True)
@pytest.mark.embedded
def test_the_backup_command_leaves_its_date_and_size(cast, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    call_command("backup", tmp_path / "today")
    proof = Proof.objects.get(kind="backup")
    whole = sum(path.stat().st_size for path in (tmp_path / "today").glob("database.*"))
    assert proof.amount == whole
    assert database_now() - proof.at < timedelta(minutes=5)
    call_command("backup", tmp_path / "today", "--verify")
    assert Proof.objects.get(kind="backup").at == proof.at


# Who is told


def test_an_administrator_asks_for_emails_and_no_longer(ada, cast):  # noqa: F811
    box = re.compile(r'<input[^>]*name="is_wanted"[^>]*>')
    assert "checked" not in box.search(page(ada))[0]
    answer = ada.post("/status/alarm/", {"is_wanted": "on"}, follow=True)
    assert "checked" in box.search(answer.content.decode())[0]
    assert AlarmReader.objects.get().user.email == "ada@onelift.example"
    ada.post("/status/alarm/")
    assert not AlarmReader.objects.exists()


def test_each_administrator_ticks_for_themselves(ada, cast, as_user):  # noqa: F811
    Role.objects.create(user=cast.otto, kind=Role.Kind.ADMINISTRATOR)
    as_user(cast.otto).post("/status/alarm/", {"is_wanted": "on"})
    assert [reader.user for reader in AlarmReader.objects.all()] == [cast.otto]


def test_what_the_page_calls_stuck_is_what_emails_tell(ada, cast, settings, tmp_path):  # noqa: F811
    assert LOOKS
    alive()
    settings.MEDIA_ROOT = tmp_path / "file"
    assert problems(database_now()) == {}, "no worker runs, but each machine sees that its way"
    an_import("ready", 80)
    make_channel(cast, name="IT news", kind="teams", address="")
    note_proof("trail", database_now(), is_well=False)
    ChannelState.objects.create(channel="mail", failing_since=database_now())
    found = problems(database_now())
    keys = {key.split(" ")[0] for key in found}
    assert keys == {"late-imports-to-confirm", "group", "trail"}
    for each in found.values():
        assert len(each.key) <= Alarm._meta.get_field("kind").max_length


# For support


def test_what_is_copied_for_support_names_no_secret_and_nobody(ada, cast, settings):  # noqa: F811
    settings.EMAIL_HOST_PASSWORD = "hunter-two-two"
    make_channel(cast, name="Pia and friends", kind="teams", address="https://x.example/T0ken")
    reason = "550 pia@onelift.example hunter-two-two"
    ChannelState.objects.create(channel="mail", failing_since=database_now(), reason=reason)
    an_import("ready", 80)
    answer = ada.get("/status/support/file/")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    text = answer.content.decode()
    assert text.startswith(f"OneLift {VERSION}, ")
    assert "- mail: broken, since 20" in text
    assert "(Microsoft Teams)" in text
    assert "- late-imports-to-confirm" in text
    assert "- imports-to-confirm: 1, late" in text
    for secret in ("@", "Pia", "T0ken", "hunter", "ready.csv", settings.SECRET_KEY):
        assert secret not in text
    shown = ada.get("/status/support/").content.decode()
    for line in text.splitlines()[1:4]:
        assert line in shown
    assert 'data-copy="support"' in shown


def test_the_text_for_support_is_english_for_everybody(cast):
    user = User.objects.create_superuser("ada@onelift.example", language="fr")
    client = Client(headers={"accept-language": "fr"})
    client.force_login(user)
    assert "- Backup: unused" in client.get("/status/support/file/").content.decode()


# The title


def test_the_title_says_what_leaves_next(ada, cast, all_runs):  # noqa: F811
    now = database_now()
    assert "<h1" in page(ada)
    assert "Everything is running" in page(ada)
    assert "Next:" not in page(ada)
    on = (now + timedelta(days=5)).date()
    approve(cast, make_message(cast, now, fixed_on=on), now)
    title = re.search(r"<h1[^>]*>(.*?)</h1>", page(ada))[1]
    assert re.fullmatch(r"Everything is running. Next: \d+ emails on \w{3} \d+ \w{3} \d{4}", title)
    Heartbeat.objects.all().delete()
    assert "Next:" not in page(ada)
