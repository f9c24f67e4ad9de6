"""A value against its target, as one bar; the words stand beside it."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from programmes.design import formats
from programmes.design.charts.canvas import Canvas

WIDTH, HEIGHT = 196.0, 26.0
# The target stands a little before the end, so that what is beyond it is seen.
TARGET_AT = 0.86
TONES = {"off": "f-bad", "old": "f-mute"}


@dataclass(frozen=True)
class Bullet:
    """One measure.

    Attributes:
        value: the latest; None before the first.
        target: what it should be.
        unit: of both.
        share: how much of the way it is, 1 at the target.
        state: a key of ``marks.STATUSES``; an old measure is grey, one off track red.

    """

    value: Decimal | None
    target: Decimal
    unit: str
    share: float
    state: str

    @property
    def now(self) -> str:
        return "–" if self.value is None else formats.amount(self.value, self.unit)

    @property
    def wanted(self) -> str:
        """Return the target as it is written."""
        return formats.amount(self.target, self.unit)


def draw_bullet(bullet: Bullet) -> SafeString:
    """Draw the bar with its target as a tick."""
    canvas = Canvas(WIDTH, HEIGHT)
    canvas.rect(0, 8, WIDTH, 10, "g-bg", radius=2)
    reached = min(WIDTH, max(0.0, bullet.share) * WIDTH * TARGET_AT)
    canvas.rect(0, 8, reached, 10, TONES.get(bullet.state, "f-acc"), radius=2)
    canvas.line([(WIDTH * TARGET_AT, 4), (WIDTH * TARGET_AT, 22)], "s-goal")
    label = _("%(value)s, target %(target)s") % {"value": bullet.now, "target": bullet.wanted}
    return canvas.svg(label)
