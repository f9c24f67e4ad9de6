"""The roof: wiring, and what reads every floor."""

from onelift.celery import app as celery_app

__version__ = "0.1.0"
__all__ = ["celery_app"]
