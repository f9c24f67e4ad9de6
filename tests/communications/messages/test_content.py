"""What an approval freezes is stored as ever, and reads as what was stored."""

import hashlib
import json
from datetime import time

import pytest

from communications.approvals.services.approval import content_of
from communications.messages.models.content import Content
from communications.models import Approval, Channel
from feedback.services.survey import create_survey
from stakeholders.audiences.services.audience import Lines, freeze, save_audience
from stakeholders.models import Persona
from tests.communications.making import make_message
from tests.events.making import make_event
from tests.feedback.conftest import DATA


def in_groups(cast, now):
    message = make_message(cast, now, is_urgent=False, is_optional=True, key_points="One\nTwo")
    channel = Channel.objects.create(
        programme=cast.programme, name="Chat", kind="slack", language="es"
    )
    message.channels.add(channel)
    return message


def with_all_lines(cast, now):
    values = {"programme": cast.programme, "name_en": "Analysts"}
    persona = Persona.objects.create(**values, slug="analysts", jobs=["b", "Analyst"])
    picked = Persona.objects.create(**values, slug="picked", is_hand_picked=True)
    picked.people.set(cast.people[:2])
    without = {"site": [cast.shanghai], "language": ["fr", "en"], "persona": [picked]}
    lines = {"regions": [cast.iberia], "personas": [persona], "languages": ["es"]}
    return make_message(cast, now, **lines, without=without)


def to_a_frozen_audience(cast, now):
    saved = save_audience(cast.programme, "Iberia", Lines(regions=[cast.iberia]), now)
    freeze(saved, now)
    return make_message(cast, now, follows=saved)


def after_go_live(cast, now):
    when = {"offset_days": -3, "fixed_on": None, "local_time": time(9, 30), "latest_hours": 8}
    return make_message(cast, now, **when, is_urgent=False)


def of_a_survey(cast, now):
    return create_survey(cast.programme, DATA, cast.ines, now).invitation


KINDS = {
    "groups": in_groups,
    "lines": with_all_lines,
    "frozen": to_a_frozen_audience,
    "offset": after_go_live,
    "survey": of_a_survey,
    "event": lambda cast, now: make_event(cast, now).invitation,
    "reminder": lambda cast, now: make_event(cast, now).reminder,
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_content_is_stored_as_it_is_read(cast, now, kind):
    message = KINDS[kind](cast, now)
    content = content_of(message)
    stored = content.to_json()
    Approval.objects.create(
        message=message, version=1, content=stored, fingerprint=content.fingerprint, asked_at=now
    )
    version = Approval.objects.get(message=message)
    assert version.frozen == content
    assert json.dumps(version.frozen.to_json(), sort_keys=True) == json.dumps(
        stored, sort_keys=True
    )
    assert Content.from_json(json.loads(json.dumps(stored))).fingerprint == version.fingerprint


@pytest.mark.parametrize("kind", ["groups", "lines", "survey", "event"])
def test_a_fingerprint_is_the_hash_of_the_json(cast, now, kind):
    content = content_of(KINDS[kind](cast, now))
    canonical = json.dumps(
        content.to_json(), sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )
    assert content.fingerprint == hashlib.sha256(canonical.encode()).hexdigest()


def test_a_plain_content_names_what_it_always_named(cast, now):
    assert list(content_of(make_message(cast, now)).to_json()) == [
        "purpose",
        "key_points",
        "sender",
        "level",
        "source",
        "languages",
        "rule",
        "schedule",
        "more",
    ]


def test_a_line_of_a_rule_is_stored_in_its_old_place(cast, now):
    rule = content_of(with_all_lines(cast, now)).to_json()["rule"]
    always = ["programme", "waves", "business_lines", "sites", "employers"]
    assert list(rule) == [*always, "regions", "personas", "languages", "without"]
    assert list(rule["without"]) == ["sites", "personas", "languages"]
