"""What is hashed of an entry of the audit trail, and the end of the chain as people write it down.

An entry has two parts. Its content says whom or what it was about and what changed: it can be
erased, and is hashed with a salt. Its facts say who acted on which row and when: they stay, and
each link holds them, so that an erased entry is still known to be by the same person.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from auditlog.models import LogEntry

from programmes.models.seal import Chain, Seal

CONTENT = ("object_repr", "changes", "changes_text", "serialized_data")
FACTS = (
    *("id", "content_type_id", "object_pk", "object_id", "action", "timestamp", "actor_email"),
    *("cid", "remote_addr", "remote_port", "additional_data"),
)
FIELDS = (*CONTENT, *FACTS, "actor_id")
# What an erased entry is about.
ERASED = "Erased"
# The end of a chain, in a log line or in the manifest of a backup.
HEAD = re.compile(r"\b(\d{1,18}):([0-9a-f]{64})\b")

Entry = Mapping[str, Any]


def entries_by_key(keys: Iterable[int]) -> dict[int, Entry]:
    """Return what is hashed of these entries."""
    rows = LogEntry.objects.filter(pk__in=list(keys)).order_by()
    return {row["id"]: row for row in rows.values(*FIELDS)}


def content_hash(salt: bytes, entry: Entry) -> bytes:
    """Return the hash of what can be erased of an entry."""
    return hashlib.sha256(salt + _written([entry[name] for name in CONTENT])).digest()


def link_after(before: bytes, seal: Seal, entry: Entry | None) -> bytes:
    """Return the hash of a link; ``entry`` is None for one that says that it was erased."""
    facts = [entry[name] for name in FACTS] if entry else None
    said = [seal.number, seal.entry, seal.actor, seal.is_erasure, seal.at, facts]
    return hashlib.sha256(before + bytes(seal.content) + _written(said)).digest()


def _written(values: Any) -> bytes:
    """Return values as bytes: the same for equal values, however a database lays them out."""
    return _ENCODER.encode(values).encode()


def _text(value: Any) -> str:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)


_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=_text)


def is_blank(entry: Entry) -> bool:
    """Tell whether an entry holds nothing that erasing takes away."""
    others = [entry[name] for name in CONTENT[1:]]
    return entry["object_repr"] == ERASED and not any(others)


def head() -> str:
    """Return the end of the chain, ``number:hash``; empty if nothing was sealed yet."""
    chain = Chain.objects.filter(pk=1, number__gt=0).first()
    return str(chain) if chain else ""


def heads_in(text: str) -> dict[int, str]:
    """Return the ends that a text names: a log, a manifest, or one typed; hash by number."""
    return {int(number): link for number, link in HEAD.findall(text)}
