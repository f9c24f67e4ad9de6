"""What a poster or a flyer says, and what its layout is given."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from typing import Any

from django.conf import settings

from communications.kits.documents.codes import qr_svg
from communications.kits.documents.dates import written_day
from communications.kits.documents.typography import phrased, polished

FOLDER = settings.BASE_DIR / "templates" / "documents"
PACKAGES = (
    *("typst", "segno", "budoux", "fontpkg-inter", "manimgx-fonts", "manimgx-fonts-cjk"),
    *("python-docx", "python-pptx"),
)


@cache
def style() -> str:
    """Return what stands for layouts, fonts and what sets them: a change makes files again."""
    made = sha256()
    for path in sorted(FOLDER.glob("*.typ")):
        made.update(path.read_bytes())
    made.update("".join(f"{name} {version(name)}" for name in PACKAGES).encode())
    return made.hexdigest()


@dataclass(frozen=True)
class Brand:
    """What a programme gives to its sheets; ``logo`` is a PNG, empty without one."""

    name: str
    accent: str
    strong: str
    soft: str
    logo: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Block:
    """A line of a page: a ``heading``, an ``item``, ``text``, a ``question``, or its ``answer``."""

    kind: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One poster or flyer of one site in one language.

    Attributes:
        language: the code; it decides on fonts, breaks and direction.
        title, lead, points: what is said, as plain text.
        labels: the words ``when``, ``where``, ``help`` and ``qr`` in that language.
        live_on: the day that is written large; None leaves it out.
        is_near: whether it goes out in the week before that day, or on it.
        url: where the QR code leads.
        phone, address: whom to ask; empty where nobody is named.
        at: the instant that the file bears as its date.
        action: what to do, and ``since`` and ``until`` from and until when it hangs, in words.
        blocks: the lines of a page that flows, each with what it is (see ``Block``).
        kind: what the page is called in its corner.
        scale: how large it is set of how large it was drawn: 1 for A3 posters.
        is_written: whether its words were written for it, and not cut from an email.

    """

    language: str
    title: str
    lead: str
    points: Sequence[str]
    labels: dict[str, str]
    site: str
    live_on: date | None
    url: str
    phone: str
    address: str
    brand: Brand
    at: datetime
    is_near: bool = False
    action: str = ""
    since: str = ""
    until: str = ""
    blocks: Sequence[Block] = ()
    kind: str = ""
    scale: float = 1.0
    is_written: bool = False

    def data(self) -> str:
        """Return what the layouts read, as JSON."""
        return json.dumps(
            {
                "lang": self.language,
                "brand": self._brand(),
                "text": self._text(),
                "qr": self._qr(),
                "cal": written_day(self.live_on, self.language).weeks,
                "scale": self.scale,
            },
            ensure_ascii=False,
        )

    def _qr(self) -> str:
        return qr_svg(self.url)

    def _brand(self) -> dict[str, str]:
        brand = self.brand
        colours = {"accent": brand.accent, "strong": brand.strong, "soft": brand.soft}
        return {"name": brand.name, "logo": picture_svg(brand.logo), **colours}

    def _text(self) -> dict[str, Any]:
        day = written_day(self.live_on, self.language)
        words = {name: self._set(word) for name, word in self.labels.items()}
        return {
            "title": self._set(self.title),
            "lead": self._set(self.lead),
            "points": [self._set(point) for point in self.points],
            "action": self._set(self.action),
            "from": self._set(self.since),
            "until": self._set(self.until),
            "blocks": [{"kind": b.kind, "text": self._set(b.text)} for b in self.blocks],
            "kind": self.kind,
            "weekday": day.weekday,
            "date": polished(self.language, day.date),
            "long": polished(self.language, day.long),
            "day": day.day,
            "month": polished(self.language, day.month),
            "site": self.site,
            "tel": self.phone,
            "address": self.address,
            "qr": words.pop("qr"),
            "label": words,
        }

    def _set(self, text: str) -> str:
        return phrased(self.language, polished(self.language, text))


def picture_svg(png: bytes) -> str:
    """Return a PNG within an SVG, since data for typst is text; empty without one."""
    if not png:
        return ""
    width, height = (int.from_bytes(png[at : at + 4]) for at in (16, 20))
    data = base64.b64encode(png).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f'<image width="{width}" height="{height}" href="data:image/png;base64,{data}"/></svg>'
    )
