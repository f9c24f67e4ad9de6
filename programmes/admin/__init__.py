"""The ground floor in Django's admin."""

from programmes.admin import organisation, programme, stream

__all__ = ["organisation", "programme", "stream"]
