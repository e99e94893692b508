"""What has come in: the imports on record, newest first."""

from django.db.models import QuerySet

from outbrief.facts.models import Intake
from outbrief.facts.shapes import FactKind
from outbrief.terms.errors import NotFound


def newest_first(kind: FactKind | None = None) -> "QuerySet[Intake]":
    """Give the imports of the tenant in scope, of one kind or all, without the rows that were refused."""
    intakes = Intake.objects.order_by("-created_at", "-id").defer("refusals", "notes")
    return intakes if kind is None else intakes.filter(kind=kind)


def get(intake_id: int) -> Intake:
    """Read an import of the tenant in scope; NotFound when it has none with this number."""
    try:
        return Intake.objects.get(id=intake_id)
    except (Intake.DoesNotExist, OverflowError):
        raise NotFound("There is no import with this number.", hint="Choose one from the list.") from None
