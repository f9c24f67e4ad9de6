"""The portal's own entry point, in a process that notes each path it writes outside its folder."""

import os
import sys
from typing import Any

FOLDER, NOTES = os.environ["HOSTILE_FOLDER"], os.environ["HOSTILE_OUTSIDE"]
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
MOVING = {"os.mkdir", "os.rename", "os.link", "os.symlink", "os.remove", "os.rmdir", "os.truncate"}
# What every process has: nothing of anybody's.
NOTHING = ("/dev/null", "/dev/shm/", "/proc/")
_notes = os.open(NOTES, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)


def note(event: str, details: tuple[Any, ...]) -> None:
    """Write down a path outside that is about to be made, changed or removed."""
    if event == "open":
        path, _mode, flags = details
        paths = [path] if isinstance(flags, int) and flags & WRITING else []
    else:
        paths = [one for one in details if isinstance(one, str | bytes)] if event in MOVING else []
    for path in paths:
        written = os.fsdecode(path) if isinstance(path, str | bytes) else ""
        whole = os.path.realpath(written) if written else ""
        if whole and not whole.startswith((FOLDER, *NOTHING)):
            os.write(_notes, f"{event} {whole}\n".encode(errors="replace"))


sys.addaudithook(note)

from onelift.wsgi import application  # noqa: E402

__all__ = ["application"]
