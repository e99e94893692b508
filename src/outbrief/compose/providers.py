"""Recipient domains grouped by the provider of their mailboxes, where their names tell it."""

from collections.abc import Sequence

import pyarrow as pa

from outbrief.compose.measures import Row, count, picked, sums_of
from outbrief.terms.table import Cell

# Providers that sell mailboxes under names of their own in many countries.
_ENDINGS = (
    "com", "at", "be", "ca", "ch", "cl", "cn", "co.id", "co.il", "co.in", "co.jp", "co.kr", "co.nz", "co.th", "co.uk",
    "co.za", "com.ar", "com.au", "com.br", "com.hk", "com.mx", "com.my", "com.ph", "com.sg", "com.tr", "com.tw",
    "com.vn", "cz", "de", "dk", "es", "fi", "fr", "gr", "hu", "ie", "in", "it", "jp", "kr", "nl", "no", "pl", "pt",
    "ro", "ru", "sa", "se", "sg", "sk",
)  # fmt: skip
_BRANDS = {
    "hotmail": "Microsoft", "live": "Microsoft", "msn": "Microsoft", "outlook": "Microsoft",
    "yahoo": "Yahoo", "aol": "Yahoo",
}  # fmt: skip
_PROVIDERS: dict[str, str] = {
    "gmail.com": "Google",
    "googlemail.com": "Google",
    **{f"{brand}.{ending}": provider for brand, provider in _BRANDS.items() for ending in _ENDINGS},
    "windowslive.com": "Microsoft",
    "ymail.com": "Yahoo",
    "rocketmail.com": "Yahoo",
    "icloud.com": "Apple",
    "me.com": "Apple",
    "mac.com": "Apple",
}


def provider_of(domain: Cell) -> str | None:
    """Give the provider of a well-known mailbox domain; None for any other."""
    return _PROVIDERS.get(str(domain).lower())


def by_provider(domains: pa.Table, most: int) -> tuple[list[Row], int]:
    """Group the rows of recipient domains, largest first; give the first `most` groups and how many there are.

    Each has its `provider`, or the domain itself where that tells none, and its `domains` as text.
    """
    named: list[int] = []
    others: list[int] = []
    for place, domain in enumerate(domains["recipient_domain"].to_pylist()):
        (named if provider_of(domain) else others).append(place)
    groups: dict[str, list[Row]] = {}
    for row in picked(domains, named):
        groups.setdefault(provider_of(row["recipient_domain"]) or "", []).append(row)
    alone = picked(domains, others[:most])
    rows: list[Row] = [
        {"provider": provider, "domains": _listed(found), **sums_of(found)} for provider, found in groups.items()
    ]
    rows += [{**row, "provider": row["recipient_domain"], "domains": ""} for row in alone]
    rows.sort(key=lambda row: (-count(row, "sent"), str(row["provider"])))
    return rows[:most], len(groups) + len(others)


def _listed(rows: Sequence[Row]) -> str:
    return ", ".join(str(row["recipient_domain"]) for row in rows)
