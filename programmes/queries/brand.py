"""What a brand's colours are worth as text."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from programmes.design.contrast import contrast
from programmes.models import Programme

WHITE = "#FFFFFF"


@dataclass(frozen=True)
class Swatch:
    """One colour of a brand.

    Attributes:
        name: what it is for.
        colour: as ``#RRGGBB``.
        on: the colour that stands with it as text or ground.
        contrast: the ratio of WCAG 2.2 between the two, from 1 to 21.

    """

    name: str | Promise
    colour: str
    on: str
    contrast: float


def swatches_of(programme: Programme) -> list[Swatch]:
    """Return the three colours, each with the contrast that it is checked for."""
    pairs = [
        (_("Accent"), programme.accent, WHITE),
        (_("Strong"), programme.accent_strong, WHITE),
        (_("Soft"), programme.accent_soft, programme.accent),
    ]
    return [Swatch(name, one, on, contrast(one, on)) for name, one, on in pairs]
