"""Figures that are links, each compared with the list that it opens."""

from html.parser import HTMLParser
from urllib.parse import urljoin

from django.test import Client


class Marks(HTMLParser):
    """Collects the figures of a page, as (address, count), and the totals of its lists."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.figures: list[tuple[str, str]] = []
        self.totals: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if "data-count" in found:
            self.figures.append((found.get("href", ""), found["data-count"]))
        if "data-total" in found:
            self.totals.append(found["data-total"])


def marks_of(client: Client, url: str) -> Marks:
    """Return the figures and totals of a page that opens."""
    page = client.get(url, follow=True)
    assert page.status_code == 200, f"{page.status_code} {url}"
    return Marks(page.content.decode())


def differences(client: Client, url: str, known: dict[str, list[str]] | None = None) -> list[str]:
    """Return what is wrong with each figure of a page: what it says, and what its list has.

    ``known`` keeps the totals of lists that were opened, for whoever walks many pages.
    """
    seen = {} if known is None else known
    wrong = []
    for href, count in marks_of(client, url).figures:
        target = urljoin(url, href).partition("#")[0]
        if target not in seen:
            page = client.get(target, follow=True)
            seen[target] = (
                Marks(page.content.decode()).totals if page.status_code == 200 else ["refused"]
            )
        if not count.isdecimal() or seen[target] != [count]:
            wrong.append(f"{url}: {count} leads to {target}, which has {seen[target]}")
    return wrong
