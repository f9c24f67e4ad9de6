"""What can be read and cannot work is refused at the start, in a sentence that says what to do."""

import pytest

from tests.operations.shape import free_port
from tests.test_settings import GIVEN, run
from tests.test_wrong_settings import SMTP, start

SENDER = "DEFAULT_FROM_EMAIL must contain an email address, such as OneLift <onelift@example.com>."
PORT = f"EMAIL_URL must name the port of the mail server, such as {SMTP}."
LEASE = (
    "SENDING_LEASE_SECONDS must be more than EMAIL_DOT_TIMEOUT, which is {0}: enter {1}, or "
    "remove it."
)
FALLBACKS = (
    "SECRET_KEY_FALLBACKS must be keys of 32 characters or more, separated by commas: enter each "
    "in full, or remove it."
)
HOSTS = (
    "CHANNEL_HOSTS must be hosts without https:// and path, such as signs.example.com, "
    "*.example.com or signs.example.com:8443."
)
TOKEN = (
    "METRICS_TOKEN must have 16 characters or more: enter a random one, such as from openssl rand "
    "-hex 24."
)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"EMAIL_URL": "smtp://host"}, PORT),
        ({"EMAIL_URL": "smtp+tls://robot:hush@host:0"}, PORT),
        ({"SENDING_LEASE_SECONDS": "120"}, LEASE.format(120, 180)),
        ({"SENDING_LEASE_SECONDS": "60", "EMAIL_DOT_TIMEOUT": "61"}, LEASE.format(61, 121)),
        ({"SECRET_KEY_FALLBACKS": f"{'k' * 32},hush"}, FALLBACKS),
        ({"CHANNEL_HOSTS": "signs.example.com, https://signs.example.com/"}, HOSTS),
        ({"CHANNEL_HOSTS": "*"}, HOSTS),
        ({"METRICS_TOKEN": "a"}, TOKEN),
        ({"DEFAULT_FROM_EMAIL": "OneLift"}, SENDER),
        ({"DEFAULT_FROM_EMAIL": "OneLift <onelift@>"}, SENDER),
    ],
)
def test_what_would_fail_only_later_is_told_at_the_start(tmp_path, given, said):
    done = run(["manage.py", "check"], tmp_path, ONELIFT_MODE="production", **{**GIVEN, **given})
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"{said}\n")


def test_what_is_right_is_taken_as_it_is_given(tmp_path):
    show = """
from django.conf import settings as s
print([s.SENDING_LEASE_SECONDS, s.SECRET_KEY_FALLBACKS, s.CHANNEL_HOSTS, s.METRICS_TOKEN])
print(s.DEFAULT_FROM_EMAIL)
"""
    given = {
        "SENDING_LEASE_SECONDS": "21",
        "SECRET_KEY_FALLBACKS": "k" * 32,
        "CHANNEL_HOSTS": "Signs.example.com, *.example.com,signs.example.com:8443",
        "METRICS_TOKEN": "t" * 16,
        "DEFAULT_FROM_EMAIL": "robot@example.com",
    }
    hosts = ["signs.example.com", "*.example.com", "signs.example.com:8443"]
    found = f"{[21, ['k' * 32], hosts, 't' * 16]}\nOneLift <robot@example.com>\n"
    assert run(["-c", show], tmp_path, **given).stdout == found


@pytest.mark.parametrize("mode", ["embedded", "production"])
def test_web_does_not_start_where_it_can_keep_no_file(tmp_path, mode):
    """Embedded, everything is kept there; in production web keeps what is uploaded."""
    unusable = tmp_path / "var" if mode == "embedded" else tmp_path / "var/media"
    unusable.parent.mkdir(exist_ok=True)
    unusable.touch()
    done = start("web", tmp_path / "var", ONELIFT_MODE=mode, PORT=str(free_port()), **GIVEN)
    assert done.returncode == 1
    assert done.stderr == (
        f"{unusable} cannot be written to (File exists): give it to the account that runs OneLift, "
        "or name another folder in ONELIFT_VAR.\n"
    )
