"""Counting attempts, so that nobody can try password after password or address after address.

Counted in Django's cache, which by default is the memory of this process: with several server processes each counts
for itself, and a restart forgets.
"""

import hashlib
from contextlib import suppress
from dataclasses import dataclass

from django.core.cache import cache
from django.http import HttpRequest

FORGOTTEN_AFTER = 15 * 60


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How many attempts of one kind there may be within a quarter of an hour."""

    kind: str
    per_address: int
    per_client: int


@dataclass(frozen=True, kw_only=True)
class Attempts:
    """The counters of one attempt: of the client with this address, and of the client."""

    allowed: dict[str, int]

    def are_too_many(self) -> bool:
        """Tell whether this attempt is one too many."""
        return any((cache.get(name) or 0) >= most for name, most in self.allowed.items())

    def count(self) -> None:
        """Count one attempt more."""
        for name in self.allowed:
            # The first starts the clock; the later ones do not push it on.
            if not cache.add(name, 1, FORGOTTEN_AFTER):
                # It may end between the two calls; then there is nothing to add to.
                with suppress(ValueError):
                    cache.incr(name)

    def forget_address(self) -> None:
        """Forget the attempts at this address, of somebody who knew it."""
        cache.delete(next(iter(self.allowed)))


def attempts(request: HttpRequest, limits: Limits, email: str) -> Attempts:
    """Give the counters for a request about a mail address."""
    client = str(request.META.get("REMOTE_ADDR", ""))
    both = hashlib.sha256(f"{client} {email.strip().lower()}".encode()).hexdigest()
    one = hashlib.sha256(client.encode()).hexdigest()
    return Attempts(allowed={f"{limits.kind}:{both}": limits.per_address, f"{limits.kind}:{one}": limits.per_client})
