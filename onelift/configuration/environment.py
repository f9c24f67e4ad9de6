"""What the environment must hold before anything starts."""

import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile

from onelift.configuration.spelling import misspelt
from onelift.configuration.variables import Variables

BASE_DIR = Path(__file__).resolve().parents[2]
env = Variables(os.environ)

ONELIFT_MODE = env.choice("ONELIFT_MODE", "embedded", ("embedded", "production"))
EMBEDDED = ONELIFT_MODE == "embedded"
REQUIRED_IN_PRODUCTION = (
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "PUBLIC_URL",
    "DATABASE_URL",
    "REDIS_URL",
    "EMAIL_URL",
)
VAR_DIR = Path(env("ONELIFT_VAR", default=str(BASE_DIR / "var")))


def refuse_what_is_wrong() -> None:
    """End the process, with a sentence for each setting that is wrong or missing.

    An exception would be told by gunicorn and Celery with a traceback.

    Raises:
        SystemExit: some setting is wrong, or the mode lacks something that it needs.
    """
    found = [*env.problems.values(), *lacking()]
    if found:
        raise SystemExit("\n".join([*found, *strangers()]))


def lacking() -> Iterator[str]:
    """Yield a sentence that names what production needs and nobody has given."""
    given = {name for name in REQUIRED_IN_PRODUCTION if env(name) or name in env.problems}
    missing = [name for name in REQUIRED_IN_PRODUCTION if name not in given]
    if missing and ONELIFT_MODE == "production":
        yield (
            f"Production needs {', '.join(missing)}. Set each as an environment variable, "
            "or set a variable of the same name ending in _FILE to the path of a file with it."
        )
    if EMBEDDED and (reason := unusable(VAR_DIR)):
        yield reason


def unusable(folder: Path) -> str:
    """Return why nothing can be kept in ONELIFT_VAR, or in a folder of it; empty if it can."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            return ""
    except OSError as error:
        return (
            f"{folder} cannot be written to ({error.strerror}): give it to the account that runs "
            "OneLift, or name another folder in ONELIFT_VAR."
        )


def strangers() -> list[str]:
    """Return a sentence for each variable that looks like a setting and is none."""
    found = misspelt_here().items()
    return [f"{name} is not a setting: did you mean {meant}?" for name, meant in found]


def misspelt_here() -> dict[str, str]:
    """Return which setting is meant by each variable that looks like one and is none."""
    return misspelt(os.environ, env.known)


def keep_to_this_account() -> None:
    """Let no other account of the machine read what the processes of the portal write.

    A folder that is open from earlier, and ours to close, is closed.
    """
    os.umask(0o077)
    with suppress(OSError):
        if VAR_DIR.stat().st_mode & 0o077:
            VAR_DIR.chmod(0o700)


def embedded_secret_key() -> str:
    """Return the key kept under ``var/``, made at the first start; none where one must be given."""
    if not EMBEDDED or "SECRET_KEY" in env.problems or unusable(VAR_DIR):
        return ""
    path = VAR_DIR / "secret_key"
    if not path.exists():
        path.touch()
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text().strip()
