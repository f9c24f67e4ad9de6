"""``manage.py encrypt_again``: after a change of SECRET_KEY, before the older one is forgotten."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from communications.groups.services.channel import encrypt_again
from programmes.database.clock import database_now
from programmes.services.key import keep_key


class Command(BaseCommand):
    """Encrypts addresses and secrets of channels with the key that is in use."""

    help = "Encrypt the addresses and secrets of channels again, with the current SECRET_KEY."

    def handle(self, *args: Any, **options: Any) -> None:
        """Encrypt, and name the channels that no key reads."""
        if refusal := keep_key(database_now()):
            raise CommandError(refusal)
        count, lost = encrypt_again()
        self.stdout.write(f"Channels encrypted with the current key: {count}.")
        if lost:
            raise CommandError(
                f"The stored address or secret cannot be decrypted for: {', '.join(lost)}. "
                "Add the earlier key to SECRET_KEY_FALLBACKS, or enter address and secret again."
            )
