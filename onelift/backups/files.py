"""Files that are written whole or not at all, and known by their hashes."""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from onelift.backups.refusal import BackupError

CHUNK = 1024**2


@dataclass(frozen=True)
class Entry:
    """What a file must be: its SHA-256, in hexadecimal digits, and its size in bytes."""

    sha256: str
    size: int

    def as_dict(self) -> dict[str, str | int]:
        """Return it as JSON types."""
        return asdict(self)


def entry_of(path: Path) -> Entry:
    with path.open("rb") as file:
        return Entry(hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size)


def copy(source: Path, target: Path) -> Entry:
    """Copy a file, so that it is there in full or not at all; return what was copied."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = draft_of(target)
    with source.open("rb") as read, draft.open("wb") as write:
        entry = _pour(read, write)
        sync(write)
    draft.replace(target)
    return entry


def draft_of(target: Path) -> Path:
    """Return where a file is written until it is whole."""
    return target.with_name(f".{target.name}.part")


def is_draft(path: Path) -> bool:
    """Tell whether a file is the half of another one."""
    return path.name.startswith(".") and path.suffix == ".part"


def _pour(read: BinaryIO, write: BinaryIO) -> Entry:
    digest, size = hashlib.sha256(), 0
    while chunk := read.read(CHUNK):
        digest.update(chunk)
        size += write.write(chunk)
    return Entry(digest.hexdigest(), size)


def sync(file: BinaryIO) -> None:
    """Wait until the disk has a file."""
    file.flush()
    os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until the disk knows which files a folder holds."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def files_below(folder: Path) -> Iterator[str]:
    """Yield the files of a folder by their paths in it, but for those that a kill left half done.

    Raises:
        BackupError: there is a link, which may lead to anything, such as a key.

    """
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            raise BackupError(f"{path} is a symbolic link: replace it with the file itself.")
        if path.is_file() and not is_draft(path):
            yield path.relative_to(folder).as_posix()


def is_inside(name: str) -> bool:
    """Tell whether a path stays in the folder that it starts from."""
    parts = PurePosixPath(name).parts
    return bool(parts) and parts[0] != "/" and ".." not in parts and "\x00" not in name
