"""The way back: where mails that cannot be delivered return to, and who reads them."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from communications.mailroom.channels import imap, spool
from communications.mailroom.channels.imap import MailboxConfig, MailboxDown
from communications.mailroom.channels.verp import mailbox_of_returns
from communications.mailroom.services.mailbox import CHANNEL, is_set_up
from communications.models import ChannelState, Heartbeat
from onelift.configuration.environment import EMBEDDED
from onelift.dashboards.checkup.queries.configuration import is_nobodys
from onelift.dashboards.checkup.queries.finding import Finding, Level, fine, trouble, warning
from onelift.dashboards.checkup.queries.relay import HERE
from onelift.dashboards.checkup.queries.storage import not_writable, refused
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
        return warning(_("BOUNCE_ADDRESS is not set: returned emails cannot be matched to people."))
    if not address:
        return fine(_("Returned emails go to the sender; bad addresses are not counted."))
    said = {"address": address}
    if mailbox is None:
        return trouble(
            _(
                "BOUNCE_ADDRESS, “%(address)s”, is not an email address or has more than 25 "
                "characters before the @."
            )
            % said
        )
    if not EMBEDDED and is_nobodys(mailbox[1]):
        return trouble(_("BOUNCE_ADDRESS is %(address)s, an example address: set your own.") % said)
    if not is_read:
        return warning(
            _(
                "Emails to %(address)s are not read: set BOUNCE_IMAP, BOUNCE_SPOOL or "
                "BOUNCE_WEBHOOK_SECRET."
            )
            % said
        )
    return fine(_("Returned emails go to %(address)s.") % said)


def _spool(folder: Path) -> Finding:
    if not folder.is_dir():
        words = _("BOUNCE_SPOOL, %(folder)s, is not a folder: create it, or correct the setting.")
        return trouble(words % {"folder": folder})
    refusal = refused(folder)
    if refusal:
        return trouble(not_writable(folder, refusal))
    try:
        return _waiting(len(spool.waiting_in(folder, MANY_MAILS)), str(folder))
    except OSError as error:
        words = _("%(folder)s cannot be read (%(why)s): give this user access.")
        return trouble(words % {"folder": folder, "why": error.strerror})


def _mailbox() -> Finding:
    try:
        config = MailboxConfig.of(settings.BOUNCE_IMAP, settings.BOUNCE_IMAP_PASSWORD)
        with imap.opened(config) as box:
            found = _waiting(
                len(box.waiting(MANY_MAILS)), _("the mailbox at %(host)s") % {"host": config.host}
            )
    except MailboxDown as down:
        words = _("Return mailbox: %(reason)s: correct BOUNCE_IMAP or its password.")
        return trouble(words % {"reason": down})
    if not config.is_secure and config.host not in HERE:
        words = _("The password is sent to %(host)s in plain text: use imaps://.")
        return warning(words % {"host": config.host})
    return found


def _waiting(count: int, place: str) -> Finding:
    said = {"n": count, "place": place}
    if count >= MANY_MAILS:
        words = _("At least %(n)s emails are waiting in %(place)s: check that workers are running.")
        return warning(words % said)
    return fine(_("Waiting in %(place)s: %(n)s.") % said)


def _reading() -> Finding:
    down = ChannelState.objects.filter(channel=CHANNEL, failing_since__isnull=False).first()
    if down is not None:
        words = _("Returned emails cannot be read: %(reason)s")
        return trouble(words % {"reason": down.reason})
    at = Heartbeat.objects.filter(name=CHANNEL).values_list("at", flat=True).first()
    if at is None or database_now() - at > LONGEST_PAUSE:
        return warning(
            _("Returned emails have not been read for ten minutes: start a worker and beat.")
        )
    return fine(_("Returned emails are read every minute."))
