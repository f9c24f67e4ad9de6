"""Write ``requirements/``: what each extra of pyproject.toml installs, with hashes.

``core.txt`` holds what the portal runs on, each other file what its extra adds, and ``build.txt``
what builds packages from their sources. All agree on one version of each package, for every Python
that pyproject.toml admits. uv settles which; pip alone installs them.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "requirements"
# A pin and its hashes, which stand on lines of their own below it.
PIN = re.compile(r"^\w.*\n(?: .*\n)+", re.MULTILINE)


def main() -> None:
    """Renew all files; with --keep only what pyproject.toml no longer allows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", action="store_true", help="keep the versions that still fit")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        write(project, Path(folder) / "all.txt", parser.parse_args().keep)


def write(project: dict[str, dict[str, dict[str, list[str]]]], whole: Path, keep: bool) -> None:
    """Write a file for the portal, for each extra and for builds.

    Args:
        project: what pyproject.toml holds.
        whole: a file for the versions that all of them share.
        keep: whether versions that still fit stay.

    """
    if keep:
        pins = [path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.txt"))]
        whole.write_text("".join(pins), encoding="utf-8")
    builds = "\n".join(project["build-system"]["requires"])
    compiled("pyproject.toml", "-", "--all-extras", f"--output-file={whole}", given=builds)
    shared = f"--constraint={whole}"
    core = compiled("pyproject.toml", shared)
    files = {"core": core, "build": compiled("-", shared, given=builds)}
    for extra in project["project"]["optional-dependencies"]:
        files[extra] = without(core, compiled("pyproject.toml", shared, f"--extra={extra}"))
    keep_only(files)


def without(core: str, text: str) -> str:
    """Return what a file adds; the same package for more machines than in the core is kept."""
    known = set(PIN.findall(core))
    return PIN.sub(lambda pin: "" if pin[0] in known else pin[0], text)


def compiled(*words: str, given: str = "") -> str:
    """Return what uv settles, and nothing of where it asked."""
    uv = Path(sys.executable).with_name("uv")
    flags = ["--universal", "--python-version=3.11", "--generate-hashes", "--no-annotate"]
    flags += ["--quiet", "--no-emit-index-url", "--no-emit-find-links"]
    flags += ["--custom-compile-command=make locks"]
    done = subprocess.run(  # noqa: S603
        [uv, "pip", "compile", *flags, *words],
        input=given,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


def keep_only(files: dict[str, str]) -> None:
    """Write these files, and delete those of extras that have gone."""
    FOLDER.mkdir(exist_ok=True)
    for path in set(FOLDER.glob("*.txt")) - {FOLDER / f"{name}.txt" for name in files}:
        path.unlink()
    for name, text in files.items():
        (FOLDER / f"{name}.txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
