"""Where what comes back is read from: folders and a mailbox, also when they fail."""

from datetime import timedelta

import pytest

from communications.mailroom.channels import imap
from communications.mailroom.channels.imap import MailboxConfig, MailboxDown
from communications.mailroom.services.mailbox import LIMIT
from communications.models import Bounce, ChannelState, Heartbeat
from communications.tasks import read_bounces as task
from onelift.celery import app
from tests.communications.returns.reports import away, exchange, postfix
from tests.communications.returns.test_bounces import drop, names_in, report

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_clock_reads_each_minute(spool):
    entries = [e for e in app.conf.beat_schedule.values() if e["task"] == "communications.bounces"]
    assert [entry["schedule"] for entry in entries] == [60.0]
    task()
    assert Heartbeat.objects.filter(name="bounces").exists()


def test_where_nothing_is_set_nothing_is_read(db, fetch):
    assert fetch() == 0
    assert not ChannelState.objects.exists()


def test_a_maildir_is_read_and_what_is_half_written_is_not(cast, spool, told, fetch):
    rows = list(told().values())
    for name in ("new", "cur", "tmp"):
        (spool / name).mkdir()
    drop(spool / "new", report(rows[0]), "1764.M1.host")
    drop(spool / "cur", report(rows[1]), "1764.M2.host:2,S")
    drop(spool / "tmp", report(rows[2]), "1764.M3.host")
    drop(spool, report(rows[3]), ".4.eml")
    drop(spool, report(rows[4]), "5.part")
    (spool / "6.eml").symlink_to("/etc/passwd")
    assert fetch() == 2
    assert set(Bounce.objects.values_list("delivery", flat=True)) == {rows[0].pk, rows[1].pk}
    assert names_in(spool / "done") == ["1764.M1.host", "1764.M2.host:2,S"]
    assert names_in(spool / "tmp") == ["1764.M3.host"]


def test_a_round_takes_so_many_and_no_more(db, spool, fetch):
    for n in range(LIMIT + 5):
        drop(spool, b"", f"{n:04}.eml")
    assert fetch() == LIMIT
    assert fetch() == 5


def test_a_mail_that_cannot_be_put_away_counts_once_and_is_told(cast, now, spool, told, fetch):
    drop(spool, report(told()[cast.people[0].pk]))
    (spool / "done").write_text("in the way")
    for _time in range(2):
        assert fetch(now) == 0
    state = ChannelState.objects.get(channel="bounces")
    assert (state.failing_since, state.failures, state.next_try_at) == (now, 2, None)
    assert Bounce.objects.count() == 1
    (spool / "done").unlink()
    assert fetch() == 1
    state.refresh_from_db()
    assert (state.failing_since, state.reason) == (None, "")
    assert Bounce.objects.count() == 1


def test_while_another_worker_reads_nothing_happens_and_its_lease_ends(db, now, spool, fetch):
    drop(spool, b"")
    ChannelState.objects.create(channel="bounces", next_try_at=now + timedelta(minutes=2))
    assert fetch(now) == 0
    assert fetch(now + timedelta(minutes=2)) == 1


def test_a_mailbox_is_read_and_what_was_read_is_marked(cast, mailbox, told, fetch):
    rows = list(told().values())
    mailbox.put(report(rows[0]), report(rows[1], exchange), away("x@y.example"), b"noise")
    mailbox.put(postfix("bounces@onelift.example", rows[2].address), b"")
    assert fetch() == 6
    assert set(Bounce.objects.values_list("delivery", flat=True)) == {rows[0].pk, rows[1].pk}
    strange = {r"\Seen", r"\Flagged"}
    assert [mailbox.seen(n) for n in range(1, 7)] == [
        {r"\Seen"}, {r"\Seen"}, {r"\Seen"}, strange, strange, strange
    ]  # fmt: skip
    mailbox.put(report(rows[3]))
    assert fetch() == 1
    assert Bounce.objects.count() == 3


def test_a_mailbox_that_breaks_off_before_the_mark_is_read_again_and_counts_once(
    cast, now, mailbox, told, fetch
):
    mailbox.put(report(told()[cast.people[0].pk]))
    mailbox.fails = {"STORE"}
    assert fetch() == 0
    assert Bounce.objects.count() == 1
    assert ChannelState.objects.get(channel="bounces").failing_since == now
    mailbox.fails = set()
    assert fetch() == 1
    assert mailbox.fetched == [1, 1]
    assert mailbox.seen(1) == {r"\Seen"}
    assert Bounce.objects.count() == 1
    assert ChannelState.objects.get(channel="bounces").failing_since is None


def test_ten_megabytes_are_fetched_at_their_beginning(cast, mailbox, told, fetch):
    row = told()[cast.people[0].pk]
    mailbox.put(report(row, behind="\n" + ("x" * 76 + "\n") * 140_000))
    assert fetch() == 1
    assert Bounce.objects.get().delivery == row


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"BOUNCE_IMAP_PASSWORD": "hush-hush"}, "wrong user or password"),
        ({"BOUNCE_IMAP": "imap://robot@127.0.0.1:1/"}, "refused"),
        ({"BOUNCE_IMAP": "http://robot@127.0.0.1/"}, "not an imaps:// or imap:// address"),
        ({"BOUNCE_IMAP": "imap://127.0.0.1/"}, "lacks a host or a user"),
    ],
)
def test_a_mailbox_that_cannot_be_read_is_told_without_the_password(
    change, said, mailbox, settings, fetch
):
    for name, value in change.items():
        setattr(settings, name, value)
    assert fetch() == 0
    reason = ChannelState.objects.get(channel="bounces").reason
    assert said in reason
    assert "hush" not in reason


def test_a_folder_that_is_not_there_is_told(mailbox):
    config = MailboxConfig.of(f"imap://robot@127.0.0.1:{mailbox.port}/Else%20where", "open sesame")
    with pytest.raises(MailboxDown, match="no folder Else where"), imap.opened(config):
        pass


def test_an_address_of_a_mailbox_has_its_usual_port_and_shows_no_password():
    config = MailboxConfig.of("imaps://r%40x@mail.example/", "secret")
    assert (config.port, config.user, config.folder) == (993, "r@x", "INBOX")
    assert "secret" not in repr(config)
