"""The code on a ticket: for a host's camera, and for eyes."""

import io
import re
from functools import lru_cache

import segno
from django.utils.safestring import SafeString, mark_safe

from events.models.registration import CODE_LENGTH, CODE_SIGNS

# Alone, or at the end of the address that a camera reads.
CODE = re.compile(rf"(?:^|/)([{CODE_SIGNS}]{{{CODE_LENGTH}}})/?$")
INK, PAPER = "#131929", "#ffffff"


@lru_cache(maxsize=512)
def code_svg(address: str) -> SafeString:
    """Return an address as a QR code: an SVG that is dark on light in any theme."""
    drawn = io.BytesIO()
    made = segno.make(address, error="m", micro=False)
    looks = {"svgclass": None, "lineclass": None, "dark": INK, "light": PAPER, "border": 4}
    made.save(drawn, kind="svg", xmldecl=False, omitsize=True, **looks)
    return mark_safe(drawn.getvalue().decode())  # noqa: S308 (drawn here, from an address of ours)


def spaced(code: str) -> str:
    """Return a code as people read it aloud: in two halves."""
    return f"{code[:4]} {code[4:]}"


def code_in(text: str) -> str:
    """Return the code that was typed or scanned; empty if there is none."""
    match = CODE.search("".join(text.split()).replace("-", "").upper()[-200:])
    return match.group(1) if match else ""
