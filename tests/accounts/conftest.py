"""Somebody with a second factor, and what their phone shows."""

import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)

SECRET = "JBSWY3DPEHPK3PXP"


def code_for(secret: str) -> str:
    """Return the six digits that an app shows for a key."""
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


@pytest.fixture
def ines_with_factor(cast):
    TOTP.activate(cast.ines, SECRET)
    return cast.ines
