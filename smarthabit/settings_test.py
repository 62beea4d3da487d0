"""Settings of the test suite: the product's own, with a private data folder, a cheap password hasher and no timers.

Nothing set: SQLite and the in-process layer. ``DATABASE_URL`` and ``REDIS_URL`` set (``scripts/services`` does it): the
same tests on PostgreSQL and Valkey. Every worker of pytest-xdist has a data folder, a database and a cache of its own.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
_data_dir = Path(tempfile.mkdtemp(prefix="smarthabit-test-"))
atexit.register(shutil.rmtree, _data_dir, ignore_errors=True)

os.environ["DATA_DIR"] = str(_data_dir)
os.environ["ADMIN_ENABLED"] = "yes"
(_data_dir / "static").mkdir()  # whitenoise warns where there is none
os.environ.setdefault("SECRET_KEY", "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJ")
os.environ.setdefault("VAPID_PRIVATE_KEY", "b25seS1mb3ItdGVzdHMtMDEyMzQ1Njc4OS1hYmNkZWY")
os.environ.setdefault("JWT_SIGNING_KEY", "only-for-tests-9876543210-zyxwvutsrqponmlkjihgfedcba-JIHGFEDCBA")

from smarthabit.settings import *
from smarthabit.settings import CACHES, CHANNEL_LAYERS, DATABASES, REDIS_URL

ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

NUDGE_SEND_SECONDS = 0  # in the test's own thread, within its transaction

# Jobs are not run eagerly: ``delay`` puts them into a queue nobody reads, because the product must not depend on a
# wake-up arriving. A test of a job calls it.
CELERY_BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS = {}

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: tests with threads need real locks. Nothing has to survive a power cut here.
    DATABASES["default"]["TEST"] = {"NAME": str(_data_dir / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
if REDIS_URL:
    CACHES["default"]["LOCATION"] = f"{REDIS_URL.rstrip('/')}/{int(_worker) % 16}"
    CHANNEL_LAYERS["default"]["CONFIG"]["prefix"] = f"smarthabit-test-{_worker}"

LOGGING_CONFIG = None
