"""Statements written out once: what a check-in asks of the database, without building SQL anew for each request.

The ORM spends ten times as long on putting a statement together as SQLite spends on running it. Here a queryset is
compiled once per process and then only executed, and rows are written by SQL made once from the model. Both are derived
from the models, so that a new column needs nothing here. Several statements travel to PostgreSQL together: there the
way is what costs. Only for the hottest statements; everything else is the ORM's.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import (
    BigAutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    Field,
    ForeignKey,
    Model,
    PositiveIntegerField,
    PositiveSmallIntegerField,
    QuerySet,
    TextField,
)
from django.db.models.base import ModelState
from django.db.models.query import get_related_populators

M = TypeVar("M", bound=Model)
T = TypeVar("T")
_populators: Any = get_related_populators  # the stubs describe the one of a later Django


@dataclass(frozen=True, slots=True)
class Statement(Generic[T]):
    """SQL with its parameters, and how what it answers is taken from the cursor."""

    sql: str
    parameters: Sequence[Any]
    take: Callable[[Any], T]


def run(*statements: Statement[Any]) -> list[Any]:
    """What each of these statements answers. They run in their order; PostgreSQL is asked once for all of them."""
    database = _database()
    with database.cursor() as cursor:
        if database.vendor != "postgresql" or len(statements) == 1:
            return [_run_one(cursor, each) for each in statements]
        # Parameters are bound by the client (Django's default), so that one query may hold several statements.
        cursor.execute("; ".join(each.sql for each in statements), [*chain(*(each.parameters for each in statements))])
        taken: list[Any] = []
        for each in statements:
            if taken:
                cursor.nextset()
            taken.append(each.take(cursor))
        return taken


def _database() -> BaseDatabaseWrapper:
    """This thread's connection: Django's ``connection`` would look it up anew for each of its attributes."""
    return connections[DEFAULT_DB_ALIAS]


def _run_one(cursor: Any, statement: Statement[T]) -> T:
    cursor.execute(statement.sql, statement.parameters)
    return statement.take(cursor)


class KeptQuery(Generic[M]):
    """A queryset with holes for some of its values, compiled once: ``kept(*values)`` gives the rows as models.

    ``build`` makes the queryset from ``samples``: values of the right types, each different from any constant in it.
    Only equality and order fit into a hole; what would change the SQL itself (None, a list) does not. With ``remember``
    the rows for so many values are kept, so that the same rows need not be made into models again.
    """

    def __init__(self, build: Callable[..., QuerySet[M]], *samples: Any, remember: int = 0) -> None:
        self._build = build
        self._samples = samples
        self._remember = remember
        self._compiled: dict[str, _Compiled[M]] = {}
        self._last: dict[tuple[Any, ...], tuple[list[Any], list[M]]] = {}

    def __call__(self, *values: Any) -> list[M]:
        """The rows for these values."""
        rows: list[M] = run(self.asked(*values))[0]
        return rows

    def asked(self, *values: Any) -> Statement[list[M]]:
        """The statement for these values, to be run with others."""
        database = _database()
        compiled = self._compiled.get(database.vendor)
        if compiled is None:
            compiled = self._compiled[database.vendor] = _compile(self._build(*self._samples), self._samples, database)
        parameters = compiled.parameters(values, database)
        if not self._remember:
            return Statement(compiled.sql, parameters, compiled.instances)
        return Statement(compiled.sql, parameters, lambda cursor: self._remembered(compiled, values, cursor.fetchall()))

    def _remembered(self, compiled: _Compiled[M], values: tuple[Any, ...], rows: list[Any]) -> list[M]:
        """Models of these rows: copies of the last ones where the rows have not changed since."""
        last = self._last.get(values)
        if last is None or last[0] != rows:
            if len(self._last) >= self._remember:
                self._last.clear()
            last = self._last[values] = rows, [compiled.instance(row) for row in rows]
        return [_copied(made, {}) for made in last[1]]


def insertion(row: Model) -> Statement[None]:
    """Store a new row, and give it its id where the database makes it. No signals are sent."""
    returning = row.pk is None

    def take(cursor: Any) -> None:
        if returning:
            (row.pk,) = cursor.fetchone()
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS  # noqa: SLF001 - what the ORM does after saving

    fields = _insertable(type(row), returning)
    return Statement(_insert(type(row), returning), _stored(row, fields), take)


def update(row: Model, fields: Sequence[str]) -> Statement[None]:
    """Store these fields of a row that exists. No signals are sent. Raises DatabaseError when it is gone."""

    def take(cursor: Any) -> None:
        if cursor.rowcount != 1:
            raise DatabaseError(f"there is no {row._meta.label} {row.pk} to update")

    names = (*fields,)
    parameters = [*_stored(row, _fields(type(row), names)), row.pk]
    return Statement(_update(type(row), names), parameters, take)


@dataclass(frozen=True, slots=True)
class _Compiled(Generic[M]):
    """SQL with what its result is made of."""

    sql: str
    template: list[Any]
    holes: list[tuple[int, int]]
    converters: list[tuple[int, list[Any], Any]]
    model: type[M]
    names: list[str]
    first: int
    last: int
    related: list[Any]

    def parameters(self, values: Sequence[Any], database: BaseDatabaseWrapper) -> list[Any]:
        """The values in the places of the samples."""
        parameters = self.template[:]
        for place, index in self.holes:
            parameters[place] = _adapted(values[index], database)
        return parameters

    def instances(self, cursor: Any) -> list[M]:
        """All rows of the answer."""
        return [self.instance(row) for row in cursor.fetchall()]

    def instance(self, row: Sequence[Any]) -> M:
        """One row as Django would make it."""
        columns, database = list(row), _database()
        for place, converters, expression in self.converters:
            for convert in converters:
                columns[place] = convert(columns[place], expression, database)
        made = self.model.from_db(DEFAULT_DB_ALIAS, self.names, columns[self.first : self.last])
        for each in self.related:
            each.populate(columns, made)
        return made


def _copied(model: M, done: dict[int, Model]) -> M:
    """A model of its own with the same values, and with its own copies of what was selected along."""
    made = done[id(model)] = model.__class__.__new__(model.__class__)
    made.__dict__.update(model.__dict__)
    state = made.__dict__["_state"] = ModelState()
    state.adding, state.db = False, model._state.db  # noqa: SLF001 - what the ORM does
    state.fields_cache = {  # models may know of each other
        name: one and (done.get(id(one)) or _copied(one, done))
        for name, one in model._state.fields_cache.items()  # noqa: SLF001
    }
    return made


def _compile(queryset: QuerySet[M], samples: Sequence[Any], database: BaseDatabaseWrapper) -> _Compiled[M]:
    compiler = queryset.query.get_compiler(connection=database)
    sql, parameters = compiler.as_sql()
    template = list(parameters)
    holes = list(_holes(template, [_adapted(sample, database) for sample in samples]))
    described: Any = compiler.klass_info
    select: Any = compiler.select
    chosen = described["select_fields"]
    first, last = chosen[0], chosen[-1] + 1
    converters = compiler.get_converters([column[0] for column in select])
    return _Compiled(
        sql,
        template,
        holes,
        [(place, found, expression) for place, (found, expression) in converters.items()],
        described["model"],
        [column[0].target.attname for column in select[first:last]],
        first,
        last,
        list(_populators(described, select, DEFAULT_DB_ALIAS)),
    )


def _holes(template: Sequence[Any], samples: Sequence[Any]) -> Iterator[tuple[int, int]]:
    for index, sample in enumerate(samples):
        places = [place for place, value in enumerate(template) if type(value) is type(sample) and value == sample]
        if not places:
            raise ValueError(f"the sample {sample!r} is not among the parameters {template!r}")
        yield from ((place, index) for place in places)


def _adapted(value: Any, database: BaseDatabaseWrapper) -> Any:
    """A value as the ORM hands it to the driver."""
    if isinstance(value, dt.datetime):
        return database.ops.adapt_datetimefield_value(value)
    if isinstance(value, dt.date):
        return database.ops.adapt_datefield_value(value)
    if isinstance(value, uuid.UUID) and not database.features.has_native_uuid_field:
        return value.hex
    return value


def _stored(row: Model, fields: Sequence[_Storable]) -> list[Any]:
    """Values as the driver takes them; for most the field would say no more, only at length."""
    database = _database()
    stored = []
    for field, name, as_they_are, adapted in fields:
        value = getattr(row, name)
        kind = type(value)
        if kind not in as_they_are:
            naive = kind is dt.datetime and value.tzinfo is None  # Django warns of those
            plainly = kind in adapted and not naive
            value = _adapted(value, database) if plainly else field.get_db_prep_save(value, database)
        stored.append(value)
    return stored


class _Storable(NamedTuple):
    """A column, and the types whose values it takes as they are, or as ``_adapted`` gives them."""

    field: Field[Any, Any]
    name: str
    as_they_are: tuple[type, ...]
    adapted: tuple[type, ...]


_NUMBER = (int, type(None))
_TEXT = (str, type(None))
_AS_THEY_ARE: dict[type[Field[Any, Any]], tuple[type, ...]] = {
    BigAutoField: _NUMBER,
    BigIntegerField: _NUMBER,
    PositiveIntegerField: _NUMBER,
    PositiveSmallIntegerField: _NUMBER,
    ForeignKey: _NUMBER,
    BooleanField: (bool,),
    CharField: _TEXT,
    TextField: _TEXT,
    DateField: (type(None),),
    DateTimeField: (type(None),),
}
_ADAPTED: dict[type[Field[Any, Any]], tuple[type, ...]] = {DateField: (dt.date,), DateTimeField: (dt.datetime,)}


def _storable(field: Field[Any, Any]) -> _Storable:
    kind = type(field)
    return _Storable(field, field.attname, _AS_THEY_ARE.get(kind, ()), _ADAPTED.get(kind, ()))


@cache
def _fields(model: type[Model], names: tuple[str, ...]) -> list[_Storable]:
    return [_storable(model._meta.get_field(name)) for name in names]  # type: ignore[arg-type]  # concrete fields only


@cache
def _insertable(model: type[Model], returning: bool) -> list[_Storable]:
    """The columns that an insertion states: all but an id that the database makes and gives back."""
    return [_storable(field) for field in model._meta.concrete_fields if not (field.primary_key and returning)]


@cache
def _insert(model: type[Model], returning: bool) -> str:
    meta = model._meta
    fields = _insertable(model, returning)
    columns = ", ".join(_quoted(each.field) for each in fields)
    marks = ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {meta.db_table} ({columns}) VALUES ({marks})"  # noqa: S608 - names of our own tables
    return f"{sql} RETURNING {meta.pk.column}" if returning else sql


@cache
def _update(model: type[Model], names: tuple[str, ...]) -> str:
    changes = ", ".join(f"{_quoted(each.field)} = %s" for each in _fields(model, names))
    return f"UPDATE {model._meta.db_table} SET {changes} WHERE {model._meta.pk.column} = %s"  # noqa: S608 - as above


def _quoted(field: Field[Any, Any]) -> str:
    return f'"{field.column}"'
