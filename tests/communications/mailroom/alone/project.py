"""Plans three greetings and sends them: ``python -m tests….project PORT FOLDER``, in JSON."""

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django
from django.conf import settings

PORT, FOLDER = int(sys.argv[1]), Path(sys.argv[2])
settings.configure(
    SECRET_KEY="only here",
    INSTALLED_APPS=["communications.mailroom", "tests.communications.mailroom.alone"],
    DATABASES={
        "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(FOLDER / "db.sqlite3")}
    },
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    DEFAULT_FROM_EMAIL="Greetings <hello@alone.example>",
    USE_TZ=True,
    BROKER_DIR=FOLDER,
    REDIS_URL="",
    BOUNCE_ADDRESS="",
    SEND_BATCH=10,
    MAIL_CONNECTIONS=0,
    MAILS_PER_MINUTE=0,
    CLAIM_LEASE_SECONDS=60,
    SENDING_LEASE_SECONDS=60,
)
django.setup()

# Django is set up by now.
from django.core.management import call_command  # noqa: E402

from communications.mailroom.channels.mail import Letter, RelayConfig  # noqa: E402
from communications.mailroom.services import outbox  # noqa: E402
from communications.mailroom.services.identity import SENDER_ADDRESS, message_id_of  # noqa: E402
from communications.mailroom.services.kind import (  # noqa: E402
    MailBatch,
    MailKind,
    Round,
    register,
)
from tests.communications.mailroom.alone.models import Greeting  # noqa: E402

START = datetime(2026, 11, 24, 10, 20, tzinfo=UTC)


class Greetings(MailKind):
    """Greetings, whenever they are due."""

    model = Greeting

    def read(self, claim, now):
        return GreetingBatch(list(claim.rows.order_by("pk")))


class GreetingBatch(MailBatch):
    """Some greetings."""

    def __init__(self, rows):
        self.rows = rows

    def address(self, row):
        row.language, row.address = "en", row.to
        row.message_id = row.message_id or message_id_of(row)

    def letter(self, row, now):
        return Letter(
            message_id=row.message_id,
            date=now,
            sender_name="Greetings",
            sender_address=SENDER_ADDRESS,
            recipient_name="",
            recipient_address=row.address,
            language="en",
            subject="Hello",
            text="Hello.\n",
            html="<p>Hello.</p>",
        )


def send(at):
    """Let the outbox work once at an instant; return how the greetings are then."""
    config = RelayConfig(host="127.0.0.1", port=PORT, timeout=20, dot_timeout=20)
    turn = Round(lambda: at, at + timedelta(seconds=25), lambda: False)
    outbox.deliver(turn, config)
    rows = Greeting.objects.order_by("pk")
    return [[row.to, row.state, row.attempts, row.message_id] for row in rows]


register(Greetings())
call_command("migrate", run_syncdb=True, verbosity=0)
for name in ("ana", "bo", "cy"):
    Greeting.objects.create(to=f"{name}@alone.example", due_at=START)
steps = [send(START), send(START + timedelta(minutes=5))]
others = ("programmes.", "stakeholders", "events", "feedback", "onelift", "communications.")
own = ("communications.mailroom", "programmes.database.lease")
strangers = [n for n in sys.modules if n.startswith(others) and not n.startswith(own)]
json.dump({"steps": steps, "strangers": strangers}, sys.stdout)
