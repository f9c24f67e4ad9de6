"""The environment, and what it must hold before anything starts."""

import secrets
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from environ.fileaware_mapping import FileAwareMapping


class Variables(FileAwareMapping):  # type: ignore[misc]
    """The environment; a value from a file loses the line end that editors put behind it.

    A ``$`` is escaped: django-environ would take a password that begins with one for the name of
    another variable.
    """

    def __getitem__(self, key: str) -> str:
        return str(super().__getitem__(key)).rstrip("\r\n").replace("$", r"\$")


BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
env.ENVIRON = Variables()
env.escape_proxy = True

ONELIFT_MODE: str = env("ONELIFT_MODE", default="embedded")
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


def refuse_to_start_without() -> None:
    """Raise ImproperlyConfigured, naming what is missing, unless the mode has all that it needs."""
    if ONELIFT_MODE not in ("embedded", "production"):
        raise ImproperlyConfigured(
            f"ONELIFT_MODE is “{ONELIFT_MODE}”. Set it to “embedded” or “production”."
        )
    given = {name for name in REQUIRED_IN_PRODUCTION if env(name, default="") != ""}
    missing = [] if EMBEDDED else [n for n in REQUIRED_IN_PRODUCTION if n not in given]
    if missing:
        raise ImproperlyConfigured(
            f"Production needs {', '.join(missing)}. Set each as an environment variable, "
            "or its path in a variable of the same name with _FILE behind it."
        )


def embedded_secret_key() -> str:
    """Return the key kept under ``var/``, made at the first start."""
    path = VAR_DIR / "secret_key"
    if not path.exists():
        VAR_DIR.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text().strip()
