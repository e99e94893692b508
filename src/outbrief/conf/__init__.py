"""Composition root: environment, settings, checks, addresses, the embedded server."""
