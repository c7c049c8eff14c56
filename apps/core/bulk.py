"""Many rows at once, for drains: there Django's `bulk_create` and `IN (…)` cost several times what the database does.

All values travel as one parameter, so that a statement's text is the same for any number of rows.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connections
from django.db.models import Field, ForeignKey, Lookup, Model
from django.db.models.expressions import DatabaseDefault

from apps.core.encryption import EncryptedTextField


@ForeignKey.register_lookup
@Field.register_lookup
class Among(Lookup[Any]):
    """`filter(wamid__among=wamids)`: what `wamid__in` finds."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s::{self.lhs.output_field.db_type(connection)}[])", [*params, list(self.rhs)]


def insert(rows: Sequence[Model], *, using: str) -> None:
    """Write new rows of one model, in which everything is said that the database doesn't fill in by itself.

    Nothing is computed on the way: no signals, no `auto_now`, no files, no encryption.
    """
    if not rows:
        return
    model, connection = type(rows[0]), connections[using]
    named = [(field, field.attname, field.column) for field in _said(rows[0])]
    columns = ", ".join(f'"{column}"' for _, _, column in named)
    types = ", ".join(f'"{column}" {field.db_type(connection)}' for field, _, column in named)
    values = [{column: value for _, name, column in named if (value := getattr(row, name)) is not None} for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{model._meta.db_table}" ({columns})'  # noqa: S608 - names of our own
            f" SELECT {columns} FROM json_to_recordset(%s) AS row ({types})",
            [json.dumps(values, default=_plain, ensure_ascii=False, check_circular=False)],
        )
    for row in rows:
        row._state.adding, row._state.db = False, using


def _said(row: Model) -> list["Field[Any, Any]"]:
    """The columns for which this row, and so each, has a value of its own."""
    return [
        field
        for field in _writable(type(row))
        if not isinstance(value := getattr(row, field.attname), DatabaseDefault)
        and not (field.primary_key and value is None)
    ]


@cache
def _writable(model: type[Model]) -> list["Field[Any, Any]"]:
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    if any(isinstance(field, EncryptedTextField) for field in fields):
        raise TypeError(f"{model.__name__} has a secret, which would be written in clear.")
    return fields


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):  # Django's encoder drops the microseconds
        return value.isoformat()
    return DjangoJSONEncoder().default(value)
