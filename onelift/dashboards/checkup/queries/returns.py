"""The way back: where mails that cannot be delivered return to, and who reads them."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from communications.mailroom.channels import imap, spool
from communications.mailroom.channels.imap import MailboxConfig, MailboxDown
from communications.mailroom.channels.verp import mailbox_of_returns
from communications.mailroom.services.mailbox import CHANNEL, is_set_up
from communications.models import ChannelState, Heartbeat
from onelift.configuration.environment import EMBEDDED
from onelift.dashboards.checkup.queries.configuration import is_nobodys
from onelift.dashboards.checkup.queries.finding import Finding, Level, fine, trouble, warning
from onelift.dashboards.checkup.queries.relay import HERE
from onelift.dashboards.checkup.queries.storage import refused
from programmes.database.clock import database_now

LONGEST_PAUSE = timedelta(minutes=10)
# More than a few rounds leave lying around.
MANY_MAILS = 1000


def check_returns() -> Finding:
    """Judge the settings, look into folder and mailbox, and ask when they were read last."""
    found = list(_findings())
    worst = [one for level in (Level.TROUBLE, Level.WARNING) for one in found if one.level is level]
    return worst[0] if worst else fine(" ".join(one.sentence for one in found))


def _findings() -> Iterator[Finding]:
    is_read = is_set_up() or bool(settings.BOUNCE_WEBHOOK_SECRET)
    yield _address(is_read=is_read)
    if settings.BOUNCE_SPOOL:
        yield _spool(Path(settings.BOUNCE_SPOOL))
    if settings.BOUNCE_IMAP:
        yield _mailbox()
    if is_set_up():
        yield _reading()


def _address(*, is_read: bool) -> Finding:
    address, mailbox = settings.BOUNCE_ADDRESS, mailbox_of_returns()
    if not address and is_read:
        return warning("BOUNCE_ADDRESS is not set: no mail that comes back can be told apart.")
    if not address:
        return fine("Mails that come back return to the sender; bad addresses are not counted.")
    if mailbox is None:
        return trouble(
            f"BOUNCE_ADDRESS, “{address}”, is no address or has more than 25 letters before its @."
        )
    if not EMBEDDED and is_nobodys(mailbox[1]):
        return trouble(f"BOUNCE_ADDRESS is {address}, which is nobody's: name your own.")
    if not is_read:
        return warning(
            f"Nobody reads {address}: set BOUNCE_IMAP, BOUNCE_SPOOL or BOUNCE_WEBHOOK_SECRET."
        )
    return fine(f"Mails that come back return to {address}.")


def _spool(folder: Path) -> Finding:
    if not folder.is_dir():
        return trouble(f"BOUNCE_SPOOL, {folder}, is no folder: make it, or mend the setting.")
    refusal = refused(folder)
    if refusal:
        return trouble(f"{folder} cannot be written to ({refusal}): give it to this user.")
    try:
        return _waiting(len(spool.waiting_in(folder, MANY_MAILS)), str(folder))
    except OSError as error:
        return trouble(f"{folder} cannot be read ({error.strerror}): give it to this user.")


def _mailbox() -> Finding:
    try:
        config = MailboxConfig.of(settings.BOUNCE_IMAP, settings.BOUNCE_IMAP_PASSWORD)
        with imap.opened(config) as box:
            found = _waiting(len(box.waiting(MANY_MAILS)), f"the mailbox at {config.host}")
    except MailboxDown as down:
        return trouble(f"The mailbox of returns: {down}: mend BOUNCE_IMAP or its password.")
    if not config.is_secure and config.host not in HERE:
        return warning(f"{config.host} is told the password in plain text: use imaps://.")
    return found


def _waiting(count: int, place: str) -> Finding:
    if count >= MANY_MAILS:
        return warning(f"{count} mails or more wait in {place}: see whether workers run.")
    return fine(f"{count} wait in {place}.")


def _reading() -> Finding:
    down = ChannelState.objects.filter(channel=CHANNEL, failing_since__isnull=False).first()
    if down is not None:
        return trouble(f"What comes back cannot be read: {down.reason}")
    at = Heartbeat.objects.filter(name=CHANNEL).values_list("at", flat=True).first()
    if at is None or database_now() - at > LONGEST_PAUSE:
        return warning("What comes back was not read for ten minutes: start worker and beat.")
    return fine("They are read each minute.")
