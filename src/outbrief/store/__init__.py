"""Bytes to a kept artifact, and links to it."""

from outbrief.store.contract import Store, Upload
from outbrief.store.url import open_store

__all__ = ["Store", "Upload", "open_store"]
