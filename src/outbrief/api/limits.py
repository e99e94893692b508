"""How many requests a key may make: a bucket of tokens for each, in the memory of this process.

With several server processes each has its own buckets, so the limit holds per process; what costs much (exports under
way) is limited in the database as well.
"""

import math
import threading
from dataclasses import dataclass, field

from outbrief.terms.errors import TooMany

_FORGET_ABOVE = 10_000


@dataclass(kw_only=True)
class Limiter:
    """Lets each caller make `burst` requests at once and `per_second` after that."""

    per_second: float
    burst: int
    _buckets: dict[str, tuple[float, float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, caller: str, *, now: float) -> None:
        """Take one token of the caller's, at `now` in seconds of any clock; TooMany when there is none."""
        with self._lock:
            tokens, since = self._buckets.get(caller, (float(self.burst), now))
            tokens = min(float(self.burst), tokens + max(0.0, now - since) * self.per_second)
            self._buckets[caller] = (tokens - 1 if tokens >= 1 else tokens, now)
            self._forget_idle(now)
        if tokens < 1:
            wait = max(1, math.ceil((1 - tokens) / self.per_second))
            raise TooMany("Too many requests with this key.", retry_after=wait, hint=f"Wait {wait} s.")

    def _forget_idle(self, now: float) -> None:
        if len(self._buckets) > _FORGET_ABOVE:
            filled = self.burst / self.per_second
            self._buckets = {name: held for name, held in self._buckets.items() if now - held[1] < filled}


# A program that polls a hundred times a second is served; one that does more is told to wait.
REQUESTS = Limiter(per_second=100, burst=600)
