"""One bar whose parts add up: where all deliveries, or all people, are."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from programmes.design.charts.canvas import Canvas

# In this order, always: key → class and opacity of its mark; the stylesheet has .k-<key> too.
LOOKS: dict[str, tuple[str, float]] = {
    "sent": ("f-acc", 1.0),
    "queue": ("f-acc", 0.38),
    "later": ("f-mute", 0.4),
    "held": ("f-warn", 1.0),
    "doubt": ("f-bad", 1.0),
    "failed": ("g-ink", 1.0),
    "skipped": ("f-mute", 1.0),
    "cancelled": ("f-line", 1.0),
}
GAP = 0.6


@dataclass(frozen=True)
class LedgerPart:
    """One part of the whole.

    Attributes:
        key: one of ``LOOKS``.
        label: its word.
        count: how many.
        url: the list that holds them.

    """

    key: str
    label: str
    count: int
    url: str = ""


def in_order(parts: Sequence[LedgerPart], total: int) -> list[LedgerPart]:
    """Return the parts in their fixed order.

    Raises:
        ValueError: if they do not add up to the total.

    """
    if sum(part.count for part in parts) != total:
        written = " + ".join(str(part.count) for part in parts)
        raise ValueError(f"The parts of a ledger must add up: {written} is not {total}.")
    return sorted(parts, key=lambda part: list(LOOKS).index(part.key))


def draw_bar(
    parts: Sequence[LedgerPart], width: float, height: float, least: float, label: str
) -> SafeString:
    """Draw the bar; a part that is not empty is at least ``least`` wide, so that it is seen."""
    canvas = Canvas(width, height)
    shown = [part for part in parts if part.count]
    widths = part_widths([part.count for part in shown], width - GAP * len(shown), least)
    x = 0.0
    for part, part_width in zip(shown, widths, strict=True):
        tone, opacity = LOOKS[part.key]
        canvas.rect(x, 0, part_width, height, tone, opacity=opacity)
        x += part_width + GAP
    return canvas.svg(label, stretches=True)


def part_widths(counts: Sequence[int], width: float, least: float) -> list[float]:
    """Return widths in proportion to counts, none below ``least``; they add up to the width."""
    total = sum(counts)
    if not total:
        return []
    if least * len(counts) >= width:
        return [width / len(counts)] * len(counts)
    small = {i for i, count in enumerate(counts) if count / total * width < least}
    # What the small ones take is taken from the large ones, which may then be small themselves.
    while True:
        room = width - least * len(small)
        rest = sum(count for i, count in enumerate(counts) if i not in small)
        more = {i for i, c in enumerate(counts) if i not in small and c / rest * room < least}
        if not more:
            break
        small |= more
    return [least if i in small else c / rest * room for i, c in enumerate(counts)]
