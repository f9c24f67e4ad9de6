"""A share against the one that is asked for, in a row of a table; the words stand beside it."""

from django.utils.safestring import SafeString

from programmes.design.charts.canvas import Canvas

WIDTH, HEIGHT = 132.0, 22.0
TONES = {"fails": "f-bad", "close": "f-warn", "met": "f-acc"}


def draw_rule_bar(value: float | None, percent: int, state: str, label: str) -> SafeString:
    """Draw a bar of 0 to 100 percent with what is asked for as a tick; nothing measured is none."""
    canvas = Canvas(WIDTH, HEIGHT)
    canvas.rect(0, 7, WIDTH, 8, "g-bg", radius=2)
    if value:
        canvas.rect(0, 7, WIDTH * value / 100, 8, TONES.get(state, "f-mute"), radius=2)
    tick = min(WIDTH - 1, max(1.0, WIDTH * percent / 100))
    canvas.line([(tick, 2), (tick, 20)], "s-goal")
    return canvas.svg(label)
