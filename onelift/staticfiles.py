"""The files of the interface: which are collected, and what is taken out of them."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Any

from django.contrib.staticfiles.apps import StaticFilesConfig
from whitenoise.storage import CompressedManifestStaticFilesStorage

# A sheet that names another at its start, which may go into a layer of its own.
IMPORT = re.compile(r'@import url\("([^"]+)"\)(?: layer\((\w+)\))?;')
CHARSET = re.compile(r'@charset "[^"]+";', re.IGNORECASE)
# What pages link. Each is served as one file: the browser would ask for the named ones in turn.
BUNDLES = ("css/onelift.css", "css/onelift-rtl.css", "css/public.css")
MAP_COMMENT = re.compile(rb"^(/\*|//)\s*[#@]\s*sourceMappingURL=.*$", re.MULTILINE)


class CollectedFiles(StaticFilesConfig):
    """Leaves out what no page loads: the parts of Bootstrap, its readable twins and all maps."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        *("bootstrap-*", "bootstrap.css", "bootstrap.rtl.css", "*.map"),
    ]


class Storage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Hashed and compressed files, without the addresses of maps that are not there."""

    def post_process(
        self, paths: dict[str, Any], dry_run: bool = False, **options: Any
    ) -> Iterator[Any]:
        """Bundle sheets and cut addresses before anything is hashed, which reads the collected."""
        for name in [] if dry_run else paths:
            if name in BUNDLES:
                Path(self.path(name)).write_text(bundled(name, paths), encoding="utf-8")
            if name.endswith((".css", ".js")):
                without_map(Path(self.path(name)))
        collected = {name: (self, name) for name in paths}
        yield from super().post_process(collected, dry_run=dry_run, **options)


def bundled(name: str, paths: Mapping[str, Any]) -> str:
    """Return a sheet with those that it imports in their places.

    They are read where they were found: the collected ones may be bundles of last time. Sheets lie
    beside each other, so what they point to by an address needs no other one.
    """

    def inlined(found: re.Match[str]) -> str:
        other, layer = normpath(join(dirname(name), found[1])), found[2]
        content = CHARSET.sub("", bundled(other, paths))
        return f"@layer {layer} {{\n{content}\n}}" if layer else content

    storage, path = paths[name]
    with storage.open(path) as sheet:
        return IMPORT.sub(inlined, sheet.read().decode())


def without_map(path: Path) -> None:
    """Cut the address of a map out of one file, if there is one."""
    content = path.read_bytes()
    cut = MAP_COMMENT.sub(b"", content)
    if cut != content:
        path.write_bytes(cut)
