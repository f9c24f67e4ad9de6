"""From bytes to text: byte order mark, then strict UTF-8, then what makes the best sense."""

import io
from collections.abc import Callable

from django.utils.translation import gettext as _

from programmes.reading.refusal import ImportRefusedError

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
# In the order in which they win when they make equal sense.
_OLD = ("cp1252", "cp1250", "gb18030", "shift_jis", "cp1251", "euc_kr")
_SAMPLE_BYTES = 200_000
_NEVER_IN_TEXT = bytes([*range(9), *range(14, 27), *range(28, 32), 127])

Sense = Callable[[str], int]


def encoding_of(content: bytes, sense: Sense, hint: str = "") -> str:
    """Return the name of the encoding in which all of a file can be read.

    Args:
        content: the file.
        sense: tells how many headings the beginning of a text has that are known.
        hint: an encoding that a person has named; nothing is guessed then.

    Raises:
        ImportRefusedError: the bytes are no text, or are cut off.

    """
    encoding = hint or _found_out(content, sense)
    try:
        # As it will be read: some decoders refuse from a stream what they take from bytes.
        io.TextIOWrapper(io.BytesIO(content), encoding, newline="").read()
    except (ValueError, LookupError) as error:
        raise _unreadable(hint) from error
    return encoding


def _found_out(content: bytes, sense: Sense) -> str:
    if encoding := _marked(content) or _unmarked_utf16(content):
        return encoding
    if _is_binary(content):
        raise _unreadable("")
    return "utf-8" if _is_utf8(content) else _most_sensible(content, sense)


def _is_binary(content: bytes) -> bool:
    """Tell programs, sounds and archives by their many control characters."""
    head = content[:2000]
    return len(head.translate(None, _NEVER_IN_TEXT)) * 20 < len(head) * 19


def _unreadable(hint: str) -> ImportRefusedError:
    """Return why bytes are no text in the encoding that was named, or in any."""
    text = _("The file cannot be read as “%(encoding)s”. Save it as “CSV UTF-8” or as .xlsx.")
    if hint:
        return ImportRefusedError(text % {"encoding": hint})
    return ImportRefusedError(
        _(
            "The file is neither CSV nor XLSX, or it is damaged. Open it in a spreadsheet program "
            "and save it as .xlsx or as “CSV UTF-8”."
        )
    )


def _marked(content: bytes) -> str:
    return next((name for mark, name in _MARKS if content.startswith(mark)), "")


def _unmarked_utf16(content: bytes) -> str:
    """Tell UTF-16 without a mark by its many zero bytes, all on one side."""
    even, odd = content[0:2000:2].count(0), content[1:2000:2].count(0)
    if max(even, odd) * 4 < len(content[:2000]) or min(even, odd) * 4 > max(even, odd):
        return ""
    return "utf-16-be" if even > odd else "utf-16-le"


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and not content.isascii():
            raise ImportRefusedError(
                _("The file ends in the middle of a character. Export it again.")
            ) from error
        return False
    return True


def _most_sensible(content: bytes, sense: Sense) -> str:
    """Choose among the old encodings: most known headings, then most letters among the signs."""
    cut = content.rfind(b"\n", 0, _SAMPLE_BYTES)
    sample = content[: cut if cut > 0 else _SAMPLE_BYTES]
    scores = {}
    for encoding in _OLD:
        try:
            text = sample.decode(encoding)
        except UnicodeDecodeError:
            continue
        scores[encoding] = (sense(text), _share_of_letters(text))
    return max(scores, key=lambda name: scores[name], default=_OLD[0])


def _share_of_letters(text: str) -> float:
    """Return the share, 0 to 1 in hundredths, of letters among the signs that are not ASCII."""
    signs = [c for c in text if not c.isascii() and not c.isspace()]
    return round(sum(c.isalpha() for c in signs) / len(signs), 2) if signs else 1.0
