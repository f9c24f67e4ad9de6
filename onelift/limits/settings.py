"""The settings of what is taken from visitors: how large, and from where."""

from onelift.configuration.environment import EMBEDDED, env

# How many proxies of ours set X-Forwarded-For: without it all visitors would share one allowance
# of attempts to sign in. And where these proxies are: from elsewhere nobody sets it. Unless web
# listens to its own machine alone, production must name them: see onelift.limits.address.
ALLAUTH_TRUSTED_PROXY_COUNT: int = env.int("TRUSTED_PROXY_COUNT", default=0 if EMBEDDED else 1)
TRUSTED_PROXIES: list[str] = env.networks("TRUSTED_PROXIES", default=["127.0.0.0/8", "::1/128"])
ARE_PROXIES_NAMED: bool = env.is_given("TRUSTED_PROXIES")
# The first counts, and ends the taking of what is larger than any file that we read.
FILE_UPLOAD_HANDLERS = [
    "stakeholders.importing.forms.upload.LimitUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
