"""What strangers send and Django refuses: nobody is to be woken by it, since nothing is broken."""

import logging

SPEAKER = "django.security."


class Refused(logging.Filter):
    """Makes a warning, without a traceback, of what Django tells of a request that it refuses."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether a record is to be written."""
        if record.levelno != logging.ERROR or not record.name.startswith(SPEAKER):
            return True
        record.levelno, record.levelname, record.exc_info = logging.WARNING, "WARNING", None
        return logging.getLogger(record.name).isEnabledFor(logging.WARNING)
