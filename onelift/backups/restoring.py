"""Putting a backup back, in steps of which each may be killed and done again.

The media come first: what the database does not name is in nobody's way. The database is filled in
one transaction, which leaves a mark; who finds the mark goes on from there. The last step puts
everything on hold and takes the mark away, in one transaction too.
"""

from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection, transaction

from communications.mailroom.services import watermark
from onelift.backups.files import copy, entry_of
from onelift.backups.manifest import MARK, MEDIA, Manifest
from onelift.backups.stores import store
from onelift.backups.target import Target
from programmes.database.clock import database_now
from programmes.queries.key import Keys, keys
from programmes.queries.seals import heads_in
from programmes.services.key import keep_key
from programmes.services.verifying import verify


def put_media_back(folder: Path, manifest: Manifest) -> int:
    """Copy the media that are not there as they were; return how many. Others stay."""
    root = Path(settings.MEDIA_ROOT)
    lacking = [
        name
        for name in manifest.media
        if not (root / name).is_file() or entry_of(root / name) != manifest.files[MEDIA + name]
    ]
    for name in lacking:
        copy(folder / MEDIA / name, root / name)
    return len(lacking)


def put_database_back(folder: Path, manifest: Manifest, found: Target) -> bool:
    """Fill the database, unless a restore that was killed has; return whether that was done."""
    if found.half_of == manifest.seal:
        return False
    kind = store()
    mark = f"CREATE TABLE {MARK} AS SELECT '{manifest.seal}' AS backup;"
    kind.fill(folder / kind.FILE, mark)
    ContentType.objects.clear_cache()
    return True


def bring_up_to_date() -> None:
    """Give the tables the form of this version; nothing leaves from them until they are held."""
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    watermark.hold_sending(database_now())


def is_trail_whole(manifest: Manifest) -> bool:
    """Tell whether the seals of the audit trail are those that the manifest names."""
    return not verify(heads_in(manifest.trail)).broken


def finish_restore(hold_mails: Callable[[], None]) -> Keys:
    """Put in doubt what may have left, and take the mark away.

    With the wrong key ``hold_mails`` would store links that open nothing. So it waits for the right
    one, and until then nothing leaves from this database at all.

    Returns:
        The keys, as a start will find them.

    """
    with transaction.atomic():
        if not keep_key(database_now()):
            hold_mails()
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE {MARK}")
        return keys()
