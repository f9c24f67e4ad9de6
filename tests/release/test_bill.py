"""`make sbom` lists what the image installs: here from the environment that runs the tests."""

import json
import os
import re
import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
from cyclonedx.model.bom import Bom
from django.contrib.staticfiles.finders import get_finders
from packaging.utils import canonicalize_name

from onelift.version import VERSION
from tests.operations.shape import ROOT
from tests.release.test_locks import pins

pytestmark = pytest.mark.slow

# Packages whose static files nobody else wrote, beside those that carry the assets.
OWN_FILES = {"modeltranslation", "import_export", "account"}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Return the folder with both files; they are completed twice, which must change nothing."""
    folder = tmp_path_factory.mktemp("bill")
    words = [shutil.which("make"), "bill", f"BIN={Path(sys.executable).parent}"]
    words += [f"PACKAGES={sys.prefix}", f"BILL={folder}"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    done = subprocess.run(words, cwd=ROOT, env=kept, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    before = [path.read_text() for path in sorted(folder.iterdir())]
    assert complete(folder).returncode == 0
    assert [path.read_text() for path in sorted(folder.iterdir())] == before
    return folder


def complete(folder):
    words = [sys.executable, "-m", "release.bill", sys.prefix]
    words += [folder / "sbom.json", folder / "licences.md"]
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True)


@pytest.fixture(scope="module")
def bill(made):
    return json.loads((made / "sbom.json").read_text())


def test_the_bill_can_be_read_and_names_the_portal(made, bill):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        read = Bom.from_json(bill)
    assert (read.metadata.component.name, read.metadata.component.version) == ("onelift", VERSION)


def test_a_bill_that_is_no_valid_cyclonedx_is_refused(tmp_path, bill):
    small = {**bill, "components": [{"type": "spoon", "bom-ref": "1", "name": "x"}]}
    (tmp_path / "sbom.json").write_text(json.dumps(small))
    (tmp_path / "licences.md").write_text("| x |\n")
    before = (tmp_path / "sbom.json").read_text()
    done = complete(tmp_path)
    assert done.returncode == 1
    assert "is not valid" in done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "sbom.json").read_text() == before


def test_each_package_of_the_core_is_in_the_bill_and_in_the_list(made, bill):
    here = pins("core", "{}.{}.{}".format(*sys.version_info[:3]))
    listed = {canonicalize_name(each["name"]): each for each in bill["components"]}
    licences = re.findall(r"^\| (\S+) ", (made / "licences.md").read_text(), re.MULTILINE)
    assert set(here) <= set(listed)
    assert set(here) <= set(map(canonicalize_name, licences))
    assert [name for name in here if not listed[name].get("licenses")] == []
    assert all(listed[name]["purl"].startswith("pkg:pypi/") for name in here)


def test_what_packages_carry_for_browsers_is_listed_once_with_its_version(made, bill):
    names = [each["name"] for each in bill["components"]]
    licences = (made / "licences.md").read_text()
    for name in ("bootstrap", "htmx.org", "jquery", "select2", "xregexp", "@github/webauthn-json"):
        assert names.count(name) == 1
        assert licences.count(f"| {name} |") == 1
    found = {each["name"]: each.get("version") for each in bill["components"]}
    assert found["bootstrap"] == pins("core")["bootstrap-wrapper"]
    assert re.fullmatch(r"2\.\d+\.\d+", found["htmx.org"])


def test_no_package_brings_files_for_browsers_that_nobody_has_looked_at():
    found = {
        (str(storage.location).removeprefix(str(ROOT / "static")), path.partition("/")[0])
        for finder in get_finders()
        for path, storage in finder.list([])
    }
    folders = {name for place, name in found if place and not name.startswith("bootstrap")}
    assert folders == {"admin", "django_htmx", "mfa", *OWN_FILES}


def test_the_image_that_it_is_built_on_is_listed(bill):
    bases = [each for each in bill["components"] if each["type"] == "container"]
    assert [each["name"] for each in bases] == ["python"]
    assert bases[0]["version"] in (ROOT / "Dockerfile").read_text()


def test_no_folder_of_this_machine_is_told(made):
    for path in made.iterdir():
        assert str(ROOT) not in path.read_text()
        assert sys.prefix not in path.read_text()
