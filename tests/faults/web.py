"""The portal for gunicorn, with static files as they lie in the sources: none are collected."""

from django.conf import settings

settings.STORAGES = {
    **settings.STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = True

from onelift.wsgi import application  # noqa: E402

__all__ = ["application"]
