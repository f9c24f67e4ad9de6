"""``manage.py doctor`` on the way back: settings, folder, mailbox, and whether they are read."""

from datetime import timedelta

import pytest

from communications.models import ChannelState, Heartbeat
from onelift.dashboards.checkup.queries.returns import check_returns
from programmes.database.clock import database_now
from tests.communications.returns.conftest import mailbox, spool

__all__ = ["mailbox", "spool"]

pytestmark = pytest.mark.django_db


def beat(ago=timedelta()):
    Heartbeat.objects.update_or_create(name="bounces", defaults={"at": database_now() - ago})


def said(level):
    found = check_returns()
    assert found.level == level, found.sentence
    return found.sentence


def test_without_any_setting_it_says_what_is_missed():
    assert "bad addresses are not counted" in said("ok")


def test_an_address_that_nobody_reads_and_a_reader_without_an_address_are_named(settings):
    settings.BOUNCE_ADDRESS = "bounces@onelift.example"
    assert "Emails to bounces@onelift.example are not read" in said("warning")
    settings.BOUNCE_WEBHOOK_SECRET = "shared"
    assert "go to bounces@onelift.example" in said("ok")
    settings.BOUNCE_ADDRESS = ""
    assert "BOUNCE_ADDRESS is not set" in said("warning")
    for wrong in ("bounces", "x" * 26 + "@onelift.example"):
        settings.BOUNCE_ADDRESS = wrong
        assert "is not an email address" in said("trouble"), wrong


def test_a_folder_is_looked_into(spool):
    assert "not been read for ten minutes" in said("warning")
    beat(timedelta(minutes=11))
    assert "not been read for ten minutes" in said("warning")
    beat()
    (spool / "1.eml").write_bytes(b"x")
    assert f"Waiting in {spool}: 1. Returned emails are read every minute." in said("ok")
    (spool / "1.eml").unlink()
    spool.rmdir()
    assert "is not a folder" in said("trouble")


def test_a_mailbox_is_opened_and_nothing_is_fetched(mailbox, settings):
    beat()
    mailbox.put(b"x", b"y")
    assert "Waiting in the mailbox at 127.0.0.1: 2." in said("ok")
    assert mailbox.fetched == []
    settings.BOUNCE_IMAP_PASSWORD = "hush-hush"
    sentence = said("trouble")
    assert "wrong user or password" in sentence
    assert "hush" not in sentence


def test_what_the_last_round_met_is_told(spool):
    ChannelState.objects.create(
        channel="bounces", failing_since=database_now(), reason="Permission denied"
    )
    assert "cannot be read: Permission denied" in said("trouble")


def test_the_secrets_are_never_shown(settings):
    from onelift.dashboards.checkup.queries.finding import fine

    settings.BOUNCE_IMAP_PASSWORD, settings.BOUNCE_WEBHOOK_SECRET = "hush-1", "hush-2"
    assert "hush" not in fine("hush-1 hush-2").of("x").sentence
