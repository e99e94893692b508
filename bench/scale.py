"""How much is built and measured: `FULL` for the results that count, `QUICK` a tenth of it for a first look."""

import datetime as dt
from dataclasses import dataclass

# Everything lies in the year before this instant, so that two runs build the same rows and ask the same questions.
NOW = dt.datetime(2026, 11, 1, 6, 0, tzinfo=dt.UTC)
TIMEZONE = "Europe/Paris"
DAYS = 365
CAMPAIGNS = 120
# Each campaign sends for as many days as it takes this many of its successors to start.
ABREAST = 20

FIELDS = (
    "leadId", "email", "firstName", "lastName", "company", "status", "leadScore", "tags", "customFields", "createdAt",
    "emailsSent", "emailsDelivered", "emailsOpened", "lastOpenedAt", "workspaceName",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Scale:
    """The sizes of one run. `excel_rows` and `workbook_rows` are what ExcelJS is given, streaming and whole; figures
    are the median of `repeats` runs (`slow_repeats` of what takes long), answers of `asked`.
    """

    leads: int
    repeats: int
    slow_repeats: int
    asked: int

    @property
    def messages(self) -> int:
        """Count the messages of the large database: ten to each lead."""
        return self.leads * 10

    @property
    def imported(self) -> int:
        """Count the messages of one import."""
        return self.leads

    @property
    def excel_rows(self) -> int:
        """Count the rows that ExcelJS streams."""
        return self.leads // 5

    @property
    def workbook_rows(self) -> int:
        """Count the rows that ExcelJS holds as a whole workbook."""
        return self.leads // 10

    @property
    def schedules(self) -> int:
        """Count the schedules, of which a hundredth are due."""
        return self.leads // 10

    @property
    def due(self) -> int:
        """Count the schedules that are due."""
        return self.schedules // 100


def full(leads: int = 1_000_000) -> Scale:
    """Give the sizes of the results that count."""
    return Scale(leads=leads, repeats=5, slow_repeats=3, asked=50)


def quick(leads: int = 100_000) -> Scale:
    """Give the sizes of a first look: a tenth."""
    return Scale(leads=leads, repeats=2, slow_repeats=1, asked=10)
