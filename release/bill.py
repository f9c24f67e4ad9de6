"""Complete the bill of materials that cyclonedx-py wrote, and the list of licences of pip-licenses.

Both see Python packages alone. Some of these carry what others wrote for browsers; it is added,
with the version that its file tells. So are the portal's version and the image that it is built on.
"""

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from onelift.version import VERSION

ROOT = Path(__file__).resolve().parent.parent
BASE = re.compile(r"^FROM (?P<name>[^\s:]+):(?P<version>\S+)$", re.MULTILINE)


@dataclass(frozen=True)
class Asset:
    """What runs in browsers and comes inside a Python package.

    Attributes:
        name: its name at npm.
        license: its licence, as SPDX writes it.
        package: the package that carries it.
        file: a file of it, below the folder of packages.
        tells: where this file tells the version; without it, nothing does.

    """

    name: str
    license: str
    package: str
    file: str
    tells: str = ""

    def version(self, packages: Path) -> str:
        """Return the version that lies in the folder of packages; empty if its file tells none.

        Raises:
            ValueError: the file tells its version in another way than it used to.
        """
        text = (packages / self.file).read_text(encoding="utf-8")
        found = re.search(self.tells, text) if self.tells else None
        if self.tells and not found:
            raise ValueError(f"{self.file} no longer contains the version of {self.name}")
        return found[1] if found else ""


HTMX, VENDOR = "django_htmx/static/django_htmx", "django/contrib/admin/static/admin/js/vendor"
ASSETS = (
    Asset(
        "bootstrap",
        "MIT",
        "bootstrap-wrapper",
        "bootstrap/css/bootstrap.min.css",
        r"Bootstrap\s+v([\d.]+)",
    ),
    Asset("htmx.org", "0BSD", "django-htmx", f"{HTMX}/htmx-2.min.js", r'version:"([\d.]+)"'),
    Asset(
        "jquery", "MIT", "django", f"{VENDOR}/jquery/jquery.js", r"jQuery JavaScript Library v(\S+)"
    ),
    Asset("select2", "MIT", "django", f"{VENDOR}/select2/select2.full.js", r"Select2 ([\d.]+)"),
    Asset("xregexp", "MIT", "django", f"{VENDOR}/xregexp/xregexp.js", r"XRegExp ([\d.]+)"),
    Asset(
        "@github/webauthn-json",
        "MIT",
        "django-allauth",
        "allauth/mfa/static/mfa/js/webauthn-json.js",
    ),
)


def main() -> None:
    """Complete both files, whose paths are given after the environment with the packages."""
    environment, bill, licences = map(Path, sys.argv[1:])
    packages = next(environment.glob("lib/python3.*/site-packages"))
    found = [(asset, asset.version(packages)) for asset in ASSETS]
    text = json.dumps(completed(json.loads(bill.read_text(encoding="utf-8")), found), indent=2)
    if problem := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text):
        sys.exit(f"{bill} is not valid: {str(problem).splitlines()[0]}")
    bill.write_text(text + "\n", encoding="utf-8")
    known = licences.read_text(encoding="utf-8").rstrip("\n").partition("\n\n## ")[0]
    licences.write_text("\n".join([known, "", *table(found), ""]), encoding="utf-8")
    print(f"{bill} and {licences} list what the image installs.")


def completed(bill: dict[str, Any], found: list[tuple[Asset, str]]) -> dict[str, Any]:
    """Return a bill of materials with what is not a Python package."""
    bill["metadata"]["component"]["version"] = VERSION
    known = {each["bom-ref"]: each for each in bill["components"]}
    for each in [*map(component, found), *bases()]:
        known[each["bom-ref"]] = each
    bill["components"] = list(known.values())
    whole = {each["ref"]: each for each in bill["dependencies"]}
    whole.update({ref: {"ref": ref} for ref in known if ref not in whole})
    bill["dependencies"] = list(whole.values())
    return bill


def component(found: tuple[Asset, str]) -> dict[str, Any]:
    """Return a component of the bill for what runs in browsers."""
    asset, version = found
    purl = f"pkg:npm/{asset.name.replace('@', '%40')}" + (f"@{version}" if version else "")
    return {
        "type": "library",
        "bom-ref": purl,
        "name": asset.name,
        **({"version": version} if version else {}),
        "licenses": [{"license": {"id": asset.license}}],
        "purl": purl,
        "properties": [{"name": "onelift:carried-by", "value": asset.package}],
    }


def bases() -> Iterator[dict[str, Any]]:
    """Yield the image that the portal's is built on, with its digest where it is pinned."""
    match = BASE.search((ROOT / "Dockerfile").read_text(encoding="utf-8"))
    if match:
        version = match["version"]
        ref = f"pkg:docker/{match['name']}@{version.replace('@', '?digest=')}"
        yield {"type": "container", "bom-ref": ref, "name": match["name"], "version": version}


def table(found: list[tuple[Asset, str]]) -> list[str]:
    """Return a table in Markdown of what runs in browsers."""
    head = ["## For browsers", "", "| Name | Version | License | Inside |", "|---|---|---|---|"]
    rows = [
        f"| {each.name} | {version or 'unknown'} | {each.license} | {each.package} |"
        for each, version in found
    ]
    return [*head, *rows]


if __name__ == "__main__":
    main()
