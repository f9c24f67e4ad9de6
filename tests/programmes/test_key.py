import threading

import pytest
from auditlog.models import LogEntry
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection

from onelift.dashboards.checkup.queries import configuration
from programmes.models import UsedKey
from programmes.queries.key import fingerprint_of, keys
from programmes.services.key import keep_key
from stakeholders.models import User
from tests.clock import NOW

FIRST, SECOND, THIRD = (letter * 60 for letter in "abc")
PRINTS = {key: fingerprint_of(key) for key in (FIRST, SECOND, THIRD)}

pytestmark = pytest.mark.django_db


@pytest.fixture
def use(settings):
    """Return a function that starts with a key and its fallbacks, and returns the refusal."""

    def start(key, *fallbacks):
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = key, list(fallbacks)
        return keep_key(NOW)

    return start


def changes():
    entries = LogEntry.objects.get_for_model(UsedKey).order_by("pk")
    return [(entry.actor, entry.changes_dict["fingerprint"]) for entry in entries]


def test_a_fingerprint_is_short_and_says_nothing_of_the_key():
    assert all(len(each) == 16 and int(each, 16) for each in PRINTS.values())
    assert len(set(PRINTS.values())) == 3


def test_the_first_start_records_what_is_in_use(use):
    assert use(SECOND, FIRST) == ""
    found = keys()
    assert (found.own, found.current) == (PRINTS[SECOND], PRINTS[SECOND])
    assert found.fallbacks == (PRINTS[FIRST],)
    assert found.former == (PRINTS[FIRST],)
    assert changes() == []


def test_the_same_key_is_asked_for_in_one_query(use, django_assert_num_queries):
    use(FIRST)
    with django_assert_num_queries(1):
        assert use(FIRST) == ""


def test_another_key_is_refused_by_name_until_the_former_is_back(use):
    use(FIRST)
    refusal = use(SECOND, THIRD)
    assert refusal.startswith(f"SECRET_KEY has the fingerprint {PRINTS[SECOND]}, but ")
    assert PRINTS[FIRST] in refusal
    assert "SECRET_KEY_FALLBACKS" in refusal
    assert "accept_key" in refusal
    assert SECOND not in refusal
    assert use(FIRST) == ""
    assert keys().current == PRINTS[FIRST]
    assert changes() == []


def test_a_key_whose_predecessor_is_a_fallback_takes_its_place_once(use):
    use(FIRST)
    assert [use(SECOND, FIRST), use(SECOND, FIRST), use(SECOND)] == ["", "", ""]
    assert keys().current == PRINTS[SECOND]
    assert keys().former == (PRINTS[FIRST],)
    assert changes() == [(None, [PRINTS[FIRST], PRINTS[SECOND]])]
    # A machine that was forgotten, and a backup from before.
    assert PRINTS[SECOND] in use(FIRST)


def test_a_key_may_come_back(use):
    use(FIRST)
    use(SECOND, FIRST)
    assert use(FIRST, SECOND) == ""
    assert keys().current == PRINTS[FIRST]
    assert [each for _who, each in changes()] == [
        [PRINTS[FIRST], PRINTS[SECOND]],
        [PRINTS[SECOND], PRINTS[FIRST]],
    ]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("has_former", [False, True])
def test_many_that_start_at_once_record_one_key_once(use, settings, has_former):
    if has_former:
        use(FIRST)
    barrier, said = threading.Barrier(8), []

    def start():
        try:
            barrier.wait()
            said.append(keep_key(NOW))
        finally:
            connection.close()

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = SECOND, [FIRST]
    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said == [""] * 8
    assert keys().current == PRINTS[SECOND]
    assert len(changes()) == has_former


def test_no_database_has_two_current_keys(use):
    use(FIRST)
    with pytest.raises(IntegrityError):
        UsedKey.objects.create(fingerprint=PRINTS[SECOND], is_current=True, since=NOW)


def test_the_doctor_says_what_a_start_would(use, settings):
    settings.SECRET_KEY = FIRST
    assert configuration.check_recorded_key().sentence.endswith("the first start records it.")
    use(FIRST)
    assert configuration.check_recorded_key().level == "ok"
    refusal = use(SECOND)
    assert configuration.check_recorded_key().level == "trouble"
    assert configuration.check_recorded_key().sentence == refusal
    settings.SECRET_KEY_FALLBACKS = [FIRST]
    assert PRINTS[FIRST] in configuration.check_recorded_key().sentence
    assert configuration.check_recorded_key().level == "ok"
    assert keys().current == PRINTS[FIRST]


@pytest.mark.parametrize("command", ["encrypt_again", "hold_after_restore"])
def test_commands_that_write_with_the_key_refuse_another(use, command):
    use(FIRST)
    refusal = use(SECOND)
    with pytest.raises(CommandError) as refused:
        call_command(command)
    assert str(refused.value) == refusal


def test_a_lost_key_is_given_up_by_somebody_who_was_told_what_breaks(use, capsys):
    ada = User.objects.create_superuser("ada@onelift.example", "correct horse")
    use(FIRST)
    with pytest.raises(CommandError, match="there is nothing to accept"):
        call_command("accept_key", by=ada.email, yes=True)
    refusal = use(SECOND)
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("accept_key", by=ada.email)
    assert "Everyone must sign in again." in capsys.readouterr().out
    assert keep_key(NOW) == refusal
    with pytest.raises(CommandError, match="no active account"):
        call_command("accept_key", by="nobody@onelift.example", yes=True)
    call_command("accept_key", by=ada.email, yes=True)
    assert keep_key(NOW) == ""
    assert changes() == [(ada, [PRINTS[FIRST], PRINTS[SECOND]])]


def test_a_task_does_nothing_with_another_key(use, caplog):
    from communications.models import Heartbeat
    from communications.tasks import run_pump

    use(FIRST)
    refusal = use(SECOND)
    run_pump()
    assert not Heartbeat.objects.exists()
    assert f"communications.pump was not run. {refusal}" in caplog.text
    use(FIRST)
    run_pump()
    assert Heartbeat.objects.filter(name="pump").exists()
