"""The database of the settings, with the options that it needs to keep its promises."""

from typing import Any

from onelift.configuration.environment import VAR_DIR, env

SQLITE_SYNCHRONOUS = env.choice(
    "ONELIFT_SQLITE_SYNCHRONOUS", default="NORMAL", words=("NORMAL", "FULL", "EXTRA", "OFF")
)
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA secure_delete=ON; "
        f"PRAGMA synchronous={SQLITE_SYNCHRONOUS};"
    ),
}

# A server that has gone is noticed within a minute, in the middle of a statement too. How long a
# statement may take is not limited: a personnel file of a large company is one transaction.
POSTGRESQL_OPTIONS = {
    "connect_timeout": 5,
    "keepalives_idle": 20,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
    "application_name": "onelift",
    # Plans for tables that are in memory, each by one process: at seventy thousand people, starting
    # others and compiling takes longer than the answer (docs/decisions/board-speed.md).
    "options": "-c seq_page_cost=0.5 -c random_page_cost=0.55"
    " -c max_parallel_workers_per_gather=0 -c jit=off",
}


def database() -> dict[str, Any]:
    """Return the one database, in Django's words."""
    config = env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'onelift.sqlite3'}")
    # Apart from the address, so that one file tells the server and the portal the password.
    password = env("DATABASE_PASSWORD")
    if config["ENGINE"].endswith("sqlite3"):
        return {**config, "OPTIONS": SQLITE_OPTIONS}
    return {
        **config,
        "ENGINE": "onelift.postgresql",
        "PASSWORD": password or config["PASSWORD"],
        # A thread keeps its connection for a minute, and looks whether it still works.
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**POSTGRESQL_OPTIONS, **config.get("OPTIONS", {})},
    }
