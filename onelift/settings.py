"""All settings, read from the environment.

``ONELIFT_MODE`` is ``embedded`` (the default: one machine, everything under ``var/``) or
``production`` (six variables must be given, see ``onelift/configuration/environment.py``). Each
variable may instead be named with ``_FILE`` behind it, and then holds the path of a file with the
value. What is wrong is collected while this is read, and told at its end.
"""

from pathlib import Path

from bootstrap_wrapper import get_bootstrap_css_dir
from csp.constants import NONE, SELF

from onelift import version
from onelift.accounts.settings import *  # noqa: F403 (those of django-allauth)
from onelift.configuration.bounces import *  # noqa: F403 (of the mails that come back)
from onelift.configuration.databases import database
from onelift.configuration.environment import (
    BASE_DIR,
    EMBEDDED,
    VAR_DIR,
    embedded_secret_key,
    env,
    keep_to_this_account,
    refuse_what_is_wrong,
)
from onelift.exchange.settings import *  # noqa: F403 (of drafts by a machine)
from onelift.limits.settings import *  # noqa: F403 (of what is taken from visitors)
from onelift.logs import records as logs
from onelift.watching.settings import *  # noqa: F403 (of whoever watches)

keep_to_this_account()

VERSION = version.VERSION
# The mail catcher listens at the next one.
PORT: int = env.int("PORT", default=8000, least=1, most=65534)
BIND: str = env("ONELIFT_BIND", default="127.0.0.1")
# Processes of web, and pages in each of them at once.
WEB_CONCURRENCY: int = env.int("WEB_CONCURRENCY", default=1, least=1)
WEB_THREADS: int = env.int("WEB_THREADS", default=8, least=1)
# A file whose age tells whether a worker or the clock still turns; none is touched by default.
ALIVE_FILE: str = env("ONELIFT_ALIVE")
MAIL_CATCHER_PORT = PORT + 1
SECRET_KEY: str = env("SECRET_KEY", default="") or embedded_secret_key()
# Secrets of channels are encrypted by a key made of SECRET_KEY and this; older keys still read.
SALT_KEY = "onelift.channels"
SECRET_KEY_FALLBACKS: list[str] = env.keys("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS: list[str] = env.hosts("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
PUBLIC_URL: str = env.url(
    "PUBLIC_URL",
    default=f"http://127.0.0.1:{PORT}",
    schemes=("https", "http"),
    example="https://onelift.example.com",
).rstrip("/")
DEBUG = False
SERVED_SECURELY = PUBLIC_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
CSRF_FAILURE_VIEW = "onelift.accounts.refusal.csrf_failure"

INSTALLED_APPS = [
    "modeltranslation",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "onelift.staticfiles.CollectedFiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "auditlog",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
    "import_export",
    "programmes",
    "stakeholders",
    "communications",
    "events",
    "feedback",
    "onelift.backups",
    "onelift.exchange",
    "onelift.dashboards",
    "onelift.rehearsal",
    *(["onelift.demo"] if EMBEDDED else []),
]

MIDDLEWARE = [
    "onelift.logs.tracing.TracingMiddleware",
    "csp.middleware.CSPMiddleware",
    "onelift.api.encryption.EncryptedCallsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "onelift.dashboards.checkup.views.health.HealthFirstMiddleware",
    "onelift.serving.key.KeyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "stakeholders.middleware.LocaleOfUserMiddleware",
    "onelift.accounts.caching.PrivatePagesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "stakeholders.middleware.DraftMiddleware",
    "onelift.accounts.parking.ParkingMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "stakeholders.middleware.SecondFactorMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "stakeholders.middleware.ScopeMiddleware",
    "onelift.limits.slowing.SlowingMiddleware",
    # Last of what answers without a view: it asks who has signed in, and what their role allows.
    "onelift.limits.bodies.BodyLimitMiddleware",
    # Innermost, as it may ask the view twice.
    "onelift.serving.head.HeadMiddleware",
]

ROOT_URLCONF = "onelift.urls"
WSGI_APPLICATION = "onelift.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "onelift.dashboards.overview.views.sending_hold.hold_for_page",
            ],
            "builtins": [
                "django.templatetags.i18n",
                *(
                    f"programmes.templatetags.{name}"
                    for name in ("addresses", "forms", "joints", "lists", "looks")
                ),
            ],
        },
    }
]

DATABASES = {"default": database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

SESSION_ENGINE = "django.contrib.sessions.backends.db"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "onelift_cache",
        # With Django's 300, attempts all over would wash away those counted at one account.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# Content and interface languages. English is the source of each text.
LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", "English"),
    ("fr", "Français"),
    ("de", "Deutsch"),
    ("es", "Español"),
    ("it", "Italiano"),
    ("pl", "Polski"),
    ("pt-br", "Português (Brasil)"),
    ("ru", "Русский"),
    ("zh-hans", "简体中文"),
    ("ja", "日本語"),
    ("ko", "한국어"),
    ("ar", "العربية"),
]
# Those whose catalogue has the signed-in pages whole; another one may begin with public texts.
STAFF_LANGUAGES = tuple(code for code, _name in LANGUAGES)
MODELTRANSLATION_DEFAULT_LANGUAGE = "en"
MODELTRANSLATION_FALLBACK_LANGUAGES = ("en",)
# What is read where a language has no text of its own; English is always last.
LANGUAGE_FALLBACKS = {
    "pt": ["pt-br"],
    "zh-hant": ["zh-hans"],
    **{code: ["ru"] for code in ("be", "uk", "kk")},
    **{code: ["es"] for code in ("ca", "gl")},
    "lb": ["fr", "de"],
}
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "onelift.formats"
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static", ("bootstrap", get_bootstrap_css_dir())]
# An image holds its static files; media and the rest are in a place that can be written to.
STATIC_ROOT = Path(env("ONELIFT_STATIC", default=str(VAR_DIR / "static")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "onelift.staticfiles.Storage"},
}
MEDIA_ROOT = VAR_DIR / "media"
FILE_UPLOAD_PERMISSIONS = 0o600

# People sign in with their mail address; accounts are made by a programme manager.
AUTH_USER_MODEL = "stakeholders.User"
AUTHENTICATION_BACKENDS = ["stakeholders.accounts.access.backend.AccountBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
# Whether the admin opens only for staff with a second factor.
ADMIN_SECOND_FACTOR: bool = env.bool("ADMIN_SECOND_FACTOR", default=not EMBEDDED)
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL

# Mails leave through communications/mailroom; Django's own backend sends those about accounts.
vars().update(env.email_url("EMAIL_URL", default=f"smtp://127.0.0.1:{MAIL_CATCHER_PORT}"))
EMAIL_HOST_PASSWORD: str = env("EMAIL_PASSWORD", default="") or vars()["EMAIL_HOST_PASSWORD"]
EMAIL_TIMEOUT: int = env.int("EMAIL_TIMEOUT", default=20 if EMBEDDED else 60, least=1)
EMAIL_CONNECT_TIMEOUT: int = env.int("EMAIL_CONNECT_TIMEOUT", default=EMAIL_TIMEOUT, least=1)
EMAIL_DOT_TIMEOUT: int = env.int("EMAIL_DOT_TIMEOUT", default=20 if EMBEDDED else 120, least=1)
DEFAULT_FROM_EMAIL: str = env.sender("DEFAULT_FROM_EMAIL", "OneLift <onelift@onelift.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
ACCESSIBILITY_EMAIL: str = env("ACCESSIBILITY_EMAIL", default="")

REDIS_URL: str = env.url(
    "REDIS_URL",
    default="",
    schemes=("redis", "rediss"),
    example="redis://:password@host:6379/0",
)
BROKER_DIR = VAR_DIR / "broker"

FORM_RENDERER = "programmes.design.fields.FormRenderer"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    }
}
# Previews of mails stand in a frame of our own pages, which the check would have denied too.
X_FRAME_OPTIONS = "SAMEORIGIN"
SILENCED_SYSTEM_CHECKS = ["security.W019", "security.W021"]
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = SERVED_SECURELY
# Monitors inside the network ask these without TLS.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^livez$", r"^metrics$"]
# The proxy that ends TLS sets this header. Without TLS there is none, and a visitor could.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SERVED_SECURELY else None
SECURE_HSTS_SECONDS = 31536000 if SERVED_SECURELY else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SERVED_SECURELY
SECURE_HSTS_PRELOAD: bool = env.bool("HSTS_PRELOAD", default=False) and SERVED_SECURELY
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SERVED_SECURELY
SESSION_COOKIE_AGE = 14 * 24 * 3600
LANGUAGE_COOKIE_SAMESITE = "Lax"

LOGGING_CONFIG = "onelift.logs.stray.apply"
LOGGING = logs.config(
    formatter=env.choice(
        "ONELIFT_LOG", default="lines" if EMBEDDED else "json", words=("json", "lines")
    ),
    level=env.choice(
        "ONELIFT_LOG_LEVEL",
        default="WARNING" if EMBEDDED else "INFO",
        words=("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"),
    ),
)

# Channels: hosts of webhooks, seconds for a step, and for tests alone what opens this machine.
CHANNEL_HOSTS: list[str] = env.channel_hosts("CHANNEL_HOSTS")
CHANNEL_TIMEOUT: int = env.int("CHANNEL_TIMEOUT", default=10, least=1)
CHANNEL_LOOPBACK_CA: str = env("CHANNEL_LOOPBACK_CA", default="")

# The sending: see docs/operating/settings.md.
SEND_BATCH: int = env.int("SEND_BATCH", default=200, least=1)
SEND_QUIET_MINUTES = 5
# Of one worker: how many at once, and how fast each of them is used. 0 sets no limit.
MAIL_CONNECTIONS: int = env.int("MAIL_CONNECTIONS", default=0)
MAILS_PER_MINUTE: int = env.int("MAILS_PER_MINUTE", default=0)
CLAIM_LEASE_SECONDS: int = env.int("CLAIM_LEASE_SECONDS", default=60, least=1)
SENDING_LEASE_SECONDS: int = env.lease(
    "SENDING_LEASE_SECONDS", wait="EMAIL_DOT_TIMEOUT", seconds=EMAIL_DOT_TIMEOUT
)
WORKING_HOURS = (8, 18)

AUDITLOG_INCLUDE_ALL_MODELS = False
# Between preview and confirmation a file waits where every web process finds it.
IMPORT_EXPORT_TMP_STORAGE_CLASS = "import_export.tmp_storages.CacheStorage"

refuse_what_is_wrong()
