"""Folders and files of the machine on which this runs."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders

from onelift.configuration.environment import EMBEDDED
from onelift.dashboards.checkup.queries.finding import Finding, fine, trouble, warning

MEGABYTE = 1024**2
# The permissions of everybody but the owner.
OTHERS = 0o077
LITTLE_SPACE, NO_SPACE = 1024 * MEGABYTE, 100 * MEGABYTE


def check_media() -> Finding:
    """Write where logos are kept, and look for room."""
    folder = settings.MEDIA_ROOT
    refusal = refused(folder)
    if refusal:
        return trouble(f"{folder} cannot be written to ({refusal}): give it to this user.")
    return room_in(folder, shutil.disk_usage(_existing(folder)).free)


def room_in(folder: Path, free: int) -> Finding:
    """Judge the free space, in bytes, of a folder that can be written to."""
    found = f"{folder} can be written to, {free // MEGABYTE:,} MB are free"
    if free < NO_SPACE:
        return trouble(f"{found}: make room at once.")
    if free < LITTLE_SPACE:
        return warning(f"{found}: make room.")
    return fine(f"{found}.")


def check_var() -> Finding:
    """Write where the embedded mode keeps everything; in production only beat writes there."""
    folder = settings.VAR_DIR
    refusal = refused(folder)
    found = f"{folder} cannot be written to ({refusal})"
    if refusal and EMBEDDED:
        return trouble(f"{found}: give it to this user.")
    if folder.is_dir() and folder.stat().st_mode & OTHERS:
        return warning(f"{folder} is open to other accounts of this machine: chmod 700 it.")
    return fine(f"{found}: only beat does." if refusal else f"{folder} can be written to.")


def refused(folder: Path) -> str:
    """Return why nothing can be written to a folder, or to the one in which it would be made."""
    try:
        with tempfile.TemporaryFile(dir=_existing(folder)):
            return ""
    except OSError as error:
        return error.strerror or type(error).__name__


def _existing(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if path.exists())


def check_static() -> Finding:
    """Compare what was collected with what this version has."""
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    advice = "run python manage.py collectstatic --noinput."
    try:
        collected = json.loads(manifest.read_text())["paths"]
    except (OSError, ValueError, KeyError):
        return trouble(f"{manifest} cannot be read: {advice}")
    lacking = [path for path, _file in sources() if path not in collected]
    if lacking:
        return trouble(f"{lacking[0]} is not among the collected files: {advice}")
    made_at = manifest.stat().st_mtime
    changed = [path for path, file in sources() if file.stat().st_mtime > made_at]
    if changed:
        return warning(f"{changed[0]} is newer than the collected files: {advice}")
    return fine(f"{len(collected)} files are collected.")


def sources() -> Iterator[tuple[str, Path]]:
    """Yield the files that pages load: name, and where it comes from."""
    ignored = apps.get_app_config("staticfiles").ignore_patterns  # type: ignore[attr-defined]
    for finder in get_finders():
        for path, storage in finder.list(ignored):
            prefix = getattr(storage, "prefix", None)
            yield (f"{prefix}/{path}" if prefix else path), Path(storage.path(path))
