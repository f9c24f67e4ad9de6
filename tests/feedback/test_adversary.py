"""All tables, files, logs and a backup name nobody without the key, however few have answered."""

import logging
import os
import random
import re
import sqlite3
import subprocess
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client

from communications.dispatches.services.link import hash_of
from communications.models import PersonalLink
from feedback import tasks
from feedback.models import Invitation
from feedback.services import answer as answering
from feedback.services import grouping, moving
from onelift.logs.records import JsonLines
from tests import factories
from tests.clock import NOW
from tests.faults.servers import programs
from tests.feedback.adversary import Adversary, Look, read_tables

pytestmark = pytest.mark.django_db(transaction=True)
STEPS = (1, 2, 4, 5, 9)
OWN = "which nobody else makes"
SMALL_SITES = (1, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 6)


def comment_of(csat: int, nps: int) -> str:
    return f"Comment of {csat} and {nps} {OWN}"


class Poll:
    """People of some sites who answer on their phones, and all that is kept of it."""

    def __init__(self, asked, sizes, folder, caplog, steps=STEPS):
        self.asked, self.folder, self.caplog, self.steps = asked, folder, caplog, steps
        asked.now = NOW
        draw = random.Random(4)
        asked.group(sizes)
        self.groups = [asked.ask(site, size) for site, size in sizes.items()]
        for group in self.groups:
            draw.shuffle(group)
        self.truth: dict[int, tuple[int, int]] = {}
        caplog.handler.setFormatter(JsonLines())
        caplog.set_level(logging.DEBUG)
        self.adversary = Adversary(self.look())

    def play(self) -> Adversary:
        """Let so many of each group answer as the steps say, and the adversary look each time."""
        sayings = [(csat, nps) for csat in range(1, 6) for nps in range(11)]
        random.Random(5).shuffle(sayings)
        for before, after in zip((0, *self.steps), self.steps, strict=False):
            for group in self.groups:
                for invitation in group[before:after]:
                    self.answer(invitation, *sayings.pop())
            held = self.look()
            tasks.pump()
            self.adversary.look(held, self.look(), list(self.truth))
        return self.adversary

    def answer(self, invitation: Invitation, csat: int, nps: int) -> None:
        url = f"/s/{self.asked.token(invitation)}/"
        nonce = re.search(r'name="nonce" value="([^"]+)"', Client().get(url).content.decode())[1]
        values = {"nonce": nonce, "csat": csat, "nps": nps, "comment": comment_of(csat, nps)}
        assert Client().post(url, values).status_code == 200
        self.truth[invitation.link.delivery.person_id] = (csat, nps)

    def look(self) -> Look:
        return Look(read_tables(), b"\n".join([self.caplog.text.encode(), *self.files()]))

    def files(self):
        """Yield the bytes of the database's files and of a backup; of PostgreSQL its log too."""
        if connection.vendor == "sqlite":
            name = Path(connection.settings_dict["NAME"])
            yield from (path.read_bytes() for path in (name, Path(f"{name}-wal")))
            backup = self.folder / "backup.sqlite3"
            with sqlite3.connect(name) as source, sqlite3.connect(backup) as copy:
                source.backup(copy)
            source.close()
            copy.close()
            yield backup.read_bytes()
            return
        settings = connection.settings_dict
        command = [programs() / "pg_dump", "--host", settings["HOST"], "--port", settings["PORT"]]
        command += ["--username", settings["USER"], settings["NAME"]]
        environment = {**os.environ, "PGPASSWORD": settings["PASSWORD"]}
        yield subprocess.run(
            [str(word) for word in command], env=environment, capture_output=True, check=True
        ).stdout
        logs = Path("/var/log/postgresql").glob("*.log")
        yield from (path.read_bytes() for path in logs if os.access(path, os.R_OK))


@pytest.fixture
def clean():
    """Leave no room of earlier rows, which PostgreSQL fills first: their order would hide ours."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE feedback_answer, feedback_heldanswer, feedback_comment")


@pytest.fixture
def poll(clean, asked, cast, tmp_path, caplog):
    madrid = factories.SiteFactory(name="Madrid", region=cast.iberia)
    factories.place(cast.wave1, madrid)
    return Poll(asked, dict.fromkeys([cast.barcelona, madrid, cast.shanghai], 10), tmp_path, caplog)


@pytest.fixture
def small_sites(cast):
    """Twelve sites, of which ten ask fewer than five people, in two regions and two waves."""
    sizes = {}
    for number, size in enumerate(SMALL_SITES):
        wave, region = [(cast.wave1, cast.iberia), (cast.wave2, cast.china)][number % 2]
        site = factories.SiteFactory(name=f"Site {number}", region=region)
        factories.place(wave, site)
        sizes[site] = size
    return sizes


def test_nobody_is_named_in_a_small_site(clean, asked, small_sites, tmp_path, caplog):
    poll = Poll(asked, small_sites, tmp_path, caplog)
    adversary = poll.play()
    assert len(poll.truth) == sum(SMALL_SITES)
    assert adversary.claims() == set()
    assert adversary.fewest() >= 5


def test_sites_that_are_groups_whatever_their_size_name_people(
    clean, asked, small_sites, tmp_path, caplog, monkeypatch
):
    monkeypatch.setattr(grouping, "groups_of", lambda sites, _k: {site: site for site in sites})
    poll = Poll(asked, small_sites, tmp_path, caplog)
    assert_found(poll, poll.play().by_group())


def test_nobody_is_named(poll):
    adversary = poll.play()
    assert len(poll.truth) == 27
    assert adversary.claims() == set()
    assert adversary.remains() == []
    for line in poll.caplog.text.splitlines():
        assert OWN not in line


@pytest.fixture
def one_by_one(clean, asked, cast, tmp_path, caplog):
    """Seven people of one site: so few that no comment is read, looked at after each answer."""
    return Poll(asked, {cast.barcelona: 7}, tmp_path, caplog, steps=range(1, 8))


def test_no_answer_is_told_with_its_comment(one_by_one):
    adversary = one_by_one.play()
    assert len(adversary.pairs) == 7
    assert not [text for _said, text in adversary.told_together() if OWN in text]
    looks = [look for pair in adversary.pairs for look in pair]
    assert not [look for look in looks if OWN.encode() in look.raw]


def test_sealed_comments_that_keep_their_words_are_told_with_their_answers(one_by_one, monkeypatch):
    monkeypatch.setattr(answering, "seal", lambda comment: comment)
    found = {told for told in one_by_one.play().told_together() if OWN in told[1]}
    assert len(found) == 7
    assert all(text == comment_of(*said) for said, text in found)


def assert_found(poll, claims):
    """The adversary names somebody, and is right."""
    assert claims
    assert claims <= set(poll.truth.items())


def test_mark_that_follows_from_the_hash_of_a_link_names_people(poll, monkeypatch):
    monkeypatch.setattr(
        "feedback.queries.invitation.mark_of", lambda token, _key: UUID(hash_of(token)[:32])
    )
    assert_found(poll, poll.play().by_value())


def test_answers_in_the_order_in_which_they_came_name_people(poll, monkeypatch):
    monkeypatch.setattr(moving, "_shuffle", lambda rows: None)
    assert_found(poll, poll.play().by_order())


def test_link_that_an_answer_touches_names_people(poll, monkeypatch):
    def remember(token, *values):
        links = PersonalLink.objects.filter(token_hash=hash_of(token))
        links.update(expires_at=F("expires_at") + timedelta(seconds=1))
        return answering.record_answers(token, *values)

    monkeypatch.setattr("feedback.views.answer.record_answers", remember)
    assert_found(poll, poll.play().by_change())
