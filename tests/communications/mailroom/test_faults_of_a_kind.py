"""A kind of posting whose batch goes wrong is in nobody's way, and loses nothing by it."""

from datetime import timedelta

import pytest
from django.db import DataError

from communications.mailroom.channels.connections import Connections
from communications.mailroom.channels.mail import RelayConfig
from communications.mailroom.services.kind import MailBatch, MailKind, Round
from communications.mailroom.services.outbox import MailTransport, send_batch
from communications.models import Notice
from tests.communications.sending import CALM

pytestmark = pytest.mark.django_db(transaction=True)


class WrongBatch(MailBatch):
    """Some notices of which none can be begun, or made."""

    def __init__(self, rows, error, where):
        self.rows, self.error, self.where = rows, error, where

    def reason_to_skip(self, row):
        return self.fail("reason")

    def address(self, row):
        row.language, row.address = "en", row.user.email

    def letter(self, row, now):
        return self.fail("letter")

    def fail(self, where):
        if where == self.where:
            raise self.error
        return ""


class WrongTransport(MailTransport):
    """One that ends with an error of our own."""

    def send(self, claim, batch, turn):
        batch.fail("send")


class Wrong(MailKind):
    model = Notice

    def __init__(self, error, where):
        self.error, self.where = error, where

    def read(self, claim, now):
        return WrongBatch(list(claim.rows), self.error, self.where)


@pytest.fixture
def notice(cast, now):
    kind = Notice.Kind.DECIDE
    return Notice.objects.create(
        user=cast.claire, programme=cast.programme, kind=kind, due_at=now - timedelta(minutes=1)
    )


@pytest.fixture
def send(relay, now, notice):
    def once(error, where, transport=MailTransport):
        wrong, turn = Wrong(error, where), Round(lambda: now, now + timedelta(seconds=9), bool)
        config = RelayConfig(host="127.0.0.1", port=relay.port, timeout=CALM, dot_timeout=CALM)
        with Connections(config) as connections:
            send_batch(wrong, wrong.claim(now), transport(connections), turn)

    return once


def test_a_batch_that_cannot_be_sent_fails_aloud_and_rests(send, notice, now):
    with pytest.raises(ZeroDivisionError):
        send(ZeroDivisionError(), "send", WrongTransport)
    notice.refresh_from_db()
    assert (notice.state, notice.reason, notice.fence) == ("planned", "ZeroDivisionError", "")
    assert notice.next_try_at > now


@pytest.mark.parametrize("where", ["reason", "letter"])
def test_what_the_database_refused_is_tried_again(send, notice, now, where, relay):
    send(DataError(), where)
    notice.refresh_from_db()
    assert (notice.state, notice.reason) == ("planned", "DataError")
    assert notice.next_try_at > now
    assert not relay.accepts


@pytest.mark.parametrize("where", ["reason", "letter"])
def test_what_cannot_be_made_fails_by_itself(send, notice, where, relay):
    send(ZeroDivisionError(), where)
    notice.refresh_from_db()
    assert (notice.state, notice.reason) == ("failed", "ZeroDivisionError")
    assert not relay.accepts
