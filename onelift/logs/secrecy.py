"""Addresses that open something for whoever has them, so that they stand in no log."""

import re

# What stands before the secret, as a pattern: personal pages and files, then keys for an account.
BEFORE_SECRETS = (
    *("/s/", "/o/", "/l/", "/k/", "/e/", "/t/", "/c/", r"/feeds/[0-9]+/"),
    *("/accounts/password/reset/key/", "/accounts/confirm-email/"),
)
# The same for proxies, which see a path from its beginning; nginx and Caddy both read it.
SECRET_PATHS = f"^({'|'.join(BEFORE_SECRETS)})"
SECRET = re.compile(rf"({'|'.join(BEFORE_SECRETS)})[^/\s?\"']+")
