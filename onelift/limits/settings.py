"""The settings of what is taken from visitors: how large, and from where."""

from onelift.configuration.environment import EMBEDDED, env

# How many proxies of ours set X-Forwarded-For: without it all visitors would share one allowance
# of attempts to sign in. And where these proxies are: from elsewhere nobody sets it.
ALLAUTH_TRUSTED_PROXY_COUNT: int = env.int("TRUSTED_PROXY_COUNT", default=0 if EMBEDDED else 1)
TRUSTED_PROXIES: list[str] = env.networks(
    "TRUSTED_PROXIES",
    default=[
        *("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"),
        *("::1/128", "fc00::/7", "fe80::/10"),
    ],
)
# The first counts, and ends the taking of what is larger than any file that we read.
FILE_UPLOAD_HANDLERS = [
    "stakeholders.importing.forms.upload.LimitUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
