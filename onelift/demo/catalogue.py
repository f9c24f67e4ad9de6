"""The demonstration's texts, read from the TOML files beside this module."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

TEXTS = Path(__file__).parent / "texts"
LOGO = Path(__file__).parent / "data" / "logo.png"

ByLanguage = dict[str, str]


class Text(NamedTuple):
    """A subject and its body in Markdown, with placeholders, in one language."""

    subject: str
    body: str


@dataclass(frozen=True)
class MessageText:
    """What a core message says; purpose and key points are in English, for staff."""

    key: str
    level: str
    purpose: str
    key_points: tuple[str, ...]
    texts: dict[str, Text]


@dataclass(frozen=True)
class ChannelTexts:
    """The few sentences of which the texts of some channels are made, by language."""

    forms: tuple[str, ...]
    copies: int
    texts: dict[str, ByLanguage]

    def fields(self, form: str, language: str) -> dict[str, str]:
        """Return what one form says in one language, by field."""
        text = self.texts[language]
        if form == "poster":
            return {k: v for k, v in text.items() if k not in ("question", "answer", "note")}
        points = "\n".join(f"- {text[name]}" for name in ("first", "second", "third"))
        headline, question = text["headline"], f"## {text['question']}\n\n- {text['answer']}"
        bodies = {
            "chat": f"{points}\n\n{text['action']}",
            "points": f"{points}\n\n{text['question']}\n{text['answer']}",
            "slides": f"## {headline}\n\n{points}\n\n{text['note']}\n\n{question}",
        }
        return {"body": bodies[form]} | ({} if form == "chat" else {"headline": headline})


@dataclass(frozen=True)
class QuestionText:
    """A question; only one of the kind ``choice`` has options."""

    kind: str
    texts: ByLanguage
    options: tuple[ByLanguage, ...]


@dataclass(frozen=True)
class SurveyText:
    """A survey: its English name, its invitation, its questions in order."""

    name: str
    invitation: MessageText
    questions: tuple[QuestionText, ...]


@dataclass(frozen=True)
class ServiceText:
    """What users get, and how; ``offset_days`` after the go-live of their site."""

    key: str
    order: int
    offset_days: int
    name: ByLanguage
    benefit: ByLanguage
    how_to_get: ByLanguage


@dataclass(frozen=True)
class PersonaText:
    """A persona; ``rule`` names business lines or jobs, or the jobs of whom some are picked.

    ``services`` are the keys of those that are not for everybody, but for this persona.
    """

    key: str
    order: int
    channels: list[str]
    services: list[str]
    rule: dict[str, list[str]]
    name: ByLanguage
    needs: ByLanguage
    what_changes: ByLanguage


def message_keys() -> list[str]:
    return sorted(path.stem for path in (TEXTS / "messages").glob("*.toml"))


@cache
def message_text(key: str) -> MessageText:
    """Return the message of this key.

    Raises:
        FileNotFoundError: no message has this key.
    """
    return _message(_read(f"messages/{key}.toml"))


def channel_keys() -> list[str]:
    """Return the keys of the messages that have texts of channels."""
    return sorted(path.stem for path in (TEXTS / "channels").glob("*.toml"))


@cache
def channel_texts(key: str) -> ChannelTexts:
    """Return the texts of channels of the message of this key.

    Raises:
        FileNotFoundError: that message has none.
    """
    data = _read(f"channels/{key}.toml")
    return ChannelTexts(tuple(data["form"]), data["copies"], data["text"])


@cache
def survey_text(key: str = "pulse") -> SurveyText:
    """Return the survey of this key.

    Raises:
        FileNotFoundError: no survey has this key.
    """
    data = _read(f"surveys/{key}.toml")
    questions = tuple(
        QuestionText(found["kind"], found["text"], tuple(found.get("options", ())))
        for found in data["questions"]
    )
    return SurveyText(data["name"], _message(data["invitation"]), questions)


@cache
def services() -> tuple[ServiceText, ...]:
    found = (
        ServiceText(**_read(f"services/{path.name}")) for path in (TEXTS / "services").iterdir()
    )
    return tuple(sorted(found, key=lambda service: service.order))


@cache
def personas() -> tuple[PersonaText, ...]:
    found = (
        PersonaText(**_read(f"personas/{path.name}")) for path in (TEXTS / "personas").iterdir()
    )
    return tuple(sorted(found, key=lambda persona: persona.order))


@cache
def programme_purpose() -> ByLanguage:
    """Return what the programme is for, per language."""
    purpose: ByLanguage = _read("programme.toml")["purpose"]
    return purpose


@cache
def glossary() -> list[tuple[ByLanguage, str]]:
    """Return the terms: their words by language, and what they mean."""
    found = [dict(term) for term in _read("glossary.toml").values()]
    return [(term, term.pop("note")) for term in found]


@cache
def streams() -> dict[str, Any]:
    """Return what the project team is made of, wants to reach and has said; days are offsets."""
    return _read("streams.toml")


@cache
def register() -> dict[str, Any]:
    """Return who has a say and how they were reviewed, and what changes for whom."""
    return _read("register.toml")


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((TEXTS / name).read_text(encoding="utf-8"))


def _message(data: dict[str, Any]) -> MessageText:
    texts = {
        language: Text(text["subject"], text["body"].strip())
        for language, text in data["text"].items()
    }
    return MessageText(
        data["key"], data["level"], data["purpose"], tuple(data["key_points"]), texts
    )
