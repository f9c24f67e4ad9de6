"""What the approval of an adaptation freezes, typed: its criteria, its words, what is dropped."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from communications.messages.models.form_content import FormContent
from stakeholders.audiences.models.rule import PersonaRule, Rule

Texts = Mapping[str, Mapping[str, str]]
# The name under which criteria are stored. Fingerprints of what was approved are made over it.
STORED_CRITERIA = "meant"


@dataclass(frozen=True, kw_only=True)
class AdaptedCriteria:
    """The people of an adaptation: those who are in each part that is named, by its id.

    A persona brings its rule, so that a later change of it does not change what was approved.
    """

    region: int | None = None
    site: int | None = None
    business_line: int | None = None
    persona: PersonaRule | None = None

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "AdaptedCriteria":
        """Return what ``to_json`` stored."""
        persona = stored.get("persona")
        return cls(**{**stored, "persona": PersonaRule.from_json(persona) if persona else None})

    def to_json(self) -> dict[str, Any]:
        """Return the parts that are named, as JSON types."""
        named = {name: getattr(self, name) for name in ("region", "site", "business_line")}
        persona = {"persona": self.persona.to_json()} if self.persona else {}
        return {name: value for name, value in named.items() if value} | persona

    def condition(self) -> Q:
        """Return what it asks of a person."""
        asked = {
            "site": self.site,
            "site__region": self.region,
            "business_line": self.business_line,
        }
        found = Q(**{path: value for path, value in asked.items() if value})
        return found & self.persona.condition() if self.persona else found

    def rule(self, programme: int) -> Rule:
        """Return the same people as the rule of an audience, of a programme by its id."""
        return Rule(
            programme=programme,
            sites=(self.site,) if self.site else (),
            regions=(self.region,) if self.region else (),
            business_lines=(self.business_line,) if self.business_line else (),
            personas=(self.persona,) if self.persona else (),
        )

    @property
    def places(self) -> tuple[int | None, ...]:
        """Return the ids of the parts, in the order of ``Adaptation.places``."""
        return (
            self.region,
            self.site,
            self.business_line,
            self.persona.id if self.persona else None,
        )

    @property
    def weight(self) -> tuple[int, int, int, int, int]:
        """Return how specific it is: of two that mean somebody, that with the greater one wins.

        First counts how many parts it names, then which: a persona before a site, a site before
        a business line, a business line before a region.
        """
        named = (self.persona, self.site, self.business_line, self.region)
        persona, site, line, region = (int(part is not None) for part in named)
        return (persona + site + line + region, persona, site, line, region)


@dataclass(frozen=True)
class Dropped:
    """A key point that is left out: why, who dropped it, and who agreed, by their names."""

    point: str
    reason: str
    by: str
    agreed_by: str


@dataclass(frozen=True, kw_only=True)
class AdaptedContent:
    """All that decides what some people are told in place of the core.

    Attributes:
        criteria: who gets it; stored under ``STORED_CRITERIA``.
        has_email: whether they get an email at all.
        languages: the emails, ``subject`` and ``body``, by language.
        forms: the texts of other channels by form and language.
        frames: until when each form is used and how many copies a site needs, where somebody has
            said; the day from which it is used is that of the core.
        dropped: the key points of the core that it leaves out.
        source: the fingerprint of the core's English that it was made from.
        sender: the name under which its message was sent when it was asked for; empty in versions
            from before it was kept.

    """

    criteria: AdaptedCriteria
    has_email: bool
    languages: Texts = field(default_factory=dict)
    forms: Mapping[str, Texts] = field(default_factory=dict)
    frames: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    dropped: tuple[Dropped, ...] = ()
    source: str
    sender: str = ""

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "AdaptedContent":
        """Return what ``to_json`` stored.

        Raises:
            KeyError: a field is not there.
        """
        same = {name: value for name, value in stored.items() if name != STORED_CRITERIA}
        typed = {
            "criteria": AdaptedCriteria.from_json(stored[STORED_CRITERIA]),
            "dropped": tuple(Dropped(**one) for one in stored["dropped"]),
        }
        return cls(**{**same, **typed})

    def to_json(self) -> dict[str, Any]:
        """Return the content as JSON types.

        What was added later is there only if it holds something, so that the fingerprint of what
        was approved before stays the same.
        """
        frames = {form: dict(frame) for form, frame in self.frames.items() if frame}
        return {
            **({"frames": frames} if frames else {}),
            STORED_CRITERIA: self.criteria.to_json(),
            "has_email": self.has_email,
            "languages": {code: dict(text) for code, text in self.languages.items()},
            "forms": {form: dict(texts) for form, texts in self.forms.items()},
            "dropped": [vars(one) for one in self.dropped],
            "source": self.source,
            **({"sender": self.sender} if self.sender else {}),
        }

    @property
    def papers(self) -> dict[str, FormContent]:
        """Return the texts of other channels with their days and copies, by form."""
        return {
            form: FormContent.from_json({"texts": texts, **self.frames.get(form, {})})
            for form, texts in self.forms.items()
        }

    @property
    def fingerprint(self) -> str:
        """Return the SHA-256 of the content in canonical JSON."""
        canonical = json.dumps(
            self.to_json(), sort_keys=True, ensure_ascii=False, separators=(",", ":")
        )
        return hashlib.sha256(canonical.encode()).hexdigest()

    @property
    def codes(self) -> list[str]:
        """Return the languages that it has a text in, of whatever channel."""
        return sorted({code for texts in (self.languages, *self.forms.values()) for code in texts})
