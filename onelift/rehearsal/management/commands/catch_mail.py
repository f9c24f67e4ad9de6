"""The mail catcher: takes what a demonstration or a trial sends, and keeps it as a Maildir."""

import asyncio
import itertools
import logging
import os
import signal
import time
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

log = logging.getLogger(__name__)

LARGEST_MAIL = 32 * 1024 * 1024


class Maildir:
    """A folder of mails in which a mail is either whole or not there.

    Whoever lists ``new/`` never meets a half-written file: each is written in ``tmp/``, brought
    to the disk and renamed.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._numbers = itertools.count(1)
        for name in ("new", "cur", "tmp"):
            (root / name).mkdir(parents=True, exist_ok=True)

    def keep(self, mail: bytes) -> Path:
        """Write one mail and return its path; it survives a crash once this returns."""
        name = f"{time.time():.6f}.P{os.getpid()}Q{next(self._numbers)}.onelift"
        draft, kept = self.root / "tmp" / name, self.root / "new" / name
        with draft.open("xb") as file:
            file.write(mail)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(kept)
        self._sync_folder()
        return kept

    def _sync_folder(self) -> None:
        folder = os.open(self.root / "new", os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


class Catcher:
    """What aiosmtpd calls: 250 only once the mail is kept."""

    def __init__(self, maildir: Maildir) -> None:
        self.maildir = maildir

    async def handle_DATA(  # noqa: N802  aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Keep a mail; a full disk is a refusal for now, so that the mail is tried again."""
        assert isinstance(envelope.content, bytes)  # noqa: S101  aiosmtpd was not told to decode
        try:
            await asyncio.to_thread(self.maildir.keep, envelope.content)
        except OSError as error:
            return f"452 4.3.1 Mail not kept: {error.strerror}"
        return "250 2.0.0 Kept"


async def catch(maildir: Maildir, host: str, port: int) -> None:
    """Take mails on a port until SIGTERM or SIGINT."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)

    def session() -> SMTP:
        return SMTP(
            Catcher(maildir),
            hostname="onelift",
            ident="OneLift mail catcher",
            enable_SMTPUTF8=True,
            data_size_limit=LARGEST_MAIL,
        )

    try:
        server = await loop.create_server(session, host, port)
    except OSError as error:
        raise CommandError(
            f"The mail catcher cannot use port {port} of {host}: {error.strerror}. "
            "Choose another PORT=: the mail catcher uses the port after it."
        ) from error
    await stop.wait()
    server.close()


class Command(BaseCommand):
    """Catch the mails of this installation, on the port beside the portal's."""

    help = "Receive emails by SMTP and keep them in var/mail, until Ctrl-C."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Let another port be named, and an address that other machines reach."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=settings.MAIL_CATCHER_PORT)

    def handle(self, *_args: Any, host: str, port: int, **_options: Any) -> None:
        """Run until told to stop."""
        maildir = Maildir(settings.VAR_DIR / "mail")
        log.info("Catching mail on port %s", port)
        asyncio.run(catch(maildir, host, port))
