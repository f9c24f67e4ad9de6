"""The settings of what comes back: see docs/operating/bounces.md."""

from onelift.configuration.environment import env

__all__ = [
    "BOUNCE_ADDRESS",
    "BOUNCE_IMAP",
    "BOUNCE_IMAP_PASSWORD",
    "BOUNCE_SPOOL",
    "BOUNCE_WEBHOOK_SECRET",
]

# The mailbox to which mails that cannot be delivered return; none: all return to the sender.
BOUNCE_ADDRESS: str = env("BOUNCE_ADDRESS", default="")
BOUNCE_SPOOL: str = env("BOUNCE_SPOOL", default="")
BOUNCE_IMAP: str = env.url(
    "BOUNCE_IMAP", default="", schemes=("imaps", "imap"), example="imaps://user@host/INBOX"
)
BOUNCE_IMAP_PASSWORD: str = env("BOUNCE_IMAP_PASSWORD", default="")
BOUNCE_WEBHOOK_SECRET: str = env("BOUNCE_WEBHOOK_SECRET", default="")
