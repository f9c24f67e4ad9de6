"""The settings of whoever watches: see docs/operating/watching.md."""

from typing import Any

from onelift.configuration.environment import EMBEDDED, env

__all__ = [
    "ALARM_EMAILS",
    "ALARM_EMAIL_PASSWORD",
    "ALARM_RELAY",
    "METRICS_ARE_OPEN",
    "METRICS_TOKEN",
]

# Without it nobody reads /metrics in production.
METRICS_TOKEN: str = env.token("METRICS_TOKEN")
METRICS_ARE_OPEN = EMBEDDED
# Addresses, or “administrators” for all of them.
ALARM_EMAILS: list[str] = env.emails(
    "ALARM_EMAILS", default=[] if EMBEDDED else ["administrators"], words=("administrators",)
)
ALARM_EMAIL_PASSWORD: str = env("ALARM_EMAIL_PASSWORD", default="")


def alarm_relay() -> dict[str, Any]:
    """Return the mail server that takes emails about problems; empty if it is the usual one."""
    if not env("ALARM_EMAIL_URL", default=""):
        return {}
    given = dict(env.email_url("ALARM_EMAIL_URL"))
    password = ALARM_EMAIL_PASSWORD or given["EMAIL_HOST_PASSWORD"]
    return {**given, "EMAIL_HOST_PASSWORD": password}


ALARM_RELAY = alarm_relay()
