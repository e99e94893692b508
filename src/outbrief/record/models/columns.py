"""Columns and constraints that several tables share."""

import datetime as dt
import uuid
from collections.abc import Iterable
from enum import StrEnum

from django.db import models
from django.db.models.functions import Now


def identity() -> "models.UUIDField[uuid.UUID, uuid.UUID]":
    """Give the primary key that every table of ours has."""
    return models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)


def created() -> "models.DateTimeField[dt.datetime, dt.datetime]":
    """Give a time stamp that the database sets on insert."""
    return models.DateTimeField(db_default=Now())


def one_of(column: str, values: Iterable[StrEnum | str], *, table: str) -> models.CheckConstraint:
    """Limit a column to the listed values, in the database itself."""
    return models.CheckConstraint(
        condition=models.Q(**{f"{column}__in": [str(value) for value in values]}), name=f"{table}_{column}_known"
    )
