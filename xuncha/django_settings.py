"""Django's settings, all derived from xuncha.settings."""

from __future__ import annotations

from xuncha.settings import settings

SECRET_KEY = "no-sessions-yet"  # noqa: S105  nothing is signed before the portal exists
DEBUG = False
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
LANGUAGE_CODE = "zh-hans"
INSTALLED_APPS = ["ledger"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": settings().home / "ledger.sqlite3",
        "OPTIONS": {
            # WAL lets search and portal read while intake writes; IMMEDIATE takes the write lock at BEGIN,
            # where waiting for it works, instead of at the first write, where SQLite refuses to wait.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
            "transaction_mode": "IMMEDIATE",
            "timeout": settings().ledger_wait_seconds,
        },
    }
}
