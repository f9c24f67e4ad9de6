"""Contrast of colours, as WCAG 2.2 defines it, and colours that have enough of it."""

import colorsys
from collections.abc import Iterable

# WCAG 2.2, success criterion 1.4.3: text of normal size.
ENOUGH_FOR_TEXT = 4.5
STEPS = 200


def luminance(colour: str) -> float:
    """Return the relative luminance (0 black, 1 white) of a colour such as ``#2A41C2``.

    Source: WCAG 2.2, definition of relative luminance (sRGB).
    """
    red, green, blue = (_linear(channel) for channel in channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(a: str, b: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21.

    Source: WCAG 2.2, definition of contrast ratio.
    """
    lighter, darker = sorted((luminance(a), luminance(b)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def nearest_passing(colour: str, on: str, ratio: float = ENOUGH_FOR_TEXT) -> str:
    """Return the colour of the same hue, nearest in lightness, that reaches a ratio.

    Args:
        colour: the colour wished for; it is returned as it is when it passes.
        on: the ground it stands on.
        ratio: the contrast to reach. Black or white passes up to 4.5 on any ground; where a
            higher ratio cannot be reached, the better of the two is returned.

    """
    if contrast(colour, on) >= ratio:
        return colour
    hue, lightness, saturation = colorsys.rgb_to_hls(*channels(colour))
    for step in range(1, STEPS + 1):
        for moved in (lightness - step / STEPS, lightness + step / STEPS):
            candidate = hex_of(colorsys.hls_to_rgb(hue, min(1, max(0, moved)), saturation))
            if contrast(candidate, on) >= ratio:
                return candidate
    return max("#000000", "#FFFFFF", key=lambda end: contrast(end, on))


def channels(colour: str) -> tuple[float, float, float]:
    """Return red, green and blue of ``#RRGGBB``, each from 0 to 1."""
    return (int(colour[1:3], 16) / 255, int(colour[3:5], 16) / 255, int(colour[5:7], 16) / 255)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def hex_of(shares: Iterable[float]) -> str:
    """Return the colour ``#RRGGBB`` of red, green and blue, each from 0 to 1."""
    return "#" + "".join(f"{round(share * 255):02X}" for share in shares)
