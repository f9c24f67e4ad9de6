"""A real browser: Debian's Chromium, driven by Playwright."""

import os
import shutil
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
HERE = Path(__file__).parent
POLICY = "Content Security Policy"
# Preloading would copy our stylesheets into the page, which its policy forbids. What is right about
# a page is not told: the list of it takes longer than the look.
AXE = {"preload": False, "resultTypes": ["violations"]}

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
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": ["--no-sandbox"]}


@pytest.fixture(autouse=True)
def _complaints(page):
    """No page may break its scripts or the content security policy."""
    said = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda line: said.append(line.text) if POLICY in line.text else None)
    yield
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
def assert_accessible():
    """Return a function that finds nothing wrong on a page with axe-core, light and dark."""

    def check(page):
        for theme in ("light", "dark"):
            page.evaluate("theme => document.documentElement.dataset.bsTheme = theme", theme)
            # Colours that are on their way to the other theme would be measured half-way.
            page.evaluate("document.getAnimations().forEach(a => a.finish())")
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
