"""One reader goes wherever links, forms and filters lead, and further by guessing."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urldefrag, urlencode, urlsplit

from django.test import Client
from django.urls import Resolver404, resolve

from tests.canaries.planting import WORD
from tests.canaries.reading import Form, Page, read_body, text_of
from tests.canaries.walls import met

LEAVES = ("/accounts/logout/", "/static/", "/media/")
# Before something is deleted, the administration shows what its own page does.
REPEATED = "_delete"
# Paths of one view, and values of one parameter of one path, as links and forms have them; where
# the walk starts, and guesses, come on top.
MOST_PATHS, MOST_VALUES = 4, 1
# Parameters that choose what a page shows.
SHOWN = {"in": 12, "view": 4, "kind": 4}


@dataclass
class Walk:
    """What a reader met: where each word stood, each path that answered, each form to be posted.

    ``changed`` names the tables that were not as before when the walk was over, ``walls`` what
    stood behind each answer.
    """

    client: Client
    guesses: dict[str, list[str]] = field(default_factory=dict)
    words: dict[str, set[str]] = field(default_factory=dict)
    answers: dict[str, int] = field(default_factory=dict)
    forms: dict[tuple[Any, ...], Form] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)
    linked: set[str] = field(default_factory=set)
    walls: dict[str, frozenset[tuple[str, str]]] = field(default_factory=dict)
    _values: dict[Any, set[str]] = field(default_factory=dict)
    _guessed: set[tuple[str, str]] = field(default_factory=set)
    _sure: set[str] = field(default_factory=set)

    def go(self, starts: Iterable[str]) -> "Walk":
        """Follow everything from some addresses on."""
        waiting = deque(starts)
        self._sure.update(waiting)
        while waiting:
            address = waiting.popleft()
            if address in self.answers:
                continue
            if address in self._sure or self._is_new(address):
                waiting.extend(self._ask(address))
        return self

    @property
    def opened(self) -> set[str]:
        """Return the paths that the reader may see."""
        return {urlsplit(a).path for a, status in self.answers.items() if status < 400}

    def _is_new(self, address: str) -> bool:
        """Tell whether an address is one of the first paths of a view, or parameters of a path."""
        if not is_own(address):
            return False
        parts = urlsplit(address)
        view = view_of(parts.path)
        if view.endswith(REPEATED):
            return False
        own = {(view, parts.path)}
        if not parts.path.startswith("/admin/"):
            own |= {((parts.path, n), v) for n, v in parse_qsl(parts.query, keep_blank_values=True)}
        return bool([1 for place, value in own if self._is_early(place, value)])

    def _is_early(self, place: Any, value: str) -> bool:
        values = self._values.setdefault(place, set())
        most = MOST_PATHS if isinstance(place, str) else SHOWN.get(place[1], MOST_VALUES)
        is_early = value not in values and len(values) < most
        values.add(value)
        return is_early

    def _ask(self, address: str) -> list[str]:
        met()
        response = self.client.get(address)
        self.answers[address], self.walls[address] = response.status_code, met()
        self.note(address, text_of(response))
        if "Location" in response:
            return [response["Location"]]
        if not response.get("Content-Type", "").startswith("text/html"):
            return []
        page = Page(address, read_body(response).decode())
        for form in page.forms:
            if form.method == "post":
                self.forms.setdefault((form.action, *sorted(form.choices)), form)
        asked = [a for form in page.forms if form.method == "get" for a in filled(form)]
        links = [urldefrag(link).url for link in [*page.links, *asked]]
        self.linked.update(urlsplit(link).path for link in links)
        guessed = [a for a in self._guesses(links) if a not in self.answers]
        self._sure.update(guessed)
        return [*links, *guessed]

    def note(self, address: str, text: str, sent: Iterable[str] = ()) -> None:
        """Remember which words stand in an answer, but for those that the reader wrote."""
        written = {*WORD.findall(address), *sent}
        for word in set(WORD.findall(text)) - written:
            self.words.setdefault(word, set()).add(address)

    def _guesses(self, links: list[str]) -> Iterator[str]:
        """Yield addresses with guesses in each parameter, once for each view."""
        for link in links:
            parts = urlsplit(link)
            pairs = parse_qsl(parts.query, keep_blank_values=True)
            for name in dict(pairs) if is_own(link) else ():
                place = (view_of(parts.path), name)
                if place in self._guessed:
                    continue
                self._guessed.add(place)
                for guess in self.guesses.get(name, ()):
                    yield f"{parts.path}?{urlencode({**dict(pairs), name: guess})}"


def is_own(address: str) -> bool:
    """Tell whether an address is a page of the portal that may be asked for."""
    return address.startswith("/") and not address.startswith(LEAVES)


@cache
def view_of(path: str) -> str:
    """Return the name of the view of a path, or nothing where there is none."""
    try:
        return resolve(path).view_name
    except Resolver404:
        return ""


def filled(form: Form) -> Iterator[str]:
    """Yield the addresses of a form with each of its choices."""
    path = form.action.partition("?")[0]
    yield f"{path}?{urlencode(form.chosen, doseq=True)}"
    for name, values in form.choices.items():
        for value in sorted(values):
            yield f"{path}?{urlencode({**form.chosen, name: [value]}, doseq=True)}"
