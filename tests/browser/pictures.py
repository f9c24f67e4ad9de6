"""Takes pictures of every page of a running demonstration, beside those of the design.

``make pictures`` while ``make demo`` runs. Arguments: its address, the folder of its data, where
the pictures go, and optionally where those of the design are.
"""

import json
import re
import shutil
import sys
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
# Half a page of a screen is read at this quality, and all of them are a few megabytes.
QUALITY = 55
# Of a page so many pixels are kept.
LONGEST = 2200
SEALED_PICTURES = {name.replace(":", "-") for name in SEALED}
LEAVES = ("/accounts/logout/",)
# As browsers name the languages.
LOCALES = {"en": "en-GB", "zh-hans": "zh-CN"}
# What nobody signs in for.
OPEN = {
    "account_login": "/accounts/login/",
    "account_reset_password": "/accounts/password/reset/",
    "dashboards-me-persona": "/me/onelift/office-staff/?site=dreux",
    "events-event-open": "/e/onelift-day-dreux/",
}
# What mails lead to.
IN_MAILS = {
    "feedback-answer-give": re.compile(rb"/s/[A-Za-z0-9_-]{20,}/"),
    "events-ticket-show": re.compile(rb"/t/[A-Za-z0-9_-]{20,}/"),
}
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
# What README.md of the project shows.
FRONT = "dashboards-overview-show", "desktop"
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
        for name, address in fullest(page, self.origin, account["home"], known):
            known.add(name)
            for look in (*STAFF, PRINT) if name in PRINTED else STAFF:
                self.take(page, address, name, look)
        page.context.close()

    def public(self, name: str, address: str) -> None:
        """Picture a page that asks for no account, as browsers of several languages get it."""
        mark = "&" if "?" in address else "?"
        for look in PUBLIC:
            page = self.browser.new_page(locale=LOCALES.get(look.language, look.language))
            self.take(page, f"{address}{mark}lang={look.language}", name, look)
            page.context.close()

    def take(self, page: Page, address: str, name: str, look: Look) -> None:
        """Keep one picture of a page, as long as it is, up to ``LONGEST``."""
        page.set_viewport_size({"width": look.width, "height": look.height})
        page.emulate_media(media="print" if look.is_printed else "screen")
        speak(page, self.origin, look.language)
        page.goto(self.origin + address)
        page.evaluate("theme => document.documentElement.dataset.bsTheme = theme", look.theme)
        page.wait_for_load_state("networkidle")
        if (name, look.name) == FRONT:
            front = Image.open(BytesIO(page.screenshot())).convert(
                "P", palette=Image.Palette.ADAPTIVE
            )
            front.save(self.folder / "overview.png", optimize=True)
        keep(page.screenshot(full_page=True), self.folder / f"{name}-{look.name}.webp")


def speak(page: Page, origin: str, language: str) -> None:
    """Choose the language of whoever is signed in; of a public page it is in the address."""
    tokens = [c["value"] for c in page.context.cookies() if c["name"] == "csrftoken"]
    if tokens and language in ("en", "fr"):
        page.request.post(
            f"{origin}/profile/language/",
            form={"language": language, "next": "/", "csrfmiddlewaretoken": tokens[0]},
            headers={"Referer": origin},
        )


def keep(shot: bytes, path: Path) -> None:
    """Write a picture at half its size."""
    picture = Image.open(BytesIO(shot)).convert("RGB")
    picture = picture.crop((0, 0, picture.width, min(picture.height, LONGEST)))
    picture.thumbnail((picture.width // 2, picture.height), Image.Resampling.LANCZOS)
    picture.save(path, "WEBP", quality=QUALITY, method=6)


def sign_in(page: Page, origin: str, account: dict[str, str]) -> None:
    """Sign in with a demonstration account, and be led to its home or on from there."""
    page.goto(f"{origin}/accounts/login/")
    page.locator("[name=login]").fill(account["email"])
    page.locator("[name=password]").fill(account["password"])
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(lambda url: "/accounts/login/" not in url)


def fullest(page: Page, origin: str, home: str, known: set[str]) -> list[tuple[str, str]]:
    """Return each unknown route that links lead to, with the address of its fullest page."""
    waiting, seen, best, tried = [home], {home}, {}, {}
    while waiting:
        address = waiting.pop(0)
        name = name_of(address).replace(":", "-")
        most = 1 if name in known else TRIED
        if name in SEALED_PICTURES or tried.setdefault(name, 0) >= most:
            continue
        tried[name] += 1
        page.goto(origin + address)
        # With what drawings say, and what another width shows.
        size = len(page.text_content("body") or "")
        if size > best.get(name, ("", 0))[1]:
            best[name] = (address, size)
        links = [urldefrag(x)[0].removeprefix(origin) for x in page.evaluate(LINKS)]
        new = [x for x in dict.fromkeys(links) if x.startswith(ROOMS) and not x.startswith(LEAVES)]
        waiting += [x for x in new if x not in seen]
        seen.update(new)
    return [(name, address) for name, (address, _size) in best.items() if name not in known]


def addresses_in(mails: Path) -> dict[str, str]:
    """Return what mails of the mail catcher lead to, of each kind the address in the latest."""
    found: dict[str, str] = {}
    for mail in sorted(mails.glob("*/*"), reverse=True):
        text = SOFT_BREAK.sub(b"", mail.read_bytes())
        for name in IN_MAILS.keys() - found.keys():
            if link := IN_MAILS[name].search(text):
                found[name] = link[0].decode()
        if len(found) == len(IN_MAILS):
            break
    return found


def main(origin: str, var: Path, folder: Path, design: Path | None) -> None:
    """Picture everything, and write the page that shows it."""
    django.setup()
    accounts = json.loads((var / "demo-accounts.json").read_text(encoding="utf-8"))
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        camera = Camera(browser, origin, folder)
        public = OPEN | addresses_in(var / "mail")
        known = set(public)
        for name, address in public.items():
            camera.public(name, address)
        for account in {each["role"]: each for each in accounts}.values():
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
    picture.save(folder / f"{path.stem}.webp", "WEBP", quality=QUALITY, method=6)


if __name__ == "__main__":
    main(
        sys.argv[1].rstrip("/"),
        Path(sys.argv[2]),
        Path(sys.argv[3]),
        Path(sys.argv[4]) if len(sys.argv) > 4 else None,
    )
