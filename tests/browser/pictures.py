"""Takes the pictures of the documents from a running demonstration.

``python -m tests.browser.pictures http://127.0.0.1:8000 var/demo-accounts.json docs/pictures``
"""

import json
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROLE, WINDOW = "CIO", {"width": 1440, "height": 1000}


def sign_in(page: Page, origin: str, account: dict[str, str]) -> None:
    """Sign in with a demonstration account, and go to its home."""
    page.goto(f"{origin}/accounts/login/")
    page.locator("[name=login]").fill(account["email"])
    page.locator("[name=password]").fill(account["password"])
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(f"**{account['home']}")


def take(origin: str, accounts: Path, folder: Path) -> None:
    """Picture the CIO's overview."""
    found = json.loads(accounts.read_text(encoding="utf-8"))
    account = next(account for account in found if account["role"] == ROLE)
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        page = browser.new_page(viewport=WINDOW, locale="en-GB")
        sign_in(page, origin, account)
        page.screenshot(path=folder / "overview.png")
        browser.close()


if __name__ == "__main__":
    take(sys.argv[1].rstrip("/"), Path(sys.argv[2]), Path(sys.argv[3]))
