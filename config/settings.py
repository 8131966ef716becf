"""Every setting; what differs between machines comes from the environment (docs/operations.md)."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import structlog
from django.core.exceptions import ImproperlyConfigured

from .environment import flag, number, seal_key, secret_key, words

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"


DEBUG = flag("DEBUG")
DEMO = flag("DEMO")
LOCAL = DEBUG or DEMO
HTTPS = flag("HTTPS", default=not LOCAL)

SECRET_KEY = secret_key(VAR_DIR / "secret_key" if LOCAL else None)
SEAL_KEY = seal_key(VAR_DIR / "seal_key" if LOCAL else None)
ALLOWED_HOSTS = words("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"] if LOCAL else [])
CSRF_TRUSTED_ORIGINS = words("CSRF_TRUSTED_ORIGINS", [])

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "simple_history",
    "django_htmx",
    "pathways",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "pathways.http.SignInRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "csp.middleware.CSPMiddleware",
    "pathways.http.no_store",
    "pathways.http.recorded_source",
    "pathways.http.session_limits",
    "pathways.http.plain_answers",
    "pathways.http.recorded_looks",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["config.templates.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "pathways.navigation.page_context",
            ],
        },
    },
]


def sqlite(path: str) -> dict[str, Any]:
    """SQLite that many may write at once: a writer waits its turn from the start of its transaction."""
    return {
        "ENGINE": "config.sqlite3",
        "NAME": path,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 10,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        },
    }


PLANNING = (
    "jit=off",
    "work_mem=16MB",
    "max_parallel_workers_per_gather=0",
)


def postgresql(url: str) -> dict[str, Any]:
    """PostgreSQL by its URL; a pool, because a connection for each request costs 5 to 8 ms.

    A statement that comes again is prepared on the server, which then need not read it anew, nor plan it
    where a plan for any values is no dearer. To compile a plan, or to share it out among processes, takes
    longer than to run most of these.
    """
    parts = urlsplit(url)
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    host = options.pop("host", parts.hostname or "")
    options |= {
        "server_side_binding": True,
        "prepare_threshold": number("DATABASE_PREPARES_AFTER", 3) or None,
    }
    options.setdefault("options", " ".join(f"-c {each}" for each in PLANNING))
    pool_size = number("DATABASE_POOL", 4)
    if pool_size:
        options["pool"] = {"min_size": 1, "max_size": pool_size, "timeout": 10}
    return {
        "ENGINE": "config.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(host),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }


def database(url: str) -> dict[str, Any]:
    """The database behind sqlite:///relative.file, sqlite:////absolute.file or postgres://user@host/name."""
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite" and len(rest) > 1:
        return sqlite(str(BASE_DIR / unquote(rest[1:])))
    if scheme in {"postgres", "postgresql"}:
        return postgresql(url)
    raise ImproperlyConfigured("DATABASE_URL must begin with sqlite:/// or postgres://.")


DATABASES = {"default": database(os.environ.get("DATABASE_URL") or "sqlite:///var/demo.sqlite3")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    Path(DATABASES["default"]["NAME"]).parent.mkdir(parents=True, exist_ok=True)


def anchors() -> Path:
    """The file beside a SQLite database, in var/ for PostgreSQL, unless SEAL_ANCHORS names another."""
    given = os.environ.get("SEAL_ANCHORS", "").strip()
    is_file = DATABASES["default"]["ENGINE"].endswith("sqlite3")
    beside = Path(DATABASES["default"]["NAME"]).parent if is_file else VAR_DIR
    return BASE_DIR / given if given else beside / "anchors.jsonl"


SEAL_ANCHORS = anchors()
SEAL_AFTER_SECONDS = number("SEAL_AFTER_SECONDS", 2)

AUTH_USER_MODEL = "pathways.User"
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "my_work"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# Seconds. The middleware ends a session at whichever comes first; the cookie never outlives the second.
SESSION_IDLE_SECONDS = 30 * 60
SESSION_ABSOLUTE_SECONDS = 12 * 60 * 60
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_SECONDS
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = False  # a page that outlives a sign-in elsewhere reads its new token there
CSRF_FAILURE_VIEW = "pathways.views.errors.csrf_failure"

SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if flag("BEHIND_PROXY") else None
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
SILENCED_SYSTEM_CHECKS = [
    "security.W002",  # frame-ancestors says what X-Frame-Options would
    "security.W005",  # whether subdomains are ours to bind to https
    "security.W021",  # and to put on a preload list, is for each operator to say
]

# A template file of 256 KB comes with the form that it is sent in, and never touches the disk.
DATA_UPLOAD_MAX_MEMORY_SIZE = 384 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 512 * 1024
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 1

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = False
USE_TZ = True

# Without STATIC_ROOT the files are served from the source tree, under their plain names.
STATIC_URL = "/static/"
STATIC_ROOT = os.environ.get("STATIC_ROOT", "" if LOCAL else str(VAR_DIR / "static")) or None
WHITENOISE_USE_FINDERS = STATIC_ROOT is None
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if STATIC_ROOT
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

SIMPLE_HISTORY_DATE_INDEX = False


def without_values(exc_info: Any) -> str:
    """A traceback in file, line and class names: a database's message may quote the row, so a note's text."""
    lines: list[str] = []
    error = exc_info[1]
    while error is not None:
        place = structlog.tracebacks.extract(type(error), error, error.__traceback__, show_locals=False)
        frames = place.stacks[0].frames
        lines = [type(error).__name__, *(f"  {f.filename}:{f.lineno} {f.name}" for f in frames), *lines]
        error = error.__cause__ or error.__context__
    return "\n".join(lines)


LOG_LEVEL = os.environ.get("LOG_LEVEL") or "INFO"
LOG_PROCESSORS: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.ExceptionRenderer(without_values),
]
structlog.configure(
    processors=[*LOG_PROCESSORS, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "lines": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": LOG_PROCESSORS,
            "processor": structlog.processors.LogfmtRenderer()
            if LOCAL
            else structlog.processors.JSONRenderer(),
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {"django": {"handlers": [], "level": LOG_LEVEL}},
}
