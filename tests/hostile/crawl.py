"""What the portal offers each role: addresses and forms, found by following links."""

from collections import Counter, deque
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

from django.urls import Resolver404, resolve

from tests.hostile.client import Client

# Of one route, for one role.
PAGES, FORMS = 2, 2
MOST_PAGES = 300
STARTS = ("/", "/profile/", "/admin/", "/programmes/new/", "/me/", "/accounts/login/")
# These end the session that asks.
LEAVES = ("logout", "login_as")


@dataclass
class Form:
    """A form as a browser would send it untouched, with one of ``buttons``, named or not."""

    action: str
    method: str
    is_multipart: bool = False
    values: list[tuple[str, str]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def names(self) -> tuple[str, ...]:
        """Return what it may send, sorted."""
        return tuple(sorted({name for name, _value in (*self.values, *self.buttons) if name}))

    def pressed(self, number: int) -> list[tuple[str, str]]:
        """Return what it sends where one of the buttons is pressed, counted round and round."""
        pressed = self.buttons[number % len(self.buttons)] if self.buttons else ("", "")
        return [*self.values, pressed] if pressed[0] else list(self.values)


@dataclass
class Found:
    """What one role reaches."""

    pages: list[str] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)


class Reader(HTMLParser):
    """Reads the links and forms of one page."""

    def __init__(self, here: str) -> None:
        super().__init__()
        self.here, self.links, self.forms = here, [], []
        self._form: Form | None = None
        self._select, self._area = "", ""

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        for name in ("href", "hx-get"):
            if name in given and tag != "link":
                self.links.append(given[name])
        if tag == "form":
            action = urljoin(self.here, given.get("action") or self.here)
            multipart = "multipart" in given.get("enctype", "")
            self._form = Form(action, given.get("method", "get").upper(), multipart)
            self.forms.append(self._form)
        if self._form is not None:
            self._note_field(tag, given)

    def _note_field(self, tag, given):
        name, kind = given.get("name", ""), given.get("type", "text")
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            if "selected" in given or self._select not in dict(self._form.values):
                self._set(self._select, given.get("value", ""))
        elif tag == "textarea" and name:
            self._area = name
            self._form.values.append((name, ""))
        elif tag == "input" and name and kind == "file":
            self._form.files.append(name)
        elif tag == "button" or kind == "submit":
            self._form.buttons.append((name, given.get("value", "")))
        elif name and name != "csrfmiddlewaretoken" and _is_sent(tag, kind, given):
            self._form.values.append((name, given.get("value", "")))

    def handle_data(self, data):
        if self._form is not None and self._area:
            self._set(self._area, dict(self._form.values)[self._area] + data)

    def _set(self, name, value):
        self._form.values = [one for one in self._form.values if one[0] != name]
        self._form.values.append((name, value))

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
        if tag == "textarea":
            self._area = ""
        if tag == "select":
            self._select = ""


def _is_sent(tag: str, kind: str, given: dict[str, str]) -> bool:
    return tag == "input" and (kind not in ("checkbox", "radio") or "checked" in given)


def name_of(address: str) -> str:
    """Return the name of the route of an address; empty if it has none."""
    try:
        return resolve(urlsplit(address).path).view_name
    except Resolver404:
        return ""


class Walk:
    """One role that follows links until enough of each route has been seen."""

    def __init__(self, client: Client, starts: tuple[str, ...] = STARTS) -> None:
        self.client, self.found = client, Found()
        self.waiting, self.seen = deque(starts), set(starts)
        self.looked: Counter[str] = Counter()
        self.formed: Counter[tuple[str, tuple[str, ...]]] = Counter()

    def run(self) -> Found:
        while self.waiting and len(self.found.pages) < MOST_PAGES:
            address = self.waiting.popleft()
            name = name_of(address)
            if self.looked[name] < PAGES and not _leaves(address):
                self.looked[name] += 1
                self._look(address)
        return self.found

    def _look(self, address: str) -> None:
        answer = self.client.get(address)
        if answer.status in (301, 302, 303):
            self._note_link(urljoin(address, answer.headers.get("location", "/")))
        if answer.status != 200:
            return
        self.found.pages.append(address)
        if "html" in answer.headers.get("content-type", ""):
            reader = Reader(address)
            reader.feed(answer.text)
            for form in reader.forms:
                self._note_form(form)
            for link in reader.links:
                self._note_link(urldefrag(urljoin(address, link))[0])

    def _note_form(self, form: Form) -> None:
        shape = (name_of(form.action), form.names())
        self.formed[shape] += 1
        if self.formed[shape] <= FORMS and not _leaves(form.action):
            self.found.forms.append(form)

    def _note_link(self, there: str) -> None:
        is_here = there.startswith("/") and not there.startswith(("//", "/static/"))
        if is_here and there not in self.seen:
            self.seen.add(there)
            self.waiting.append(there)


def _leaves(address: str) -> bool:
    return any(word in address for word in LEAVES)


def walk(client: Client) -> Found:
    """Return what a role reaches."""
    return Walk(client).run()
