"""The file broker of the embedded mode, with messages that appear whole.

Kombu opens a message's file under its name before it writes: a worker that looks in that moment
reads nothing, and ends. Here a file gets its name when all is in it.
"""

import uuid
from pathlib import Path
from time import monotonic
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem  # type: ignore[attr-defined]
from kombu.utils.json import dumps

SCHEME = "whole-files"


class Channel(filesystem.Channel):
    """Puts each message at once."""

    def _put(self, queue: str, message: Any, **_kwargs: Any) -> None:  # type: ignore[override]
        name = f"{round(monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        path = Path(self.data_folder_out) / name
        draft = path.with_name(f"{name}.draft")
        draft.write_text(dumps(message))  # type: ignore[call-arg]
        draft.replace(path)


class Transport(filesystem.Transport):
    """Files in a folder."""

    Channel = Channel


TRANSPORT_ALIASES[SCHEME] = f"{__name__}:Transport"
