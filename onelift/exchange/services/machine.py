"""Drafts by a machine: what is empty is filled in, marked so, and never more than a draft."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from onelift.exchange.machines import MachineError, Translate
from onelift.exchange.text_kind import TextKind, Translation
from programmes.design.substance import AFTER_LINK, LINK
from programmes.queries.texts import DRAFT, SOURCE_LANGUAGE, TextStatus

# What no machine may touch. In its place it gets a number between signs that no text has.
KEPT = re.compile(r"\{\{[^{}]*+\}\}|" + LINK.pattern)
MARK = re.compile(r"⟦\s*(\d+)\s*⟧")


def draft_by_machine(
    kind: TextKind,
    obj: Any,
    english: TextStatus,
    own: TextStatus,
    translate: Translate,
    now: datetime,
) -> int:
    """Fill in the fields that are empty, as a draft; return how many.

    A text that is out of date stays so: what it has was made from an older English.

    Args:
        kind: of the object.
        obj: what is translated.
        english: its English.
        own: what is written in the language.
        translate: the service.
        now: the moment.

    Raises:
        MachineError: the service failed, or what it wrote is too long; nothing is saved.
        TextChangedError: somebody has written meanwhile.

    """
    empty = [name for name, text in english.text.items() if text and not own.text[name]]
    if not empty:
        return 0
    hidden = [hide(english.text[name]) for name in empty]
    found = translate([text for text, _kept in hidden], SOURCE_LANGUAGE, own.language)
    shown = [show(text, kept) for text, (_hidden, kept) in zip(found, hidden, strict=True)]
    new = _fit(kind, dict(zip(empty, shown, strict=True)))
    text = Translation(
        own.language, {**own.text, **new}, DRAFT, own.fingerprint, own.source_of_part or None, True
    )
    kind.write(obj, text, None, now)
    return len(new)


def hide(text: str) -> tuple[str, list[str]]:
    """Return a text with marks in place of what must stay as it is, and what that was."""
    kept: list[str] = []

    def mark(found: re.Match[str]) -> str:
        kept.append(found[0].rstrip(AFTER_LINK))
        return f"⟦{len(kept) - 1}⟧{found[0][len(kept[-1]) :]}"

    return KEPT.sub(mark, text), kept


def show(text: str, kept: list[str]) -> str:
    """Return a text with what the marks stand for; a mark that a machine made up is left out."""

    def unmark(found: re.Match[str]) -> str:
        number = int(found[1])
        return kept[number] if number < len(kept) else ""

    return MARK.sub(unmark, text)


def _fit(kind: TextKind, texts: Mapping[str, str]) -> dict[str, str]:
    """Return texts as their fields take them."""
    fields = {one.name: one for one in kind.fields()}
    fit = {n: t if fields[n].has_lines else " ".join(t.split()) for n, t in texts.items()}
    if any(len(text) > fields[name].longest for name, text in fit.items()):
        raise MachineError(_("The machine’s text is too long for its field."))
    return fit
