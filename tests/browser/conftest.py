"""A real browser: Debian's Chromium, driven by Playwright."""

import os
import shutil
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
HERE = Path(__file__).parent
# Where the clock of the tests is set (see tests/calendar.py), a browser does not start.
REAL_CLOCK = {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}
POLICY = "Content Security Policy"
# Colours that are on their way to the other theme would be measured half-way. What moves without
# end, as the bar of a request that takes long, has no end to go to.
SETTLE = """document.getAnimations()
    .filter((moving) => Number.isFinite(moving.effect.getComputedTiming().endTime))
    .forEach((moving) => moving.finish())"""
# Preloading would copy our stylesheets into the page, which its policy forbids. What is right about
# a page is not told: the list of it takes longer than the look. The size of targets is the one rule
# of WCAG 2.2 AA, and axe leaves it out unless asked.
AXE = {
    "preload": False,
    "resultTypes": ["violations"],
    "rules": {"target-size": {"enabled": True}},
}

# As long as Playwright waits for a click: what is expected after it is the answer of a server that
# shares its processors with other tests. Only a failure takes that long.
expect.set_options(timeout=30_000)

# Playwright's own loop runs in this thread, where Django would refuse its database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    missing = pytest.mark.skip(reason="Chromium is not installed")
    for item in items:
        if HERE in Path(item.fspath).parents:
            item.add_marker(pytest.mark.browser)
            # No database changes how a page looks and takes keys: only what it keeps may differ.
            if not item.get_closest_marker("journey"):
                item.add_marker(pytest.mark.embedded)
            if CHROMIUM is None:
                item.add_marker(missing)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    given = {"executable_path": CHROMIUM, "args": ["--no-sandbox"], "env": REAL_CLOCK}
    return {**browser_type_launch_args, **given}


@pytest.fixture(autouse=True)
def watched(page):
    """No page may break its scripts or the content security policy: watch it, and return it."""
    said = []

    def watch(one):
        one.on("pageerror", lambda error: said.append(str(error)))
        one.on("console", lambda line: said.append(line.text) if POLICY in line.text else None)
        return one

    watch(page)
    yield watch
    assert not said


@pytest.fixture
def signed_in(live_server):
    """Return a function that signs a user in on a page of the live server."""

    def sign_in(page, user):
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies(
            [{"name": cookie.key, "value": cookie.value, "url": live_server.url}]
        )
        return page

    return sign_in


@pytest.fixture
def clicks(page):
    """Count what a user clicks, taps or sends with Enter, one entry each."""
    counted = []
    page.expose_function("countClick", lambda: counted.append(page.url))
    page.add_init_script("addEventListener('click', e => e.isTrusted && countClick(), true)")
    return counted


@pytest.fixture
def assert_accessible():
    """Return a function that finds nothing wrong on a page with axe-core, light and dark."""

    def check(page):
        for theme in ("light", "dark"):
            page.evaluate("theme => document.documentElement.dataset.bsTheme = theme", theme)
            page.evaluate(SETTLE)
            results = Axe().run(page, options=AXE)
            assert results.violations_count == 0, f"{theme}: {results.generate_report()}"

    return check


@pytest.fixture
def assert_no_sideways_scroll():
    """Return a function that finds a page no wider than its window."""

    def check(page):
        width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(width) <= 0

    return check
