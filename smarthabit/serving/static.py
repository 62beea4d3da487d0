"""Static files: named by a hash of their content, compressed ahead, and collected again only when they have changed."""

from __future__ import annotations

import fcntl
import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import brotli
import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

# The best quality takes minutes for the admin and the API's documentation, and saves a twentieth more.
BROTLI_QUALITY = 6
NOT_COMPRESSED = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map", "txt", "md")

GATHERED = frozenset({"css/app.css"})
IMPORT = re.compile(r'^@import "([a-z]+\.css)";$', re.MULTILINE)


class QuickCompressor(Compressor):
    """WhiteNoise's, with a Brotli quality fit for a start that somebody waits for."""

    @staticmethod
    def compress_brotli(data: bytes) -> bytes:
        """The bytes, compressed."""
        return bytes(brotli.compress(data, quality=BROTLI_QUALITY))


class StaticStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage, which compresses only what is new, and only the names that pages refer to."""

    def create_compressor(self, **options: Any) -> Compressor:
        """WhiteNoise's hook."""
        return QuickCompressor(**{**options, "extensions": NOT_COMPRESSED})

    def post_process(self, paths: dict[str, tuple[Any, str]], *args: Any, **options: Any) -> Iterator[Any]:
        """Django's hook: a sheet that imports others is served with them in it, as one request."""
        gathered = {}
        for name in GATHERED & paths.keys():
            source, path = paths[name]
            Path(self.path(name)).write_text(_gathered(Path(source.path(path))), encoding="utf-8")
            gathered[name] = (self, name)
        yield from super().post_process({**paths, **gathered}, *args, **options)

    def compress_files(self, paths: Iterable[str]) -> Any:
        """WhiteNoise's hook; a name with a hash never changes its content."""
        hashed = set(self.hashed_files.values())
        return super().compress_files([p for p in paths if p in hashed and not Path(self.path(f"{p}.br")).exists()])


def _gathered(sheet: Path) -> str:
    """A style sheet with the sheets beside it that it imports in their places."""
    return IMPORT.sub(lambda found: (sheet.parent / found[1]).read_text(encoding="utf-8"), sheet.read_text("utf-8"))


def have_changed() -> bool:
    """Whether the files found are others than those collected the last time."""
    return not _stamp().exists() or _stamp().read_text(encoding="ascii") != _fingerprint()


def collect() -> None:
    """Run collectstatic and remember what was found, unless another process has just done so."""
    _stamp().parent.mkdir(parents=True, exist_ok=True)
    with _stamp().with_name(".collecting").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if have_changed():
            found = _fingerprint()
            call_command("collectstatic", interactive=False, verbosity=0)
            _stamp().write_text(found, encoding="ascii")


def _stamp() -> Path:
    return Path(settings.STATIC_ROOT) / ".collected"


def _fingerprint() -> str:
    """A hash over names, sizes and times of change."""
    digest = hashlib.sha256(settings.STATIC_URL.encode())
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda pair: pair[0]):
            status = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


if __name__ == "__main__":
    django.setup()
    collect()
