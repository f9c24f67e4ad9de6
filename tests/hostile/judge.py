"""What must not come back, whatever was sent."""

import csv
import io
import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import openpyxl

from tests.hostile.client import Answer
from tests.hostile.values import MARK

MOST_SECONDS = 3.0
# No pump runs here, which the page about health says by this status; a provider is to come again.
BUSY = {"/healthz": 503, "/hooks/bounces/": 503}
# RFC 9112 asks a server to say so of a transfer coding that it does not know.
UNKNOWN_CODING = 501
# How browsers read an address: blanks and controls around it are nothing, a backslash is a slash.
IGNORED = re.compile(r"[\x00-\x20]")
RUNS = re.compile(r"\s*(javascript|vbscript|data:text/html)", re.IGNORECASE)
ADDRESSES = {"href", "src", "action", "formaction", "xlink:href", "data", "poster", "srcdoc"}
FORMULA = re.compile(r"[\s\x00-\x1f]*[=+\-@＝＋－＠]|[\t\r\n]")
NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?%?$")


class Scripts(HTMLParser):
    """Notes what a browser would run of what was sent."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._is_script = False

    def handle_starttag(self, tag, attrs):
        given = [(name, value or "") for name, value in attrs]
        self._is_script = tag == "script" and "json" not in dict(given).get("type", "")
        for name, value in given:
            runs = name.startswith("on") and MARK in value
            leads = name in ADDRESSES and RUNS.match(IGNORED.sub("", value))
            if runs or leads or MARK in name:
                self.found.append(f"<{tag} {name}={value[:80]!r}>")

    def handle_data(self, data):
        if self._is_script and MARK in data:
            self.found.append(f"<script>{data[:80]!r}")

    def handle_endtag(self, tag):
        if tag == "script":
            self._is_script = False


def is_fault(address: str, answer: Answer) -> bool:
    allowed = (UNKNOWN_CODING, BUSY.get(urlsplit(address).path))
    return answer.status >= 500 and answer.status not in allowed


def scripts_in(answer: Answer) -> list[str]:
    if "html" not in answer.headers.get("content-type", ""):
        return []
    reader = Scripts()
    reader.feed(answer.text)
    return reader.found


def is_off_site(answer: Answer, port: int) -> bool:
    """Tell whether a browser would be led to another host."""
    wanted = IGNORED.sub("", answer.headers.get("location", "")).replace("\\", "/")
    host = re.match(r"(?:[a-z][a-z0-9+.-]*:)?/{2,}([^/?#]*)", wanted, re.IGNORECASE)
    other_scheme = re.match(r"[a-z][a-z0-9+.-]*:", wanted, re.IGNORECASE)
    if host:
        return host[1] not in (f"127.0.0.1:{port}", f"localhost:{port}")
    return bool(other_scheme)


def is_split(answer: Answer) -> bool:
    """Tell whether a value has become a header, or a cookie."""
    names = any(MARK in name for name in answer.headers)
    return names or answer.headers.get("set-cookie", "").lower().startswith(f"{MARK}=")


def formulas_in(answer: Answer) -> tuple[int, list[str]]:
    """Return how many cells a file has, and those that a spreadsheet would compute."""
    kind = answer.headers.get("content-type", "")
    if answer.status != 200:
        return 0, []
    if "csv" in kind:
        text = answer.body.decode("utf-8-sig", "replace")
        separator = max(",;\t", key=text[:2000].count)
        cells = [cell for row in csv.reader(io.StringIO(text), delimiter=separator) for cell in row]
    elif "spreadsheet" in kind:
        book = openpyxl.load_workbook(io.BytesIO(answer.body))
        found = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        computed = [str(cell.value) for cell in found if cell.data_type == "f"]
        cells = [cell.value for cell in found if isinstance(cell.value, str)]
        return len(found), [*computed, *(cell for cell in cells if _is_formula(cell))]
    else:
        return 0, []
    return len(cells), [cell for cell in cells if _is_formula(cell)]


def _is_formula(cell: str) -> bool:
    return bool(FORMULA.match(cell)) and not NUMBER.match(cell.strip()) and cell.strip() not in "-–"
