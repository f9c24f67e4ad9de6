"""A walk through every page that a user reaches by links, noting what is wrong on the way."""

import re
from collections import Counter, deque
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import parse_qs, urldefrag, urljoin, urlsplit

from axe_playwright_python.sync_playwright import Axe
from django.urls import resolve

from tests.browser.conftest import AXE, SETTLE
from tests.selection import IS_THOROUGH

ROOMS = (
    *("/p/", "/profile/", "/programmes/", "/s/", "/me/", "/accounts/"),
    *("/imports/", "/people/", "/audit/"),
)
# Before the second factor one says once more who one is: tests/browser/test_account.py does.
LEAVES = ("/accounts/logout/", "/accounts/2fa/")
# A mail stands in a sandbox where no script runs, so nothing can look at it from within; a workbook
# and a file to print are no pages.
SEALED = {
    *("communications:message-preview", "communications:channel-text-file"),
    "stakeholders:import-report",
}
# Pages of one route that are looked at by who comes first (others look at one), and links of one
# shape that are asked for. Thorough: two of each.
PAGES = ANSWERS = 2 if IS_THOROUGH else 1
# What nobody signs in for is examined in each language.
NOBODY = "nobody"


@dataclass(frozen=True)
class Window:
    """How large a window is, and in which theme."""

    width: int
    height: int
    theme: str


WIDE, NARROW = Window(1440, 900, "light"), Window(320, 800, "dark")
# Files are not pages.
# Links in drawings have no plain address of their own.
LINKS = """[...document.querySelectorAll('a[href]:not([download])')].map(
    (link) => new URL(link.getAttribute('href'), document.baseURI).href)"""
# The same in what the server answers.
LINK = re.compile(r'<a\b(?![^>]*\sdownload\b)[^>]*\shref="([^"]*)"')
SHEET = re.compile(rb"/Type /Page\b")
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Other languages take up to 40 % more room: the longest word grows, and words come behind.
LENGTHEN = """() => {
  const longer = (text) => text.slice(0, Math.ceil(text.length * 0.4));
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, text = node.textContent.trim();
    if (!text || node.parentElement.closest('svg, script, style, textarea')) continue;
    const words = text.split(/\\s+/).sort((one, other) => other.length - one.length);
    const longest = words[0];
    const rest = longer(text).slice(longer(longest).length);
    node.textContent = node.textContent.replace(longest, longest + longer(longest)) + ' ' + rest;
  }
}"""


@dataclass
class Crawl:
    """One browser page that walks; ``wrong`` says where and what.

    A page is examined as the first who reaches its route sees it; of others its answer is read,
    without drawing it, and its links are followed.
    """

    page: object
    origin: str
    window: Window
    wrong: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    looked: Counter = field(default_factory=Counter)
    asked: Counter = field(default_factory=Counter)
    first: dict[str, str] = field(default_factory=dict)

    def walk(self, start: str, who: str) -> None:
        """Look at the pages that links lead to, first those near the start."""
        self.seen, self.asked = set(), Counter()
        waiting = deque([start])
        while waiting:
            address = waiting.popleft()
            name = name_of(address)
            most = PAGES if self.first.setdefault(name, who) == who else 1
            if name not in SEALED and self.looked[who, name] < most:
                self.looked[who, name] += 1
                waiting.extend(self._new(self.look(address, who)))
            else:
                self._ask(address, who)

    def look(self, address: str, who: str, status: int = 200) -> list[str]:
        """Open a page, note what is wrong with it, and return where it leads."""
        if not self._is_to_examine(address, who):
            return self._follow(address, who, status)
        self.page.set_viewport_size({"width": self.window.width, "height": self.window.height})
        response = self.page.goto(self.origin + address)
        where = f"{who} {address}"
        self._note_answer(where, address, response, status)
        if self.window == WIDE:
            self._note_sheets(where)
        return self.examine(where)

    def _follow(self, address: str, who: str, status: int) -> list[str]:
        """Read a page that somebody else has looked at, and return where it leads this reader."""
        answer = self.page.request.get(self.origin + address)
        self._note_answer(f"{who} {address}", address, answer, status)
        links = (found[1] for found in LINK.finditer(answer.text()))
        return [urljoin(answer.url, unescape(link)) for link in links]

    def _note_answer(self, where: str, address: str, answer, status: int) -> None:
        is_turned_away = "next=" in answer.url and "next=" not in address
        if answer.status != status or is_turned_away:
            self.wrong.append(f"{where}: {answer.status} {answer.url}")

    def _is_to_examine(self, address: str, who: str) -> bool:
        first = self.first.setdefault(name_of(address), who)
        return who in (NOBODY, first)

    def examine(self, where: str) -> list[str]:
        """Note what is wrong with the page that is open, and return where it leads."""
        self._note_violations(where)
        self._note_width(where)
        links = self.page.evaluate(LINKS)
        self.page.evaluate(LENGTHEN)
        self._note_width(f"{where}, with longer words")
        return links

    def _note_width(self, where: str) -> None:
        if (width := self.page.evaluate(WIDER)) > 0:
            self.wrong.append(f"{where}: {width} px wider than {self.window.width} px")

    def _note_sheets(self, where: str) -> None:
        """Print a page that offers one page, and count the sheets."""
        if self.page.locator("[data-print]").count():
            sheets = SHEET.findall(self.page.pdf(prefer_css_page_size=True))
            if len(sheets) != 1:
                self.wrong.append(f"{where}: {len(sheets)} sheets of paper")

    def _note_violations(self, where: str) -> None:
        theme = self.window.theme
        self.page.evaluate("theme => document.documentElement.dataset.bsTheme = theme", theme)
        self.page.evaluate(SETTLE)
        for violation in Axe().run(self.page, options=AXE).response["violations"]:
            marks = [node["html"][:160] for node in violation["nodes"][:2]]
            self.wrong.append(f"{where} {theme}: {violation['help']} {marks}")

    def _new(self, links: list[str]) -> list[str]:
        here = [urldefrag(link)[0].removeprefix(self.origin) for link in links]
        rooms = [link for link in here if link.startswith(ROOMS) and not link.startswith(LEAVES)]
        new = [link for link in dict.fromkeys(rooms) if link not in self.seen]
        self.seen.update(new)
        return new

    def _ask(self, address: str, who: str) -> None:
        shape = (name_of(address), *sorted(parse_qs(urlsplit(address).query)))
        self.asked[shape] += 1
        if self.asked[shape] <= ANSWERS:
            answer = self.page.request.get(self.origin + address)
            if answer.status >= 400:
                self.wrong.append(f"{who} {address}: {answer.status}")


def name_of(address: str) -> str:
    """Return the URL name of an address."""
    return resolve(urlsplit(address).path).view_name
