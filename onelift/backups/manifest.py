"""What a backup says of itself: the file ``manifest.json``, which is written last.

Its last field is a hash of all the others, so that a changed manifest is noticed too, and two
backups are never taken for each other.
"""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from onelift.backups.files import Entry, is_inside, sync, sync_folder
from onelift.backups.refusal import BackupError
from programmes.queries.key import Keys

NAME = "manifest.json"
PROGRAM, FORMAT = "OneLift", 1
MEDIA = "media/"
# The table of a database that was filled and not put on hold yet: it names the backup by its seal.
# A worker that meets such a database sends nothing by itself, since it lies elsewhere.
MARK = "onelift_restore"
# The pump of a running worker writes its time there every 20 seconds.
BEATS = "communications_heartbeat"
STILL_RUNNING = timedelta(seconds=45)


@dataclass(frozen=True)
class Manifest:
    """What a backup holds.

    Attributes:
        version: of OneLift.
        made_at: a moment (UTC, by the database's clock) before which the backup knows everything.
        vendor: of the database, in Django's words.
        server: version of the database.
        client: version of the programs that read it; empty on SQLite.
        migrations: the last one of each app.
        keys: when it was made.
        trail: where the seals of the audit trail ended before the database was written,
            ``number:hash``; empty if nothing was sealed yet.
        files: each file by its path in the folder.
        seal: the hash of all this, hexadecimal.

    """

    version: str
    made_at: datetime
    vendor: str
    server: str
    client: str
    migrations: dict[str, str]
    keys: Keys
    files: dict[str, Entry]
    trail: str = ""
    seal: str = field(default="", compare=False)

    @property
    def media(self) -> list[str]:
        """Return the paths of the media in their own folder."""
        return [name.removeprefix(MEDIA) for name in self.files if name.startswith(MEDIA)]

    @property
    def title(self) -> str:
        """Return how to call the backup."""
        return f"backup of {self.made_at:%Y-%m-%d %H:%M} UTC (OneLift {self.version})"


def write(manifest: Manifest, folder: Path) -> None:
    """Write it so that it is there in full or not at all."""
    body = _body(manifest)
    draft = folder / f".{NAME}.part"
    with draft.open("wb") as file:
        file.write(json.dumps({**body, "sha256": seal_of(body)}, indent=2).encode())
        sync(file)
    draft.replace(folder / NAME)
    sync_folder(folder)


def _body(manifest: Manifest) -> dict[str, Any]:
    return {
        "program": PROGRAM,
        "format": FORMAT,
        "version": manifest.version,
        "made_at": manifest.made_at.isoformat(),
        "vendor": manifest.vendor,
        "server": manifest.server,
        "client": manifest.client,
        "migrations": manifest.migrations,
        "keys": vars(manifest.keys),
        "trail": manifest.trail,
        "files": {name: entry.as_dict() for name, entry in manifest.files.items()},
    }


def seal_of(body: dict[str, Any]) -> str:
    """Return the hash of all fields, however they are laid out."""
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def read(folder: Path) -> Manifest:
    """Return what a folder says of itself.

    Raises:
        BackupError: it is no backup, a broken one, or one in a form that is not known yet.

    """
    try:
        raw = (folder / NAME).read_bytes()
    except FileNotFoundError:
        raise BackupError(f"{folder} is not a backup: it contains no {NAME}.") from None
    except NotADirectoryError:
        raise BackupError(f"{folder} is not a folder: choose the one with {NAME}.") from None
    try:
        body = json.loads(raw)
    except ValueError:
        raise BackupError(f"{folder} is damaged: {NAME} cannot be read.") from None
    _refuse_strangers(folder, body)
    seal = body.pop("sha256", "")
    if seal != seal_of(body):
        raise BackupError(f"{folder} is damaged: {NAME} was changed.")
    try:
        return _parse(body, seal)
    except (AttributeError, KeyError, TypeError, ValueError):
        raise BackupError(f"{folder} is damaged: {NAME} is incomplete or wrong.") from None


def _refuse_strangers(folder: Path, body: Any) -> None:
    if not isinstance(body, dict) or body.get("program") != PROGRAM:
        raise BackupError(f"{folder} is not a backup of {PROGRAM}: another program made it.")
    if body.get("format") != FORMAT:
        raise BackupError(
            f"{folder} was made by another version, OneLift {body.get('version')}: "
            "restore it with that version."
        )


def _keys(body: dict[str, Any]) -> Keys:
    fallbacks, former = tuple(body["fallbacks"]), tuple(body["former"])
    return Keys(body["own"], fallbacks, body["current"], former)


def _parse(body: dict[str, Any], seal: str) -> Manifest:
    files = {name: Entry(**entry) for name, entry in body["files"].items()}
    strange = [name for name in files if not is_inside(name)]
    if strange:
        raise BackupError(f"{NAME} names {strange[0]}, which is outside the backup.")
    return Manifest(
        version=body["version"],
        made_at=datetime.fromisoformat(body["made_at"]).astimezone(UTC),
        vendor=body["vendor"],
        server=body["server"],
        client=body["client"],
        migrations=body["migrations"],
        keys=_keys(body["keys"]),
        files=files,
        # Backups of version 0.1.0 say nothing of it.
        trail=body.get("trail", ""),
        seal=seal,
    )
