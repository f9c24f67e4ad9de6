"""How answers are spread over the five steps of a scale, best first."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from programmes.design import formats
from programmes.design.charts.canvas import Canvas, Cell, Drawing, text_width

WIDE, NARROW = 500.0, 320.0
GAP = 2.0
# Class and opacity of each step.
STEPS = [("f-acc", 1.0), ("f-acc", 0.5), ("f-mute", 0.35), ("f-bad", 0.45), ("f-bad", 1.0)]


@dataclass(frozen=True)
class StackPart:
    """One step of the scale: its words and how many chose it."""

    label: str
    count: int
    url: str = ""


def draw_stack(parts: Sequence[StackPart], label: str, left: str = "", right: str = "") -> Drawing:
    """Draw one bar of the shares; left and right are words below its ends.

    Raises:
        ValueError: if there are more parts than steps of the scale.

    """
    if len(parts) > len(STEPS):
        raise ValueError(f"A scale has at most {len(STEPS)} steps, not {len(parts)}.")
    total = sum(part.count for part in parts)
    rows = [
        [
            Cell(part.label),
            Cell(formats.number(part.count), part.url, is_number=True),
            Cell(formats.percent(part.count / total) if total else "–", is_number=True),
        ]
        for part in parts
    ]
    wide, narrow = (_picture(parts, label, left, right, width) for width in (WIDE, NARROW))
    return Drawing(wide, [_("Answer"), _("Count"), _("Share")], rows, narrow)


def _picture(
    parts: Sequence[StackPart], label: str, left: str, right: str, width: float
) -> SafeString:
    is_two_lines = text_width(left + right, 11) > width - 12
    canvas = Canvas(width, 68 if is_two_lines else 52)
    total = sum(part.count for part in parts)
    x = 0.0
    if not total:
        canvas.rect(0, 0, width, 26, "g-bg", radius=2)
    for part, (tone, opacity) in zip(parts, STEPS, strict=False):
        share = part.count / total if total else 0.0
        _draw_part(canvas, x, share, tone, opacity)
        x += share * width
    canvas.text(0, 44, left, "k s")
    canvas.text(
        0 if is_two_lines else width, 60 if is_two_lines else 44, right, _right(is_two_lines)
    )
    return canvas.svg(label)


def _right(is_two_lines: bool) -> str:
    return "bad s" if is_two_lines else "bad s e"


def _draw_part(canvas: Canvas, x: float, share: float, tone: str, opacity: float) -> None:
    part_width = share * canvas.width - GAP
    if share == 0:
        return
    canvas.rect(x, 0, part_width, 26, tone, radius=2, opacity=opacity)
    figure = formats.number(round(share * 100))
    if part_width > text_width(figure) + 8:
        ink = "inv c" if opacity == 1 else "k c"
        canvas.text(x + part_width / 2, 18, figure, ink, "620")
