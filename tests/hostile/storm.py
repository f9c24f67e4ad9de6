"""Sends the inputs and gathers what should not have come back."""

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock

from tests.hostile import judge
from tests.hostile.attempts import Attempt
from tests.hostile.client import Answer, Client
from tests.hostile.roles import Accounts

SENDERS = 2


@dataclass
class Report:
    """How much was sent, and each finding under its figure."""

    sent: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    found: dict[str, list[str]] = field(default_factory=dict)
    slow: list[Attempt] = field(default_factory=list)
    slowest: float = 0.0
    cells: int = 0
    looked_at: int = 0
    lock: Lock = field(default_factory=Lock)

    def note(self, figure: str, where: object, detail: object) -> None:
        with self.lock:
            self.found.setdefault(figure, []).append(f"{where}: {detail}")


class Sender:
    """One thread's browsers, one for each role."""

    def __init__(self, port: int, accounts: Accounts, report: Report) -> None:
        self.port, self.accounts, self.report = port, accounts, report
        self.clients = {role: Client(port, accounts.sign_in(role)) for role in accounts.roles}

    def send(self, attempt: Attempt) -> None:
        """Send one input and judge the answer."""
        client = self.clients[attempt.role]
        where = f"{attempt.role} {attempt.method} {attempt.address[:200]} [{attempt.what[:160]}]"
        try:
            answer = client.send(attempt.method, attempt.address, attempt.headers, attempt.body)
        except OSError as error:
            client.close()
            self.report.note("5xx", where, f"no answer: {error!r}")
            return
        self._judge(attempt, answer, where)
        if "/login/" in answer.headers.get("location", "") and client.session:
            client.session = self.accounts.sign_in(attempt.role)

    def _judge(self, attempt: Attempt, answer: Answer, where: str) -> None:
        report = self.report
        with report.lock:
            report.sent[attempt.kind] += 1
            report.statuses[answer.status] += 1
        if judge.is_fault(attempt.address, answer):
            report.note("5xx", where, answer.status)
        for script in judge.scripts_in(answer):
            report.note("scripts", where, script)
        if judge.is_off_site(answer, self.port):
            report.note("off-site redirects", where, answer.headers["location"])
        if judge.is_split(answer):
            report.note("split headers", where, dict(answer.headers))
        if answer.seconds > judge.MOST_SECONDS:
            with report.lock:
                report.slow.append(attempt)
        report.slowest = max(report.slowest, answer.seconds)


def send_all(attempts: Sequence[Attempt], port: int, accounts: Accounts, report: Report) -> None:
    """Send everything from several threads; each sends its share in order."""

    def share(number: int) -> None:
        sender = Sender(port, accounts, report)
        for attempt in attempts[number::SENDERS]:
            sender.send(attempt)

    with ThreadPoolExecutor(SENDERS) as pool:
        list(pool.map(share, range(SENDERS)))


def send_slow_again(port: int, accounts: Accounts, report: Report) -> None:
    """Send alone what took long: a machine that was busy is no fault of the portal."""
    sender = Sender(port, accounts, report)
    for one in report.slow:
        client = sender.clients[one.role]
        seconds = client.send(one.method, one.address, one.headers, one.body).seconds
        if seconds > judge.MOST_SECONDS:
            where = f"{one.role} {one.method} {one.address[:200]} [{one.what[:160]}]"
            report.note("over 3 s", where, f"{seconds:.1f} s")
