"""What a channel could say, cut from a message: a proposal that somebody has to look at.

Nothing is shortened. What has no field, is too long for one, or names a person is ``left_out``, and
the page says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from communications.messages.models.channel_text import ChannelText
from communications.messages.rendering.lines import GREETING_ENDS, ITEM, TEXT, blocks_of_body
from communications.messages.rendering.markdown import Button, read
from communications.messages.rendering.placeholders import SHARED, Pattern, mark

OF_SITE = frozenset({"site", "go_live_date", SHARED})
OF_GROUP = frozenset({SHARED})
NOTHING: frozenset[str] = frozenset()
POINTS = ("first", "second", "third")
# What a group of all sites reads: it has no site and no day of its own.
FOR_GROUPS = (ChannelText.Form.CHAT, ChannelText.Form.POST)


@dataclass(frozen=True)
class Core:
    """What a message says in one language: its subject, its text, and its key points."""

    subject: str
    body: str
    key_points: str = ""


@dataclass(frozen=True)
class Proposal:
    """The fields of a form, and the lines of the message that are in none of them."""

    fields: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()


def proposed(form: str, core: Core, language: str) -> Proposal:
    """Return what a form could say: the subject, the key points or the first list, and the link."""
    words = _Words(core, language, OF_GROUP if form in FOR_GROUPS else OF_SITE)
    if "first" in ChannelText.FIELDS[form]:
        return _sheet(words)
    if form == ChannelText.Form.SLIDES:
        return _with_body(words, _slides(words))
    if form == ChannelText.Form.POINTS:
        return _with_body(words, "\n\n".join(filter(None, (_listed(words.points), words.prose))))
    return _with_body(words, words.text) if form != ChannelText.Form.CHAT else _chat(words)


class _Words:
    """The lines of a message that may stand on a channel, with their placeholders as written."""

    def __init__(self, core: Core, language: str, allowed: frozenset[str]) -> None:
        self.allowed, self.left_out = allowed, list[str]()
        blocks = [(kind, self._line(p)) for kind, p in blocks_of_body(core.body, language)]
        self.blocks = [(kind, line) for kind, line in blocks if line]
        self.lines = [(k == ITEM, line) for k, line in self.blocks if k in (ITEM, TEXT)]
        self.headline = self._line(Pattern.of(mark(core.subject, NOTHING)))
        key_points = [line.strip() for line in core.key_points.splitlines() if line.strip()]
        self.points = key_points or [line for is_item, line in self.lines if is_item]
        buttons = [part for part in read(mark(core.body, NOTHING)) if isinstance(part, Button)]
        self.action = buttons[0].label if buttons else ""

    def _line(self, pattern: Pattern) -> str:
        written = pattern.fill({name: f"{{{{ {name} }}}}" for name in pattern.names})
        line = " ".join(written.split())
        if set(pattern.names) <= self.allowed and not line.endswith(GREETING_ENDS):
            return line
        if not line.endswith((*GREETING_ENDS, ":", "：")):
            self.left_out.append(line)
        return ""

    def proposal(self, fields: Mapping[str, str]) -> Proposal:
        """Return the fields of a form with all lines that none of them says."""
        said = "\n".join(fields.values())
        lines = [self.headline, *self.points, *(line for _kind, line in self.blocks)]
        rest = [line for line in lines if line and line not in said]
        return Proposal(fields, tuple(dict.fromkeys((*self.left_out, *rest))))

    @property
    def prose(self) -> str:
        """Return the paragraphs."""
        return "\n\n".join(line for is_item, line in self.lines if not is_item)

    @property
    def text(self) -> str:
        """Return paragraphs and lists in their order."""
        blocks, was_item = list[str](), False
        for is_item, line in self.lines:
            if is_item and was_item:
                blocks[-1] += f"\n- {line}"
            else:
                blocks.append(f"- {line}" if is_item else line)
            was_item = is_item
        return "\n\n".join(blocks)


def _sheet(words: _Words) -> Proposal:
    fits = {name: _longest(name) for name in ChannelText.SHEET}
    short = [point for point in words.points if len(point) <= fits["first"]]
    fields = dict(zip(POINTS, short, strict=False))
    fields |= {"headline": words.headline, "action": words.action}
    kept = {name: text for name, text in fields.items() if text and len(text) <= fits[name]}
    return words.proposal(kept)


def _longest(name: str) -> int:
    column: Any = ChannelText._meta.get_field(name)
    return int(column.max_length)


def _with_body(words: _Words, body: str) -> Proposal:
    return words.proposal({"headline": words.headline, "body": body})


def _chat(words: _Words) -> Proposal:
    body = "\n\n".join(filter(None, (_listed(words.points) or words.text, words.action)))
    return words.proposal({"body": body})


def _slides(words: _Words) -> str:
    """Return one slide with the points, and what is said to it."""
    return "\n\n".join(filter(None, (f"## {words.headline}", _listed(words.points), words.prose)))


def _listed(points: list[str]) -> str:
    return "\n".join(f"- {point}" for point in points)
