"""Services that translate: one module each, and the one that the settings name.

A module has a function ``translate``. What it returns is a draft, whatever the service says.
"""

from collections.abc import Callable, Mapping, Sequence

from django.conf import settings

from onelift.exchange.machines import libretranslate
from onelift.exchange.machines.refusal import MachineError

__all__ = ["MACHINES", "MachineError", "machine_there"]

# Takes texts and the codes of their language and the wanted one; returns as many texts. Raises
# MachineError, whose sentence says what went wrong.
Translate = Callable[[Sequence[str], str, str], list[str]]

MACHINES: Mapping[str, Translate] = {"libretranslate": libretranslate.translate}


def machine_there() -> Translate | None:
    """Return what translates; None where no address is set, which is the default."""
    return MACHINES[settings.TRANSLATION_SERVICE] if settings.TRANSLATION_URL else None
