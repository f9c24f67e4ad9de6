"""Why a step is not taken, in a sentence that whoever takes it reads."""


class RefusedError(Exception):
    """The step cannot be taken as things stand; the text says what to do instead."""
