"""What pages link is one style sheet, rebuilt from its parts whenever files are collected."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command

from onelift.staticfiles import BUNDLES


@pytest.fixture
def collected(tmp_path, settings):
    settings.STATIC_ROOT = tmp_path
    served = {"staticfiles": {"BACKEND": "onelift.staticfiles.Storage"}}
    settings.STORAGES = {**settings.STORAGES, **served}
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path


def hashed(root, name):
    """Return the file with its fingerprint, as pages link it."""
    (found,) = root.glob(name.replace(".css", f".{'?' * 12}.css"))
    return found.read_text(encoding="utf-8")


def parts_of(name):
    return re.findall(r'@import url\("([^"./]+\.css)"\)', Path(finders.find(name)).read_text())


@pytest.mark.parametrize("name", BUNDLES)
def test_a_page_loads_one_sheet_with_all_its_parts_in_order(collected, name):
    sheet = hashed(collected, name)
    assert "@import" not in sheet
    assert "@charset" not in sheet
    assert parts_of(name)
    places = [
        sheet.index(Path(finders.find(f"css/{part}")).read_text(encoding="utf-8").strip()[:300])
        for part in parts_of(name)
    ]
    assert places == sorted(places)
    assert sheet.startswith("/*")
    assert sheet.count("{") == sheet.count("}")


@pytest.mark.parametrize("name", ["css/onelift.css", "css/onelift-rtl.css"])
def test_bootstrap_lies_in_a_layer_below_ours(collected, name):
    sheet = hashed(collected, name)
    order = sheet.index("@layer bootstrap, tokens, base")
    assert order < sheet.index("@layer bootstrap {") < sheet.index("@layer tokens")


def test_collecting_again_brings_in_a_change_of_a_part(collected, tmp_path_factory, settings):
    source = tmp_path_factory.mktemp("source") / "css"
    source.mkdir()
    (source / "tokens.css").write_text("@layer tokens { :root { --changed: 1; } }")
    settings.STATICFILES_DIRS = [source.parent, *settings.STATICFILES_DIRS]
    finders.get_finder.cache_clear()
    call_command("collectstatic", interactive=False, verbosity=0)
    finders.get_finder.cache_clear()
    newest = max(
        collected.glob("css/public.????????????.css"), key=lambda path: path.stat().st_mtime
    )
    assert "--changed: 1" in newest.read_text(encoding="utf-8")
    assert "--changed: 1" in (collected / "css/public.css").read_text(encoding="utf-8")
