"""Colours of a mail that stay readable whatever brand a programme has."""

from programmes.design.contrast import ENOUGH_FOR_TEXT, channels, contrast, hex_of

INK = "#131929"
WHITE = "#FFFFFF"
NIGHT = "#161B27"
SUN = "#FFC42E"


def text_on(ground: str) -> str:
    """Return white where it is readable on the ground, else what stands out more."""
    if contrast(WHITE, ground) >= ENOUGH_FOR_TEXT:
        return WHITE
    return max(INK, WHITE, key=lambda colour: contrast(colour, ground))


def readable_on(ground: str, colour: str) -> str:
    """Return the colour if text in it is readable on the ground, else the text colour of it."""
    return colour if contrast(colour, ground) >= ENOUGH_FOR_TEXT else text_on(ground)


def signal_on(ground: str) -> str:
    """Return the yellow of the moment, or the text colour where yellow could not be seen."""
    return SUN if contrast(SUN, ground) >= 3 else text_on(ground)


def mixed(colour: str, other: str, percent: int) -> str:
    """Return ``colour`` with ``percent`` of the other in it."""
    pairs = zip(channels(colour), channels(other), strict=True)
    return hex_of(a + (b - a) * percent / 100 for a, b in pairs)


def lightened(colour: str) -> str:
    """Return the nearest tint that can be read well on a dark page (7:1)."""
    tints = (mixed(colour, WHITE, percent) for percent in range(0, 100, 5))
    return next((tint for tint in tints if contrast(tint, NIGHT) >= 7), WHITE)
