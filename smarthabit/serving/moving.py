"""From SQLite to PostgreSQL: every row is copied in one transaction and compared before it is committed."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connections, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Field, Model, QuerySet

SOURCE, TARGET = "source", "default"
BATCH = 1000

Say = Callable[[str], Any]
Row = tuple[Any, ...]


class MoveError(Exception):
    """The move cannot be made; the message says why. Nothing has been changed."""


def open_source(path: Path) -> None:
    """Make the SQLite file known to Django, for reading only."""
    if not path.is_file():
        raise MoveError(f"There is no database at {path}.")
    connections.settings[SOURCE] = {
        **connections.settings[TARGET],
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": f"file:{path}?mode=ro",
        "OPTIONS": {"uri": True, "transaction_mode": "DEFERRED"},
    }


def move(say: Say) -> int:
    """Copy all rows from the source into the empty, migrated target, and hold each against its original; how many."""
    _refuse_unlike()
    total = 0
    # One reading transaction: what somebody might write meanwhile is not half in.
    with transaction.atomic(using=SOURCE), transaction.atomic(using=TARGET):
        for model in _models():  # what migrations have put there themselves comes from the source as well
            _all(model, TARGET).delete()
        for model in _models():
            copied = _copy(model)
            compared = _compare(model)
            if copied != compared:
                raise MoveError(f"{model._meta.db_table}: {copied} rows were read and {compared} found.")
            total += copied
            if copied:
                say(f"{copied:10d} {model._meta.db_table}")
        with connections[TARGET].cursor() as cursor:
            for statement in connections[TARGET].ops.sequence_reset_sql(no_style(), _models()):
                cursor.execute(statement)
    return total


def _refuse_unlike() -> None:
    """Both sides must have the same tables, and the target no people yet."""
    applied = {alias: set(MigrationRecorder(connections[alias]).applied_migrations()) for alias in (SOURCE, TARGET)}
    if applied[SOURCE] != applied[TARGET]:
        differ = sorted(f"{app}.{name}" for app, name in applied[SOURCE] ^ applied[TARGET])
        raise MoveError(
            f"The two databases are of different versions ({', '.join(differ[:5])}): run `manage.py migrate` on both."
        )
    users = apps.get_model("accounts", "User")
    if _all(users, TARGET).exists():
        raise MoveError("There are accounts in the PostgreSQL database already: move into an empty one.")


def _models() -> list[type[Model]]:
    """Every model with a table of its own. Foreign keys are checked at the commit, so their order does not matter."""
    found = apps.get_models(include_auto_created=True)
    return [model for model in found if model._meta.managed and not model._meta.proxy]


def _fields(model: type[Model]) -> list[Field[Any, Any]]:
    return list(model._meta.local_concrete_fields)


def _rows(model: type[Model], alias: str) -> Any:
    """The rows as they are. A model's own order may join tables whose rows have not arrived yet, and lose some."""
    return _all(model, alias).order_by("pk").values_list(*(field.attname for field in _fields(model)))


def _all(model: type[Model], alias: str) -> QuerySet[Model]:
    return QuerySet(model, using=alias)  # no manager's filters


def _copy(model: type[Model]) -> int:
    target = connections[TARGET]
    fields = _fields(model)
    columns = ", ".join(target.ops.quote_name(str(field.column)) for field in fields)
    statement = f"COPY {target.ops.quote_name(model._meta.db_table)} ({columns}) FROM STDIN"
    copied = 0
    with target.cursor() as cursor, cursor.copy(statement) as stream:
        for row in _rows(model, SOURCE).iterator(chunk_size=BATCH):
            stream.write_row([field.get_db_prep_save(value, target) for field, value in zip(fields, row, strict=True)])
            copied += 1
    return copied


def _compare(model: type[Model]) -> int:
    """How many rows of the target equal their originals; raises MoveError for one that differs or is missing."""
    keys = {field.attname for field in model._meta.pk_fields}
    at = [place for place, field in enumerate(_fields(model)) if field.attname in keys]

    def key_of(row: Row) -> Any:
        return row[at[0]] if len(at) == 1 else tuple(row[place] for place in at)

    for originals in _batches(_rows(model, SOURCE).iterator(chunk_size=BATCH)):
        copies = {key_of(row): row for row in _rows(model, TARGET).filter(pk__in=[key_of(row) for row in originals])}
        for row in originals:
            if _plain(copies.get(key_of(row))) != _plain(row):
                raise MoveError(f"{model._meta.db_table}: the row {key_of(row)} did not arrive as it was.")
    return _all(model, TARGET).count()


def _batches(rows: Iterator[Row]) -> Iterator[Sequence[Row]]:
    while batch := list(itertools.islice(rows, BATCH)):
        yield batch


def _plain(row: Row | None) -> Row | None:
    """Binary values come as bytes from one and as a memoryview from the other."""
    return row and tuple(bytes(value) if isinstance(value, memoryview) else value for value in row)
