"""`make pin-images` asks registries that speak HTTP on this machine."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time

import pytest

from tests.operations.shape import ROOT, free_port
from tests.release.registry import registry
from tests.waiting import HANGS

FILES = ("Dockerfile", "docker-compose.yml")
HUB = ("docker/dockerfile:1", "library/python:3.13-slim-trixie")
HUB += ("library/postgres:17-trixie", "library/redis:7.4-bookworm")


@pytest.fixture
def folder(tmp_path):
    """Return a folder with the two files as they are, without digests."""
    for name in FILES:
        text = (ROOT / name).read_text()
        (tmp_path / name).write_text(re.sub(r"@sha256:[0-9a-f]{64}", "", text))
    return tmp_path


def pin(folder, hub):
    here = {"NO_PROXY": "127.0.0.1,localhost", "PATH": os.environ["PATH"]}
    words = [sys.executable, "-m", "release.images", f"--folder={folder}", f"--hub={hub}"]
    return subprocess.run(words, cwd=ROOT, env=here, capture_output=True, text=True, timeout=60)


def texts(folder):
    return {path.name: path.read_text() for path in folder.iterdir()}


def with_digests(before, server):
    """Return what the files are to hold, written down image by image."""
    digests = {name: server.digest(name) for name in HUB}
    for full, digest in digests.items():
        name = full.removeprefix("library/")
        places = {"# syntax=": "Dockerfile", "FROM ": "Dockerfile", "image: ": FILES[1]}
        for word, file in places.items():
            before[file] = before[file].replace(f"{word}{name}", f"{word}{name}@{digest}")
    return before


@pytest.mark.parametrize("wants_token", [True, False])
@pytest.mark.parametrize("tells_digest", [True, False])
def test_each_image_gets_the_digest_of_its_index_and_nothing_else_changes(
    folder, wants_token, tells_digest
):
    before = texts(folder)
    with registry(*HUB, wants_token=wants_token, tells_digest=tells_digest) as server:
        done = pin(folder, server.address)
        assert (done.returncode, done.stderr) == (0, "")
        assert texts(folder) == with_digests(before, server)
    assert "".join(texts(folder).values()).count("@sha256:") == 5
    assert all(f"{name} now pins the digests" in done.stdout for name in FILES)


def test_a_second_run_changes_nothing_until_a_tag_has_moved(folder):
    with registry(*HUB) as server:
        pin(folder, server.address)
        first = texts(folder)
        assert pin(folder, server.address).stdout.endswith("No file was changed.\n")
        assert texts(folder) == first
        former = server.digest(HUB[2])
        server.move(HUB[2])
        assert pin(folder, server.address).stdout == (
            "docker-compose.yml now pins the digests of its images.\n"
        )
        first[FILES[1]] = first[FILES[1]].replace(former, server.digest(HUB[2]))
        assert texts(folder) == first


def test_an_image_is_asked_for_once(folder):
    with registry(*HUB, wants_token=False) as server:
        pin(folder, server.address)
        assert len(server.asked) == len(HUB)


def test_an_image_of_another_registry_is_asked_for_there_and_stages_are_left(folder):
    with registry("team/base:2") as server:
        here = f"127.0.0.1:{server.server_port}"
        (folder / FILES[0]).write_text(
            f"FROM --platform=$BUILDPLATFORM {here}/team/base:2 AS one\nFROM one\nFROM scratch\n"
        )
        (folder / FILES[1]).write_text("x:\n  image: onelift:${VERSION:-local}\n")
        before = texts(folder)
        assert pin(folder, "http://127.0.0.1:1").returncode == 0
        digest = server.digest("team/base:2")
        before[FILES[0]] = before[FILES[0]].replace("base:2", f"base:2@{digest}")
        assert texts(folder) == before


def test_an_image_that_is_unknown_leaves_all_files_as_they_are(folder):
    before = texts(folder)
    with registry(*HUB[:-1]) as server:
        done = pin(folder, server.address)
        reason = f"{server.address} does not have it. No file was changed.\n"
        assert (done.returncode, done.stderr) == (1, f"library/redis:7.4-bookworm: {reason}")
    assert texts(folder) == before


def test_where_no_registry_answers_a_sentence_says_so_and_no_file_is_touched(folder):
    before, nowhere = texts(folder), f"http://127.0.0.1:{free_port()}"
    done = pin(folder, nowhere)
    assert done.returncode == 1
    assert done.stderr.startswith(f"docker/dockerfile:1: {nowhere} is not responding: ")
    assert done.stderr.endswith(" No file was changed.\n")
    assert done.stderr.count("\n") == 1
    assert texts(folder) == before


def test_a_registry_that_takes_the_call_and_is_silent_is_left_after_some_seconds(folder):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        begun = time.monotonic()
        done = pin(folder, f"http://127.0.0.1:{silent.getsockname()[1]}")
        assert time.monotonic() - begun < HANGS / 2
    assert done.returncode == 1
    assert done.stderr.endswith("timed out. No file was changed.\n")


def test_what_is_no_registry_is_told_from_one(folder):
    with registry(*HUB) as server:
        done = pin(folder, f"{server.address}/token?scope=x&")
    assert done.returncode == 1
    assert done.stderr.endswith("what it sent is not a manifest. No file was changed.\n")


def test_make_runs_it():
    made = subprocess.run(
        [shutil.which("make"), "--dry-run", "pin-images", "HUB=http://127.0.0.1:1"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "-m release.images --hub=http://127.0.0.1:1" in made.stdout
