"""File names that every system takes: Windows is the strictest, so they are made for it."""

import re
import unicodedata

LONGEST = 60
# In UTF-8: what a folder of most systems and a ZIP can hold is far more.
LONGEST_BYTES = 150
NAMELESS = "untitled"
_REFUSED = re.compile(r'[<>:"/\\|?*]')
_BLANKS = re.compile(r"\s+")
_DEVICES = re.compile(r"(CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|COM[0-9¹²³]|LPT[0-9¹²³])(\.|$)", re.I)
# Controls, marks that turn the reading direction, halves of characters, private ones.
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def safe_name(text: str, *, longest: int = LONGEST) -> str:
    """Return a text as one part of a path, without what Windows, macOS or Linux refuse.

    It holds no separator, no control or direction mark, begins and ends with neither a dot nor a
    blank, is none of the names of devices, and is never empty.
    """
    visible = "".join(
        " " if unicodedata.category(char) in _UNSEEN else char
        for char in unicodedata.normalize("NFC", text)
    )
    name = _BLANKS.sub(" ", _REFUSED.sub("-", visible)).strip(" .")
    name = _shortened(name, longest).strip(" .") or NAMELESS
    return f"_{name}" if _DEVICES.match(name) else name


def _shortened(name: str, longest: int) -> str:
    """Return the beginning of a name: whole characters, with what is combined with each."""
    kept = name[:longest]
    while len(kept.encode()) > LONGEST_BYTES:
        kept = kept[:-1]
    while len(kept) < len(name) and kept and unicodedata.combining(name[len(kept)]):
        kept = kept[:-1]
    return kept


class UniqueNames:
    """Paths of one bundle: none twice, also where capitals and small letters are the same."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, path: str) -> str:
        """Return a path, with a number before its ending if it is taken."""
        stem, dot, ending = path.rpartition(".")
        number, name = 1, path
        while name.casefold() in self._taken:
            number += 1
            name = f"{stem} ({number}){dot}{ending}"
        self._taken.add(name.casefold())
        return name
