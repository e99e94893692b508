"""A mail to its recipient, by a server, a provider or a folder."""
