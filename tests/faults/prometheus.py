"""Debian's Prometheus, as the documentation sets it up."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.faults.harness import METRICS_TOKEN
from tests.faults.shapes import ROOT
from tests.operations.shape import free_port
from tests.waiting import HANGS, until

CONFIGURATION = """
global: {{evaluation_interval: 15s}}
scrape_configs:
  - job_name: onelift
    scrape_interval: 30s
    authorization: {{credentials: {token}}}
    static_configs: [{{targets: ["127.0.0.1:{web}"]}}]
rule_files: [{rules}]
"""


@dataclass(frozen=True)
class Prometheus:
    """A server that watches one web."""

    port: int

    def firing(self) -> set[str]:
        """Return the names of the alarms that ring; none while it does not answer."""
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/api/v1/alerts", timeout=HANGS) as answer:
                alerts = json.load(answer)["data"]["alerts"]
        except URLError:
            return set()
        return {each["labels"]["alertname"] for each in alerts if each["state"] == "firing"}

    def is_ready(self) -> bool:
        try:
            return bool(urlopen(f"http://127.0.0.1:{self.port}/-/ready", timeout=HANGS))
        except URLError:
            return False


@contextmanager
def watched(web_port: int, folder: Path) -> Iterator[Prometheus]:
    """Start Prometheus with the alarm rules of the documentation, and stop it at the end."""
    folder.mkdir()
    rules, made = ROOT / "docs/operating/prometheus/alarms.yml", Prometheus(free_port())
    words = CONFIGURATION.format(token=METRICS_TOKEN, web=web_port, rules=rules)
    (folder / "prometheus.yml").write_text(words)
    options = {
        "config.file": folder / "prometheus.yml",
        "storage.tsdb.path": folder / "data",
        "web.listen-address": f"127.0.0.1:{made.port}",
        "log.level": "error",
    }
    command = ["prometheus", *(f"--{name}={value}" for name, value in options.items())]
    process = subprocess.Popen(command, cwd=folder)
    try:
        until(made.is_ready, "Prometheus")
        yield made
    finally:
        process.terminate()
        process.wait(timeout=HANGS)
