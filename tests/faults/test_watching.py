"""A mail server that dies while mails are due is told to whoever watches, and so is its return."""

import json
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from communications.operation.queries.outage import STUCK, UNREACHABLE
from tests.faults.harness import Installation
from tests.waiting import until

pytestmark = pytest.mark.slow

PEOPLE = 20
GONE, BACK = "The mail server is not accepting emails", "The mail server is accepting emails again"


def health(installation):
    return json.loads(installation.read("/healthz"))


def figures(installation):
    families = text_string_to_metric_families(installation.read("/metrics"))
    samples = [sample for family in families for sample in family.samples]
    return {(sample.name, *sample.labels.values()): sample.value for sample in samples}


def said(installation, words):
    """Return how many lines of all workers hold some words."""
    logs = [installation.folder / f"{name}.log" for name in installation.shape.workers]
    return sum(log.read_text().count(words) for log in logs)


def test_a_mail_server_that_dies_and_comes_back(installation):
    """The mails of the seed are due for most of an hour once they are planned."""
    installation.seed(PEOPLE)
    installation.start_web()
    installation.kill("relay")
    installation.act("pump")
    assert health(installation)["sending"] == {"status": "degraded", "reason": STUCK}
    assert installation.ask("GET", "/healthz") == 503
    installation.start_workers()
    installation.start_beat()
    until(lambda: health(installation)["sending"].get("reason") == UNREACHABLE, "the reason")
    found = figures(installation)
    assert (found["onelift_mails_due",], found["onelift_mail_server_reachable",]) == (PEOPLE, 0)
    workers = len(installation.shape.workers)
    # One that has begun later is counted as soon as it has shown its life.
    until(lambda: figures(installation)["onelift_workers",] == workers, "all workers")
    assert installation.ask("GET", "/livez") == 200
    installation.start_relay()
    until(lambda: installation.has_told(PEOPLE), "rest")
    until(lambda: health(installation)["status"] == "ok", "a portal that is well")
    assert installation.ask("GET", "/healthz") == 200
    found = figures(installation)
    assert (found["onelift_mails_due",], found["onelift_mail_server_reachable",]) == (0, 1)
    assert found["onelift_mails_sent_total",] == PEOPLE
    until(lambda: said(installation, BACK), "the line in a log")
    assert (said(installation, GONE), said(installation, BACK)) == (1, 1)


@pytest.mark.embedded
def test_several_processes_of_web_count_as_one(embedded, tmp_path):
    """Also what one of them has counted before it died is not forgotten."""
    web = Installation(tmp_path, embedded, WEB_CONCURRENCY="2", WEB_THREADS="2")
    try:
        web.start_web()
        asked = 0
        while asked < 1000 and len(counts_of(web)) < 2:
            asked += ask_at_once(web, 20)
        assert len(counts_of(web)) == 2
        until(lambda: pages(web) == asked, "all that was asked")
        os.kill(web.children_of("web")[0], signal.SIGKILL)
        until(web.web_answers, "web")
        assert web.ask("GET", "/accounts/login/") == 200
        until(lambda: pages(web) == asked + 1, "the sum as it was, and one more")
        web.kill("web", signal.SIGTERM)
        assert not counts_of(web)
    finally:
        web.stop()


def counts_of(web):
    """Return the files of the processes of web that have counted a page."""
    name = f"onelift-counts-{web.processes['web'].pid}-*/histogram_*.db"
    files = Path("/dev/shm").glob(name)
    return [path for path in files if b"account_login" in path.read_bytes()]


def ask_at_once(web, count):
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: web.ask("GET", "/accounts/login/"), range(count)))
    assert set(answers) == {200}
    return count


def pages(web):
    return figures(web).get(("onelift_page_seconds_count", "account_login"))
