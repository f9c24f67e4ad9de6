"""Why a file of texts is not read at all."""


class FileRefusedError(Exception):
    """The file is none of a kind that can be read; the message says what to do."""
