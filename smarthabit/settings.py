"""Settings of SmartHabit: one module, driven by the environment.

Nothing set: embedded mode - one process, SQLite and an in-process channel layer, everything under ``DATA_DIR``.
``DATABASE_URL`` and ``REDIS_URL`` set: the same code on PostgreSQL, Redis and Celery workers.
"""

import sys
from datetime import timedelta
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from django.utils.translation import gettext_lazy as _

from smarthabit import checks, env

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.text("DATA_DIR") or BASE_DIR / "data").expanduser().resolve()

DATABASE_URL = env.text("DATABASE_URL")
REDIS_URL = env.text("REDIS_URL")
EMBEDDED = not (DATABASE_URL or REDIS_URL)
DEBUG = env.flag("DEBUG", default=False)
PORT = env.number("PORT", 8000)
SITE_URL = (env.text("SITE_URL") or f"http://localhost:{PORT}").rstrip("/")
SECURE = SITE_URL.startswith("https://")

# --- keys -----------------------------------------------------------------------------------------------------------
# Embedded mode makes and keeps its own; elsewhere they are given, and checks.py refuses weak or shared ones.
if EMBEDDED:
    SECRET_KEY = env.text("SECRET_KEY") or env.kept_secret(DATA_DIR / "secret_key")
    JWT_SIGNING_KEY = env.text("JWT_SIGNING_KEY") or env.kept_secret(DATA_DIR / "jwt_signing_key")
else:
    SECRET_KEY = env.text("SECRET_KEY")
    JWT_SIGNING_KEY = env.text("JWT_SIGNING_KEY")
SECRET_KEY_FALLBACKS = env.names("SECRET_KEY_FALLBACKS")
# Web Push: one key for all processes. Where nothing keeps it for them it is given, or there is no push.
VAPID_PRIVATE_KEY = env.push_key(DATA_DIR / "vapid_private_key" if EMBEDDED else None, env.text("VAPID_PRIVATE_KEY"))

ALLOWED_HOSTS = env.names("ALLOWED_HOSTS") or sorted(
    {urlsplit(SITE_URL).hostname or "localhost", "localhost", "127.0.0.1", "[::1]"}
)
CSRF_TRUSTED_ORIGINS = sorted({SITE_URL, *env.names("CSRF_TRUSTED_ORIGINS")})
ADMIN_ENABLED = env.flag("ADMIN_ENABLED", default=EMBEDDED)
# A file of weights for the risk model, as `manage.py fit_risk` makes one; empty: those that ship with the product.
RISK_WEIGHTS = env.text("RISK_WEIGHTS")
REGISTRATION_OPEN = env.flag("REGISTRATION_OPEN", default=True)

# RATE_LIMITS=off is for load tests of the embedded mode.
RATE_LIMITED = env.text("RATE_LIMITS", "on").lower() != "off" or not EMBEDDED
# Threads that run requests in each server process.
HTTP_THREADS = env.number("HTTP_THREADS", 4)

# --- applications ---------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    # Sockets for `manage.py runserver`; every other process is spared Twisted, or starts it by itself.
    *(["daphne"] if sys.argv[1:2] == ["runserver"] else []),
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "django_celery_beat",
    "lucide",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "smarthabit.kernel",
    "smarthabit.accounts",
    "habits",
    "goals",
    "analytics",
    "nudges",
    "smarthabit.pages",
]

MIDDLEWARE = [
    "smarthabit.kernel.middleware.request_log",
    "django.middleware.security.SecurityMiddleware",
    "smarthabit.kernel.middleware.security_headers",
    "smarthabit.kernel.api.middleware.api_contract",
    "smarthabit.accounts.api.lean.scripts_first",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "smarthabit.kernel.compression.PageCompression",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "smarthabit.accounts.middleware.preferences",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "smarthabit.accounts.api.idempotency.idempotency",
]

ROOT_URLCONF = "smarthabit.urls"
WSGI_APPLICATION = "smarthabit.wsgi.application"
ASGI_APPLICATION = "smarthabit.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "smarthabit.kernel.templates.LaidOutLoader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "smarthabit.pages.context.site",
            ],
        },
    },
]

# --- database -------------------------------------------------------------------------------------------------------
# With PgBouncer pooling by transaction, each gets any connection: nothing may be kept on one in between.
DATABASE_POOLED = env.flag("DATABASE_POOLED", default=False)
if DATABASE_URL:
    DATABASES = {
        "default": dj_database_url.parse(
            DATABASE_URL,
            conn_max_age=env.number("DATABASE_CONN_MAX_AGE", 600),
            conn_health_checks=True,
            engine="smarthabit.kernel.postgresql" if DATABASE_URL.startswith("postgres") else None,
            disable_server_side_cursors=DATABASE_POOLED,
        )
    }
else:
    # REST framework imports psycopg wherever it is installed, for kinds of fields that are not used here: 10 MB.
    sys.modules.setdefault("django.contrib.postgres.fields", None)  # type: ignore[arg-type]  # None means "no such module"
    # IMMEDIATE makes every transaction take the write lock at its start, so that none fails half way as "locked".
    DATABASES = {
        "default": {
            "ENGINE": "smarthabit.kernel.sqlite3",
            "NAME": str(DATA_DIR / "smarthabit.sqlite3"),
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16000;",
            },
        }
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- cache and live updates -----------------------------------------------------------------------------------------
if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "smarthabit.kernel.cache.ForgivingRedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": "smarthabit",
            "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
        }
    }
    # The pub/sub layer heals after FLUSHALL; without its own timeout redis-py 8 would drop idle sockets every 5 s.
    CHANNEL_LAYERS: dict[str, dict[str, Any]] = {
        "default": {
            "BACKEND": "smarthabit.kernel.redis_layer.PipelinedPubSubLayer",
            "CONFIG": {
                "hosts": [{"address": REDIS_URL, "socket_timeout": None, "socket_connect_timeout": 2}],
                "prefix": "smarthabit",
            },
        }
    }
else:
    CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 20_000}}
    }
    CHANNEL_LAYERS = {"default": {"BACKEND": "smarthabit.kernel.layer.ThreadSafeLayer"}}

# Open live connections that one user may have, in all processes together.
SOCKETS_PER_USER = env.number("SOCKETS_PER_USER", 10)

# --- jobs -----------------------------------------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL or "folder://localhost//"
CELERY_TIMEZONE = "UTC"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_TIME_LIMIT = 900
CELERY_TASK_SOFT_TIME_LIMIT = 840
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object]
if REDIS_URL:
    CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 1, "socket_connect_timeout": 1}
else:
    _QUEUE = DATA_DIR / "queue"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_QUEUE / "tasks"),
        "data_folder_out": str(_QUEUE / "tasks"),
        "control_folder": str(_QUEUE / "control"),
    }

# --- nudges ---------------------------------------------------------------------------------------------------------
# With a decision's name the key of its random draw; kept with each decision, so it may be changed at any time.
NUDGE_SEED = env.number("NUDGE_SEED", 1)
# After how many seconds a delivery that hangs is given up; 0 waits for it in the same thread (tests).
NUDGE_SEND_SECONDS = env.number("NUDGE_SEND_SECONDS", 15)

# --- accounts -------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["smarthabit.accounts.backend.Backend"]
SESSION_ENGINE = "smarthabit.accounts.sessions"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# Failed sign-ins within the window that lock an account, or an address, until the window ends.
LOCKOUT_WINDOW = timedelta(minutes=env.number("LOCKOUT_MINUTES", 15))
LOCKOUT_ACCOUNT_FAILURES = env.number("LOCKOUT_ACCOUNT_FAILURES", 10)
LOCKOUT_ADDRESS_FAILURES = env.number("LOCKOUT_ADDRESS_FAILURES", 50)
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "today"
LOGOUT_REDIRECT_URL = "account_login"

EMAIL_CONFIGURED = bool(env.text("EMAIL_HOST"))
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_CONFIGURED else 'console'}.EmailBackend"
EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_PORT = env.number("EMAIL_PORT", 587)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", default=True)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL") or "SmartHabit <noreply@localhost>"

# Whom push services may turn to about our messages: a mailto: or https: address.
VAPID_SUBJECT = env.text("VAPID_SUBJECT") or (SITE_URL if SECURE else f"mailto:{parseaddr(DEFAULT_FROM_EMAIL)[1]}")
# The messengers that may be reached through Apprise; none: it is off.
APPRISE_SCHEMES = tuple(env.names("APPRISE_SCHEMES"))

ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_ADAPTER = "smarthabit.accounts.adapter.AccountAdapter"
MFA_ADAPTER = "smarthabit.accounts.adapter.MFAAdapter"
USERSESSIONS_ADAPTER = "smarthabit.accounts.adapter.SessionsAdapter"
ACCOUNT_FORMS = {
    "signup": "smarthabit.accounts.forms.SignupForm",
    "change_password": "smarthabit.accounts.forms.ChangePasswordForm",
    "set_password": "smarthabit.accounts.forms.SetPasswordForm",
    "reset_password_from_key": "smarthabit.accounts.forms.ResetPasswordKeyForm",
}
ACCOUNT_SIGNUP_REDIRECT_URL = "welcome"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = EMAIL_CONFIGURED
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# Besides the lockout, which counts in the database, and allauth's own limits: whoever asks for mail.
ACCOUNT_RATE_LIMITS = {"signup": "10/m/ip", "reset_password": "10/h/ip,3/h/key"} if RATE_LIMITED else False
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if EMAIL_CONFIGURED else "none"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SECURE else "http"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "SmartHabit"
MFA_ALLOW_UNVERIFIED_EMAIL = not EMAIL_CONFIGURED  # without mail nobody could ever set up a second factor
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE

# --- operation ------------------------------------------------------------------------------------------------------
# Whoever brings this token may read /metrics; without one nothing is counted.
METRICS_TOKEN = env.text("METRICS_TOKEN")

# --- the API --------------------------------------------------------------------------------------------------------
# Behind a proxy, how many of them may name the client's address; 0 trusts no header.
NUM_PROXIES = env.number("NUM_PROXIES", 0)
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "smarthabit.accounts.api.authentication.TokenAuthentication",
        "smarthabit.accounts.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["smarthabit.kernel.api.parsing.StrictJSONParser"],
    "DEFAULT_THROTTLE_CLASSES": [
        "smarthabit.kernel.api.throttling.UserThrottle",
        "smarthabit.kernel.api.throttling.AddressThrottle",
    ]
    if RATE_LIMITED
    else [],
    "DEFAULT_THROTTLE_RATES": {
        "user": env.text("RATE_LIMIT_USER", "600/min"),
        "address": env.text("RATE_LIMIT_ADDRESS", "120/min"),
        "auth": env.text("RATE_LIMIT_AUTH", "10/min"),
        "feed": env.text("RATE_LIMIT_FEED", "60/hour"),
    },
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "smarthabit.kernel.api.pagination.CursorPagination",
    "EXCEPTION_HANDLER": "smarthabit.kernel.api.problems.exception_handler",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "SmartHabit API",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}
ACCESS_TOKEN_LIFETIME = timedelta(minutes=10)
REFRESH_TOKEN_LIFETIME = timedelta(days=30)

# --- what the browser is told ---------------------------------------------------------------------------------------
COOKIE_PREFIX = "__Host-" if SECURE else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}session"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = SECURE and env.flag("SSL_REDIRECT", default=True)
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if NUM_PROXIES else None
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
IMPORT_MAX_BYTES = env.number("IMPORT_MAX_BYTES", 64 * 1024 * 1024)

# --- language and time ----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("de", _("German")), ("ar", _("Arabic"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"

# --- static files ---------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT") or DATA_DIR / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "smarthabit.serving.static.StaticStorage"},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "smarthabit.kernel.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": env.text("LOG_LEVEL", "INFO")},
    "loggers": {
        "django.server": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "daphne": {"level": "WARNING"},
        "celery": {"level": "WARNING"},
        "django_celery_beat": {"level": "WARNING"},
    },
}

checks.refuse_unsafe(globals())
