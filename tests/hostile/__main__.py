"""Run everything: ``python -m tests.hostile [--inputs N] [--seed N]``; exit code 1 at a finding."""

import argparse
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.hostile.portal import installation, server

FIGURES = ["5xx", "scripts", "files outside", "formula cells", "off-site redirects"]
FIGURES += ["split headers", "over 3 s"]
SHOWN = 15


def main() -> int:
    """Return the exit code."""
    parser = argparse.ArgumentParser(prog="make hostile")
    parser.add_argument("--inputs", type=int, default=6000)
    parser.add_argument("--seed", type=int, default=20261128)
    wanted = parser.parse_args()
    with installation() as (folder, port), server(folder, port) as outside:
        import django

        django.setup()
        from tests.hostile.storm import Report

        report, started = Report(), time.monotonic()
        opened = play(port, wanted.inputs, wanted.seed, report)
        for path in sorted(set(outside.read_text(errors="replace").splitlines())):
            report.note("files outside", "written", path)
        show(report, opened, wanted.seed, time.monotonic() - started)
        if keep := os.environ.get("HOSTILE_LOG"):
            Path(keep).write_bytes((folder / "server.log").read_bytes())
    return 1 if report.found else 0


def play(port: int, inputs: int, seed: int, report) -> int:
    """Send all inputs, then look at everything again; return how many pages a browser opened."""
    from tests.hostile.attempts import chosen
    from tests.hostile.client import Client
    from tests.hostile.crawl import walk
    from tests.hostile.looking import look_at_pages, look_with_browser
    from tests.hostile.roles import Accounts
    from tests.hostile.storm import SENDERS, send_all, send_slow_again

    accounts = Accounts()
    with ThreadPoolExecutor(SENDERS) as pool:
        clients = [Client(port, accounts.sign_in(role)) for role in accounts.roles]
        offered = dict(zip(accounts.roles, pool.map(walk, clients), strict=True))
    for role, found in offered.items():
        print(f"{role:<24}{len(found.pages):>5} pages {len(found.forms):>4} forms", flush=True)
    send_all(chosen(offered, inputs, seed), port, accounts, report)
    send_slow_again(port, accounts, report)
    look_at_pages(offered, port, accounts, report)
    return look_with_browser(offered, port, accounts, report)


def show(report, opened: int, seed: int, seconds: float) -> None:
    """Print the table, and the findings under it."""
    from django.db import connection

    print(f"\nSeed {seed} on {connection.vendor}, {seconds:.0f} s, slowest {report.slowest:.1f} s")
    for kind, count in report.sent.items():
        print(f"  {kind:<20}{count:>8,} inputs")
    print(f"  {'all':<20}{sum(report.sent.values()):>8,} inputs")
    statuses = ", ".join(f"{status}: {count}" for status, count in sorted(report.statuses.items()))
    print(f"  answers by status: {statuses}")
    print(f"  then {report.looked_at:,} pages, {opened} in Chromium, {report.cells:,} cells\n")
    for figure in FIGURES:
        print(f"  {len(report.found.get(figure, ())):>8} × {figure}")
    for figure, findings in report.found.items():
        print(f"\n{figure}:")
        for finding in findings[:SHOWN]:
            print(f"  {finding}")
        if len(findings) > SHOWN:
            print(f"  and {len(findings) - SHOWN} more")


if __name__ == "__main__":
    sys.exit(main())
