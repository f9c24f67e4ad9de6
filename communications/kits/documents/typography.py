"""What depends on the language of a text alone: unbroken blanks, and where lines may break.

Chinese and Japanese have no blanks: their phrases are told apart by “|”, which a translator may
also type where a title should break.
"""

import re
from functools import cache

import budoux

NARROW, UNBROKEN, HYPHEN = "\u202f", "\u00a0", "\u2011"
# “18 de enero”, “18. Januar”: a number stays with its month.
WITH_DATES = {"fr", "en", "es", "it", "de", "pl", "pt-br", "ru"}
# No line ends with a word of one letter.
WITH_SHORT_WORDS = {"ru", "pl", "it", "es"}
_DATE = re.compile(r"(\d\.?) (de )?([^\W\d]{3,})")
_SHORT_WORD = re.compile(r"(?<![^\W\d])([^\W\d]) (?=\S)")
_IT = re.compile(r"\b(IT|ИТ)-(?=\w)")
# A phone number or an address, which reads from left to right in any text.
_LEFT_TO_RIGHT = re.compile(
    r"https?://[!-~]*[/\w]|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|[+(]?\d(?:[ \u00a0()./-]?\d){5,}"
)
_CLAUSE = re.compile(r"(?<=[，、：。！？])")
# These never begin a line, and these hold what follows them.
_CLOSING = re.compile(r"[、。，：？！）」日月年]")
_OPEN_NUMBER = re.compile(r"[\d月年]$")


def polished(language: str, text: str) -> str:
    """Return a text with the blanks and hyphens that its language does not break at."""
    if language == "fr":
        text = _french(text)
    if language in WITH_DATES:
        text = _DATE.sub(_unbroken_date, text)
    if language in WITH_SHORT_WORDS:
        text = _SHORT_WORD.sub(rf"\1{UNBROKEN}", text)
    if language == "ko":
        text = re.sub(r"(\d+월) (\d+일)", rf"\1{UNBROKEN}\2", text)
    if language == "ar":
        text = isolated(re.sub(r"(\d+) (\w+)", rf"\1{UNBROKEN}\2", text))
    return _IT.sub(rf"\1{HYPHEN}", text)


def isolated(text: str) -> str:
    """Return a text of Arabic whose phone numbers and addresses read from left to right.

    Without it, the groups of a number are read from the right: its last digits first.
    """
    return _LEFT_TO_RIGHT.sub(lambda found: f"\u2066{found[0]}\u2069", text)


def _french(text: str) -> str:
    text = re.sub(r"[ \u00a0]([;!?])", rf"{NARROW}\1", text)
    text = re.sub(r" ([:»])", rf"{UNBROKEN}\1", text).replace("« ", f"«{UNBROKEN}")
    return re.sub(r"(\d) (h\b)", rf"\1{UNBROKEN}\2", text)


def _unbroken_date(match: re.Match[str]) -> str:
    of = f"{match[2].strip()}{UNBROKEN}" if match[2] else ""
    return f"{match[1]}{UNBROKEN}{of}{match[3]}"


def phrased(language: str, text: str) -> str:
    """Return a Chinese or Japanese text with “|” between its phrases; others as they are."""
    parser = _parser(language)
    if parser is None or "|" in text:
        return text
    pieces = [piece for clause in _CLAUSE.split(text) if clause for piece in parser.parse(clause)]
    phrases: list[str] = []
    for piece in pieces:
        if phrases and _holds(phrases[-1], piece):
            phrases[-1] += piece
        else:
            phrases.append(piece)
    return "|".join(phrases)


def _holds(before: str, after: str) -> bool:
    """Tell whether no line may break between two phrases."""
    is_latin = re.search(r"[A-Za-z0-9]$", before) and re.match(r"[A-Za-z0-9]", after)
    return bool(_CLOSING.match(after) or _OPEN_NUMBER.search(before) or is_latin)


@cache
def _parser(language: str) -> budoux.Parser | None:
    """Return what tells the phrases of a language apart, read once in a process."""
    if language == "ja":
        return budoux.load_default_japanese_parser()
    if language == "zh-hans":
        return budoux.load_default_simplified_chinese_parser()
    return None
