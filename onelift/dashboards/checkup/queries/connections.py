"""What the portal is connected to: read from rows and folders, so that no page waits for any."""

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from django.conf import settings
from django.db.models import Max
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from communications.groups.channels.group import is_posted
from communications.groups.queries.channel import state_of
from communications.groups.services.channel_state import PREFIX, key_of
from communications.mailroom.services.mailbox import CHANNEL, is_set_up
from communications.mailroom.services.relay_state import MAIL
from communications.messages.models import Channel
from communications.models import ChannelState, Post, Proof, State
from communications.operation.queries.outage import last_left_at
from onelift.dashboards.checkup.queries.returns import LONGEST_PAUSE
from onelift.dashboards.checkup.queries.signs import Signs
from programmes.design.formats import comma

DATABASE, STORAGE = "database", Proof.Kind.STORAGE.value


class Test(StrEnum):
    """What an administrator may try from the page."""

    EMAIL = "email"
    MAILBOX = "mailbox"
    STORAGE = "storage"
    WORKER = "worker"
    TRAIL = "trail"
    RESTORE = "restore"
    EVERYTHING = "everything"


@dataclass(frozen=True)
class Connection:
    """One connection, and what to do where it does not work.

    Attributes:
        state: a key of the status marks: works, broken, unused or switched_off.
        since: since when it does not work (UTC), where that is known.
        seen: when it was last known to work (UTC), where that is known.
        test: what tries it; empty if a channel is tried by ``channel``.
        key: the same from one look to the next, in its own words on the page and in emails.
        kind: of a channel, in words.
        may_enter: whether a channel lacks what opens it: somebody has to enter that.
        is_pulse: whether it is a part of the portal itself, and ``where`` says how it is now.

    """

    name: str | Promise
    where: str
    state: str
    reason: str = ""
    advice: str = ""
    since: datetime | None = None
    seen: datetime | None = None
    test: str = ""
    channel: int = 0
    key: str = ""
    kind: str | Promise = ""
    is_pulse: bool = False
    may_enter: bool = False

    @property
    def anchor(self) -> str:
        """Return the name of its row on the page."""
        return f"connection-{self.key.replace(' ', '-')}"

    @property
    def is_broken(self) -> bool:
        """Tell whether somebody has to do something."""
        return self.state == "broken"

    @property
    def enter_url(self) -> str:
        """Return where the address of a channel is entered; empty if it has one."""
        if not self.may_enter:
            return ""
        return reverse("admin:communications_channel_change", args=[self.channel])

    @property
    def test_url(self) -> str:
        """Return where its test is asked for; empty if there is none."""
        if self.channel:
            return reverse("dashboards:status-channel", args=[self.channel])
        return reverse("dashboards:status-test", args=[self.test]) if self.test else ""


def connections(signs: Signs, now: datetime) -> list[Connection]:
    """Return all connections; the number of queries does not depend on that of channels."""
    states = {state.channel: state for state in ChannelState.objects.all()}
    proven_at = {k: proof.at for k, proof in signs.proofs.items() if proof.at and proof.is_well}
    refused_at = {k: proof.at for k, proof in signs.proofs.items() if not proof.is_well}
    channels = Channel.objects.active().select_related("programme")
    return [
        email_server(
            states.get(MAIL), latest(last_left_at(), proven_at.get(MAIL)), refused_at.get(MAIL)
        ),
        mailbox(states.get(CHANNEL), signs.beats.get(CHANNEL), now),
        storage(latest(last_kept_at(), proven_at.get(STORAGE))),
        *database(states.get(DATABASE)),
        *groups(channels, states, last_posts(proven_at)),
    ]


def latest(*instants: datetime | None) -> datetime | None:
    """Return the last of some instants; None if there are none."""
    return max((at for at in instants if at), default=None)


def last_kept_at() -> datetime | None:
    """Return when storage last took something at its top (UTC); None if it is empty."""
    folder = settings.MEDIA_ROOT
    try:
        is_used = any(folder.iterdir())
    except OSError:
        return None
    return datetime.fromtimestamp(folder.stat().st_mtime, UTC) if is_used else None


def last_posts(proven_at: dict[str, datetime]) -> dict[str, datetime]:
    """Return when each channel last took a post or a test, by the key of its state."""
    sent = Post.objects.filter(state=State.SENT, ended_at__isnull=False).order_by()
    rows = sent.values_list("channel").annotate(at=Max("ended_at"))
    posts = {f"{PREFIX}{pk}": at for pk, at in rows}
    return {**proven_at, **{key: max(at, proven_at.get(key, at)) for key, at in posts.items()}}


def email_server(
    state: ChannelState | None, seen: datetime | None, refused: datetime | None = None
) -> Connection:
    """Return how the mail server is.

    Args:
        state: what those who send noted of it.
        seen: when it last took an email (UTC).
        refused: when a test failed that no later test made good (UTC).

    """
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    advice = _("Test it. If the test fails, check EMAIL_URL and that the server is running.")
    found = _of_state(_("Mail server"), where, state, advice, Test.EMAIL, seen)
    found = replace(found, key=MAIL)
    if refused and (not seen or refused > seen) and not found.is_broken:
        reason = _("The last test failed.")
        return replace(found, state="broken", reason=reason, advice=advice, since=refused)
    return proven(found)


def proven(found: Connection) -> Connection:
    """Return a connection that works only if it was ever seen to."""
    return found if found.seen or found.is_broken else replace(found, state="unused")


def mailbox(state: ChannelState | None, at: datetime | None, now: datetime) -> Connection:
    """Return how the mailbox of returned emails is."""
    name, where = _("Return mailbox"), settings.BOUNCE_ADDRESS or "–"
    if not is_set_up():
        return Connection(name, where, "switched_off", key=CHANNEL)
    advice = _("Read it now. If that fails, check BOUNCE_IMAP or BOUNCE_SPOOL and the password.")
    found = replace(_of_state(name, where, state, advice, Test.MAILBOX, at), key=CHANNEL)
    if found.is_broken or (at and at > now - LONGEST_PAUSE):
        return found
    reason = _("It has not been read for ten minutes.")
    return replace(found, state="broken", reason=reason, advice=advice, since=at)


def _of_state(
    name: str,
    where: str,
    state: ChannelState | None,
    advice: str,
    test: str = "",
    seen: datetime | None = None,
    channel: int = 0,
) -> Connection:
    if state is None or state.failing_since is None:
        return Connection(name, where, "works", seen=seen, test=test, channel=channel)
    since = state.failing_since
    return Connection(name, where, "broken", state.reason, advice, since, seen, test, channel)


def storage(seen: datetime | None) -> Connection:
    """Return whether files can be kept; ``seen`` is when one last was (UTC)."""
    folder = settings.MEDIA_ROOT
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    found = Connection(
        _("Storage"), str(folder), "works", seen=seen, test=Test.STORAGE, key=STORAGE
    )
    if os.access(existing, os.W_OK | os.X_OK):
        return proven(found)
    advice = _("Give write access to the user that runs OneLift.")
    return replace(found, state="broken", reason=_("Files cannot be saved there."), advice=advice)


def database(state: ChannelState | None) -> Iterable[Connection]:
    """Yield the database where all sending is held, since it was put back or copied."""
    if state is not None and state.failing_since:
        advice = _(
            "If a backup was restored, run hold_after_restore. If nothing was lost, run "
            "go_on_after_restore."
        )
        reason = _("Sending is on hold: the database was restored or copied.")
        since = state.failing_since
        yield Connection(_("Database"), "–", "broken", reason, advice, since, key=DATABASE)


def groups(
    channels: Iterable[Channel], states: dict[str, ChannelState], seen: dict[str, datetime]
) -> Iterable[Connection]:
    """Yield the channels to which the portal posts."""
    for channel in channels:
        if is_posted(channel.kind):
            key = key_of(channel)
            found = _group(channel, states.get(key), seen.get(key))
            yield proven(replace(found, key=key, kind=channel.get_kind_display()))


def _group(channel: Channel, state: ChannelState | None, seen: datetime | None) -> Connection:
    where = f"{channel.get_kind_display()}{comma()}{channel.programme.name}"
    reasons = {
        "lost": _("Its address or secret can no longer be decrypted."),
        "bare": _("Its address or secret is missing."),
    }
    reason = reasons.get(state_of(channel), "")
    if reason:
        enter = _("Enter its address and secret again.")
        found = Connection(channel.name, where, "broken", reason, enter, channel=channel.pk)
        return replace(found, may_enter=True)
    advice = _("Test it. If the test fails, enter its address again or post by hand.")
    return _of_state(channel.name, where, state, advice, seen=seen, channel=channel.pk)
