"""Many rows at once, for drains: there Django's `bulk_create` and `IN (…)` cost several times what the database does.

All values travel as one parameter, so that a statement's text is the same for any number of rows.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connections
from django.db.models import NOT_PROVIDED, AutoField, Field, ForeignKey, Lookup, Model

from apps.core.encryption import EncryptedTextField


@ForeignKey.register_lookup
@Field.register_lookup
class Among(Lookup[Any]):
    """`filter(wamid__among=wamids)`: what `wamid__in` finds."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        if not self.rhs:
            raise EmptyResultSet  # no query is needed
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s::{self.lhs.output_field.db_type(connection)}[])", [*params, list(self.rhs)]


def insert(model: type[Model], rows: Sequence[Mapping[str, Any]], *, using: str) -> None:
    """Write new rows, each with a value for the same fields, `organization_id` and not `organization`.

    What they don't say is the field's default. Nothing else is computed: no signals, `auto_now`, files or encryption.
    """
    if not rows:
        return
    connection = connections[using]
    said = [field for field in _writable(model) if field.attname in rows[0]]
    left = [field for field in _writable(model) if field.attname not in rows[0] and not _is_filled_in(field)]
    columns = ", ".join(f'"{field.column}"' for field in [*said, *left])
    values = ", ".join([*(f'"{field.column}"' for field in said), *("%s" for _ in left)])
    types = ", ".join(f'"{field.column}" {field.db_type(connection)}' for field in said)
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{model._meta.db_table}" ({columns})'  # noqa: S608 - names of our own
            f" SELECT {values} FROM json_to_recordset(%s) AS row ({types})",
            [
                *(field.get_db_prep_save(field.get_default(), connection) for field in left),
                json.dumps(rows, default=_plain, ensure_ascii=False, check_circular=False),
            ],
        )


def update(model: type[Model], rows: Sequence[Model], names: Sequence[str], *, using: str) -> None:
    """Write these fields of rows that are there. As little else is done as by `insert`."""
    if not rows:
        return
    connection = connections[using]
    key = model._meta.pk
    assert key is not None
    fields = [field for field in _writable(model) if field.name in names or field.attname in names]
    values = [{key.column: row.pk} | {each.column: getattr(row, each.attname) for each in fields} for row in rows]
    types = ", ".join(f'"{field.column}" {field.db_type(connection)}' for field in [key, *fields])
    written = ", ".join(f'"{field.column}" = row."{field.column}"' for field in fields)
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{model._meta.db_table}" AS old SET {written}'  # noqa: S608 - names of our own
            f' FROM json_to_recordset(%s) AS row ({types}) WHERE old."{key.column}" = row."{key.column}"',
            [json.dumps(values, default=_plain, ensure_ascii=False, check_circular=False)],
        )


@cache
def _writable(model: type[Model]) -> list["Field[Any, Any]"]:
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    if any(isinstance(field, EncryptedTextField) for field in fields):
        raise TypeError(f"{model.__name__} has a secret, which would be written in clear.")
    return fields


def _is_filled_in(field: "Field[Any, Any]") -> bool:
    """By the database."""
    return isinstance(field, AutoField) or field.db_default is not NOT_PROVIDED


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):  # Django's encoder drops the microseconds
        return value.isoformat()
    return DjangoJSONEncoder().default(value)
