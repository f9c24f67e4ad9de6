"""What an answer says, whatever it is: pages, sheets in workbooks, names of files, addresses."""

import html
import io
import zipfile
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote, urljoin

LINKS = ("href", "src", "hx-get", "data-url", "action", "formaction")


@dataclass
class Form:
    """A form as it stands on a page: choices by the names of its fields, and what is chosen."""

    method: str
    action: str
    chosen: dict[str, list[str]] = field(default_factory=dict)
    choices: dict[str, set[str]] = field(default_factory=dict)

    def add(self, name: str, value: str, is_chosen: bool) -> None:
        self.choices.setdefault(name, set()).add(value)
        if is_chosen:
            self.chosen.setdefault(name, []).append(value)


class Page(HTMLParser):
    """The links and forms of a page at an address."""

    def __init__(self, address: str, text: str) -> None:
        super().__init__()
        self.address = address
        self.links: list[str] = []
        self.forms: list[Form] = []
        self.named: dict[str, Form] = {}
        self.form: Form | None = None
        self.select = ""
        self.written: tuple[Form, str] | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, pairs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in pairs}
        if tag == "form":
            self._open(has)
        elif tag in ("input", "select", "textarea", "option", "button"):
            self._control(tag, has)
        if tag != "form":
            found = [has[name] for name in LINKS if has.get(name)]
            self.links += [urljoin(self.address, link) for link in found]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        if tag == "select":
            self.select = ""
        if tag == "textarea":
            self.written = None

    def handle_data(self, data: str) -> None:
        if self.written:
            form, name = self.written
            form.chosen[name] = [form.chosen[name][0] + data]

    def _open(self, has: dict[str, str]) -> None:
        action = has.get("action") or has.get("hx-post") or has.get("hx-get") or self.address
        self.form = Form(has.get("method", "get").lower(), urljoin(self.address, action))
        self.forms.append(self.form)
        self.named[has.get("id", "")] = self.form
        if has.get("hx-get"):
            self.links.append(urljoin(self.address, has["hx-get"]))

    def _control(self, tag: str, has: dict[str, str]) -> None:
        form = self.named.get(has.get("form", "")) if has.get("form") else self.form
        if tag == "select":
            self.select = has.get("name", "")
        name = self.select if tag == "option" else has.get("name", "")
        if form is None or not name or tag == "select":
            return
        is_ticked = "checked" in has or has.get("type") not in ("checkbox", "radio")
        is_chosen = "selected" in has if tag == "option" else is_ticked and tag != "button"
        form.add(name, has.get("value", ""), is_chosen)
        if tag == "textarea":
            self.written = form, name


def text_of(response: Any) -> str:
    """Return all that an answer says, in small letters: headers, body, what is zipped in it."""
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    body = read_body(response)
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as zipped:
            body = b"\n".join([name.encode() + zipped.read(name) for name in zipped.namelist()])
    return unquote(html.unescape(f"{headers}\n{body.decode(errors='replace')}")).lower()


def read_body(response: Any) -> bytes:
    """Return the bytes of an answer, streamed ones too, once."""
    if not response.streaming:
        return bytes(response.content)
    if not hasattr(response, "read_bytes"):
        response.read_bytes = b"".join(response.streaming_content)
    return bytes(response.read_bytes)
