"""The relations that queries rely on are those that the migrations build."""

import psycopg
import pytest
from ibis.expr.types import Table

from outbrief.query.relations import RELATIONS

UDT = {
    "uuid": "uuid",
    "int64": "int8",
    "int32": "int4",
    "float64": "float8",
    "date": "date",
    "timestamp('UTC')": "timestamptz",
    "array<string>": "_text",
    "jsonb": "jsonb",
}


@pytest.mark.parametrize("relation", RELATIONS, ids=lambda relation: relation.get_name())
def test_each_declared_column_exists_with_its_type_and_nullability(database: str, relation: Table):
    with psycopg.connect(database) as connection:
        found = connection.execute(
            "SELECT column_name, udt_name, is_nullable = 'YES' FROM information_schema.columns"
            " WHERE table_schema = 'public' AND table_name = %s",
            [relation.get_name()],
        ).fetchall()
    built = {name: (kind, nullable) for name, kind, nullable in found}

    for name, declared in relation.schema().items():
        kind, nullable = built[name]
        if declared.is_string():
            assert kind in ("text", "varchar"), name
        else:
            assert kind == UDT[str(declared.copy(nullable=True))], name
        # A column declared to be never null must be so; the other way round costs nothing.
        assert declared.nullable or not nullable, name
