"""How fast the standard library hands over mails that are ready: the limit of any sender."""

import smtplib
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

SENDERS = 2


def rate(port: int, mail: bytes, mails: int, senders: int = SENDERS) -> float:
    """Return mails a second of some processes, each over one kept connection."""
    share = mails // senders
    with ProcessPoolExecutor(senders, mp_context=get_context("spawn")) as pool:
        list(pool.map(hand_over, [port] * senders, [mail] * senders, [1] * senders))
        start = time.perf_counter()
        list(pool.map(hand_over, [port] * senders, [mail] * senders, [share] * senders))
        return share * senders / (time.perf_counter() - start)


def hand_over(port: int, mail: bytes, mails: int) -> None:
    with smtplib.SMTP("127.0.0.1", port) as client:
        for _ in range(mails):
            client.sendmail("a@b.example", ["c@d.example"], mail)


if __name__ == "__main__":
    sys.exit("Part of the dispatch benchmark: python -m tests.benchmarks dispatch")
