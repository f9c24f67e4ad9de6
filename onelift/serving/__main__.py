"""Starts web: ``python -m onelift.serving``, with gunicorn's own options behind it.

gunicorn reads WEB_CONCURRENCY while it is imported, before any code of the portal, and ends in a
traceback where it is no number. So settings are read first; then gunicorn replaces this process.
"""

import os
import sys
from pathlib import Path

from django.conf import settings


def main() -> None:
    """Name each setting that is wrong, in a sentence, or become gunicorn."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onelift.settings")
    # An empty one, or the path of a file, means nothing to gunicorn.
    environment = {**os.environ, "WEB_CONCURRENCY": str(settings.WEB_CONCURRENCY)}
    # Whose headers are believed is said by our own settings; gunicorn would end where it is wrong.
    environment.pop("FORWARDED_ALLOW_IPS", None)
    gunicorn = str(Path(sys.executable).with_name("gunicorn"))
    os.execve(gunicorn, [gunicorn, "onelift.wsgi", *sys.argv[1:]], environment)  # noqa: S606


if __name__ == "__main__":
    main()
