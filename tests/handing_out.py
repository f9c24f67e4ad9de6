"""Which tests one process of pytest gets as a whole: those of a file, and those of one shape.

Starting the production shape takes a minute. Its files, handed to several processes, would each
start one; handed to one, they share it.
"""

import re
from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

OF_SHAPE = re.compile(r"tests/operations/test_(doctor|log_lines|outages|secrets_in_logs|shape)\.py")


def whole_of(node_id: str) -> str:
    """Return a name for all that goes to one process together with a test."""
    file, _colons, _name = node_id.partition("::")
    return "one shape" if OF_SHAPE.fullmatch(file) else file


class WholesScheduling(LoadFileScheduling):
    def _split_scope(self, nodeid: str) -> str:
        return whole_of(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling | None:
    return WholesScheduling(config, log) if config.option.dist == "loadfile" else None
