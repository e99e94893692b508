"""Django's settings, derived from the environment; nothing here reads it directly."""

from urllib.parse import urlsplit

import font_hanken_grotesk
from psycopg.conninfo import conninfo_to_dict

from outbrief.conf import embedded, env
from outbrief.terms.tenancy import SERVING_ROLE

ENVIRONMENT = env.current()

DATABASE_URL = ENVIRONMENT.database_url or embedded.start(ENVIRONMENT.home)
WAREHOUSE_URL = ENVIRONMENT.warehouse_url or DATABASE_URL
_conninfo = conninfo_to_dict(DATABASE_URL)

# A machine that is switched off cannot say goodbye: the server notices within a minute, and gives up the locks that
# its connections hold, instead of after the two hours that systems wait by default.
_KEEPALIVES = "-c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3"

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _conninfo.pop("dbname", "postgres"),
        "USER": _conninfo.pop("user", ""),
        "PASSWORD": _conninfo.pop("password", ""),
        "HOST": _conninfo.pop("host", ""),
        "PORT": str(_conninfo.pop("port", "")),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # Every connection serves as this role from its first statement, so that forgetting to name a tenant shows
        # nothing instead of everything.
        "OPTIONS": {
            **_conninfo,
            "options": f"{_conninfo.get('options', '')} {_KEEPALIVES}".strip(),
            "assume_role": SERVING_ROLE,
        },
    }
}

SECRET_KEY = ENVIRONMENT.secret_key
DEBUG = False
_site = urlsplit(ENVIRONMENT.base_url)
ALLOWED_HOSTS = [_site.hostname or "", "127.0.0.1", "localhost", "[::1]"]
_secure = _site.scheme == "https"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django_htmx",
    "procrastinate.contrib.django",
    "outbrief.record",
    "outbrief.facts",
    "outbrief.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "outbrief.web.static_files.StaticFiles",
    "outbrief.web.headers.content_security",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "outbrief.web.errors.AnswerErrors",
]

ROOT_URLCONF = "outbrief.conf.urls"
ASGI_APPLICATION = "outbrief.conf.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

AUTH_USER_MODEL = "record.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
LOGIN_URL = "/sign-in"
LOGIN_REDIRECT_URL = "/"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _secure
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "outbrief.web.forgery.refused"
SECURE_HSTS_SECONDS = 31_536_000 if _secure else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"

STATIC_URL = "/static/"
# The typeface of the reports is that of the pages.
STATICFILES_DIRS = [("typefaces", font_hanken_grotesk.font_directory)]
# Files are served from where the packages lie, so nothing has to be collected first.
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-gb"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

# Jobs are deferred by name from `run`, and worked by the functions in `outbrief.tasks`.
PROCRASTINATE_IMPORT_PATHS = ["outbrief.tasks"]

OUTBRIEF = ENVIRONMENT
