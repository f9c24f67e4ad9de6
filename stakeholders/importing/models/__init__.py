"""Personnel files, and what came of them."""

from stakeholders.importing.models.importentry import EntryKind, ImportEntry
from stakeholders.importing.models.importrun import (
    ImportMapping,
    ImportPart,
    ImportRun,
    ImportState,
)

__all__ = [
    "EntryKind",
    "ImportEntry",
    "ImportMapping",
    "ImportPart",
    "ImportRun",
    "ImportState",
]
