"""A mail to its recipient, by a server, a provider or a folder."""

from outbrief.deliver.channel import Channel, open_channel

__all__ = ["Channel", "open_channel"]
