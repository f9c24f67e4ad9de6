"""Folders and files of the machine on which this runs."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.utils.translation import gettext as _

from onelift.configuration.environment import EMBEDDED
from onelift.dashboards.checkup.queries.finding import Finding, fine, trouble, warning
from programmes.design import formats

MEGABYTE = 1024**2
# The permissions of everybody but the owner.
OTHERS = 0o077
LITTLE_SPACE, NO_SPACE = 1024 * MEGABYTE, 100 * MEGABYTE


def check_media() -> Finding:
    """Write where logos are kept, and look for room."""
    folder = settings.MEDIA_ROOT
    refusal = refused(folder)
    if refusal:
        return trouble(not_writable(folder, refusal))
    return room_in(folder, shutil.disk_usage(_existing(folder)).free)


def room_in(folder: Path, free: int) -> Finding:
    """Judge the free space, in bytes, of a folder that can be written to."""
    found = _("%(folder)s is writable, %(n)s MB free")
    found %= {"folder": folder, "n": formats.number(free // MEGABYTE)}
    if free < NO_SPACE:
        return trouble(_("%(found)s: free up space now.") % {"found": found})
    if free < LITTLE_SPACE:
        return warning(_("%(found)s: free up space.") % {"found": found})
    return fine(f"{found}.")


def check_var() -> Finding:
    """Write where the embedded mode keeps everything; in production only beat writes there."""
    folder = settings.VAR_DIR
    refusal = refused(folder)
    if refusal and EMBEDDED:
        return trouble(not_writable(folder, refusal))
    said = {"folder": folder, "why": refusal}
    if folder.is_dir() and folder.stat().st_mode & OTHERS:
        words = _("%(folder)s is open to other accounts on this machine: run chmod 700 on it.")
        return warning(words % said)
    if refusal:
        return fine(_("%(folder)s is not writable (%(why)s): only beat needs it.") % said)
    return fine(_("%(folder)s is writable.") % said)


def not_writable(folder: Path, refusal: str) -> str:
    words = _("%(folder)s is not writable (%(why)s): give this user write access.")
    return words % {"folder": folder, "why": refusal}


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
    try:
        collected = json.loads(manifest.read_text())["paths"]
    except (OSError, ValueError, KeyError):
        words = _("%(file)s cannot be read: run python manage.py collectstatic --noinput.")
        return trouble(words % {"file": manifest})
    lacking = [path for path, _file in sources() if path not in collected]
    if lacking:
        words = _(
            "%(file)s is not among the collected files: "
            "run python manage.py collectstatic --noinput."
        )
        return trouble(words % {"file": lacking[0]})
    made_at = manifest.stat().st_mtime
    changed = [path for path, file in sources() if file.stat().st_mtime > made_at]
    if changed:
        words = _(
            "%(file)s is newer than the collected files: "
            "run python manage.py collectstatic --noinput."
        )
        return warning(words % {"file": changed[0]})
    return fine(_("%(n)s files collected.") % {"n": len(collected)})


def sources() -> Iterator[tuple[str, Path]]:
    """Yield the files that pages load: name, and where it comes from."""
    ignored = apps.get_app_config("staticfiles").ignore_patterns  # type: ignore[attr-defined]
    for finder in get_finders():
        for path, storage in finder.list(ignored):
            prefix = getattr(storage, "prefix", None)
            yield (f"{prefix}/{path}" if prefix else path), Path(storage.path(path))
