"""What an approval freezes, typed: what is said, to whom and when."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language

from communications.messages.models.channel_text import ChannelText
from communications.messages.models.form_content import FormContent
from communications.messages.models.message import PLACEHOLDER, Message, without_placeholders
from programmes.queries.texts import SOURCE_LANGUAGE
from programmes.timing import Schedule
from stakeholders.audiences.models.rule import Rule

# For how many days before something of a higher floor a message is approved, in ``more``.
DAYS_BEFORE = "days_before"
# What is off unless somebody says so, and then part of the content.
SWITCHES = ("is_optional", "waits_for_text")
# What of a schedule is a value where the day follows something else.
VALUES = ("fixed_on", "latest_hours")


def english_first(code: str) -> tuple[bool, str]:
    """Return by what the languages of a content are sorted."""
    return code != SOURCE_LANGUAGE, code


@dataclass(frozen=True)
class Target:
    """A channel of a group, and the language that it reads."""

    id: int
    kind: str
    language: str


@dataclass(frozen=True, kw_only=True)
class Content:
    """All that decides what is sent, to whom and when.

    Attributes:
        languages: the texts, ``subject`` and ``body``, by language.
        more: what the message's source shows people besides.
        waits_for_text: whether people wait for a text in their language until the latest time.
        channels: those of groups.
        forms: the texts of channels of their own, by ``ChannelText.Form``.

    """

    purpose: str
    key_points: str
    sender: str
    level: str
    source: str
    languages: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    rule: Rule
    schedule: Schedule
    more: Mapping[str, Any] = field(default_factory=dict)
    is_optional: bool = False
    waits_for_text: bool = False
    channels: tuple[Target, ...] = ()
    forms: Mapping[str, FormContent] = field(default_factory=dict)

    @classmethod
    def of_draft(cls, message: Message, rule: Rule) -> "Content":
        """Return what a message is now, without its texts and what else is shown or named."""
        same = ("purpose", "key_points", "sender", "level", "source", *SWITCHES)
        return cls(
            **{name: getattr(message, name) for name in same},
            rule=rule,
            schedule=Schedule.of(message),
        )

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Content":
        """Return what ``to_json`` stored.

        Raises:
            KeyError: a field is not there.
            ValueError: a date or time is not in ISO format.

        """
        typed = {
            "rule": Rule.from_json(stored["rule"]),
            "schedule": Schedule.from_json(stored["schedule"]),
            "channels": tuple(Target(**one) for one in stored.get("channels", ())),
            "forms": {k: FormContent.from_json(v) for k, v in stored.get("forms", {}).items()},
        }
        return cls(**{**stored, **typed})

    def to_json(self) -> dict[str, Any]:
        """Return the content as JSON types.

        What was added later is there only if it holds something, so that the fingerprint of what
        was approved before stays the same.
        """
        return {
            "purpose": self.purpose,
            "key_points": self.key_points,
            "sender": self.sender,
            "level": self.level,
            "source": self.source,
            "languages": dict(self.languages),
            "rule": self.rule.to_json(),
            "schedule": self.schedule.to_json(),
            "more": dict(self.more),
            **{name: True for name in SWITCHES if getattr(self, name)},
            **({"channels": [vars(one) for one in self.channels]} if self.channels else {}),
            **({"forms": {k: v.to_json() for k, v in self.forms.items()}} if self.forms else {}),
        }

    @property
    def forms_named(self) -> list[tuple[str, list[str]]]:
        """Return the channels that have texts of their own, by name, each with its languages."""
        there = [form for form in ChannelText.Form if form in self.forms]
        return [(str(f.label), sorted(self.forms[f].texts, key=english_first)) for f in there]

    @property
    def fingerprint(self) -> str:
        """Return the SHA-256 of the content in canonical JSON, without a day that is a value."""
        bound = self.to_json()
        if DAYS_BEFORE in self.more:
            bound["schedule"] = {k: v for k, v in bound["schedule"].items() if k not in VALUES}
        canonical = json.dumps(bound, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()

    @property
    def title(self) -> str:
        """Return its subject as ``Message.title`` chooses it."""
        return self.title_with({})

    @property
    def title_language(self) -> str:
        """Return the language of that subject."""
        active = get_language() or ""
        return active if self.languages.get(active) else SOURCE_LANGUAGE

    def title_with(self, values: Mapping[str, str]) -> str:
        """Return the title with the values of some placeholders, where its readers share them."""
        subject = self.languages[self.title_language]["subject"]
        filled = PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), subject)
        return without_placeholders(filled, self.purpose)
