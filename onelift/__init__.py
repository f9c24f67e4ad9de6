"""The roof: wiring, and what reads every floor."""

from onelift.celery import app as celery_app

__all__ = ["celery_app"]
