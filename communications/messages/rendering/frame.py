"""The frame of a mail in the programme's brand: MJML, compiled once per brand and language."""

import re
from dataclasses import dataclass
from functools import lru_cache

from django.template.loader import render_to_string
from mjml import mjml2html

from communications.messages.rendering import colours
from communications.messages.rendering.language import direction, language_tag
from communications.messages.rendering.placeholders import CLOSE, MARK, OPEN, clean_line
from programmes.models import Programme

HEX_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
# None of the fonts that MJML would fetch from elsewhere.
LATIN_FONTS = "'Segoe UI',-apple-system,'Noto Sans',Arial,sans-serif"
FONTS = {
    "zh-hans": "'Microsoft YaHei','PingFang SC','Noto Sans CJK SC',sans-serif",
    "ja": "'Yu Gothic UI',Meiryo,'Hiragino Sans','Noto Sans CJK JP',sans-serif",
    "ko": "'Malgun Gothic','Apple SD Gothic Neo','Noto Sans CJK KR',sans-serif",
    "ar": "'Segoe UI','Geeza Pro','Noto Sans Arabic',Tahoma,Arial,sans-serif",
}
HOLES = ("title", "preheader", "body", "reason")
# MJML repeats the title in an attribute, where it writes the marks as Rust writes such characters.
WRITTEN_OUT = re.compile(r"\\u\{fdd0\}([a-z_]+)\\u\{fdd1\}")


@dataclass(frozen=True)
class Brand:
    """What a programme gives to its mails."""

    name: str
    accent: str
    strong: str
    has_logo: bool

    @classmethod
    def of(cls, programme: Programme) -> "Brand":
        """Read the brand of a programme.

        Raises:
            ValueError: a colour is not written as ``#RRGGBB``.
        """
        palette = (programme.accent, programme.accent_strong)
        if not all(HEX_COLOUR.fullmatch(colour) for colour in palette):
            raise ValueError(f"{programme} has a colour that is not written as #RRGGBB.")
        return cls(clean_line(programme.name), *palette, has_logo=bool(programme.logo))


def look(brand: Brand, language: str) -> dict[str, object]:
    """Return what the mail's templates know: colours that can be read, sides, fonts."""
    is_rtl = direction(language) == "rtl"
    return {
        "brand": brand,
        "language": language_tag(language),
        "direction": direction(language),
        "start": "right" if is_rtl else "left",
        "end": "left" if is_rtl else "right",
        "font": FONTS.get(language, LATIN_FONTS),
        "line": "27px" if language in FONTS else "25px",
        "link": colours.readable_on(colours.WHITE, brand.accent),
        "on_strong": colours.text_on(brand.strong),
        "on_accent": colours.text_on(brand.accent),
        "signal": colours.signal_on(brand.accent),
        "dark_accent": colours.lightened(brand.accent),
    }


@lru_cache(maxsize=256)
def frame(brand: Brand, language: str) -> str:
    """Return the compiled frame, with a mark for each of ``HOLES``."""
    holes = {name: f"{OPEN}{name}{CLOSE}" for name in HOLES}
    source = render_to_string("mail/frame.mjml.html", look(brand, language) | {"holes": holes})
    made = WRITTEN_OUT.sub(f"{OPEN}\\1{CLOSE}", mjml2html(source, fonts={}))
    made = made.replace("<body ", f'<body dir="{direction(language)}" ', 1)
    if direction(language) == "rtl":
        made = made.replace("direction:ltr", "direction:rtl")
        made = made.replace("text-align:left", "text-align:right")
    return re.sub(r"\n\s*", "\n", made)


def framed(brand: Brand, language: str, contents: dict[str, str]) -> str:
    """Return the frame with each hole filled, in one pass: contents are not looked into."""
    return MARK.sub(lambda match: contents[match[1]], frame(brand, language))


def styles(brand: Brand, language: str) -> dict[str, str]:
    """Return the inline style of each tag in the body of a mail."""
    start = look(brand, language)["start"]
    listed = f"margin:0 0 16px;padding:0;padding-{start}:22px"
    return {
        "p": "margin:0 0 16px",
        "h2": "margin:24px 0 10px;font-size:20px;line-height:28px",
        "h3": "margin:20px 0 8px;font-size:16px;line-height:24px",
        "ul": listed,
        "ol": listed,
        "li": "margin:0 0 8px",
        "a": f"color:{look(brand, language)['link']}",
    }


def button_html(brand: Brand, language: str, href: str, label: str) -> str:
    """Return a link as the button of the brand."""
    context = look(brand, language) | {"href": href, "label": label}
    return render_to_string("mail/button.html", context)
