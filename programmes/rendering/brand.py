"""The stylesheet that gives pages the accents of a programme, in both themes."""

from programmes.design.contrast import contrast, nearest_passing
from programmes.models import Programme

# The grounds and inks of static/css/tokens.css.
LIGHT_GROUND = "#F6F7F9"
DARK_SURFACE, DARK_SUNKEN = "#161B27", "#1F2635"
LIGHT_INK, DARK_INK = "#FFFFFF", "#0E121B"
INK = "#131929"
HOUSE_ACCENT = "#2A41C2"
LIGHT_SELECTOR = ':root:not([data-bs-theme="dark"]), [data-bs-theme="light"]'
DARK_SELECTOR = '[data-bs-theme="dark"]'
# Ratios above the least, because accents also stand on tinted grounds.
ON_DARK, STRONG_ON_DARK, INK_ON_SOFT = 6, 8, 10
# How far a soft ground in dark is moved from the surface to the accent.
SOFT_SHARE = 0.25


def brand_css(programme: Programme) -> str:
    """Return rules that set the accents; a colour too pale or too dark to read is moved."""
    rules = [_rule(LIGHT_SELECTOR, _light(programme))]
    # The house's own accent has a dark twin chosen by eye.
    if programme.accent.upper() != HOUSE_ACCENT:
        rules.append(_rule(DARK_SELECTOR, _dark(programme)))
    return "\n".join(["@layer tokens {", *rules, "}", ""])


def _light(programme: Programme) -> dict[str, str]:
    soft = nearest_passing(programme.accent_soft, INK, INK_ON_SOFT)
    accent = nearest_passing(nearest_passing(programme.accent, LIGHT_GROUND), soft)
    return _accents(accent, nearest_passing(programme.accent_strong, LIGHT_GROUND), soft)


def _dark(programme: Programme) -> dict[str, str]:
    accent = nearest_passing(programme.accent, DARK_SUNKEN, ON_DARK)
    soft = _mix(DARK_SURFACE, programme.accent, SOFT_SHARE)
    strong = nearest_passing(accent, DARK_SUNKEN, STRONG_ON_DARK)
    return _accents(nearest_passing(accent, soft), strong, soft)


def _accents(accent: str, strong: str, soft: str) -> dict[str, str]:
    red, green, blue = _bytes(accent)
    return {
        "accent": accent,
        "accent-rgb": f"{red}, {green}, {blue}",
        "accent-strong": strong,
        "accent-soft": soft,
        "on-accent": max(LIGHT_INK, DARK_INK, key=lambda ink: contrast(ink, accent)),
    }


def _rule(selector: str, values: dict[str, str]) -> str:
    body = "".join(f" --ol-{name}: {value};" for name, value in values.items())
    return f"  {selector} {{{body} }}"


def _mix(ground: str, colour: str, share: float) -> str:
    pairs = zip(_bytes(ground), _bytes(colour), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)


def _bytes(colour: str) -> tuple[int, int, int]:
    return (int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16))
