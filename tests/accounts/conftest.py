"""Somebody with a second factor, and what their phone shows."""

import time

import pytest
from allauth.mfa import app_settings
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
)

SECRET = "JBSWY3DPEHPK3PXP"


def code_for(secret: str, later: int = 0) -> str:
    """Return the six digits that an app shows for a key, so many half minutes later."""
    steps = int(time.time()) // app_settings.TOTP_PERIOD + later
    return format_hotp_value(hotp_value(secret, steps))


@pytest.fixture
def ines_with_factor(cast):
    TOTP.activate(cast.ines, SECRET)
    return cast.ines
