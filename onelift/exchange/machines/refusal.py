"""Why there is no draft by a machine."""


class MachineError(Exception):
    """The service gave no translation; the sentence says why and names no address."""
