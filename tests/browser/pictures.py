"""Takes pictures of every page of a running demonstration, beside those of the design.

``make pictures`` while ``make demo`` runs. Arguments: its address, the folder of its data, where
the pictures go, and optionally where those of the design are.
"""

import json
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urldefrag

import django
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.crawl import LINKS, ROOMS, SEALED, name_of
from tests.browser.gallery import DESIGNED, write_gallery

# Of several pages of one route the fullest of so many is taken.
TRIED = 4
LEAVES = ("/accounts/logout/",)
# What nobody signs in for.
OPEN = {
    "account_login": "/accounts/login/",
    "account_reset_password": "/accounts/password/reset/",
    "dashboards-me-persona": "/me/onelift/office-staff/?site=dreux",
}
SURVEY_LINK = re.compile(rb"/s/[A-Za-z0-9_-]{20,}/")
SOFT_BREAK = re.compile(rb"=\r?\n")


class Look(NamedTuple):
    """One way to look at a page."""

    name: str
    width: int
    height: int
    language: str = "en"
    theme: str = "light"
    is_printed: bool = False


STAFF = (
    Look("desktop", 1440, 1000),
    Look("phone", 390, 844),
    Look("dark", 1440, 1000, theme="dark"),
    Look("fr", 1440, 1000, language="fr"),
)
# A4 on its side, at 96 dots an inch.
PRINT = Look("print", 1123, 794, is_printed=True)
PRINTED = {"dashboards-overview-show"}
PUBLIC = (
    Look("phone", 390, 844),
    Look("dark", 390, 844, theme="dark"),
    Look("fr", 390, 844, language="fr"),
    Look("zh", 390, 844, language="zh-hans"),
    Look("ar", 390, 844, language="ar"),
    Look("desktop", 1440, 1000),
)


@dataclass
class Camera:
    """A browser beside a demonstration, and the folder for what it sees."""

    browser: Browser
    origin: str
    folder: Path

    def staff(self, account: dict[str, str], known: set[str]) -> None:
        """Picture each page that an account reaches by links, and nobody before it has."""
        page = self.browser.new_page(locale="en-GB", viewport={"width": 1440, "height": 1000})
        sign_in(page, self.origin, account)
        for name, address in fullest(page, self.origin, account["home"]):
            if name in known:
                continue
            known.add(name)
            for look in (*STAFF, PRINT) if name in PRINTED else STAFF:
                self.take(page, address, name, look)
        page.context.close()

    def public(self, name: str, address: str) -> None:
        """Picture a page that asks for no account."""
        page = self.browser.new_page(locale="en-GB")
        for look in PUBLIC:
            mark = "&" if "?" in address else "?"
            self.take(page, f"{address}{mark}lang={look.language}", name, look)
        page.context.close()

    def take(self, page: Page, address: str, name: str, look: Look) -> None:
        """Keep one picture of a page, as long as it is, up to three screens."""
        page.set_viewport_size({"width": look.width, "height": look.height})
        page.emulate_media(media="print" if look.is_printed else "screen")
        speak(page, self.origin, look.language)
        page.goto(self.origin + address)
        page.evaluate("theme => document.documentElement.dataset.bsTheme = theme", look.theme)
        page.wait_for_load_state("networkidle")
        keep(page.screenshot(full_page=True), self.folder / f"{name}-{look.name}.webp", look)


def speak(page: Page, origin: str, language: str) -> None:
    """Choose the language of whoever is signed in; of a public page it is in the address."""
    tokens = [c["value"] for c in page.context.cookies() if c["name"] == "csrftoken"]
    if tokens and language in ("en", "fr"):
        page.request.post(
            f"{origin}/profile/language/",
            form={"language": language, "next": "/", "csrfmiddlewaretoken": tokens[0]},
            headers={"Referer": origin},
        )


def keep(shot: bytes, path: Path, look: Look) -> None:
    """Write a picture at half its size."""
    picture = Image.open(BytesIO(shot)).convert("RGB")
    picture = picture.crop((0, 0, picture.width, min(picture.height, 3 * look.height)))
    picture.thumbnail((picture.width // 2, picture.height), Image.Resampling.LANCZOS)
    picture.save(path, "WEBP", quality=70, method=6)


def sign_in(page: Page, origin: str, account: dict[str, str]) -> None:
    """Sign in with a demonstration account, and go to its home."""
    page.goto(f"{origin}/accounts/login/")
    page.locator("[name=login]").fill(account["email"])
    page.locator("[name=password]").fill(account["password"])
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(f"**{account['home']}")


def fullest(page: Page, origin: str, home: str) -> Iterator[tuple[str, str]]:
    """Yield each route that links lead to, with the address of its fullest page."""
    waiting, seen, best, tried = [home], {home}, {}, {}
    while waiting:
        address = waiting.pop(0)
        name = name_of(address)
        if name in SEALED or tried.setdefault(name, 0) >= TRIED:
            continue
        tried[name] += 1
        page.goto(origin + address)
        size = len(page.inner_text("body"))
        if size > best.get(name, ("", 0))[1]:
            best[name] = (address, size)
        links = [urldefrag(x)[0].removeprefix(origin) for x in page.evaluate(LINKS)]
        new = [x for x in dict.fromkeys(links) if x.startswith(ROOMS) and not x.startswith(LEAVES)]
        waiting += [x for x in new if x not in seen]
        seen.update(new)
    for name, (address, _size) in best.items():
        yield name.replace(":", "-"), address


def survey_address(mails: Path) -> str | None:
    """Return the address of a survey that the mail catcher holds an invitation to."""
    for mail in sorted(mails.glob("*/*"), reverse=True):
        if found := SURVEY_LINK.search(
            mail.read_bytes().replace(b"=\r\n", b"").replace(b"=\n", b"")
        ):
            return found[0].decode()
    return None


def main(origin: str, var: Path, folder: Path, design: Path | None) -> None:
    """Picture everything, and write the page that shows it."""
    django.setup()
    accounts = json.loads((var / "demo-accounts.json").read_text(encoding="utf-8"))
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        camera = Camera(browser, origin, folder)
        known = set(OPEN)
        for name, address in OPEN.items():
            camera.public(name, address)
        if survey := survey_address(var / "mail"):
            camera.public("feedback-answer-give", survey)
        for account in accounts:
            camera.staff(account, known)
        browser.close()
    for name in DESIGNED if design else ():
        shrink(design / name, folder / "design")
    write_gallery(folder)


def shrink(path: Path, folder: Path) -> None:
    """Keep a picture of the design at half its size."""
    folder.mkdir(exist_ok=True)
    picture = Image.open(path).convert("RGB")
    picture.thumbnail((picture.width // 2, picture.height), Image.Resampling.LANCZOS)
    picture.save(folder / f"{path.stem}.webp", "WEBP", quality=70, method=6)


if __name__ == "__main__":
    main(
        sys.argv[1].rstrip("/"),
        Path(sys.argv[2]),
        Path(sys.argv[3]),
        Path(sys.argv[4]) if len(sys.argv) > 4 else None,
    )
