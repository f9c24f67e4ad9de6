"""Messages and approvals for tests, made by the services."""

from datetime import datetime, time

from communications.approvals.services import approval as approvals
from communications.mailroom.channels.mail import RelayConfig
from communications.messages.services.message import MessageData, create_message, write_ready
from communications.models import Approval, Message
from communications.operation.services import pump
from tests.clock import day

TEXTS = {
    "en": ("Your new service desk", "Hello {{ first_name }},\n\nthe desk opens at {{ site }}."),
    "es": ("Tu nuevo centro", "Hola {{ first_name }}:\n\nel centro abre en {{ site }}."),
    "zh-hans": ("新的服务台", "{{ first_name }}，您好：\n\n服务台在 {{ site }} 开放。"),
}


def make_message(cast, now: datetime, texts=TEXTS, **data) -> Message:
    """Return a message by Ines, due at once everywhere unless told otherwise."""
    schedule = {"fixed_on": day(2026, 11, 24), "local_time": time(0, 1), "is_urgent": True}
    values = {"purpose": "Tell", "sender": "Claire Fontanel", **schedule, **data}
    message = create_message(cast.programme, MessageData(**values), cast.ines, now)
    for language, (subject, body) in texts.items():
        write_ready(message, language, subject, body, cast.ines, now)
    return message


def approve(cast, message: Message, now: datetime) -> Approval:
    """Let Ines ask and Claire approve."""
    asked = approvals.ask(message, cast.ines, now)
    return approvals.approve(asked, cast.claire, asked.fingerprint, now)


def run(now: datetime) -> int:
    """Let the clock and one sender run once; return how many mails were tried."""
    pump.run_pump(now)
    return pump.deliver(lambda: now, RelayConfig.from_settings())
