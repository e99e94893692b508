"""Outbrief measured beside its yardsticks, in one run: `make bench`, `make bench-quick`."""
