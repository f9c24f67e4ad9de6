"""The alarm rules and the dashboard that the documentation offers: they speak of what is told."""

import json
import re
import shutil
import subprocess

import pytest
import yaml
from django.conf import settings

from communications.mailroom.services.sweeping import note_swept
from communications.models import Sweeper

FOLDER = settings.BASE_DIR / "docs/operating/prometheus"
RULES, DASHBOARD = FOLDER / "alarms.yml", FOLDER / "dashboard.json"
NAME = re.compile(r"\bonelift_\w+")
OURS = yaml.safe_load(RULES.read_text())["groups"][0]["rules"]


@pytest.fixture(scope="module")
def promtool():
    path = shutil.which("promtool")
    if path is None:
        pytest.skip("promtool is not installed (Debian: promtool, before 13 prometheus)")
    return path


def check(*command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def test_promtool_accepts_the_rules(promtool):
    check(promtool, "check", "rules", "--lint-fatal", str(RULES))


def test_each_alarm_rings_when_it_should_and_not_before(promtool, tmp_path):
    cases = (settings.BASE_DIR / "tests/watching/alarms.yml").read_text()
    (tmp_path / "cases.yml").write_text(cases.replace("ALARMS", str(RULES)))
    check(promtool, "test", "rules", str(tmp_path / "cases.yml"))


def test_each_alarm_is_tried():
    cases = yaml.safe_load((settings.BASE_DIR / "tests/watching/alarms.yml").read_text())
    tried = {
        case["alertname"]
        for test in cases["tests"]
        for case in test["alert_rule_test"]
        if case.get("exp_alerts")
    }
    assert tried == {rule["alert"] for rule in OURS if "alert" in rule}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("file", [RULES, DASHBOARD], ids=lambda path: path.name)
def test_they_name_only_what_the_portal_tells(client, file, tmp_path, settings):
    settings.BROKER_DIR, settings.REDIS_URL = tmp_path, ""
    named = set(NAME.findall(file.read_text()))
    told = client.get("/metrics").content.decode()
    known = {line.split()[2] for line in told.splitlines() if line.startswith("# TYPE")}
    known |= {f"{name}_{part}" for name in known for part in ("bucket", "count", "sum")}
    assert named - known == set()


@pytest.mark.django_db(transaction=True)
def test_the_first_death_rings_since_the_count_begins_at_nought(
    client, promtool, tmp_path, settings
):
    settings.BROKER_DIR, settings.REDIS_URL = tmp_path, ""
    before = swept(client)
    note_swept({Sweeper.RETURNED: 40})
    after = swept(client)
    assert after.keys() == {f'onelift_swept_total{{sweeper="{each}"}}' for each in Sweeper.values}
    series = [
        {
            "series": name.replace("{", '{job="onelift",'),
            "values": f"{before.get(name, '_')}x30 {value}x30",
        }
        for name, value in after.items()
    ]
    rule = next(rule for rule in OURS if rule.get("alert") == "OneLiftWorkersDie")
    rung = {"exp_labels": rule["labels"], "exp_annotations": rule["annotations"]}
    times = [(29, []), (35, [rung])]
    asked = [
        {"eval_time": f"{minute}m", "alertname": rule["alert"], "exp_alerts": alerts}
        for minute, alerts in times
    ]
    cases = {
        "rule_files": [str(RULES)],
        "tests": [{"interval": "1m", "input_series": series, "alert_rule_test": asked}],
    }
    (tmp_path / "cases.yml").write_text(yaml.safe_dump(cases))
    check(promtool, "test", "rules", str(tmp_path / "cases.yml"))


def swept(client):
    """Return the series of what sweepers have moved, as Prometheus reads them."""
    told = client.get("/metrics").content.decode()
    lines = [line for line in told.splitlines() if line.startswith("onelift_swept_total")]
    return dict(line.split() for line in lines)


def test_each_alarm_says_what_is_wrong_and_what_to_do():
    for rule in OURS:
        if "alert" in rule:
            assert set(rule["annotations"]) == {"summary", "description"}, rule
            assert rule["labels"]["severity"] in ("page", "ticket")


def test_the_dashboard_asks_the_source_and_the_job_that_are_chosen():
    board = json.loads(DASHBOARD.read_text())
    targets = [target for panel in board["panels"] for target in panel["targets"]]
    assert all('job="$job"' in target["expr"] for target in targets)
    assert {panel["datasource"]["uid"] for panel in board["panels"]} == {"${source}"}
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])
