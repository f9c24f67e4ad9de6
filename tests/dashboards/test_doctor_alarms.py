"""``manage.py doctor`` looks at the way of emails about problems, and names who gets them."""

from io import StringIO

import pytest
from django.core.management import call_command

from communications.operation.services.alarm_reader import tell
from onelift.dashboards.checkup.queries import relay
from stakeholders.models import User
from tests.communications.operation.test_alarm import other  # noqa: F401  a fixture
from tests.communications.relay import FaultRelay


def test_the_server_for_alarms_is_signed_in_to_and_gets_no_mail(other, settings):  # noqa: F811
    settings.ALARM_RELAY |= {"EMAIL_HOST_USER": "robot", "EMAIL_HOST_PASSWORD": "hush-hush"}
    assert relay.check_alarm_relay().level == "ok"
    assert other.commands["auth"] == 1
    assert other.accepts == []
    other.fault("auth", reply="535 5.7.8 not hush-hush")
    found = relay.check_alarm_relay()
    assert found.level == "trouble"
    assert "correct ALARM_EMAIL_URL or ALARM_EMAIL_PASSWORD" in found.sentence


def test_a_dead_server_for_alarms_is_trouble(other):  # noqa: F811
    other.refuse()
    found = relay.check_alarm_relay()
    assert (found.level, str(other.port) in found.sentence) == ("trouble", True)


def test_alarms_by_the_usual_server_are_a_risk_where_anybody_is_to_be_told(settings):
    assert relay.check_alarm_relay().level == "ok"
    settings.ALARM_EMAILS = ["ops@example.com"]
    found = relay.check_alarm_relay()
    assert (found.level, "Set ALARM_EMAIL_URL" in found.sentence) == ("warning", True)


def test_who_would_be_told_is_named(db, settings):
    assert relay.check_alarm_recipients().level == "ok"
    settings.ALARM_EMAILS = ["administrators"]
    found = relay.check_alarm_recipients()
    assert (found.level, "no administrator has an email" in found.sentence) == ("warning", True)
    User.objects.create_superuser("ada@onelift.example")
    settings.ALARM_EMAILS = ["ops@example.com", "administrators"]
    said = "Emails about problems go to ops@example.com, ada@onelift.example."
    assert relay.check_alarm_recipients() == relay.fine(said)


def test_who_asked_for_emails_is_named_too(db):
    ada = User.objects.create_superuser("ada@onelift.example")
    tell(ada, is_wanted=True)
    assert "go to ada@onelift.example" in relay.check_alarm_recipients().sentence


@pytest.fixture
def usual(tmp_path, settings):
    server = FaultRelay(tmp_path / "usual.jsonl")
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    yield server
    server.stop()


def test_a_test_email_goes_by_both_servers(usual, other, db):  # noqa: F811
    other.fault("dot", reply="550 not by this way", times=1)
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("doctor", mail_to="anna@example.com", stdout=out)
    assert usual.recipients == ["anna@example.com"]
    assert other.recipients == []
    said = {line[9:24].strip(): line for line in out.getvalue().splitlines()}
    assert said["test email"].startswith("ok")
    assert said["alarm test"].startswith("trouble")
    assert "550 not by this way" in said["alarm test"]
    with pytest.raises(SystemExit):
        call_command("doctor", mail_to="anna@example.com", stdout=StringIO())
    assert other.recipients == ["anna@example.com"]
