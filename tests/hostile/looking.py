"""After the inputs: every file and page once more, now that hostile texts are stored."""

import shutil
from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

from playwright.sync_api import Error, sync_playwright

from tests.hostile import judge
from tests.hostile.attempts import form_of
from tests.hostile.client import Client
from tests.hostile.crawl import Found, name_of
from tests.hostile.roles import Accounts
from tests.hostile.storm import Report
from tests.hostile.values import MARK

Offered = Mapping[str, Found]
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
# Calls of this name are what scripts of ours would do.
HOOK = f"window.{MARK} = () => {{ document.documentElement.dataset.{MARK} = 'ran' }}"


def look_at_pages(offered: Offered, port: int, accounts: Accounts, report: Report) -> None:
    """Ask for each page again and judge it; count the cells of those that are files."""
    for role, found in offered.items():
        client = Client(port, accounts.sign_in(role))
        for page in found.pages:
            answer = client.get(page)
            report.looked_at += 1
            if judge.is_fault(page, answer):
                report.note("5xx", f"{role} GET {page}", f"{answer.status}, afterwards")
            for script in judge.scripts_in(answer):
                report.note("scripts", f"{role} GET {page}", script)
            _count_cells(report, f"{role} {page}", answer)
        for form in found.forms:
            if form.action.partition("?")[0].endswith("/export/") and form.method == "POST":
                for kind in ("0", "1"):
                    rest = [one for one in form.values if one[0] != "format"]
                    body = form_of([*rest, ("format", kind)])
                    answer = client.send("POST", form.action, FORM, body)
                    _count_cells(report, f"{role} {form.action} {kind}", answer)


def _count_cells(report: Report, where: str, answer) -> None:
    cells, formulas = judge.formulas_in(answer)
    report.cells += cells
    for cell in formulas:
        report.note("formula cells", where, repr(cell[:80]))


def look_with_browser(offered: Offered, port: int, accounts: Accounts, report: Report) -> int:
    """Open a page of each route in Chromium, as whoever reaches it; return how many were opened."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("Install Chromium: stored texts are looked at in it.")
    origin, opened = f"http://127.0.0.1:{port}", set()
    # Before the browser's loop runs, in which nothing may ask the database.
    sessions = {role: accounts.sign_in(role) for role in offered}
    with sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for role, found in offered.items():
            context = browser.new_context()
            if session := sessions[role]:
                context.add_cookies([{"name": "sessionid", "value": session, "url": origin}])
            page = Watched(context.new_page())
            for address in found.pages:
                if name_of(address) not in opened and page.opens(urljoin(origin, address)):
                    opened.add(name_of(address))
                    if page.ran():
                        where = f"{role} {address} in Chromium"
                        report.note("scripts", where, page.refused or "ran")
            context.close()
        browser.close()
    return len(opened)


class Watched:
    """A page of a browser that notices scripts, run or refused."""

    def __init__(self, page: Any) -> None:
        self.page, self.refused = page, []
        page.add_init_script(HOOK)
        page.on("console", self._note)

    def _note(self, said: Any) -> None:
        if _is_refusal(said.text):
            self.refused.append(said.text)

    def opens(self, address: str) -> bool:
        """Open an address; False for a file, which is downloaded."""
        self.refused.clear()
        try:
            self.page.goto(address, timeout=20_000)
        except Error:
            return False
        return True

    def ran(self) -> bool:
        marked = self.page.evaluate(f"document.documentElement.dataset.{MARK}")
        return bool(marked or self.refused)


def _is_refusal(text: str) -> bool:
    """Tell whether a policy has kept a script of a page from running, which nothing should try."""
    return "inline" in text and "script" in text and "Content Security Policy" in text
