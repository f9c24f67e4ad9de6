"""Why a whole file is not taken."""

from django.utils.functional import Promise


class ImportRefusedError(Exception):
    """A file that cannot be brought in; the message says what to do. Nothing was written."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(str(message))
