"""Is a wave ready: its rules with what they found, thresholds, and overrides."""

from onelift.dashboards.readiness.queries import rules  # noqa: F401  it registers them
