"""What whoever watches may set, and what holds where nothing is set."""

import json

import pytest

from tests.test_settings import GIVEN, run

SHOW = """
import json
from django.conf import settings as s
print(json.dumps([s.METRICS_TOKEN, s.METRICS_ARE_OPEN, s.ALARM_EMAILS, s.ALARM_RELAY]))
"""


def shown(tmp_path, **environment):
    done = run(["-c", SHOW], tmp_path, **environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_nothing_is_needed_and_production_is_closed(tmp_path):
    assert shown(tmp_path) == ["", True, [], {}]
    found = shown(tmp_path, ONELIFT_MODE="production", **GIVEN)
    assert found == ["", False, ["administrators"], {}]


@pytest.mark.parametrize("password", ["within", "apart"])
def test_another_mail_server_and_a_token_from_files(tmp_path, password):
    (tmp_path / "token").write_text("only-of-prometheus\n")
    apart = {"ALARM_EMAIL_PASSWORD": "pw"} if password == "apart" else {}
    at = "robot@" if apart else "robot:pw@"
    given = {
        "METRICS_TOKEN_FILE": str(tmp_path / "token"),
        "ALARM_EMAILS": "ops@example.com,administrators",
        "ALARM_EMAIL_URL": f"smtp+tls://{at}alarm.example.com:587",
        **apart,
    }
    token, is_open, emails, relay = shown(tmp_path, ONELIFT_MODE="production", **GIVEN, **given)
    assert (token, is_open) == ("only-of-prometheus", False)
    assert emails == ["ops@example.com", "administrators"]
    assert (relay["EMAIL_HOST"], relay["EMAIL_PORT"]) == ("alarm.example.com", 587)
    assert (relay["EMAIL_HOST_USER"], relay["EMAIL_HOST_PASSWORD"]) == ("robot", "pw")
    assert relay["EMAIL_USE_TLS"] is True


def test_an_empty_list_is_nobody(tmp_path):
    given = {"ALARM_EMAILS": "", "ALARM_EMAIL_URL": "", "METRICS_TOKEN": ""}
    assert shown(tmp_path, ONELIFT_MODE="production", **GIVEN, **given) == ["", False, [], {}]
