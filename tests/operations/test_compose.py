"""What Dockerfile and docker-compose.yml promise, read from them."""

import re
import tomllib

import pytest
from django.conf import settings

from tests.operations.shape import (
    COMPOSE,
    OURS,
    ROOT,
    SERVICES,
    dockerfile,
    environment_of_image,
    final_stage,
    in_image,
)
from tests.operations.test_settings_table import rows
from tests.test_settings import GIVEN, run


def seconds(text):
    return sum(int(n) * {"m": 60, "s": 1}[unit] for n, unit in re.findall(r"(\d+)([ms])", text))


def test_all_processes_of_the_portal_are_there():
    assert set(OURS) == {"migrate", "web", "worker", "beat", "mail", "backup"}
    assert SERVICES["mail"]["profiles"] == ["trial"]
    assert SERVICES["backup"]["profiles"] == ["backup"]
    assert not any("container_name" in each for each in SERVICES.values()), "worker must scale"


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_may_do_little(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["user"] not in ("0", "root", "0:0")
    assert "privileged" not in service
    assert re.fullmatch(r"\d+[mg]", service["mem_limit"])
    assert service["logging"]["options"]["max-size"]


@pytest.mark.parametrize("name", sorted(SERVICES.keys() - {"migrate", "backup", "web"}))
def test_a_service_has_a_health_check(name):
    assert SERVICES[name]["healthcheck"]["test"]


def test_only_the_web_is_reached_and_from_this_machine_only():
    assert [name for name, each in SERVICES.items() if "ports" in each] == ["web"]
    assert SERVICES["web"]["ports"] == ["${PUBLISH:-127.0.0.1:8000}:8000"]
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert all(SERVICES[name]["networks"] == ["inside"] for name in ("postgres", "redis"))


def test_nothing_starts_before_the_migration():
    for name in ("web", "worker", "beat"):
        assert OURS[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    assert OURS["migrate"]["depends_on"]["postgres"]["condition"] == "service_healthy"
    assert OURS["migrate"]["restart"] == "no"


def test_web_does_not_wait_for_the_broker():
    assert "redis" not in OURS["web"]["depends_on"]


def test_media_are_shared_by_those_who_write_and_read_them():
    assert OURS["web"]["volumes"] == OURS["worker"]["volumes"]
    assert OURS["web"]["volumes"][0].endswith(":/var/lib/onelift/media")


def test_returned_emails_are_read_by_workers_and_checked_by_web():
    (_media, spool) = OURS["worker"]["volumes"]
    folder = spool.partition(":")[2]
    told = (ROOT / "docs/operating/bounces.md").read_text()
    assert f"`BOUNCE_SPOOL={folder}`" in told
    made = next(text for word, text in final_stage() if word == "RUN" and "useradd" in text)
    assert f" {folder}" in made, "a new volume takes its owner from the image"


def test_backups_are_seen_by_those_who_make_them_alone():
    media, backups = OURS["backup"]["volumes"]
    assert media == OURS["web"]["volumes"][0]
    folder = backups.partition(":")[2]
    assert folder in " ".join(OURS["backup"]["command"])
    others = [each for name, each in SERVICES.items() if name != "backup"]
    assert not any("backups:" in volume for each in others for volume in each.get("volumes", []))
    made = next(text for word, text in final_stage() if word == "RUN" and "useradd" in text)
    assert f" {folder}" in made, "a new volume takes its owner from the image"


def test_the_image_has_the_programs_of_its_server():
    (version,) = re.findall(r"^postgres:(\d+)-", SERVICES["postgres"]["image"])
    added = [text for word, text in final_stage() if word == "RUN" and "apt" in text]
    assert [re.findall(r"--no-install-recommends (.+?) +&&", text) for text in added] == [
        [f"libpq5 postgresql-client-{version}"]
    ]


def test_no_secret_stands_in_the_file():
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            is_secret = re.search("PASSWORD|SECRET|TOKEN", name)
            if value is None:
                assert not is_secret, "it would stand in .env"
                continue
            assert not is_secret or (name.endswith("_FILE") and value.startswith("/run/secrets/"))
            assert not re.search(r"://[^@/]*:[^@/]*@", value)


def test_each_setting_can_be_given():
    """But for those that are for tests alone, or for another shape."""
    settings = {name.removesuffix("_FILE") for name in OURS["web"]["environment"]}
    left_out = {"CHANNEL_LOOPBACK_CA", "ONELIFT_SQLITE_SYNCHRONOUS", "ONELIFT_ALIVE"}
    of_compose_alone = {"PUBLISH", "WORKER_CONCURRENCY", "ONELIFT_VERSION"}
    assert settings | environment_of_image().keys() >= rows().keys() - left_out - of_compose_alone


def test_each_file_of_secrets_is_made_by_the_instructions():
    told = (ROOT / "docs/operating/compose.md").read_text()
    making = next(block for block in told.split("```sh") if "mkdir" in block).partition("```")[0]
    files = {each["file"] for each in COMPOSE["secrets"].values()}
    assert files == set(re.findall(r"secrets/\w+", making))


def test_a_worker_has_the_time_that_the_mail_in_hand_may_take(tmp_path):
    show = "from django.conf import settings as s; print(s.EMAIL_TIMEOUT + s.EMAIL_DOT_TIMEOUT)"
    longest = int(run(["-c", show], tmp_path, ONELIFT_MODE="production", **GIVEN).stdout)
    assert seconds(OURS["worker"]["stop_grace_period"]) > longest


def test_the_worker_takes_from_every_queue():
    queues = next(word for word in OURS["worker"]["command"] if word.startswith("--queues="))
    assert set(queues.removeprefix("--queues=").split(",")) == {"default", "dispatch", "documents"}
    assert "--purge" not in OURS["worker"]["command"]


def test_the_image_runs_as_nobody_and_holds_no_compiler():
    words = final_stage()
    assert ("USER", "10001:10001") in words
    assert not re.search("gcc|build-essential|-dev", " ".join(text for _word, text in words))
    bases = [text for word, text in dockerfile() if word == "FROM"]
    assert len(bases) == 2
    assert all(re.match(r"python:3\.\d+-slim", base) for base in bases)
    images = [each["image"] for each in SERVICES.values() if "build" not in each]
    assert all(re.search(r":\d", image) for image in images)


def test_the_image_writes_no_code_and_is_in_production():
    environment = environment_of_image()
    assert environment["PYTHONDONTWRITEBYTECODE"] == "1"
    assert environment["ONELIFT_MODE"] == "production"


def test_the_image_holds_all_floors_and_no_tests():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    floors = project["tool"]["importlinter"]["root_packages"]
    assert {*floors, "templates", "static", "locale"} <= set(in_image())
    assert not {"tests", "docs", ".git", "secrets", ".env"} & set(in_image())


def test_the_example_gives_all_that_compose_asks_for():
    asked = set(re.findall(r"\$\{(\w+):?\?", (ROOT / "docker-compose.yml").read_text()))
    given = set(re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert asked == given


def test_static_files_are_not_in_the_folder_that_a_volume_would_hide():
    environment = environment_of_image()
    assert not environment["ONELIFT_STATIC"].startswith(environment["ONELIFT_VAR"])
    assert str(settings.MEDIA_ROOT).endswith("media")
