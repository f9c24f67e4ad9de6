from queue import Empty

import pytest
from kombu import Connection

from onelift.broker import SCHEME


class LooksWhileWritten:
    """Reads the queue in the middle of being written to it."""

    def __init__(self, channel):
        self.channel = channel

    def __json__(self):
        with pytest.raises(Empty):
            self.channel._get("default")
        return "whole"


def test_a_worker_never_reads_half_a_message(tmp_path):
    folders = ("data_folder_in", "data_folder_out", "control_folder")
    options = dict.fromkeys(folders, str(tmp_path))
    with Connection(f"{SCHEME}://localhost//", transport_options=options) as broker:
        channel = broker.channel()
        channel._put("default", {"task": LooksWhileWritten(channel)})
        assert channel._get("default") == {"task": "whole"}
        assert list(tmp_path.iterdir()) == []
