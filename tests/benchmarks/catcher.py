"""The mail server of the demonstration: mails a second, beside one that keeps none."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from communications.mailroom.channels.mail import RelayConfig
from onelift.demo.relay import discarding_relay
from tests.benchmarks.measure import Figure, Goal, in_turns, report, seconds
from tests.benchmarks.stage import Stage
from tests.communications.sending import CALM
from tests.demo.catching import BIG, catching, send_many

# 7,000 people in less than five minutes.
MAILS_A_SECOND = 25


def main(stage: Stage) -> bool:
    """Measure two connections at once that share a mail for each person, 2,000 at most."""
    share = min(stage.people, 2000) // 2
    sides = {"ours": lambda: rate_kept(share), "limit": lambda: rate_discarded(share)}
    figures = {side: Figure(v, "/s") for side, v in in_turns(sides, stage.runs).items()}
    goal = Goal(f"at least {MAILS_A_SECOND} a second", figures["ours"].median >= MAILS_A_SECOND)
    return report(
        f"Catching {2 * share:,} mails of {len(BIG):,} bytes over two connections",
        figures["ours"],
        limit=("a server that keeps none", figures["limit"]),
        goals=(goal,),
    )


def rate_kept(share: int) -> float:
    with TemporaryDirectory() as folder, catching(Path(folder)) as (_process, config):
        return rate(config, share)


def rate_discarded(share: int) -> float:
    with discarding_relay() as port:
        return rate(RelayConfig("127.0.0.1", port, timeout=CALM, dot_timeout=CALM), share)


def rate(config: RelayConfig, share: int) -> float:
    """Return how many mails a second a server takes."""
    send = partial(send_many, config, count=share, message=BIG)
    with ThreadPoolExecutor(2) as pool:
        return 2 * share / seconds(lambda: list(pool.map(send, "ab")))
