"""Trying what the portal is connected to: each try says what came of it, and what to do."""

import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from communications.dispatches.services.bounce import take_return
from communications.groups.services.channel import send_test
from communications.groups.services.channel_state import key_of
from communications.mailroom.channels import Outcome, Result
from communications.mailroom.services import mailbox
from communications.messages.models import Channel
from communications.models import ChannelState, Proof
from communications.operation.services import answer, trail_check
from communications.operation.services.proof import note_proof
from onelift.configuration.environment import EMBEDDED
from onelift.dashboards.checkup.queries import Level, check_up
from onelift.dashboards.checkup.queries.connections import Test
from onelift.dashboards.checkup.queries.finding import without_secrets
from onelift.dashboards.checkup.queries.relay import Words, try_mail
from onelift.dashboards.checkup.queries.storage import refused
from programmes.database.clock import database_now, running_clock
from programmes.database.wake import wake
from programmes.services.attempt import Limit, count_attempt
from stakeholders.models import User

TESTS = Limit("status tests", 20, 600)
# Seconds that a page waits for a worker, and between two looks.
PATIENCE, LOOK = 5.0, 0.1
# A page reads no longer than this: the worker goes on with the rest.
READING = timedelta(seconds=10)


@dataclass(frozen=True)
class Tried:
    """What came of a test: its level, and a sentence that says what to do if it failed."""

    level: Level
    sentence: str


def may_try(user: User) -> bool:
    """Count one more test of somebody; False if that is too many."""
    return not count_attempt([TESTS.of(str(user.pk))], database_now())


def try_email(user: User) -> Iterator[Tried]:
    """Send an email to whoever asks."""
    words = Words(
        _("A test email from OneLift"),
        _("OneLift can send emails. You asked for this one on the status page."),
        get_language() or "en",
    )
    result = try_mail(user.email, words)
    said = {"address": user.email, "reply": without_secrets(result.reply)}
    if result.outcome == Outcome.SENT:
        note_proof(Proof.Kind.EMAIL, database_now())
        yield fine(
            _("The server accepted a test email to %(address)s. Check that it arrived.") % said
        )
    else:
        note_proof(Proof.Kind.EMAIL, database_now(), is_well=False)
        yield bad(
            _(
                "The test email to %(address)s was not sent. %(reply)s Check EMAIL_URL and that "
                "the mail server is running."
            )
            % said
        )


def try_mailbox(_user: User) -> Iterator[Tried]:
    """Read what came back, for a few seconds."""
    if not mailbox.is_set_up():
        yield odd(_("No return mailbox is set up. Set BOUNCE_IMAP or BOUNCE_SPOOL to read it."))
        return
    clock = running_clock()
    until = clock() + READING
    count = mailbox.read_returns(take_return, clock, lambda: clock() > until)
    state = ChannelState.objects.get(channel=mailbox.CHANNEL)
    if state.next_try_at is not None:
        yield odd(_("A worker is reading the mailbox now. Try again in a minute."))
    elif state.failing_since:
        advice = _("The mailbox cannot be read. %(reply)s Check BOUNCE_IMAP or BOUNCE_SPOOL.")
        yield bad(advice % {"reply": without_secrets(state.reason)})
    else:
        yield fine(_("The mailbox was read. Emails collected: %(n)s.") % {"n": count})


def try_storage(_user: User) -> Iterator[Tried]:
    """Write to each folder that the portal keeps something in."""
    folders: list[Path] = [settings.MEDIA_ROOT, *([settings.VAR_DIR] if EMBEDDED else [])]
    problems = [refused(folder) for folder in folders]
    if not any(problems):
        note_proof(Proof.Kind.STORAGE, database_now())
    for folder, problem in zip(folders, problems, strict=True):
        said = {"folder": folder}
        if problem:
            words = _(
                "%(folder)s is not writable (%(problem)s). Give write access to the user that "
                "runs OneLift."
            )
            yield bad(words % {**said, "problem": problem})
        else:
            yield fine(_("%(folder)s is writable.") % said)


def try_worker(_user: User) -> Iterator[Tried]:
    """Wake a worker, and wait for its answer."""
    token, begun = secrets.token_hex(8), time.monotonic()
    wake(answer.TASK, token)
    while not answer.has_answered(token):
        if time.monotonic() - begun > PATIENCE:
            yield bad(_("No worker responded. Start a worker, or check its log: it may be busy."))
            return
        time.sleep(LOOK)
    seconds = f"{time.monotonic() - begun:.1f}"
    yield fine(_("A worker responded after %(seconds)s s.") % {"seconds": seconds})


def try_trail(_user: User) -> Iterator[Tried]:
    """Let a worker verify the audit trail: that may take minutes."""
    if trail_check.ask(database_now()):
        yield fine(_("The audit trail is being checked. Reload the page to see the progress."))
    else:
        yield odd(_("The audit trail is already being checked. Reload the page."))


def note_restore(_user: User) -> Iterator[Tried]:
    """Take the word of an administrator that a backup was put back, on whatever machine."""
    note_proof(Proof.Kind.RESTORE, database_now())
    yield fine(_("Recorded: a restore was tested today."))


def try_everything(_user: User) -> Iterator[Tried]:
    """Look at all that ``manage.py doctor`` looks at; its words are those of the command."""
    found = list(check_up())
    poor = [each for each in found if each.level != Level.OK]
    if not poor:
        yield fine(_("All %(n)s checks passed.") % {"n": len(found)})
    for each in poor:
        words = _("%(part)s: %(finding)s") % {"part": each.part, "finding": each.sentence}
        yield Tried(each.level, words)


TRIES: dict[Test, Callable[[User], Iterator[Tried]]] = {
    Test.EMAIL: try_email,
    Test.MAILBOX: try_mailbox,
    Test.STORAGE: try_storage,
    Test.WORKER: try_worker,
    Test.TRAIL: try_trail,
    Test.RESTORE: note_restore,
    Test.EVERYTHING: try_everything,
}


def try_channel(channel: Channel, user: User) -> Tried:
    """Post a test to a channel.

    Raises:
        ValidationError: this user has sent enough tests for now.
    """
    result = send_test(channel, user, database_now())
    if result.outcome == Outcome.SENT:
        note_proof(key_of(channel), database_now())
    return judged(result, channel.name)


def judged(result: Result, name: str) -> Tried:
    """Say what a channel answered."""
    said = {"name": name, "reply": result.reply}
    if result.outcome == Outcome.SENT:
        return fine(_("“%(name)s” accepted the test. Check there that it arrived.") % said)
    if result.outcome == Outcome.FAILED:
        return bad(_("“%(name)s” refused the test. %(reply)s Enter its address again.") % said)
    if result.outcome == Outcome.RETRY:
        return odd(_("“%(name)s” cannot be reached now. %(reply)s Try again later.") % said)
    return odd(_("The test may or may not have reached “%(name)s”: check there. %(reply)s") % said)


def fine(sentence: str) -> Tried:
    return Tried(Level.OK, sentence)


def odd(sentence: str) -> Tried:
    return Tried(Level.WARNING, sentence)


def bad(sentence: str) -> Tried:
    return Tried(Level.TROUBLE, sentence)
