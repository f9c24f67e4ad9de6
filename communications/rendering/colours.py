"""Colours that stay readable whatever brand a programme has.

Contrast is that of WCAG 2.2 (relative luminance), from 1 to 21.
"""

INK = "#131929"
WHITE = "#FFFFFF"
NIGHT = "#161B27"
SUN = "#FFC42E"


def channels(colour: str) -> tuple[int, int, int]:
    """Return red, green and blue of ``#RRGGBB``, each from 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2.2, from 0 to 1."""
    shares = (value / 255 for value in channels(colour))
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of WCAG 2.2, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def text_on(ground: str) -> str:
    """Return white where it is readable on the ground, else what stands out more."""
    if contrast(WHITE, ground) >= 4.5:
        return WHITE
    return max(INK, WHITE, key=lambda colour: contrast(colour, ground))


def readable_on(ground: str, colour: str) -> str:
    """Return the colour if text in it is readable on the ground, else the text colour of it."""
    return colour if contrast(colour, ground) >= 4.5 else text_on(ground)


def signal_on(ground: str) -> str:
    """Return the yellow of the moment, or the text colour where yellow could not be seen."""
    return SUN if contrast(SUN, ground) >= 3 else text_on(ground)


def mixed(colour: str, other: str, percent: int) -> str:
    """Return ``colour`` with ``percent`` of the other in it."""
    pairs = zip(channels(colour), channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * percent / 100):02X}" for a, b in pairs)


def lightened(colour: str) -> str:
    """Return the nearest tint that can be read well on a dark page (7:1)."""
    tints = (mixed(colour, WHITE, percent) for percent in range(0, 100, 5))
    return next((tint for tint in tints if contrast(tint, NIGHT) >= 7), WHITE)
