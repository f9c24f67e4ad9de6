"""Follows every figure of the portal to its list, and compares what both say.

A figure that opens a list is a link with ``data-count``; the page that it opens has one
``data-total``, the size of the list that the address asks for.
"""

import re
from collections import Counter, deque
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

from django.test import Client

from tests.canaries.walk import is_own, view_of

# Pages of one view that are opened, and values of one parameter of one path; and figures of one
# kind that are followed from one page: those of one column, say. More of them if thorough.
MOST_PATHS, MOST_VALUES, MOST_ALIKE = 3, 2, 6
NUMBER = re.compile(r"^\d[\d,.\u00a0\u202f]*(?![\d.,:])")
# How a chip or a tab shows the size of its list: behind its words.
LAST_NUMBER = re.compile(r"(?:^|\s)\d[\d,.\u00a0\u202f]*$")
CHOICES = {"ol-tabs", "ol-filter"}
# Pages that are forms, and those that are not this project's.
FORM = re.compile(r"-(add|edit|set|import|copy|override|new|bulk|export)$")
LEFT_OUT = ("admin:", "account_", "mfa_")
DAY = re.compile(r"^\d+ (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)")
# Views to which a number leads that is not the size of their list, with the reason. So does
# “27 more” of a filter, which unfolds the 27 choices on the same page.
NO_FIGURES = {
    "stakeholders:import-line": "the number of a line in a file",
    "feedback:results-show": "a share of answers, whose table the page shows",
    "feedback:survey-list": "a share of the answers to several surveys, each with its own page",
    "communications:message-list": "what readiness lacks, to be mended among all messages",
    "programmes:support-list": "sites without a contact, to be mended among all sites",
    "dashboards:setup": "days of go-lives, to be changed there",
}


@dataclass
class Link:
    """A link of a page: where it leads, what it says, which figure it claims, if any.

    ``is_choice`` tells whether it is a chip or a tab that one has not chosen yet.
    """

    href: str
    text: str
    count: str | None
    is_choice: bool = False


class Figures(HTMLParser):
    """The links and the totals of a page."""

    def __init__(self, address: str, text: str) -> None:
        super().__init__()
        self.address = address
        self.links: list[Link] = []
        self.totals: list[str] = []
        self.said: list[str] | None = None
        self.navs: list[set[str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, pairs: list[tuple[str, str | None]]) -> None:
        has = dict(pairs)
        if "data-total" in has:
            self.totals.append(has["data-total"] or "")
        classes = set((has.get("class") or "").split())
        if tag == "nav":
            self.navs.append(classes)
        if tag == "a" and has.get("href") and "download" not in has:
            href = urljoin(self.address, has["href"])
            is_choice = "ol-chip" in classes or any(CHOICES & nav for nav in self.navs)
            is_choice = is_choice and "aria-current" not in has
            self.links.append(Link(href, "", has.get("data-count"), is_choice))
            self.said = []

    def handle_data(self, data: str) -> None:
        if self.said is not None:
            self.said.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self.said is not None:
            self.links[-1].text = " ".join("".join(self.said).split(" \n")).strip()
            self.said = None
        if tag == "nav" and self.navs:
            self.navs.pop()


@dataclass
class FigureWalk:
    """What one reader finds: pages once each, and what is wrong with their figures.

    ``names`` of waves and the like end in a number that is none of a list.
    """

    client: Client
    is_thorough: bool = False
    names: frozenset[str] = frozenset()
    pages: dict[str, tuple[int, Figures | None]] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)
    walked: list[tuple[str, Figures]] = field(default_factory=list)
    followed: int = 0
    _values: dict[Any, set[str]] = field(default_factory=dict)

    def go(self, start: str = "/") -> list[str]:
        """Walk all pages, follow all figures; return what does not fit."""
        waiting = deque([start])
        while waiting:
            address = waiting.popleft()
            if address in self.pages or (address != start and not self._is_new(address)):
                continue
            _status, page = self.ask(address)
            if page:
                self.walked.append((address, page))
                waiting.extend(urldefrag(link.href).url for link in page.links)
        for address, page in self.walked:
            self._check(address, page)
        return self.findings

    def ask(self, address: str) -> tuple[int, Figures | None]:
        """Return how a page answers and what stands on it, asked once."""
        if address not in self.pages:
            response = self.client.get(address, follow=True)
            is_page = response.get("Content-Type", "").startswith("text/html")
            is_page = is_page and response.status_code == 200
            # Links are meant from where one is led to.
            chain = getattr(response, "redirect_chain", [])
            there = urljoin(address, chain[-1][0]) if chain else address
            shown = Figures(there, response.content.decode()) if is_page else None
            self.pages[address] = response.status_code, shown
        return self.pages[address]

    def _is_new(self, address: str) -> bool:
        parts = urlsplit(address)
        view = view_of(parts.path)
        if not is_own(address) or not view or FORM.search(view) or view.startswith(LEFT_OUT):
            return False
        if parts.query and not self.is_thorough:
            return False
        places: list[tuple[Any, str]] = [(view, parts.path)]
        places += [((parts.path, name), value) for name, value in parse_qsl(parts.query)]
        return all(self._is_early(place, value) for place, value in places)

    def _is_early(self, place: Any, value: str) -> bool:
        values = self._values.setdefault(place, set())
        most = MOST_PATHS if isinstance(place, str) else MOST_VALUES
        most = most if self.is_thorough else 1
        if value not in values and len(values) < most:
            values.add(value)
        return value in values

    def _check(self, address: str, page: Figures) -> None:
        alike: Counter[Any] = Counter()
        for link in page.links:
            href = urldefrag(link.href).url
            if self._is_forgotten(link):
                self._find(address, link, href, "is a chip or tab whose figure has no data-count")
            kind = (view_of(urlsplit(href).path), *(n for n, _v in parse_qsl(urlsplit(href).query)))
            alike[kind, link.count is None] += 1
            if alike[kind, link.count is None] <= (MOST_ALIKE if self.is_thorough else 1):
                self._check_link(address, link, href)

    def _is_forgotten(self, link: Link) -> bool:
        is_figure = link.is_choice and link.count is None and LAST_NUMBER.search(link.text)
        return bool(is_figure) and link.text not in self.names

    def _check_link(self, address: str, link: Link, href: str) -> None:
        if link.count is not None:
            self.followed += 1
            self._compare(address, link, href)
        elif NUMBER.match(link.text) and not DAY.match(link.text) and is_own(href):
            self._check_number(address, link, href)

    def _compare(self, address: str, link: Link, href: str) -> None:
        status, page = self.ask(href)
        if page is None:
            self._find(address, link, href, f"answers {status}")
        elif len(page.totals) != 1:
            self._find(address, link, href, f"has {len(page.totals)} totals")
        elif page.totals[0] != link.count:
            self._find(address, link, href, f"has {page.totals[0]}, not {link.count}")

    def _check_number(self, address: str, link: Link, href: str) -> None:
        parts = urlsplit(href)
        if view_of(parts.path) in NO_FIGURES or "more=" in parts.query or href == address:
            return
        _status, page = self.pages.get(href) or (0, None)
        if page and page.totals:
            self._find(address, link, href, f"has {page.totals}, and the figure no data-count")

    def _find(self, address: str, link: Link, href: str, what: str) -> None:
        self.findings.append(f"{address}: “{link.text}” -> {href} {what}")
