"""The files of the interface: which are collected, and what is taken out of them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.apps import StaticFilesConfig
from whitenoise.storage import CompressedManifestStaticFilesStorage

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
        """Cut the addresses before anything is hashed, which then reads what was collected."""
        for name in [] if dry_run else paths:
            if name.endswith((".css", ".js")):
                without_map(Path(self.path(name)))
        collected = {name: (self, name) for name in paths}
        yield from super().post_process(collected, dry_run=dry_run, **options)


def without_map(path: Path) -> None:
    """Cut the address of a map out of one file, if there is one."""
    content = path.read_bytes()
    cut = MAP_COMMENT.sub(b"", content)
    if cut != content:
        path.write_bytes(cut)
